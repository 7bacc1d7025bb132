"""Cases: one, several, those to look at; what happened to them by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.sql import Select
from sqlmodel import Session, col, select

from plan_data.cases import RUNNING, Listed, Standing
from records import next_looks
from records.case_listings import listed_of, plain
from records.case_tables import CaseChangeRow, CaseOfficerRow, CaseRow


@dataclass(frozen=True, slots=True)
class Case:
    """A case on record: what the software says, and what was recorded by hand. `person` answers for it."""

    id: int
    listed: Listed
    person: int | None
    assigned_to: int | None = None
    by_hand: bool = False
    gone_at: datetime | None = None
    held_at: datetime | None = None
    supplemented_at: datetime | None = None
    new_due: datetime | None = None
    exempt_why: str = ""
    exempt_by: int | None = None
    published_at: datetime | None = None

    @property
    def code(self) -> str:
        """The software's code."""
        return self.listed.code

    @property
    def standing(self) -> Standing:
        """Where it stands; a clock that was stopped by hand stands still until it is resumed or the case ends."""
        own = self.listed.standing
        return Standing.PAUSED if self.held_at is not None and own in RUNNING else own

    @property
    def is_running(self) -> bool:
        """Whether its clock runs."""
        return self.standing in RUNNING and self.gone_at is None

    @property
    def due(self) -> datetime | None:
        """The appointed day that reminders aim at: that of the re-appointment where it is the later one."""
        days = [day for day in (self.listed.due, self.new_due) if day is not None]
        return max(days, default=None)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a case."""

    at: datetime
    by: int | None
    what: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str


def _with_person() -> Select[Any]:
    """Each case with the person that the name in its file stands for."""
    name = col(CaseOfficerRow.name) == col(CaseRow.officer)
    return select(CaseRow, CaseOfficerRow.person_id).join(CaseOfficerRow, name, isouter=True)  # type: ignore[return-value]  # SQLModel narrows it


def person_of() -> Any:  # noqa: ANN401  # an SQL expression
    """Who answers for a case, in a query that joins the officers."""
    return func.coalesce(CaseRow.assigned_to, CaseOfficerRow.person_id)


def _case(row: CaseRow, person: int | None) -> Case:
    return Case(
        id=row.id or 0,
        listed=listed_of(row),
        person=row.assigned_to if row.assigned_to is not None else person,
        assigned_to=row.assigned_to,
        by_hand=row.source == "hand",
        gone_at=row.gone_at,
        held_at=row.held_at,
        supplemented_at=row.supplemented_at,
        new_due=row.new_due_at,
        exempt_why=row.exempt_why,
        exempt_by=row.exempt_by,
        published_at=row.published_at,
    )


def _cases(session: Session, statement: Select[Any]) -> list[Case]:
    return [_case(row, person) for row, person in session.execute(statement)]


def case_of_code(session: Session, code: str) -> Case | None:
    """The case of that code, in any case of letters."""
    found = _cases(session, _with_person().where(func.lower(CaseRow.code) == code.lower()))
    return found[0] if found else None


def codes_ending(session: Session, end: str, most: int = 5) -> list[str]:
    """Codes that end with what somebody typed of them."""
    like = func.lower(CaseRow.code).like(f"%{_escaped(end.lower())}", escape="\\")
    return list(session.exec(select(CaseRow.code).where(like).order_by(col(CaseRow.code)).limit(most)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def cases_with(session: Session, numbers: Iterable[int]) -> dict[int, Case]:
    """The cases of those numbers."""
    found = _cases(session, _with_person().where(col(CaseRow.id).in_(list(numbers))))
    return {case.id: case for case in found}


def alive(session: Session, person: int | None = None) -> list[Case]:
    """Cases that still need somebody: running, paused, finished and not handed over; of a person, or of all."""
    wanted = [*RUNNING, Standing.PAUSED, Standing.FINISHED]
    statement = _with_person().where(col(CaseRow.standing).in_(wanted), col(CaseRow.gone_at).is_(None))
    if person is not None:
        statement = statement.where(person_of() == person)
    return _cases(session, statement.order_by(col(CaseRow.due_at), col(CaseRow.id)))


def due_for_a_look(session: Session, now: datetime) -> list[Case]:
    """Cases about which there may be something to say at `now`; nobody else may change them meanwhile."""
    statement = _with_person().where(col(CaseRow.next_look) <= now).order_by(col(CaseRow.due_at), col(CaseRow.id))
    return _cases(session, statement.with_for_update(of=CaseRow))


def look_again(session: Session, moments: Mapping[int, datetime | None]) -> None:
    """Set the next look of each case: one statement for all of them."""
    next_looks.look_again(session, CaseRow, moments)


def life_of(session: Session, case_id: int) -> list[Happened]:
    """What happened to the case, oldest first."""
    rows = session.exec(select(CaseChangeRow).where(CaseChangeRow.case_id == case_id).order_by(col(CaseChangeRow.id)))
    return [Happened(row.at, row.by, row.what, row.before or {}, row.after or {}, row.note) for row in rows]


def add_by_hand(session: Session, listed: Listed, person: int | None, by: int, now: datetime) -> int:
    """A case that no export lists yet; returns its number."""
    row = CaseRow(
        code=listed.code,
        kind=listed.kind,
        procedure=listed.procedure,
        field=listed.field,
        received_at=listed.received,
        due_at=listed.due,
        status=listed.status,
        standing=listed.standing,
        officer="",
        source="hand",
        assigned_to=person,
        next_look=now,
    )
    session.add(row)
    session.flush()
    session.add(CaseChangeRow(case_id=row.id or 0, at=now, by=by, what="added"))
    session.flush()
    return row.id or 0


def record(
    session: Session,
    case_id: int,
    what: str,
    by: int | None,
    now: datetime,
    note: str = "",
    **fields: Any,  # noqa: ANN401  # columns of a case
) -> None:
    """Something happened to a case by hand: set the fields, and keep how they were."""
    row = session.get_one(CaseRow, case_id)
    before = {name: plain(getattr(row, name)) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.next_look = now
    after = {name: plain(value) for name, value in fields.items()}
    session.add(
        CaseChangeRow(
            case_id=case_id, at=now, by=by, what=what, before=before or None, after=after or None, note=note
        )
    )
    session.flush()
