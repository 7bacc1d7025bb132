"""The working-day calendar of a Vietnamese office.

A working day is not a Saturday, Sunday or public holiday, or it is a make-up day ("ngày làm bù").
Days are local dates (Asia/Ho_Chi_Minh); ranges are inclusive at both ends. Public holidays come from the
`holidays` package; `days_off.toml` wins over it. A counted period does not count the day of the event
(Bộ luật Dân sự 2015, art. 147-148).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plan_data.data_files import IMPOSSIBLE_DAY, read_toml
from plan_data.problems import DataError, Problem, problems_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS_OFF_FILE = Path(__file__).with_name("days_off.toml")
_ONE_DAY = timedelta(days=1)
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)


class CalendarYearMissing(LookupError):
    """A day was asked for whose year has no calendar data. Raised, because a guess would be believed."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"Chưa có lịch ngày nghỉ của năm {year}. Hãy thêm năm {year} vào tệp days_off.toml rồi khởi động lại."
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The office's working intervals of a day, in local time, in order: ((07:00, 11:30), (13:30, 17:00))."""

    intervals: tuple[tuple[time, time], ...]

    @classmethod
    def parse(cls, text: str) -> "OfficeHours":
        """Read "07:00-11:30,13:30-17:00". Raises ValueError with a Vietnamese sentence."""
        intervals = []
        for part in text.replace(" ", "").split(","):
            found = _INTERVAL.fullmatch(part)
            hour, minute, end_hour, end_minute = map(int, found.groups()) if found else (99, 0, 0, 0)
            if max(hour, end_hour) > 23 or max(minute, end_minute) > 59:
                raise ValueError(f"Giờ làm việc “{text}” không đọc được; mẫu đúng: 07:00-11:30,13:30-17:00.")
            intervals.append((time(hour, minute), time(end_hour, end_minute)))
        edges = [edge for interval in intervals for edge in interval]
        if edges != sorted(set(edges)):
            raise ValueError(f"Giờ làm việc “{text}” phải tăng dần, các buổi không chồng hoặc nối liền nhau.")
        return cls(tuple(intervals))

    @property
    def a_day(self) -> timedelta:
        """Working time in one day; the law's day is 8 hours."""
        return sum((_length(interval) for interval in self.intervals), timedelta())

    def covers(self, moment: time) -> bool:
        """Whether `moment` lies in an interval (its start included, its end not)."""
        return any(start <= moment < end for start, end in self.intervals)


EIGHT_HOURS = OfficeHours.parse("07:00-11:30,13:30-17:00")


Year = Annotated[int, Field(ge=2000, le=2100)]
Day = Annotated[date, Field(strict=True)]  # otherwise pydantic would take the number 0 for 1970-01-01


class _Years(BaseModel):
    model_config = ConfigDict(extra="forbid")
    confirmed: Annotated[tuple[Year, ...], Field(min_length=1)]
    provisional: tuple[Year, ...] = ()


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    day: Day
    reason: str = ""


class _DaysOff(BaseModel):
    model_config = ConfigDict(extra="forbid")
    years: _Years
    days_off: tuple[_Entry, ...] = ()
    make_up_days: tuple[_Entry, ...] = ()


