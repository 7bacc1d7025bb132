"""The deadlines as recorded, and reading them back as values of the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, and_, col, func, or_, select

from plan_data.deadlines import Bound
from plan_data.plan import Deadline, Plans
from plan_data.workdays import ZONE
from records import next_looks
from records.tables import DeadlineRow


@dataclass(frozen=True, slots=True)
class Item:
    """A deadline with its outcome: what every list, alert and figure speaks of.

    `known_since`: since when it has stood open as it is now; nothing from before that is said late.
    `done_on` is the day on which the whole was complete. `before_tracking`: it was over before the bot first saw
    the plan, so nobody is nagged about it.
    """

    deadline: Deadline
    known_since: datetime
    done_on: date | None = None
    done_late: bool = False
    before_tracking: bool = False
    withdrawn: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the work of all who owe it is complete."""
        return self.done_on is not None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open and its time is over at `now`; what was over before tracking is not counted."""
        if self.is_done or self.before_tracking:
            return False
        due_at = self.deadline.due_at
        return self.deadline.last_day < now.astimezone(ZONE).date() or (due_at is not None and due_at < now)


def item_of(row: DeadlineRow, plans: Plans) -> Item | None:
    """The row as a value; None when the plan no longer has its rule."""
    found = plans.rule(row.plan, row.task, row.rule)
    if found is None:
        return None
    plan, task, rule = found
    deadline = Deadline(
        plan=plan,
        task=task,
        rule=rule,
        period=row.period,
        opens=row.opens,
        named_day=row.named_day,
        bound=Bound(row.bound),
        last_day=row.last_day,
        last_working_day=row.last_working_day,
        target=row.target,
        due_at=row.due_at,
        original_day=row.original_day,
        document=row.document,
        event=row.event_id,
        started=row.started,
        about=row.about,
        id=row.id or 0,
    )
    return Item(deadline, row.known_since, row.done_on, row.done_late, row.before_tracking, row.withdrawn)


def _items(rows: Iterable[DeadlineRow], plans: Plans) -> list[Item]:
    found = (item_of(row, plans) for row in rows)
    return [item for item in found if item is not None]


def get(session: Session, plans: Plans, deadline_id: int) -> Item | None:
    """The deadline of that number."""
    row = session.get(DeadlineRow, deadline_id)
    return item_of(row, plans) if row else None


def many(session: Session, plans: Plans, deadline_ids: Iterable[int]) -> dict[int, Item]:
    """The deadlines of those numbers, by number."""
    rows = session.exec(select(DeadlineRow).where(col(DeadlineRow.id).in_(list(deadline_ids))))
    return {item.deadline.id: item for item in _items(rows, plans)}


def last_signs_of_life(session: Session) -> dict[tuple[str, str, str], date]:
    """The day on which something was last heard of each continuous (plan, task, rule)."""
    rows = session.exec(
        select(DeadlineRow.plan, DeadlineRow.task, DeadlineRow.rule, func.max(DeadlineRow.done_on))
        .where(DeadlineRow.kind == "continuous", col(DeadlineRow.done_on).is_not(None))
        .group_by(DeadlineRow.plan, DeadlineRow.task, DeadlineRow.rule)
    )
    return {(plan, task, rule): day for plan, task, rule, day in rows if day is not None}


def due_for_a_look(session: Session, plans: Plans, now: datetime) -> list[Item]:
    """Deadlines about which there may be something to say at `now`; nobody else may change them meanwhile."""
    rows = session.exec(
        select(DeadlineRow)
        .where(col(DeadlineRow.next_look) <= now, col(DeadlineRow.withdrawn).is_(False))
        .order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
        .with_for_update()
    )
    return _items(rows, plans)


def look_again(session: Session, moments: Mapping[int, datetime | None]) -> None:
    """Set the next look of each deadline: one statement for all of them."""
    next_looks.look_again(session, DeadlineRow, moments)


def of_tasks(
    session: Session, plans: Plans, tasks: Iterable[tuple[str, str]], first: date | None = None
) -> list[Item]:
    """Every deadline of these (plan, task code) pairs, by last day; with `first`, those not over before it."""
    wanted = [and_(col(DeadlineRow.plan) == plan, col(DeadlineRow.task) == task) for plan, task in tasks]
    if not wanted:
        return []
    statement = select(DeadlineRow).where(or_(*wanted), col(DeadlineRow.withdrawn).is_(False))
    if first is not None:
        statement = statement.where(col(DeadlineRow.last_day) >= first)
    return _items(session.exec(statement.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))), plans)


def begun_and_open(session: Session, plans: Plans, today: date) -> list[Item]:
    """Open deadlines whose period has begun, by last day; those over before tracking are left out."""
    rows = session.exec(
        select(DeadlineRow)
        .where(
            col(DeadlineRow.done_on).is_(None),
            col(DeadlineRow.opens) <= today,
            col(DeadlineRow.withdrawn).is_(False),
            col(DeadlineRow.before_tracking).is_(False),
        )
        .order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
    )
    return _items(rows, plans)


def between(session: Session, plans: Plans, first: date, last: date) -> list[Item]:
    """Deadlines, done or not, whose last day lies between the two days, both included."""
    rows = session.exec(
        select(DeadlineRow)
        .where(
            col(DeadlineRow.last_day) >= first,
            col(DeadlineRow.last_day) <= last,
            col(DeadlineRow.withdrawn).is_(False),
        )
        .order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
    )
    return _items(rows, plans)


def over_before_tracking(session: Session, plans: Plans) -> list[Item]:
    """Open deadlines that were over before the bot first saw their plan."""
    rows = session.exec(
        select(DeadlineRow)
        .where(
            col(DeadlineRow.before_tracking).is_(True),
            col(DeadlineRow.done_on).is_(None),
            col(DeadlineRow.withdrawn).is_(False),
        )
        .order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))
    )
    return _items(rows, plans)


def done_by_key(session: Session) -> dict[str, date]:
    """The day on which each deadline that is done was done, by natural key."""
    rows = session.exec(select(DeadlineRow).where(col(DeadlineRow.done_on).is_not(None)))
    return {f"{row.plan}/{row.task}/{row.rule}/{row.period}": row.done_on for row in rows if row.done_on is not None}
