"""The reminder calendar: every alert that would be sent in a window if nothing were done meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from jobs.decide import Alert, Reason, Silence, relevant_steps, silences
from plan_data.deadlines import Move, RecordedEvent, Window
from plan_data.office import Office
from plan_data.plan import Deadline
from plan_data.schedule import schedule
from plan_data.workdays import ZONE
from records import deadlines
from records.deadlines import Item
from records.events import events, moves
from records.sync import seen

_LONGEST_LEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One alert of the future: when, why, about what, to whom."""

    at: datetime
    reason: str
    code: str
    label: str
    period: str
    audience: str
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the records know: since when each plan is tracked, what is done, heard, started, moved."""

    tracked_since: Mapping[str, datetime]
    done: Mapping[str, date]
    heard: Mapping[tuple[str, str, str], date]
    events: Iterable[RecordedEvent]
    moves: Mapping[str, Move]


NOTHING_KNOWN = Known({}, {}, {}, (), {})


def known_by(session: Session) -> Known:
    """What the records know that changes the future; nothing is written."""
    return Known(
        tracked_since=seen(session),
        done=deadlines.done_by_key(session),
        heard=deadlines.last_signs_of_life(session),
        events=events(session),
        moves=moves(session),
    )


def preview(office: Office, known: Known, window: Window, now: datetime) -> list[Foreseen]:
    """Every alert whose time lies in the window, in order.

    A window from before the bot first saw a plan is shown as if it had followed the plan from the window's first
    day on. Raises CalendarYearMissing when the window reaches beyond the calendar.
    """
    for year in {window.first.year, window.last.year}:
        office.calendar.is_working_day(date(year, 1, 1))  # raises with a sentence
    start = datetime.combine(window.first, time(), ZONE)
    since = {plan.id: min(known.tracked_since.get(plan.id, now), start) for plan in office.plans.all}
    span = Window(
        date(max(window.first.year - 1, min(office.calendar.years)), 1, 1),
        min(window.last + _LONGEST_LEAD, office.calendar.last_day),
    )
    steps = [
        step
        for deadline in schedule(office.plans, span, office.calendar, known.events, known.moves)
        for step in relevant_steps(_item(deadline, known, since[deadline.plan.id]), office)
        if step.at >= since[deadline.plan.id]
    ]
    found = [_foreseen(step) for step in steps] + list(_silent(office, known, since, window))
    return sorted(
        (each for each in found if each.at.astimezone(ZONE).date() in window),
        key=lambda each: (each.at, each.code, each.reason, each.audience),
    )


def _item(deadline: Deadline, known: Known, since: datetime) -> Item:
    before = deadline.last_day < since.astimezone(ZONE).date()
    return Item(deadline, since, known.done.get(deadline.key), before_tracking=before)


def _foreseen(step: Alert) -> Foreseen:
    deadline = step.deadline
    return Foreseen(
        at=step.at,
        reason=step.reason,
        code=deadline.task.code,
        label=deadline.rule.label,
        period=deadline.period,
        audience=str(step.audience),
        key=step.key,
    )


def _silent(office: Office, known: Known, since: Mapping[str, datetime], window: Window) -> Iterator[Foreseen]:
    """Silences that are noticed on a morning of the window: the first working one on which they are long enough."""
    day = window.first
    while day <= window.last:
        if office.calendar.is_working_day(day):
            for silence in silences(office.plans, known.heard, since, office.policy, day):
                if office.calendar.working_day_on_or_after(silence.at.astimezone(ZONE).date()) == day:
                    yield from _foreseen_silence(office, silence, day)
        day += timedelta(days=1)


def _foreseen_silence(office: Office, silence: Silence, day: date) -> Iterator[Foreseen]:
    found = office.plans.rule(silence.plan, silence.task, silence.rule)
    if found is not None:
        for role in silence.roles:
            at, label = office.policy.morning_of(day), found[2].label
            yield Foreseen(at, Reason.SILENT, silence.task, label, "", f"role:{role}", silence.key)
