"""Who is away from when to when, and who stands in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from records.people_tables import AbsenceRow
from records.tables import PersonRow


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away, both days included; `substitute_id` is None when nobody stands in."""

    id: int
    person_id: int
    first_day: date
    last_day: date
    substitute_id: int | None


def record_absence(
    session: Session,
    person_id: int,
    first_day: date,
    last_day: date,
    substitute_id: int | None,
    by: int,
    now: datetime,
) -> int:
    """The person will be away; returns the number of the record."""
    row = AbsenceRow(
        person_id=person_id,
        first_day=first_day,
        last_day=last_day,
        substitute_id=substitute_id,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def absences_from(session: Session, day: date) -> list[Absence]:
    """Absences that are not over on that day, the next one first."""
    rows = session.exec(
        select(AbsenceRow)
        .where(col(AbsenceRow.last_day) >= day, col(AbsenceRow.cancelled_at).is_(None))
        .order_by(col(AbsenceRow.first_day), col(AbsenceRow.id))
    )
    return [_absence(row) for row in rows]


def absence_within(session: Session, person_id: int, first_day: date, last_day: date) -> Absence | None:
    """An absence of the person that touches these days."""
    row = session.exec(
        select(AbsenceRow)
        .where(
            AbsenceRow.person_id == person_id,
            col(AbsenceRow.first_day) <= last_day,
            col(AbsenceRow.last_day) >= first_day,
            col(AbsenceRow.cancelled_at).is_(None),
        )
        .order_by(col(AbsenceRow.first_day))
        .limit(1)
    ).first()
    return _absence(row) if row else None


def get_absence(session: Session, number: int) -> Absence | None:
    """The absence of that number, unless it is cancelled."""
    row = session.get(AbsenceRow, number)
    return _absence(row) if row and row.cancelled_at is None else None


def cancel_absence(session: Session, absence: Absence, by: int, now: datetime) -> bool:
    """The person will not be away after all; the record stays. False when it was cancelled before."""
    result = session.exec(
        update(AbsenceRow)
        .where(col(AbsenceRow.id) == absence.id, col(AbsenceRow.cancelled_at).is_(None))
        .values(cancelled_at=now, cancelled_by=by)
    )
    return result.rowcount == 1


def substitutes(session: Session, day: date) -> dict[int, int]:
    """Who stands in for whom on that day, by the number of who is away.

    A substitute who is away too hands on to their own; where that leads nowhere or round in a circle, and when the
    substitute has left the office, nobody stands in.
    """
    rows = session.exec(
        select(AbsenceRow.person_id, AbsenceRow.substitute_id, PersonRow.retired_at)
        .join(PersonRow, col(PersonRow.id) == col(AbsenceRow.substitute_id), isouter=True)
        .where(
            col(AbsenceRow.first_day) <= day, col(AbsenceRow.last_day) >= day, col(AbsenceRow.cancelled_at).is_(None)
        )
    )
    chosen = {person: substitute if retired is None else None for person, substitute, retired in rows}
    found = {person: _who_is_there(person, chosen) for person in chosen}
    return {person: substitute for person, substitute in found.items() if substitute is not None}


def _who_is_there(person: int, chosen: dict[int, int | None]) -> int | None:
    passed = {person}
    substitute = chosen[person]
    while substitute in chosen:
        if substitute in passed:
            return None
        passed.add(substitute)
        substitute = chosen[substitute]
    return substitute


def _absence(row: AbsenceRow) -> Absence:
    return Absence(row.id or 0, row.person_id, row.first_day, row.last_day, row.substitute_id)
