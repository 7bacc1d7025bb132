"""Messages that must go out: queued with the step that caused them, claimed, sent, and what came of it.

pending → sending → sent | unconfirmed (nobody knows whether it arrived) | failed | pending again; a message
that no longer matters is dropped with the reason.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, update
from sqlmodel import Session, col, func, select

from records.database import execute, insert_new, table_of
from records.mail_tables import OutboxRow
from records.posted import SHOWN, TOLD

# Answers to people go first, then what the clerk must know, what groups hear, what cannot wait (overdue, the last
# day, what a person has written), and at last what is said ahead of time. A monthly quota is spent in that order.
ANSWER, NOTICE, GROUP, URGENT, PUSH = range(5)
_OUTBOX = table_of(OutboxRow)
_FINISH = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("number"))
    .values(
        state=bindparam("to"), finished_at=bindparam("now"), remote_id=bindparam("known_as"), error=bindparam("why")
    )
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to queue; its key says once and for all what it is."""

    key: str
    kind: str
    channel: str
    chat: str
    recipient: str
    priority: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process is about to send or edit. `attempts` counts this one too."""

    id: int
    key: str
    kind: str
    channel: str
    chat: str
    recipient: str
    priority: int
    body: dict[str, Any]
    attempts: int
    remote_id: str
    created_at: datetime


def queue(session: Session, message: NewMessage, now: datetime, not_before: datetime | None = None) -> int | None:
    """Put the message into the outbox, to go at once or later; None when its key is there already."""
    row = {
        "key": message.key,
        "kind": message.kind,
        "channel": message.channel,
        "chat": message.chat,
        "recipient": message.recipient,
        "priority": message.priority,
        "body": message.body,
        "state": "pending",
        "created_at": now,
        "not_before": not_before or now,
        "attempts": 0,
        "remote_id": "",
        "error": "",
        "edit_due": False,
    }
    numbers = insert_new(session, OutboxRow, [row])
    return numbers[0] if numbers else None


def in_flight(session: Session, channel: str) -> list[Claimed]:
    """Messages that an earlier process had claimed when it died."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.state == "sending", OutboxRow.channel == channel)
        .order_by(col(OutboxRow.id))
    )
    return [claimed(row) for row in rows]


def finish(
    session: Session, message_id: int, state: str, now: datetime, remote_id: str = "", error: str = ""
) -> None:
    """Record what came of it: sent, unconfirmed or failed."""
    outcome = {"number": message_id, "to": state, "now": now, "known_as": remote_id, "why": error}
    execute(session, _FINISH, outcome)


def put_back(session: Session, message_id: int, not_before: datetime, error: str, remote_id: str = "") -> None:
    """Try again later; `remote_id` names the parts that went out already."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == message_id)
        .values(state="pending", not_before=not_before, error=error, remote_id=remote_id)
    )


def hold_chat(session: Session, channel: str, chat: str, until: datetime) -> None:
    """The channel asked for silence in this chat until then: everything pending for it waits."""
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.channel) == channel,
            col(OutboxRow.chat) == chat,
            col(OutboxRow.state) == "pending",
            col(OutboxRow.not_before) < until,
        )
        .values(not_before=until)
    )


def move_chat(session: Session, channel: str, old: str, new: str) -> None:
    """The platform has given a chat a new address: what waits for it goes there."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.channel) == channel, col(OutboxRow.chat) == old, col(OutboxRow.finished_at).is_(None))
        .values(chat=new)
    )


def drop(session: Session, message_id: int, why: str, now: datetime) -> None:
    """It no longer matters; the reason is kept."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == message_id, col(OutboxRow.state) == "pending")
        .values(state="dropped", error=why, finished_at=now)
    )


def revise(session: Session, message_id: int, body: dict[str, Any]) -> None:
    """Its text has changed: a pending one goes out with the new text, a posted one is to be edited.

    What was posted to choose from is kept, since not every platform can edit.
    """
    row = session.get_one(OutboxRow, message_id)
    if {name: value for name, value in row.body.items() if name not in (SHOWN, TOLD)} != body:
        row.edit_due = row.state in {"sending", "sent"}
        posted = {SHOWN: row.body.get(SHOWN, row.body.get("buttons", [])), TOLD: row.body.get(TOLD, [])}
        row.body = {**body, **posted} if row.edit_due else body
        session.flush()


def states(session: Session) -> dict[str, int]:
    """How many messages are in each state."""
    return dict(session.exec(select(OutboxRow.state, func.count()).group_by(OutboxRow.state)).all())


def claimed(row: OutboxRow | Row[Any]) -> Claimed:
    """The message of a row, as an object or as a statement on the table gives it."""
    return Claimed(
        id=row.id or 0,
        key=row.key,
        kind=row.kind,
        channel=row.channel,
        chat=row.chat,
        recipient=row.recipient,
        priority=row.priority,
        body=row.body,
        attempts=row.attempts,
        remote_id=row.remote_id,
        created_at=row.created_at,
    )


def oldest_pending(session: Session) -> datetime | None:
    """Since when the oldest message that could have gone has been waiting."""
    return session.exec(select(func.min(OutboxRow.not_before)).where(OutboxRow.state == "pending")).one()
