"""What was ever said and recorded about deadlines, for an inspection: reminders and extensions, with their times."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col

from records.mail_tables import AlertRow, OutboxRow
from records.tables import ExtensionRow


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder to one recipient; `sent_at` is None when it never went out, `dropped` then says why."""

    deadline_id: int
    reason: str
    number: int
    at: datetime
    recipient: str
    sent_at: datetime | None
    dropped: str


@dataclass(frozen=True, slots=True)
class Extended:
    """A date that was set or moved by a document."""

    deadline_key: str
    old_day: date | None
    new_day: date
    document: str
    recorded_at: datetime
    recorded_by: int


def told_about(session: Session, deadline_ids: Collection[int]) -> list[Told]:
    """Every reminder about these deadlines, in the order of their times."""
    rows = session.connection().execute(
        columns(
            col(AlertRow.deadline_id),
            col(AlertRow.reason),
            col(AlertRow.number),
            col(AlertRow.at),
            col(AlertRow.recipient),
            col(OutboxRow.state),
            col(OutboxRow.finished_at),
            col(AlertRow.dropped),
        )
        .join_from(AlertRow, OutboxRow, col(AlertRow.outbox_id) == col(OutboxRow.id), isouter=True)
        .where(col(AlertRow.deadline_id).in_(deadline_ids))
        .order_by(col(AlertRow.at), col(AlertRow.id))
    )
    return [
        Told(number or 0, reason, days, at, recipient, finished if state == "sent" else None, dropped)
        for number, reason, days, at, recipient, state, finished, dropped in rows
    ]


def extensions(session: Session, deadline_keys: Collection[str]) -> list[Extended]:
    """Every extension of these deadlines, in the order in which they were recorded."""
    rows = session.connection().execute(
        columns(
            col(ExtensionRow.deadline_key),
            col(ExtensionRow.old_day),
            col(ExtensionRow.new_day),
            col(ExtensionRow.document),
            col(ExtensionRow.recorded_at),
            col(ExtensionRow.recorded_by),
        )
        .where(col(ExtensionRow.deadline_key).in_(deadline_keys))
        .order_by(col(ExtensionRow.id))
    )
    return [Extended(*row) for row in rows]
