"""The bot's unasked messages: which speak of a deadline, which wait, and how many somebody has had."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from records.mail_tables import AlertRow, OutboxRow


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that waits or has gone out."""

    id: int
    state: str
    created_at: datetime


def about(session: Session, deadline_id: int, since: datetime) -> list[Posted]:
    """Messages that speak of a deadline and are pending, or were posted since then; nobody may claim them now."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.id).in_(select(AlertRow.outbox_id).where(AlertRow.deadline_id == deadline_id)),
            col(OutboxRow.state).in_(["pending", "sending", "sent"]),
            OutboxRow.kind == "push",
            col(OutboxRow.created_at) >= since,
        )
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    return [Posted(row.id or 0, row.state, row.created_at) for row in rows]


def waiting(session: Session, recipients: list[str]) -> dict[str, list[int]]:
    """Unasked messages that have not gone out yet, by recipient; nobody may claim them now."""
    rows = session.exec(
        select(OutboxRow.recipient, OutboxRow.id)
        .where(col(OutboxRow.recipient).in_(recipients), OutboxRow.kind == "push", OutboxRow.state == "pending")
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    found: dict[str, list[int]] = {}
    for recipient, number in rows:
        found.setdefault(recipient, []).append(number or 0)
    return found


def count_since(session: Session, recipients: list[str], since: datetime) -> dict[str, int]:
    """How many unasked messages each recipient has had since then."""
    rows = session.exec(
        select(OutboxRow.recipient, func.count())
        .where(
            col(OutboxRow.recipient).in_(recipients),
            col(OutboxRow.created_at) >= since,
            OutboxRow.kind == "push",
            OutboxRow.state != "dropped",
        )
        .group_by(OutboxRow.recipient)
    )
    return dict(rows.all())


def not_edited(session: Session, recipient: str, since: datetime) -> list[dict[str, Any]]:
    """What messages posted since then should say by now, where the channel could not edit them; each is told once."""
    rows = session.scalars(
        update(OutboxRow)
        .where(
            col(OutboxRow.recipient) == recipient,
            col(OutboxRow.created_at) >= since,
            col(OutboxRow.kind) == "push",
            col(OutboxRow.state) == "sent",
            col(OutboxRow.edit_due).is_(True),
        )
        .values(edit_due=False)
        .returning(OutboxRow)
    )
    return [row.body for row in sorted(rows, key=lambda row: row.id or 0)]
