"""Deadlines and what is due about them, for the tests of the decision."""

from collections.abc import Mapping
from datetime import timedelta

from jobs.decide import (
    due_alerts,
)
from plan_data.deadlines import RecordedEvent, Window
from plan_data.plan import Deadline
from plan_data.schedule import schedule
from records.deadlines import Item
from tests.builders import day, moment, rule
from tests.small_office import office


def deadlines(fields: Mapping[str, object], around: str, events: tuple[RecordedEvent, ...] = ()) -> list[Deadline]:
    """What the rule yields within a month of that day."""
    where, middle = office(fields), day(around)
    window = Window(middle - timedelta(days=30), middle + timedelta(days=30))
    return schedule(where.plans, window, where.calendar, events)


def deadline(fields: Mapping[str, object], named: str, events: tuple[RecordedEvent, ...] = ()) -> Deadline:
    """The deadline whose named day that is."""
    (found,) = [each for each in deadlines(fields, named, events) if each.named_day == day(named)]
    return found


def fixed(named: str, bound: str = "by") -> dict[str, object]:
    """A deadline on one day."""
    return rule("fixed", day=day(named), bound=bound)


HOURS = rule("after_event", event="có hồ sơ", count=8, unit="working_hours")
WHERE = office(rule("continuous"))


def due(when: str, each: Item) -> tuple[str, str, str]:
    """Steps to say, steps that are superseded, the next look."""
    decision = due_alerts([each], WHERE, moment(when))
    alerts, superseded = (
        " ".join(dict.fromkeys(step.step for step in steps)) for steps in (decision.alerts, decision.superseded)
    )
    look = decision.next_looks[1]
    return alerts, superseded, f"{look:%d/%m %H:%M}" if look else ""
