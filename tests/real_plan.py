"""Deadlines of the real plan as values, for tests of words: no database."""

from dataclasses import replace
from datetime import date, datetime

from plan_data.deadlines import RecordedEvent, Window
from plan_data.loading import load
from plan_data.office import Office
from plan_data.plan import Deadline
from plan_data.policy import load_policy
from plan_data.schedule import schedule
from plan_data.workdays import EIGHT_HOURS
from records.deadlines import Item
from tests.builders import CALENDAR, day, moment

PLANS = load(["2023-phuoc-hai"])[0]
OFFICE = Office(PLANS, CALENDAR, load_policy(EIGHT_HOURS))
_YEAR = Window(date(2023, 4, 25), date(2024, 1, 31))
_DATED = schedule(PLANS, _YEAR, CALENDAR)


def deadline(code: str, period: str, rule: str = "", number: int = 1) -> Deadline:
    """The deadline of that code and period; of a task with several rules, of that rule."""
    found = [
        each for each in _DATED if (each.task.code, each.period) == (code, period) and rule in ("", each.rule.id)
    ]
    assert len(found) == 1, found
    return replace(found[0], id=number)


def event_deadline(code: str, rule: str, happened: str, about: str, expires: str = "", number: int = 1) -> Deadline:
    """The deadline that an event starts."""
    when = moment(happened)
    event = RecordedEvent(7, "2023-phuoc-hai", code, rule, when, when, day(expires) if expires else None, about)
    found = [each for each in schedule(PLANS, _YEAR, CALENDAR, [event]) if each.event == 7]
    return replace(found[0], id=number)


def sign_of_life(code: str, on: str, number: int = 1) -> Deadline:
    """The record of a day of a continuous task."""
    plan, task = next((plan, task) for plan, task in PLANS.tasks() if task.code == code)
    rule = next(rule for rule in task.rules if rule.kind == "continuous")
    some, today = deadline("V.4", "2023"), day(on)
    return replace(
        some,
        plan=plan,
        task=task,
        rule=rule,
        period=today.isoformat(),
        opens=today,
        named_day=today,
        last_day=today,
        last_working_day=today,
        id=number,
    )


def item(of: Deadline, done_on: str = "", *, late: bool = False) -> Item:
    """The deadline with its outcome."""
    return Item(of, moment("01/06/2023 07:00"), day(done_on) if done_on else None, done_late=late)


def at(when: str) -> datetime:
    """A moment of June 2023: "15 09:00"."""
    number, clock = when.split(" ")
    return moment(f"{number}/06/2023 {clock}")
