"""The kinds of deadline rules whose dates the calendar alone gives.

Each rule is a frozen value read from the plan file; `occurrences` is a pure function of the rule, the plan's
year, a window of days, the calendar and the recorded events. Rules that start from an event are in
`event_rules.py`. A fixed rule belongs to the plan's year; a standing rule runs in any year.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from plan_data.deadlines import Bound, Occurrence, RecordedEvent, Window
from plan_data.periods import PERIOD_END_MONTHS, Unit, month_key, span_of, spans, unit_of, week_key
from plan_data.workdays import Day, WorkCalendar

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Entry(BaseModel):
    """A value of a data file: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleFields(Entry):
    """What every rule carries. `lead` replaces the task's own lead roles where the document says so.

    `each`: every person of the lead roles owes a share. `closing_list`: the day after the last day, the group
    sees who has done it and who has not. `monthly_picture`: on the day itself the clerk gets the month's figures.
    `draft`: on the morning of the last working day the clerk gets the office's report of that kind, drafted.
    """

    id: Slug
    label: Text
    lead: tuple[Slug, ...] = ()
    each: bool = False
    closing_list: bool = False
    monthly_picture: bool = False
    draft: Literal["cchc", "tthc"] | None = None

    @model_validator(mode="after")
    def _list_of_shares(self) -> Self:
        if self.closing_list and not self.each:
            raise ValueError("closing_list chỉ dùng cho việc từng người phải làm (each = true).")
        return self


class FixedDay(RuleFields):
    """One named day of the document."""

    kind: Literal["fixed"]
    day: Day
    bound: Bound
    standing: ClassVar[bool] = False

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """That day, for the period of the plan's year."""
        yield Occurrence(str(year), date(year, 1, 1), self.day, self.bound)


class Milestone(Entry):
    """One named day with what must be reached by then."""

    day: Day
    bound: Bound
    target: Text


class Milestones(RuleFields):
    """Several named days, each with a target of its own; a milestone's period is its day."""

    kind: Literal["milestones"]
    points: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    standing: ClassVar[bool] = False

    @field_validator("points")
    @classmethod
    def _one_a_day(cls, points: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
        if len({point.day for point in points}) < len(points):
            raise ValueError("hai mốc trùng ngày nhau.")
        return points

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Every milestone."""
        for point in self.points:
            yield Occurrence(point.day.isoformat(), date(year, 1, 1), point.day, point.bound, point.target)


class WithinPeriod(RuleFields):
    """Said as "trong tháng / quý / năm": any day of the period will do, so its last day is the deadline.

    With `only` (a period key such as "2023-03") it is that one period; without it, every period of the unit.
    """

    kind: Literal["within"]
    unit: Unit
    only: str | None = None

    @model_validator(mode="after")
    def _one_of_its_unit(self) -> "WithinPeriod":
        if self.only is not None and unit_of(self.only) != self.unit:
            raise ValueError(f"kỳ “{self.only}” không khớp với unit = “{self.unit}”.")
        return self

    @property
    def standing(self) -> bool:
        """Whether it recurs in any year."""
        return self.only is None

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """The last day of each period."""
        periods = [(self.only, *span_of(self.only))] if self.only else spans(self.unit, window)
        for key, first, last in periods:
            yield Occurrence(key, first, last, Bound.BY)


class EveryMonth(RuleFields):
    """Every month on day N; a month that is shorter gives its last day."""

    kind: Literal["monthly"]
    day: Annotated[int, Field(ge=1, le=31)]
    bound: Bound
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Day N of every month that the window touches."""
        for _, first, last in spans("month", window):
            yield Occurrence(month_key(first), first, first.replace(day=min(self.day, last.day)), self.bound)


class PeriodEnd(RuleFields):
    """Day N of the last month of each named reporting period (Q1 … Q4, H1, H2, Y)."""

    kind: Literal["period_end"]
    day: Annotated[int, Field(ge=1, le=31)]
    bound: Bound
    periods: Annotated[tuple[Literal["Q1", "Q2", "Q3", "Q4", "H1", "H2", "Y"], ...], Field(min_length=1)]
    standing: ClassVar[bool] = True

    @field_validator("periods")
    @classmethod
    def _one_of_each(cls, periods: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(periods)) < len(periods):
            raise ValueError("hai kỳ trùng nhau.")
        return periods

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Day N, open from the first day of the period's last quarter."""
        for each_year in range(window.first.year, window.last.year + 1):
            for period in self.periods:
                month = PERIOD_END_MONTHS[period]
                day = date(each_year, month, min(self.day, monthrange(each_year, month)[1]))
                key = str(each_year) if period == "Y" else f"{each_year}-{period}"
                yield Occurrence(key, date(each_year, month - 2, 1), day, self.bound)


class EveryWeek(RuleFields):
    """Every week on one weekday.

    When nobody works from Monday up to that weekday, it moves to the first working day of the same week: the
    weekday is the office's choice, not the document's. A week without any working day has no occurrence.
    """

    kind: Literal["weekly"]
    weekday: Weekday
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """The day of every week, where it lies in the window."""
        monday = window.first - timedelta(days=window.first.weekday())
        while monday <= window.last:
            week = [monday + timedelta(days=n) for n in range(7)]
            # the week of New Year may reach into a year that the calendar does not know
            known = (each for each in week if each in window or each.year in calendar.years)
            first_working_day = next((each for each in known if calendar.is_working_day(each)), None)
            if first_working_day is not None:
                day = max(week[_WEEKDAYS.index(self.weekday)], first_working_day)
                if day in window:
                    yield Occurrence(week_key(monday), monday, day, Bound.BY)
            monday += timedelta(days=7)


class EveryTwoWeeks(RuleFields):
    """Every fourteenth day from an anchor day on, the anchor included."""

    kind: Literal["biweekly"]
    anchor: Day
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Every fourteenth day up to the end of the window."""
        missed = max(0, (window.first - self.anchor).days // 14)
        day = self.anchor + timedelta(days=14 * missed)
        while day <= window.last:
            yield Occurrence(week_key(day), day - timedelta(days=13), day, Bound.BY)
            day += timedelta(days=14)
