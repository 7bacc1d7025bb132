"""Alerts that were said or dropped: the UNIQUE key is what makes an alert said once to one recipient."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from records.database import insert_new
from records.mail_tables import AlertRow


@dataclass(frozen=True, slots=True)
class Said:
    """One alert to one recipient. `deadline_id` is None for an alert about something else, its `subject`."""

    key: str
    deadline_id: int | None
    subject: str
    reason: str
    number: int
    at: datetime
    recipient: str
    dropped: str = ""


def record(session: Session, alerts: Sequence[Said]) -> set[str]:
    """Record alerts; returns the keys of those that nobody had recorded before."""
    rows = [
        {
            "key": alert.key,
            "deadline_id": alert.deadline_id,
            "subject": alert.subject,
            "reason": alert.reason,
            "number": alert.number,
            "at": alert.at,
            "recipient": alert.recipient,
            "outbox_id": None,
            "dropped": alert.dropped,
        }
        for alert in alerts
    ]
    numbers = insert_new(session, AlertRow, rows)
    return set(session.exec(select(AlertRow.key).where(col(AlertRow.id).in_(numbers))).all()) if numbers else set()


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Which of the keys are recorded already."""
    return set(session.exec(select(AlertRow.key).where(col(AlertRow.key).in_(keys))).all()) if keys else set()


def carried_by(session: Session, keys: Collection[str], outbox_id: int) -> None:
    """These alerts are said by that message."""
    session.exec(update(AlertRow).where(col(AlertRow.key).in_(keys)).values(outbox_id=outbox_id))


def take_over(session: Session, from_outbox_ids: Collection[int], outbox_id: int) -> None:
    """A newer message says the alerts of older ones that never went out."""
    session.exec(update(AlertRow).where(col(AlertRow.outbox_id).in_(from_outbox_ids)).values(outbox_id=outbox_id))


def of_message(session: Session, outbox_id: int) -> list[Said]:
    """The alerts that a message says."""
    rows = session.exec(select(AlertRow).where(AlertRow.outbox_id == outbox_id).order_by(col(AlertRow.id)))
    return [
        Said(row.key, row.deadline_id, row.subject, row.reason, row.number, row.at, row.recipient, row.dropped)
        for row in rows
    ]
