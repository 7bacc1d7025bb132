"""The audit trail (append-only), and single values that survive a restart."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from records.tables import AuditRow, MarkRow


def audit(
    session: Session,
    now: datetime,
    action: str,
    subject: str,
    person_id: int | None = None,
    channel: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Who did what to what, when, from which channel. `person_id` None: the bot itself."""
    session.add(
        AuditRow(at=now, person_id=person_id, channel=channel, action=action, subject=subject, detail=detail or {})
    )


def trail(
    session: Session, subject: str | None = None
) -> list[tuple[datetime, int | None, str, str, dict[str, Any]]]:
    """Time, person, action, subject and detail of every entry, oldest first; of one subject or of all."""
    statement = select(AuditRow).order_by(col(AuditRow.id))
    if subject is not None:
        statement = statement.where(AuditRow.subject == subject)
    return [(row.at, row.person_id, row.action, row.subject, row.detail) for row in session.exec(statement)]


def mark(session: Session, name: str) -> str | None:
    """The value kept under that name."""
    row = session.get(MarkRow, name)
    return row.value if row else None


def set_mark(session: Session, name: str, value: str) -> None:
    """Keep a value under that name."""
    session.merge(MarkRow(name=name, value=value))
    session.flush()
