"""Spans of days as people write them: "12/6 - 16/6", "12-16/6", "từ mai đến 16/6", "12/6"."""

import re
from datetime import date, timedelta

_TO = r"\s*(?:-|–|—|\bđến\b|\bden\b|\btới\b|\btoi\b)\s*(?:(?:hết|het|ngày|ngay)\s+)*"
_DAY = r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?"
_SPAN = re.compile(rf"(?<![\d/])(\d{{1,2}})(?:/(\d{{1,2}})(?:/(\d{{4}}))?)?{_TO}{_DAY}(?![\d/])", re.IGNORECASE)
_SINGLE = re.compile(rf"(?<![\d/]){_DAY}(?![\d/])")
_TODAY = re.compile(r"\b(?:hôm nay|hom nay)\b", re.IGNORECASE)
_TOMORROW = re.compile(r"\b(?:(?:ngày|ngay)\s+)?mai\b", re.IGNORECASE)
_DOTTED = re.compile(r"(?<=\d)\.(?=\d)")
_JUST_PAST = timedelta(days=60)


def span_in(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that the text names; None when it names no real days."""
    plain = _DOTTED.sub("/", text)
    plain = _TODAY.sub(f"{today:%d/%m/%Y}", plain)
    plain = _TOMORROW.sub(f"{today + timedelta(days=1):%d/%m/%Y}", plain)
    if found := _SPAN.search(plain):
        last = _nearest(found[4], found[5], found[6], today)
        return None if last is None else _span(found[1], found[2] or found[5], found[3], last)
    if found := _SINGLE.search(plain):
        day = _nearest(found[1], found[2], found[3], today)
        return None if day is None else (day, day)
    return None


def _span(day: str, month: str, year: str | None, last: date) -> tuple[date, date] | None:
    """Without a year, the first day is the latest one that is not after the last."""
    years = [int(year)] if year else [last.year, last.year - 1]
    days = [found for each in years if (found := _real(each, month, day))]
    first = next((each for each in days if each <= last), days[0] if year and days else None)
    return None if first is None else (first, last)


def _nearest(day: str, month: str, year: str | None, today: date) -> date | None:
    """Without a year: the day that has just passed, or else the next one."""
    if year:
        return _real(int(year), month, day)
    days = [found for each in (today.year - 1, today.year, today.year + 1) if (found := _real(each, month, day))]
    return next((each for each in days if each >= today - _JUST_PAST), None)


def _real(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