class WorkCalendar:
    """Which days the office works, and arithmetic in working days and working hours."""

    def __init__(
        self,
        confirmed: frozenset[int],
        provisional: frozenset[int] = frozenset(),
        days_off: frozenset[date] = frozenset(),
        make_up_days: frozenset[date] = frozenset(),
        hours: OfficeHours = EIGHT_HOURS,
    ) -> None:
        self.years = confirmed | provisional
        self.provisional = provisional
        self.hours = hours
        self._days_off = days_off
        self._make_up_days = make_up_days
        self._public = holidays.country_holidays("VN", years=sorted(self.years))

    @property
    def last_day(self) -> date:
        """The last day that the calendar knows."""
        return date(max(self.years), 12, 31)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on `day`. Raises CalendarYearMissing outside the known years."""
        if day.year not in self.years:
            raise CalendarYearMissing(day.year)
        if day in self._make_up_days:
            return True
        # is_working_day of the package also knows the make-up Saturdays that it carries.
        return day not in self._days_off and self._public.is_working_day(day)

    def working_day_on_or_before(self, day: date) -> date:
        """The last working day that is not after `day`."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def working_day_on_or_after(self, day: date) -> date:
        """The first working day that is not before `day`."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def plus_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); `day` itself is not counted."""
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_until(self, day: date, target: date) -> int:
        """How many working days lie after `day` up to and including `target`; negative when it is past."""
        if target < day:
            return -self.working_days_until(target, day)
        days = (day + _ONE_DAY * n for n in range(1, (target - day).days + 1))
        return sum(self.is_working_day(each) for each in days)

    def is_office_time(self, moment: datetime) -> bool:
        """Whether the office is at work at `moment` (aware)."""
        local = moment.astimezone(ZONE)
        return self.is_working_day(local.date()) and self.hours.covers(local.time())

    def plus_working_hours(self, moment: datetime, amount: timedelta) -> datetime:
        """`moment` (aware) plus working time; a span that fills the day ends at closing time, not next morning."""
        local, left = moment.astimezone(ZONE), amount
        for start, end in self._intervals_from(local):
            if end - start >= left:
                return start + left
            left -= end - start
        raise AssertionError("the intervals never end")  # pragma: no cover

    def minus_working_hours(self, moment: datetime, amount: timedelta) -> datetime:
        """The last moment from which that much working time is left until `moment` (aware)."""
        stop, left = moment.astimezone(ZONE), amount
        day = stop.date()
        while True:
            if self.is_working_day(day):
                for opening, closing in reversed(self.hours.intervals):
                    start, end = datetime.combine(day, opening, ZONE), datetime.combine(day, closing, ZONE)
                    span = min(end, stop) - start
                    if span >= left:
                        return min(end, stop) - left
                    left -= max(span, timedelta())
            day -= _ONE_DAY

    def working_hours_until(self, moment: datetime, target: datetime) -> timedelta:
        """Working time from `moment` to `target` (both aware); zero when `target` is not later."""
        total, stop = timedelta(), target.astimezone(ZONE)
        for start, end in self._intervals_from(moment.astimezone(ZONE), stop.date()):
            total += max(min(end, stop) - start, timedelta())
        return total

    def _intervals_from(self, local: datetime, last_day: date = date.max) -> Iterator[tuple[datetime, datetime]]:
        """Working intervals from `local` on, the first one cut to begin there, up to `last_day`."""
        day = local.date()
        while day <= last_day:
            if self.is_working_day(day):
                for opening, closing in self.hours.intervals:
                    start = max(datetime.combine(day, opening, ZONE), local)
                    end = datetime.combine(day, closing, ZONE)
                    if start < end:
                        yield start, end
            day += _ONE_DAY


def load_calendar(file: Path = DAYS_OFF_FILE, hours: OfficeHours = EIGHT_HOURS) -> WorkCalendar:
    """Read the override file. Raises DataError with every mistake in it."""
    raw, problems = read_toml(file, "không mở được tệp ngày nghỉ.")
    if raw is None:
        raise DataError(problems)
    try:
        data = _DaysOff.model_validate(raw)
    except ValidationError as error:
        raise DataError([*problems, *problems_of(error, file.name, "", raw)]) from None
    problems += _contradictions(data, file.name)
    if problems:
        raise DataError(problems)
    return WorkCalendar(
        frozenset(data.years.confirmed),
        frozenset(data.years.provisional),
        frozenset(entry.day for entry in data.days_off),
        frozenset(entry.day for entry in data.make_up_days),
        hours,
    )


def _contradictions(data: _DaysOff, file: str) -> Iterator[Problem]:
    confirmed, provisional = set(data.years.confirmed), set(data.years.provisional)
    for year in sorted(confirmed & provisional):
        yield Problem(file, "years", f"năm {year} chỉ được nằm trong confirmed hoặc provisional.")
    off, worked = ({entry.day for entry in entries} for entries in (data.days_off, data.make_up_days))
    for name, days in (("days_off", off), ("make_up_days", worked)):
        for day in sorted(day for day in days - {IMPOSSIBLE_DAY} if day.year not in confirmed | provisional):
            yield Problem(file, name, f"ngày {day:%d/%m/%Y} thuộc năm chưa được khai báo trong [years].")
    for day in sorted((off & worked) - {IMPOSSIBLE_DAY}):
        yield Problem(file, "make_up_days", f"ngày {day:%d/%m/%Y} vừa là ngày nghỉ, vừa là ngày làm bù.")


def _length(interval: tuple[time, time]) -> timedelta:
    start, end = (timedelta(hours=edge.hour, minutes=edge.minute) for edge in interval)
    return end - start
