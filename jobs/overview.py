"""How the office stands, collected once for every picture and page that shows it."""

from collections import defaultdict
from datetime import date, datetime

from sqlmodel import Session

from jobs.board import Selection
from jobs.case_stats import against_the_lines
from jobs.digest import holders
from plan_data.office import Office
from plan_data.periods import month_key, span_of
from plan_data.plan import Deadline, Section
from plan_data.schedule import order_of
from plan_data.workdays import ZONE
from records import deadlines
from records.completions import current_of
from records.deadlines import Item
from records.figures import State, Tally, counted, state_of, tally, tally_by_rule
from records.people import Roster
from wording.sheets import Day, Overview, Part, Quiet, Row, Why


def overview(
    session: Session, office: Office, people: Roster, selection: Selection, now: datetime, *, with_cases: bool = False
) -> Overview:
    """Everything counted of the selection, section by section, and the days of its month or of the present one.

    `with_cases`: cases too, of the same month or of the present year.
    """
    found = counted(session, office.plans, now, selection.scope)
    today = now.astimezone(ZONE).date()
    month = selection.month or today.replace(day=1)
    period = month_key(month) if selection.month else str(today.year)
    return Overview(
        office=office.plans.all[0].office,
        name=selection.name,
        at=now,
        numbers=tally(session, now, selection.scope),
        parts=_parts(session, office, people, selection, found, now),
        month=month,
        days=_days(session, office, selection, month, now),
        cases=against_the_lines(session, office, people, period, now) if with_cases else (),
    )


def by_section(session: Session, office: Office, selection: Selection, now: datetime) -> defaultdict[str, Tally]:
    """The four numbers of each section of the selection that has something to count."""
    numbers: defaultdict[str, Tally] = defaultdict(Tally)
    for (plan, task, _), each in tally_by_rule(session, now, selection.scope).items():
        if (known := office.plans.by_id.get(plan)) and task in known.by_code:
            numbers[known.by_code[task].section] += each
    return numbers


def _parts(
    session: Session, office: Office, people: Roster, selection: Selection, found: list[Item], now: datetime
) -> list[Part]:
    """Sections that have something to count, in the order of the plans."""
    numbers = by_section(session, office, selection, now)
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    current = current_of(session, [item.deadline.id for item in found])
    for item in sorted(found, key=lambda item: order_of(item.deadline.task.code)):
        deadline, done = item.deadline, current.get(item.deadline.id, [])
        row = Row(
            deadline,
            holders(office, people, deadline.lead),
            state_of(item, now),
            item.done_on,
            documents=", ".join(dict.fromkeys(each.document for each in done if each.document)),
            recorded_by=", ".join(dict.fromkeys(people.name_of(each.recorded_by) for each in done)),
        )
        rows[deadline.task.section].append(row)
    quiet = _quiet(session, office, people, selection, found)
    return [
        Part(section, numbers[section.code], rows[section.code], quiet[section.code])
        for section in sections(office)
        if numbers[section.code].total or quiet[section.code]
    ]


def sections(office: Office) -> list[Section]:
    """Each section once, under the title of the first plan that has it."""
    titles: dict[str, Section] = {}
    for plan in office.plans.all:
        for section in plan.sections:
            titles.setdefault(section.code, section)
    return list(titles.values())


def _quiet(
    session: Session, office: Office, people: Roster, selection: Selection, found: list[Item]
) -> defaultdict[str, list[Quiet]]:
    """By section, the tasks that the selection names and of which nothing is counted; none for a month."""
    counted_tasks = {_task_of(item) for item in found}
    past = {_task_of(item) for item in deadlines.over_before_tracking(session, office.plans)}
    quiet: defaultdict[str, list[Quiet]] = defaultdict(list)
    for plan, task in office.plans.tasks() if selection.scope.first is None else ():
        rules = [rule for rule in task.rules if selection.covers((plan.id, task.code, rule.id))]
        if rules and (plan.id, task.code) not in counted_tasks:
            is_past = (plan.id, task.code) in past
            is_continuous = all(rule.kind == "continuous" for rule in rules)
            why: Why = "before_tracking" if is_past else "continuous" if is_continuous else "not_begun"
            quiet[task.section].append(Quiet(task, holders(office, people, task.lead), why))
    return quiet


def _task_of(item: Item) -> tuple[str, str]:
    return item.deadline.plan.id, item.deadline.task.code


def _days(session: Session, office: Office, selection: Selection, month: date, now: datetime) -> list[Day]:
    _, last = span_of(month_key(month))
    ends: defaultdict[date, list[tuple[Deadline, State | None]]] = defaultdict(list)
    for item in deadlines.between(session, office.plans, month, last):
        deadline = item.deadline
        key = (deadline.plan.id, deadline.task.code, deadline.rule.id)
        if deadline.rule.kind != "continuous" and selection.covers(key):
            ends[deadline.last_day].append((deadline, _shown_state(item, now)))
    return [
        Day(day, day.year in office.calendar.years and office.calendar.is_working_day(day), ends[day])
        for day in (month.replace(day=number) for number in range(1, last.day + 1))
    ]


def _shown_state(item: Item, now: datetime) -> State | None:
    """None for what the four numbers do not count: not begun, or over before the bot knew of it."""
    begun = item.deadline.opens <= now.astimezone(ZONE).date()
    return state_of(item, now) if begun and not item.before_tracking else None
