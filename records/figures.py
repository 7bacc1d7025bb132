"""The four numbers that leaders expect, by SQL: one definition for every place that shows them.

In all or by rule, or the deadlines themselves with their state, which is what a number is traced to. Counted are
deadlines whose period has begun; not those over before the plan was first seen, not withdrawn ones, and not the signs
of life of continuous tasks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns
from sqlmodel import Session, and_, case, col, func, not_, or_, select, tuple_

from plan_data.plan import Plans
from plan_data.workdays import ZONE
from records.deadlines import Item, item_of
from records.tables import DeadlineRow

RuleKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """Done on time, done late, open and in time, overdue."""

    on_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.on_time + self.late + self.open + self.overdue

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.on_time + other.on_time, self.late + other.late, self.open + other.open, self.overdue + other.overdue
        )


class State(StrEnum):
    """Which of the four numbers a deadline belongs to."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"


def state_of(item: Item, now: datetime) -> State:
    """The state of one deadline that is counted."""
    if item.is_done:
        return State.LATE if item.done_late else State.ON_TIME
    return State.OVERDUE if item.is_overdue(now) else State.OPEN


@dataclass(frozen=True, slots=True)
class Scope:
    """Which deadlines to count: of these (plan, task, rule) triples, with a last day in this range; None: all."""

    rules: Collection[RuleKey] | None = None
    first: date | None = None
    last: date | None = None


def tally(session: Session, now: datetime, scope: Scope = Scope()) -> Tally:
    """The four numbers at `now`."""
    if scope.rules is not None and not scope.rules:
        return Tally()
    numbers = session.connection().execute(columns(*_four_counts(now)).where(*_in_scope(now, scope))).one()
    return Tally(*(number or 0 for number in numbers))


def tally_by_rule(session: Session, now: datetime, scope: Scope = Scope()) -> dict[RuleKey, Tally]:
    """The four numbers of each rule that has something to count."""
    if scope.rules is not None and not scope.rules:
        return {}
    names = col(DeadlineRow.plan), col(DeadlineRow.task), col(DeadlineRow.rule)
    statement = columns(*names, *_four_counts(now)).where(*_in_scope(now, scope)).group_by(*names)
    rows = session.connection().execute(statement)
    return {(plan, task, rule): Tally(*numbers) for plan, task, rule, *numbers in rows}


def counted(session: Session, plans: Plans, now: datetime, scope: Scope = Scope()) -> list[Item]:
    """The deadlines that the four numbers count, by last day."""
    if scope.rules is not None and not scope.rules:
        return []
    rows = session.exec(
        select(DeadlineRow).where(*_in_scope(now, scope)).order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
    )
    return [item for row in rows if (item := item_of(row, plans)) is not None]


def _four_counts(now: datetime) -> list[ColumnElement[int]]:
    is_done, is_late = col(DeadlineRow.done_on).is_not(None), col(DeadlineRow.done_late).is_(True)
    over = is_over(now)
    return [
        _count(and_(is_done, not_(is_late))),
        _count(and_(is_done, is_late)),
        _count(and_(not_(is_done), not_(over))),
        _count(and_(not_(is_done), over)),
    ]


def is_over(now: datetime) -> ColumnElement[bool]:
    """SQL: the deadline's time is over at `now`."""
    today = now.astimezone(ZONE).date()
    return or_(
        col(DeadlineRow.last_day) < today,
        and_(col(DeadlineRow.due_at).is_not(None), func.coalesce(col(DeadlineRow.due_at), now) < now),
    )


def _in_scope(now: datetime, scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        col(DeadlineRow.opens) <= now.astimezone(ZONE).date(),
        col(DeadlineRow.withdrawn).is_(False),
        col(DeadlineRow.before_tracking).is_(False),
        col(DeadlineRow.kind) != "continuous",
    ]
    if scope.rules is not None:
        names = tuple_(col(DeadlineRow.plan), col(DeadlineRow.task), col(DeadlineRow.rule))
        conditions.append(names.in_(list(scope.rules)))
    if scope.first is not None:
        conditions.append(col(DeadlineRow.last_day) >= scope.first)
    if scope.last is not None:
        conditions.append(col(DeadlineRow.last_day) <= scope.last)
    return conditions


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
