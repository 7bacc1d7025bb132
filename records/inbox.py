"""Updates of the channels, stored before they are confirmed there, and handled once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col, func, select

from records.database import execute, insert_new, table_of
from records.mail_tables import InboxRow

# Made once, and on the table itself: every update goes through here.
_INBOX = table_of(InboxRow)
_TAKE = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("stored_id"), _INBOX.c.handled_at.is_(None))
    .values(handled_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An update that waits to be handled."""

    id: int
    channel: str
    chat: str
    payload: dict[str, Any]


def receive(
    session: Session, channel: str, updates: Sequence[tuple[str, str, dict[str, Any]]], now: datetime
) -> list[int]:
    """Store (update id, chat, payload) triples; returns the numbers of those that were not known yet."""
    rows = [
        {
            "channel": channel,
            "update_id": update_id,
            "chat": chat,
            "payload": payload,
            "received_at": now,
            "handled_at": None,
        }
        for update_id, chat, payload in updates
    ]
    return insert_new(session, InboxRow, rows)


def those(session: Session, numbers: Sequence[int]) -> list[Stored]:
    """The updates of those numbers, oldest first."""
    rows = session.exec(select(InboxRow).where(col(InboxRow.id).in_(numbers)).order_by(col(InboxRow.id)))
    return [Stored(row.id or 0, row.channel, row.chat, row.payload) for row in rows]


def waiting(session: Session, channel: str, after: int = 0, limit: int = 500) -> list[Stored]:
    """Updates of a channel that nobody has handled, oldest first, from the number after that one on."""
    rows = session.exec(
        select(InboxRow)
        .where(InboxRow.channel == channel, col(InboxRow.handled_at).is_(None), col(InboxRow.id) > after)
        .order_by(col(InboxRow.id))
        .limit(limit)
    )
    return [Stored(row.id or 0, row.channel, row.chat, row.payload) for row in rows]


def take(session: Session, stored_id: int, now: datetime) -> bool:
    """Mark it handled in this transaction; False when somebody else already has."""
    return execute(session, _TAKE, {"stored_id": stored_id, "now": now}).rowcount == 1


def forget_words(session: Session, before: datetime) -> int:
    """Forget what was typed and where in updates that were handled before then; returns in how many.

    That they have been here stays known: a platform may bring them again.
    """
    result = session.exec(
        update(InboxRow)
        .where(col(InboxRow.handled_at) < before, col(InboxRow.chat) != "")
        .values(chat="", payload={})
    )
    return result.rowcount


def forget(session: Session, before: datetime) -> int:
    """Delete updates that were handled before then; returns how many.

    The newest is kept, because SQLite would give its number to another one, and answers are known by that number.
    """
    newest = select(func.max(InboxRow.id)).scalar_subquery()
    result = session.exec(delete(InboxRow).where(col(InboxRow.handled_at) < before, col(InboxRow.id) != newest))
    return result.rowcount
