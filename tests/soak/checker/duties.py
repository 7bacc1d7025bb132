"""What the plan asks for and when, read anew from its file by slow and obvious means: no code of the engine.

The reading, in words: a named day may be "before" (the day before is the last), "by" or "on". Reminders aim at the
last working day until the last day. Days counted from an event that end on a day off end on the next working day.
"""

import calendar
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.soak.checker.days import (
    HERE,
    ONE_DAY,
    first_working_day_from,
    is_working_day,
    last_working_day_until,
    working_days_from,
    working_hours_after,
)

Table = dict[str, Any]
LAST_MONTH = {"Q1": 3, "Q2": 6, "H1": 6, "Q3": 9, "Q4": 12, "H2": 12, "Y": 12}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONCE = ("fixed", "milestones", "on_direction")
_WEEKLY = ("weekly", "biweekly")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, eq=False)  # one is itself: its rule is a table, which nothing can hash
class Duty:
    """One deadline as it stands from `since` until `until`."""

    plan: str
    code: str
    rule: Table
    period: str
    title: str
    leads: tuple[str, ...]
    opens: date
    last_day: date
    since: datetime
    until: datetime
    due_at: datetime | None = None
    started: datetime | None = None
    about: str = ""
    before_tracking: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Plan, task, rule and period."""
        return self.plan, self.code, self.rule["id"], self.period

    @property
    def aim(self) -> date:
        """The working day that reminders aim at."""
        return last_working_day_until(self.last_day)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.last_day < now.astimezone(HERE).date() or (self.due_at is not None and self.due_at < now)


@dataclass(frozen=True)
class Event:
    """Something that happened, as the database has it."""

    number: int
    code: str
    rule: str
    happened: datetime
    recorded: datetime
    expires: date | None
    about: str


class PlanOfYear:
    """A plan file, in force from one moment to another."""

    def __init__(self, file: Path, since: datetime, until: datetime) -> None:
        self.raw = tomllib.loads(file.read_text(encoding="utf-8"))
        self.id: str = self.raw["plan"]["id"]
        self.year: int = self.raw["plan"]["year"]
        self.issued: date = self.raw["plan"]["issued"]
        self.since, self.until = since, until

    def rules(self) -> Iterator[tuple[Table, Table]]:
        """Every task with each of its rules."""
        for task in self.raw["task"]:
            for rule in task["rules"]:
                yield task, rule

    def duties(self, events: Iterable[Event]) -> list[Duty]:
        """Every deadline of the plan's year that the bot must know, as the plan alone gives it."""
        known = list(events)
        return [duty for task, rule in self.rules() for duty in self._of_rule(task, rule, known)]

    def _of_rule(self, task: Table, rule: Table, events: list[Event]) -> Iterator[Duty]:
        first_seen = self.since.astimezone(HERE).date()
        standing = rule["kind"] in ("monthly", "period_end", *_WEEKLY) or (
            rule["kind"] == "within" and "only" not in rule
        )
        for period, opens, day, bound, target in self._dates(rule):
            last_day = day - ONE_DAY if bound == "before" else day
            if standing and day < self.issued:
                continue
            if standing and last_day < (first_seen if rule["kind"] in _WEEKLY else first_seen.replace(day=1)):
                continue
            yield self._duty(task, rule, period, opens, last_day, target, last_day < first_seen)
        for event in events:
            if (event.code, event.rule) == (task["code"], rule["id"]) and self.since <= event.recorded < self.until:
                yield from self._of_event(task, rule, event)

    def _duty(
        self, task: Table, rule: Table, period: str, opens: date, last_day: date, target: str, over: bool
    ) -> Duty:
        return Duty(
            plan=self.id,
            code=task["code"],
            rule=rule,
            period=period,
            title=title_of(rule, period, target),
            leads=tuple(rule.get("lead") or task["lead"]),
            opens=min(opens, last_working_day_until(last_day)),
            last_day=last_day,
            since=self.since,
            until=self.until,
            before_tracking=over,
        )

    def _of_event(self, task: Table, rule: Table, event: Event) -> Iterator[Duty]:
        day, due_at = event.happened.astimezone(HERE).date(), None
        if rule["kind"] == "before_expiry":
            if event.expires is None:
                return
            back = timedelta(days=rule["count"])
            last_day = event.expires - back if rule["unit"] == "days" else event.expires
            if rule["unit"] == "working_days":
                last_day = working_days_from(event.expires, -rule["count"])
        elif rule["unit"] == "working_days":
            last_day = working_days_from(day, rule["count"])
        elif rule["unit"] == "days":
            last_day = first_working_day_from(day + timedelta(days=rule["count"]))
        else:
            due_at = working_hours_after(event.happened, rule["count"])
            last_day = due_at.date()
        duty = self._duty(task, rule, f"event-{event.number}", min(day, last_day), last_day, "", False)
        title = f"{rule['label']}: {event.about}"
        yield replace(
            duty, title=title, since=event.recorded, started=event.recorded, due_at=due_at, about=event.about
        )

    def _dates(self, rule: Table) -> Iterator[tuple[str, date, date, str, str]]:
        """Period, first day, named day, bound and target of each occurrence, in the plan's year and in the next."""
        yield from self._dates_in(rule, self.year)
        if rule["kind"] not in ("fixed", "milestones") and "only" not in rule:
            yield from (each for each in self._dates_in(rule, self.year + 1) if each[2] < date(self.year + 1, 5, 31))

    def _dates_in(self, rule: Table, year: int) -> Iterator[tuple[str, date, date, str, str]]:
        match rule["kind"]:
            case "fixed":
                yield str(year), date(year, 1, 1), rule["day"], rule["bound"], ""
            case "milestones":
                for point in rule["points"]:
                    yield str(point["day"]), date(year, 1, 1), point["day"], point["bound"], point["target"]
            case "within":
                for period, first, last in _periods(rule["unit"], year):
                    if rule.get("only", period) == period:
                        yield period, first, last, "by", ""
            case "monthly":
                for period, first, last in _periods("month", year):
                    yield period, first, first.replace(day=min(rule["day"], last.day)), rule["bound"], ""
            case "period_end":
                for name in rule["periods"]:
                    day = date(year, LAST_MONTH[name], rule["day"])
                    period = str(year) if name == "Y" else f"{year}-{name}"
                    yield period, date(year, day.month - 2, 1), day, rule["bound"], ""
            case "weekly":
                yield from _weeks(year, WEEKDAYS.index(rule["weekday"]))
            case "biweekly":
                day = rule["anchor"]
                while day < date(year + 1, 1, 1):
                    if day >= date(year, 1, 1):
                        yield _week(day), day - timedelta(days=13), day, "by", ""
                    day += timedelta(days=14)


