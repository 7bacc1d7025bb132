"""Events that start deadlines, and extensions that set or move them."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from plan_data.deadlines import Move, RecordedEvent
from records.tables import EventRow, ExtensionRow


def record_event(
    session: Session,
    plan: str,
    task: str,
    rule: str,
    happened: datetime,
    expires: date | None,
    description: str,
    by: int,
    now: datetime,
) -> int:
    """Something happened that starts a deadline; returns the event's number."""
    row = EventRow(
        plan=plan,
        task=task,
        rule=rule,
        happened=happened,
        expires=expires,
        description=description,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def events(session: Session) -> list[RecordedEvent]:
    """Every recorded event."""
    rows = session.exec(select(EventRow).order_by(col(EventRow.id)))
    return [
        RecordedEvent(
            row.id or 0, row.plan, row.task, row.rule, row.happened, row.recorded_at, row.expires, row.description
        )
        for row in rows
    ]


def record_extension(
    session: Session, deadline_key: str, old_day: date | None, new_day: date, document: str, by: int, now: datetime
) -> None:
    """A document sets or moves the date of a deadline; earlier ones stay on record."""
    session.add(
        ExtensionRow(
            deadline_key=deadline_key,
            old_day=old_day,
            new_day=new_day,
            document=document,
            recorded_at=now,
            recorded_by=by,
        )
    )
    session.flush()


def moves(session: Session) -> dict[str, Move]:
    """The date that holds for each deadline whose date was set or moved."""
    rows = session.exec(select(ExtensionRow).order_by(col(ExtensionRow.id)))
    return {row.deadline_key: Move(row.new_day, row.document) for row in rows}
