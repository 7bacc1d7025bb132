"""Keeping the recorded deadlines equal to what the plan, the calendar, the events and the extensions say.

Run at start, once a day, and after each event or extension. Everything is computed again and compared, so a
changed plan file or calendar heals the records by itself. An open deadline that the plan no longer asks for, and
every deadline of a plan that is no longer active, is withdrawn, never deleted.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from plan_data.deadlines import Window
from plan_data.plan import Deadline, Plans
from plan_data.schedule import schedule
from plan_data.workdays import ZONE, WorkCalendar
from records.completions import current_of, is_late
from records.database import one_at_a_time
from records.events import events, moves
from records.locks import AdvisoryLock
from records.tables import DeadlineRow, PlanSeenRow

FORESIGHT = timedelta(days=120)


def sync(session: Session, plans: Plans, calendar: WorkCalendar, now: datetime) -> int:
    """Insert, change and withdraw rows until they agree with the plans; returns how many rows it touched.

    Standing duties of the months (weekly ones: the weeks) before a plan was first seen are not recorded at all.
    Raises CalendarYearMissing when the calendar does not know the current year.
    """
    one_at_a_time(session, AdvisoryLock.SYNC)
    today = now.astimezone(ZONE).date()
    horizon = min(calendar.last_day, max(date(today.year, 12, 31), today + FORESIGHT))
    if today.year not in calendar.years:
        calendar.is_working_day(today)  # raises with the sentence
    seen = first_seen(session, plans, now)
    window = Window(min((date(plan.year, 1, 1) for plan in plans.all), default=today), horizon)
    wanted = [
        deadline
        for deadline in schedule(plans, window, calendar, events(session), moves(session))
        if _is_tracked(deadline, seen[deadline.plan.id])
    ]
    return _apply(session, plans, wanted, seen, now)


def first_seen(session: Session, plans: Plans, now: datetime) -> dict[str, datetime]:
    """When each plan was first seen; a plan that is new is first seen now."""
    known = seen(session)
    for plan in plans.all:
        if plan.id not in known:
            session.add(PlanSeenRow(plan=plan.id, first_seen=now))
            known[plan.id] = now
    session.flush()
    return known


def seen(session: Session) -> dict[str, datetime]:
    """When each plan that was ever active was first seen."""
    return {row.plan: row.first_seen for row in session.exec(select(PlanSeenRow))}


def _is_tracked(deadline: Deadline, first_seen: datetime) -> bool:
    month_of_start = first_seen.astimezone(ZONE).date().replace(day=1)
    if deadline.rule.kind in {"weekly", "biweekly"}:
        return deadline.last_day >= first_seen.astimezone(ZONE).date()
    return not deadline.rule.standing or deadline.last_day >= month_of_start


def _apply(
    session: Session, plans: Plans, wanted: Iterable[Deadline], seen: dict[str, datetime], now: datetime
) -> int:
    rows = session.exec(select(DeadlineRow).where(col(DeadlineRow.kind) != "continuous"))
    known = {f"{row.plan}/{row.task}/{row.rule}/{row.period}": row for row in rows}
    changed: list[DeadlineRow] = []
    touched = 0
    for deadline in wanted:
        row = known.pop(deadline.key, None)
        values = _values(deadline, seen[deadline.plan.id])
        if row is None:
            session.add(DeadlineRow(**values, known_since=now, next_look=now))
            touched += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.known_since = row.next_look = now
            changed.append(row)
    for row in known.values():
        if not row.withdrawn and (row.done_on is None or row.plan not in plans.by_id):
            row.withdrawn, row.next_look = True, None
            touched += 1
    _judge_again(session, [row for row in changed if row.done_on is not None])
    session.flush()
    return touched + len(changed)


def _judge_again(session: Session, rows: list[DeadlineRow]) -> None:
    """Whether done work was late depends on the date, which has changed."""
    current = current_of(session, [row.id or 0 for row in rows])
    for row in rows:
        if completions := current.get(row.id or 0):
            row.done_late = is_late(row, completions)


def _values(deadline: Deadline, first_seen: datetime) -> dict[str, Any]:
    return {
        "plan": deadline.plan.id,
        "task": deadline.task.code,
        "rule": deadline.rule.id,
        "period": deadline.period,
        "kind": deadline.rule.kind,
        "opens": deadline.opens,
        "named_day": deadline.named_day,
        "bound": deadline.bound.value,
        "last_day": deadline.last_day,
        "last_working_day": deadline.last_working_day,
        "target": deadline.target,
        "due_at": deadline.due_at,
        "original_day": deadline.original_day,
        "document": deadline.document,
        "event_id": deadline.event,
        "started": deadline.started,
        "about": deadline.about,
        "before_tracking": deadline.last_day < first_seen.astimezone(ZONE).date(),
        "withdrawn": False,
    }
