"""Messages that take another way than the one they were queued for."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from records.mail_tables import OutboxRow
from records.outbox import Claimed, claimed


def send_elsewhere(
    session: Session, message_id: int, channel: str, chat: str, why: str, key: str, body: dict[str, Any]
) -> None:
    """The message takes another way to its recipient, from its beginning, and not earlier than it was to go."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == message_id)
        .values(channel=channel, chat=chat, state="pending", attempts=0, remote_id="", error=why, key=key, body=body)
    )


def stranded(session: Session, at_work: Collection[str]) -> list[Claimed]:
    """What waits for people on channels that are not at work."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.state == "pending",
            col(OutboxRow.channel).not_in(at_work),
            col(OutboxRow.recipient).startswith("person:"),
        )
        .order_by(col(OutboxRow.id))
    )
    return [claimed(row) for row in rows]
