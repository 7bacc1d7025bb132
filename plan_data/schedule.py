"""From rules to deadlines: what the plan asks for in a window of days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from plan_data.deadlines import Bound, Move, Occurrence, RecordedEvent, Window
from plan_data.event_rules import AfterEvent, BeforeExpiry, OnDirection
from plan_data.plan import Deadline, Plan, Plans, Rule, Task
from plan_data.workdays import WorkCalendar


def schedule(
    plans: Plans,
    window: Window,
    calendar: WorkCalendar,
    events: Iterable[RecordedEvent] = (),
    moves: Mapping[str, Move] | None = None,
) -> list[Deadline]:
    """Every deadline whose named day lies in the window, by day and code.

    Standing duties begin with the day the plan was issued. `moves` are set or moved dates by deadline key.
    The window must lie in years that the calendar knows; CalendarYearMissing otherwise.
    """
    moved, recorded = moves or {}, list(events)
    found = [
        deadline
        for plan in plans.all
        for task in plan.tasks
        for rule in task.rules
        for deadline in _deadlines(plan, task, rule, window, calendar, recorded, moved)
        if deadline.named_day in window
    ]
    return sorted(found, key=lambda each: (each.last_day, each.plan.id, order_of(each.task.code), each.rule.id))


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
    own: list[RecordedEvent] = []
    if isinstance(rule, AfterEvent | BeforeExpiry):
        own = [each for each in events if (each.plan, each.task, each.rule) == (plan.id, task.code, rule.id)]
    for occurrence in rule.occurrences(plan.year, window, calendar, own):
        if rule.standing and occurrence.named_day < plan.issued:
            continue
        deadline = _deadline(plan, task, rule, occurrence, calendar)
        move = moves.get(deadline.key)
        yield moved_to(deadline, move, calendar) if move else deadline
    if isinstance(rule, OnDirection):
        yield from _set_by_direction(plan, task, rule, calendar, moves)


def _deadline(plan: Plan, task: Task, rule: Rule, found: Occurrence, calendar: WorkCalendar) -> Deadline:
    last_day = found.bound.last_day(found.named_day)
    return Deadline(
        plan=plan,
        task=task,
        rule=rule,
        period=found.period,
        opens=found.opens,
        named_day=found.named_day,
        bound=found.bound,
        last_day=last_day,
        last_working_day=calendar.working_day_on_or_before(last_day),
        target=found.target,
        due_at=found.due_at,
        event=found.event,
    )


def _set_by_direction(
    plan: Plan, task: Task, rule: OnDirection, calendar: WorkCalendar, moves: Mapping[str, Move]
) -> Iterator[Deadline]:
    """The date that somebody set for a rule that has none of its own; its period is the year of that date."""
    prefix = f"{plan.id}/{task.code}/{rule.id}/"
    for key, move in moves.items():
        if key.startswith(prefix):
            occurrence = Occurrence(key.removeprefix(prefix), plan.issued, move.day, Bound.BY)
            yield replace(_deadline(plan, task, rule, occurrence, calendar), document=move.document)


def moved_to(deadline: Deadline, move: Move, calendar: WorkCalendar) -> Deadline:
    """The deadline on its new day; the day in the document stays visible as `original_day`."""
    return replace(
        deadline,
        named_day=move.day,
        bound=Bound.BY,
        last_day=move.day,
        last_working_day=calendar.working_day_on_or_before(move.day),
        due_at=None,
        original_day=deadline.original_day or deadline.named_day,
        document=move.document,
    )
