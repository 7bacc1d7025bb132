"""The figures of cases: one definition each, in one statement. They are written down in docs/so-lieu-ho-so.md.

Feedback, refused and withdrawn cases, and cases that an export no longer lists are not counted. Due is the
software's day: a re-appointment does not make a late case one in time, an exemption does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, case, func, literal, not_, or_
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from plan_data.cases import RUNNING, SETTLED, Kind, Standing
from records.case_tables import CaseOfficerRow, CaseRow
from records.cases import person_of

By = Literal["office", "officer", "procedure"]


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The numbers of one group of cases: received and finished in a span, open at its end.

    `person` and `name` say whose they are: an officer's number or name, or a procedure; None and "" for the office.
    `online` and `by_post` count what was received, of as many as the export said it of.
    """

    person: int | None
    name: str
    received: int
    done_in_time: int
    done_late: int
    open_in_time: int
    open_late: int
    exempt: int
    online: int
    online_known: int
    by_post: int
    by_post_known: int

    @property
    def late(self) -> int:
        """Late ones, finished or not."""
        return self.done_late + self.open_late

    @property
    def total(self) -> int:
        """All that were to be settled."""
        return self.done_in_time + self.open_in_time + self.late

    @property
    def late_percent(self) -> float:
        """Late ones of all that were to be settled."""
        return 100 * self.late / self.total if self.total else 0.0


def figures(session: Session, first: datetime, end: datetime, at: datetime, by: By = "office") -> list[CaseFigures]:
    """The figures from `first` up to `end` (not included); what is open is as of `at`. Groups by name."""
    person, name = _groups(by)
    finished = and_(col(CaseRow.standing).in_(SETTLED), col(CaseRow.finished_at) < at)
    in_span = and_(finished, col(CaseRow.finished_at) >= first, col(CaseRow.finished_at) < end)
    received = and_(col(CaseRow.received_at) >= first, col(CaseRow.received_at) < end)
    is_open = and_(
        not_(func.coalesce(finished, False)),
        or_(col(CaseRow.received_at).is_(None), col(CaseRow.received_at) < at),
        col(CaseRow.standing).in_([*RUNNING, *SETTLED, Standing.PAUSED]),
    )
    runs = and_(col(CaseRow.standing) != Standing.PAUSED, col(CaseRow.held_at).is_(None))
    excused = col(CaseRow.exempt_why) != ""
    done_after = and_(in_span, func.coalesce(col(CaseRow.finished_at) > col(CaseRow.due_at), False))
    open_after = and_(is_open, runs, func.coalesce(col(CaseRow.due_at) < at, False))
    statement = (
        select(  # type: ignore[call-overload]  # SQLModel knows selects of up to four columns
            person,
            name,
            _count(received),
            _count(and_(in_span, or_(not_(done_after), excused))),
            _count(and_(done_after, not_(excused))),
            _count(and_(is_open, or_(not_(open_after), excused))),
            _count(and_(open_after, not_(excused))),
            _count(and_(or_(done_after, open_after), excused)),
            _count(and_(received, col(CaseRow.online).is_(True))),
            _count(and_(received, col(CaseRow.online).is_not(None))),
            _count(and_(received, col(CaseRow.by_post).is_(True))),
            _count(and_(received, col(CaseRow.by_post).is_not(None))),
        )
        .select_from(CaseRow)
        .join(CaseOfficerRow, col(CaseOfficerRow.name) == col(CaseRow.officer), isouter=True)
        .where(CaseRow.kind == Kind.TTHC, col(CaseRow.gone_at).is_(None))
    )
    if by != "office":  # without groups there is a row of zeros where there are no cases
        statement = statement.group_by(person, name).order_by(name, person)
    found = [CaseFigures(*row) for row in session.execute(statement)]
    return [each for each in found if each.received or each.total or by == "office"]


def _groups(by: By) -> tuple[Any, Any]:
    if by == "officer":
        return person_of(), case((person_of().is_(None), col(CaseRow.officer)), else_=literal(""))
    if by == "procedure":
        return literal(None), col(CaseRow.procedure)
    return literal(None), literal("")


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def exemptions(session: Session) -> list[tuple[str, str, int | None]]:
    """Cases that are not counted as late by a fault of the software: code, reason, and who allowed it."""
    rows = session.exec(select(CaseRow).where(CaseRow.exempt_why != "").order_by(col(CaseRow.code)))
    return [(row.code, row.exempt_why, row.exempt_by) for row in rows]