def _weeks(year: int, weekday: int) -> Iterator[tuple[str, date, date, str, str]]:
    """The weekday of each week, or the first working day of the week when that comes later."""
    day = date(year, 1, 1)
    monday = day - timedelta(days=day.weekday())
    while monday <= date(year, 12, 31):
        worked = [each for each in (monday + timedelta(days=n) for n in range(7)) if is_working_day(each)]
        if worked:
            last = max(monday + timedelta(days=weekday), worked[0])
            if last.year == year:
                yield _week(monday), monday, last, "by", ""
        monday += timedelta(days=7)


def _week(day: date) -> str:
    return f"{day.isocalendar().year}-W{day.isocalendar().week:02}"


def _periods(unit: str, year: int) -> Iterator[tuple[str, date, date]]:
    months = _MONTHS[unit]
    letter = {"month": "{:02}", "quarter": "Q{}", "half": "H{}", "year": ""}[unit]
    for number in range(12 // months):
        first, end = date(year, number * months + 1, 1), number * months + months
        last = date(year, end, calendar.monthrange(year, end)[1])
        yield f"{year}-{letter.format(number + 1)}".rstrip("-"), first, last


def title_of(rule: Table, period: str, target: str) -> str:
    """What the messages call it."""
    label: str = rule["label"]
    if target:
        return f"{label} ({target})"
    if rule["kind"] in _ONCE or "only" in rule:
        return label
    return f"{label} {period_words(period)}"


def period_words(period: str) -> str:
    """A period as people say it."""
    year, _, part = period.partition("-")
    if not part:
        return f"năm {year}"
    if part[0] == "Q":
        return f"quý {('I', 'II', 'III', 'IV')[int(part[1]) - 1]}/{year}"
    if part[0] == "H":
        return f"6 tháng {('đầu', 'cuối')[int(part[1]) - 1]} năm {year}"
    return f"tuần {int(part[1:])}/{year}" if part[0] == "W" else f"tháng {int(part)}/{year}"
