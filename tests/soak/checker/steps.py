"""When something must be said about a duty, and to whom: the policy file, read in working days by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from tests.soak.checker.days import ONE_DAY, at, first_working_day_from, next_office_moment, working_days_from
from tests.soak.checker.duties import Duty
from tests.soak.checker.staff import Staff
from tests.soak.journal import GROUP

IN_TIME = ("event", "upcoming", "last_day", "last_call")
PRESSING = ("last_day", "last_call", "overdue")  # said however much was said on that day


@dataclass(frozen=True)
class Step:
    """One thing to be said: about what, why, when, and to which audience ("acting", GROUP, "leaders")."""

    duty: Duty
    reason: str
    number: int
    audience: str
    at: datetime


class Policy:
    """How early, how often and to whom."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.morning = time.fromisoformat(raw["morning"])
        self.last_call = time.fromisoformat(raw["last_call"])
        self.late_after = timedelta(minutes=raw["late_after_minutes"])
        self.pushes_a_day: int = raw["pushes_a_day"]
        self.case_hours_left: list[int] = raw["cases"]["hours_left"]
        self.case_late_again: list[int] = raw["cases"]["late_again"]

    def steps(self, duty: Duty) -> list[Step]:
        """Everything that would be said about the duty if it were never done, in order of time.

        Of two steps for one audience at one moment the later in this list says more: it comes in place of the other.
        """
        chosen = {(step.audience, step.at): step for step in self._nagging(duty)}
        found = [*chosen.values(), *self._closing(duty)]
        return sorted((step for step in found if duty.since <= step.at < duty.until), key=lambda step: step.at)

    def _nagging(self, duty: Duty) -> Iterator[Step]:
        kind = self.raw["kinds"].get(duty.rule["kind"])
        if kind is None or duty.before_tracking:
            return
        aim, in_group = duty.aim, kind["group"]
        if duty.due_at is None:
            yield from self._to(duty, "last_day", 0, at(aim, self.morning), in_group)
            yield from self._to(duty, "last_call", 0, at(aim, self.last_call), in_group)
        for days in kind["upcoming"]:
            day = working_days_from(aim, -days)
            if day >= duty.opens:
                yield from self._to(duty, "upcoming", days, at(day, self.morning), in_group)
        if duty.due_at is not None:
            yield from self._to(duty, "overdue", 0, next_office_moment(duty.due_at), False)
        for days in kind["overdue"]:
            when = at(working_days_from(duty.last_day, days), self.morning)
            heard = in_group and days >= self.raw["group_hears_late_after"]
            yield from self._to(duty, "overdue", days, when, heard)
        if kind["escalate_after"]:
            day = working_days_from(duty.last_day, kind["escalate_after"])
            yield Step(duty, "escalated", kind["escalate_after"], "leaders", at(day, self.morning))
        if duty.started is not None:
            yield from self._to(duty, "event", 0, next_office_moment(duty.started), True)

    def _to(self, duty: Duty, reason: str, number: int, when: datetime, in_group: bool) -> Iterator[Step]:
        yield Step(duty, reason, number, "acting", when)
        if in_group:
            yield Step(duty, reason, number, GROUP, when)

    def _closing(self, duty: Duty) -> Iterator[Step]:
        if duty.rule.get("closing_list") and not duty.before_tracking:
            day = first_working_day_from(duty.last_day + ONE_DAY)
            yield Step(duty, "closing_list", 0, GROUP, at(day, self.morning))


def acting(duty: Duty, staff: Staff, when: datetime) -> set[str]:
    """Who must do it; what everybody owes, those who owe it."""
    if duty.rule.get("each"):
        return staff.owing(duty.leads, duty.last_day, when)
    return staff.holders(duty.leads, when)


def hearers(step: Step, staff: Staff, when: datetime) -> set[str]:
    """Who must hear it then: those whom it concerns, or who stands in for them."""
    if step.audience == GROUP:
        return set(staff.groups)
    leaders = step.audience == "leaders"
    people = staff.of_function("leader", when) if leaders else acting(step.duty, staff, when)
    return {_hearer(each, staff, when, people if leaders else None) for each in people}


def _hearer(who: str, staff: Staff, when: datetime, among: set[str] | None) -> str:
    found = staff.stands_in(who, when)
    return found if found and (among is None or found in among) else who
