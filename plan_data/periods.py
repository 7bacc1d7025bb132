"""Period keys: the name of one occurrence of a duty.

`2023` a year · `2023-H1` six months · `2023-Q2` a quarter · `2023-06` a month · `2023-W23` an ISO week ·
`2023-12-15` a milestone · `event-17` a recorded event. What is done is done for one period.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from plan_data.deadlines import Window

Unit = Literal["month", "quarter", "half", "year"]
_MONTHS_IN: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
PERIOD_END_MONTHS = {"Q1": 3, "Q2": 6, "H1": 6, "Q3": 9, "Q4": 12, "H2": 12, "Y": 12}
_KEY = re.compile(r"(?P<year>20[0-9]{2})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?")
_WEEK_KEY = re.compile(r"(?P<year>20[0-9]{2})-W(?P<week>0[1-9]|[1-4][0-9]|5[0-3])")


def month_key(day: date) -> str:
    """The key of the month of `day`, such as "2023-06"."""
    return f"{day:%Y-%m}"


def week_key(day: date) -> str:
    """The key of the ISO week of `day`, such as "2023-W23"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def span_of(key: str) -> tuple[date, date]:
    """First and last day of a month, quarter, half-year or year. Raises ValueError with a Vietnamese sentence."""
    unit, year, number = _read(key)
    length = _MONTHS_IN[unit]
    return _span(year, (number - 1) * length + 1, length)


def unit_of(key: str) -> Unit:
    """Whether the key names a month, quarter, half-year or year. Raises ValueError with a Vietnamese sentence."""
    return _read(key)[0]


def window_of(key: str) -> Window | None:
    """The days of a month, quarter, half-year, year or week; None for the other keys."""
    week = _WEEK_KEY.fullmatch(key)
    try:
        if week:
            monday = date.fromisocalendar(int(week["year"]), int(week["week"]), 1)
            return Window(monday, monday + timedelta(days=6))
        return Window(*span_of(key))
    except ValueError:
        return None


def spans(unit: Unit, window: Window) -> Iterator[tuple[str, date, date]]:
    """Every period of the unit that the window touches: its key, its first day, its last day."""
    length = _MONTHS_IN[unit]
    for year in range(window.first.year, window.last.year + 1):
        for number in range(12 // length):
            first, last = _span(year, number * length + 1, length)
            if first <= window.last and last >= window.first:
                yield _key(unit, year, number + 1), first, last


def _read(key: str) -> tuple[Unit, int, int]:
    found = _KEY.fullmatch(key)
    if not found:
        raise ValueError(f"kỳ “{key}” không đọc được; mẫu đúng: 2023, 2023-H1, 2023-Q2 hoặc 2023-06.")
    units: tuple[Unit, ...] = ("quarter", "half", "month")
    unit: Unit = next((unit for unit in units if found[unit]), "year")
    return unit, int(found["year"]), int(found[unit]) if unit != "year" else 1


def _key(unit: Unit, year: int, number: int) -> str:
    suffix = {"month": f"-{number:02}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}[unit]
    return f"{year}{suffix}"


def _span(year: int, month: int, months: int) -> tuple[date, date]:
    end = month + months - 1
    return date(year, month, 1), date(year, end, monthrange(year, end)[1])
