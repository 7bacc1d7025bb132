"""From rules to deadlines: what the plan asks for in a window of days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from plan_data.deadlines import Bound, Move, Occurrence, RecordedEvent, Window
from plan_data.event_rules import OnDirection
from plan_data.periods import window_of
from plan_data.plan import Deadline, Plan, Plans, Rule, Task
from plan_data.workdays import CalendarYearMissing, WorkCalendar


def schedule(
    plans: Plans,
    window: Window,
    calendar: WorkCalendar,
    events: Iterable[RecordedEvent] = (),
    moves: Mapping[str, Move] | None = None,
) -> list[Deadline]:
    """Every deadline whose named day lies in the window, by day and code.

    Standing duties begin with the day the plan was issued. `moves` are set or moved dates by deadline key; a
    deadline lies where it was moved to. The window must lie in years that the calendar knows;
    CalendarYearMissing otherwise.
    """
    for year in range(window.first.year, window.last.year + 1):
        if year not in calendar.years:
            raise CalendarYearMissing(year)
    recorded: dict[str, list[RecordedEvent]] = defaultdict(list)
    for event in events:
        recorded[f"{event.plan}/{event.task}/{event.rule}"].append(event)
    moved: dict[str, dict[str, Move]] = defaultdict(dict)
    for key, move in (moves or {}).items():
        name, _, period = key.rpartition("/")
        moved[name][period] = move
    found = [
        deadline
        for plan in plans.all
        for task in plan.tasks
        for rule in task.rules
        for name in [f"{plan.id}/{task.code}/{rule.id}"]
        for deadline in _deadlines(plan, task, rule, window, calendar, recorded.get(name, []), moved.get(name, {}))
    ]
    return sorted(
        found, key=lambda each: (each.last_day, each.plan.id, order_of(each.task.code), each.rule.id, each.period)
    )


def order_of(code: str) -> tuple[int, int]:
    """Sorting key of a task code in the document's order: B, then I … VIII, then the number."""
    section, _, number = code.rpartition(".")
    numerals = ("B", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    return (numerals.index(section) if section in numerals else len(numerals), int(number))


def _deadlines(
    plan: Plan,
    task: Task,
    rule: Rule,
    window: Window,
    calendar: WorkCalendar,
    events: list[RecordedEvent],
    moves: Mapping[str, Move],
) -> Iterator[Deadline]:
    """The deadlines of one rule; the calendar is asked only about those that lie in the window."""
    for found in _occurrences(plan, rule, window, calendar, events, moves).values():
        move = moves.get(found.period)
        if (move.day if move else found.named_day) not in window:
            continue
        if rule.standing and found.named_day < plan.issued:
            continue
        if isinstance(rule, OnDirection):
            yield replace(_deadline(plan, task, rule, found, calendar), document=move.document if move else "")
        else:
            deadline = _deadline(plan, task, rule, found, calendar)
            yield moved_to(deadline, move, calendar) if move else deadline


def _occurrences(
    plan: Plan,
    rule: Rule,
    window: Window,
    calendar: WorkCalendar,
    events: list[RecordedEvent],
    moves: Mapping[str, Move],
) -> dict[str, Occurrence]:
    """By period: what the rule yields for the window, and for each period that was moved into the window.

    A rule "by direction" has no date of its own: what it has is what was set, for the period that was named.
    """
    into = {period: move for period, move in moves.items() if move.day in window}
    if isinstance(rule, OnDirection):
        return {period: Occurrence(period, plan.issued, move.day, Bound.BY) for period, move in into.items()}
    found = {each.period: each for each in rule.occurrences(plan.year, window, calendar, events)}
    for period in into.keys() - found.keys():
        around = window_of(period) or Window(window.first, calendar.last_day)
        found |= {each.period: each for each in rule.occurrences(plan.year, around, calendar, events)}
    return found


def _deadline(plan: Plan, task: Task, rule: Rule, found: Occurrence, calendar: WorkCalendar) -> Deadline:
    last_day = found.bound.last_day(found.named_day)
    last_working_day = calendar.working_day_on_or_before(last_day)
    return Deadline(
        plan=plan,
        task=task,
        rule=rule,
        period=found.period,
        opens=min(found.opens, last_working_day),
        named_day=found.named_day,
        bound=found.bound,
        last_day=last_day,
        last_working_day=last_working_day,
        target=found.target,
        due_at=found.due_at,
        event=found.event.id if found.event else None,
        started=found.event.recorded if found.event else None,
        about=found.event.description if found.event else "",
    )


def moved_to(deadline: Deadline, move: Move, calendar: WorkCalendar) -> Deadline:
    """The deadline on its new day; the day in the document stays visible as `original_day`."""
    last_working_day = calendar.working_day_on_or_before(move.day)
    return replace(
        deadline,
        opens=min(deadline.opens, last_working_day),
        named_day=move.day,
        bound=Bound.BY,
        last_day=move.day,
        last_working_day=last_working_day,
        due_at=None,
        original_day=deadline.original_day or deadline.named_day,
        document=move.document,
    )
