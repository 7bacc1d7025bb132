"""Understanding how people write periods, days and hours: with or without diacritics, in any case.

A text is folded letter by letter, so that positions found in the folded text are positions of the text.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from plan_data.periods import month_key, week_key
from plan_data.workdays import ZONE
from wording.message import folded

_YEAR = r"(?:[\s,/.-]*(?:nam\s*)?(20\d\d))?(?![a-z0-9])"
_END = r"(?![a-z0-9])"
_NOT_A_DOCUMENT = r"(?![\d/.-]*[/-]\s?[a-z])(?![a-z0-9])"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NEVER = re.compile(r"(?!)")
_ANY_YEAR = r"\d{4}"
_BETWEEN = " ,;:.-)\n\t"


@dataclass(frozen=True, slots=True)
class PeriodWish:
    """The period that a person named, as a pattern on period keys; `or_else` is meant where no other fits."""

    words: str
    pattern: re.Pattern[str]
    or_else: re.Pattern[str] = _NEVER

    def choose(self, periods: set[str]) -> set[str]:
        """Those of the periods that are meant."""
        exact = {period for period in periods if self.pattern.fullmatch(period)}
        return exact or {period for period in periods if self.or_else.fullmatch(period)}


def take_period(text: str, today: date) -> tuple[PeriodWish | None, str]:
    """A period at the beginning ("Q2", "quý II/2023", "tháng 6", "tháng này", "6/2023", "2023"), and the rest."""
    text = unicodedata.normalize("NFC", text)
    flat = folded_in_place(text)
    found = _period_at(text, flat, len(flat) - len(flat.lstrip(" ,;:.-(")), today)
    return (found[0], text[found[1] :].strip(_BETWEEN)) if found else (None, text)


def find_period(text: str, today: date) -> tuple[PeriodWish | None, str]:
    """The same anywhere in the text, at the beginning of a word."""
    text = unicodedata.normalize("NFC", text)
    flat = folded_in_place(text)
    for word in re.finditer(r"\S+", flat):
        if found := _period_at(text, flat, word.start(), today):
            rest = f"{text[: word.start()].strip(_BETWEEN)} {text[found[1] :].strip(_BETWEEN)}"
            return found[0], rest.strip()
    return None, text


def _period_at(text: str, flat: str, start: int, today: date) -> tuple[PeriodWish, int] | None:
    for pattern, read in _PERIODS:
        found = pattern.match(flat, start)
        if found and (wish := read(found, text[start : found.end()], today)):
            return wish, found.end()
    return None


def folded_in_place(text: str) -> str:
    """Folded letter by letter: each letter of the text gives one."""
    return "".join((folded(letter) or " ")[0] for letter in text)


Reader = Callable[[re.Match[str], str, date], PeriodWish | None]


def _quarter(found: re.Match[str], words: str, today: date) -> PeriodWish:
    number, year = _ROMAN.get(found[1]) or int(found[1]), found[2] or _ANY_YEAR
    # The report of the fourth quarter is the year's report where a plan asks for one.
    return _wish(words, f"{year}-Q{number}", or_else=year if number == 4 else "")


def _half(found: re.Match[str], words: str, today: date) -> PeriodWish:
    second = found[1] in {"2", "cuoi"}
    year = found[2] or _ANY_YEAR
    return _wish(words, f"{year}-H{2 if second else 1}", or_else=year if second else "")


def _month(found: re.Match[str], words: str, today: date) -> PeriodWish:
    return _wish(words, f"{found[2] or _ANY_YEAR}-{int(found[1]):02}")


def _iso_month(found: re.Match[str], words: str, today: date) -> PeriodWish:
    return _wish(words, f"{found[1]}-{found[2]}")


def _week(found: re.Match[str], words: str, today: date) -> PeriodWish:
    return _wish(words, f"{found[2] or _ANY_YEAR}-W{int(found[1]):02}")


def _year(found: re.Match[str], words: str, today: date) -> PeriodWish:
    return _wish(words, found[1])


def _any_year(found: re.Match[str], words: str, today: date) -> PeriodWish | None:
    """ "năm" alone; without its diacritics it may be the name Nam, which has a capital."""
    return None if "Nam" in words else _wish(words, _ANY_YEAR)


def _this_or_last(found: re.Match[str], words: str, today: date) -> PeriodWish:
    unit, last = found[1], found[2] != "nay"
    if unit == "tuan":
        return _wish(words, week_key(today - timedelta(days=7 * last)))
    if unit == "thang":
        return _wish(words, month_key(today.replace(day=1) - timedelta(days=last)))
    if unit == "nam":
        return _wish(words, str(today.year - last))
    quarter = (today.year * 4 + (today.month - 1) // 3) - last
    return _wish(words, f"{quarter // 4}-Q{quarter % 4 + 1}")


def _wish(words: str, pattern: str, or_else: str = "") -> PeriodWish:
    return PeriodWish(words.strip(" ,;:.-("), re.compile(pattern), re.compile(or_else) if or_else else _NEVER)


_PERIODS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"(?:ky\s+)?(?:{pattern})"), read)
    for pattern, read in (
        (rf"(tuan|thang|qu[yi]|nam)\s+(nay|truoc|ngoai|vua qua){_END}", _this_or_last),
        (rf"q(?:u[yi])?\.?\s*([1-9]|i{{1,3}}|iv){_YEAR}", _quarter),
        (rf"h([12]){_YEAR}", _half),
        (rf"(?:6|sau)\s*thang\s*(dau|cuoi)(?:\s+nam)?{_YEAR}", _half),
        (rf"6\s*(?:thang|t){_END}(?:\s+nam)?()(?:[\s,/.-]*(20\d\d))?{_END}", _half),
        (rf"(?:thang|th|t)\.?\s*(\d{{1,2}}){_YEAR}", _month),
        (rf"(1[0-2]|0?[1-9])[/.-](20\d\d)(?![/.-]?\d){_NOT_A_DOCUMENT}", _month),
        (rf"(20\d\d)-(0[1-9]|1[0-2])(?!-\d){_NOT_A_DOCUMENT}", _iso_month),
        (rf"(?:tuan|w)\.?\s*(\d{{1,2}}){_YEAR}", _week),
        (rf"(?:nam\s*)?(20\d\d)(?![/.-]\d){_NOT_A_DOCUMENT}", _year),
        (r"nam(?=\s*(?:$|[,;.(]|so\s|so$))", _any_year),
    )
)

_DAY_MONTH = r"(?P<day>\d{1,2})\s?/\s?(?P<month>\d{1,2})(?:\s?/\s?(?P<year>\d{4}|\d{2}))?(?![\d/])"
_DAYS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<![\d/.,-]){pattern}")
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"(?<=ngay\s){_DAY_MONTH}",
        r"(?<=ngay\s)(?P<day>\d{1,2})[.-](?P<month>\d{1,2})(?:[.-](?P<year>\d{4}|\d{2}))?(?![\d.-])",
        r"(?P<day>\d{1,2})\s+thang\s+(?P<month>\d{1,2})(?:\s*,?\s*nam\s+(?P<year>\d{4}))?(?!\d)",
        _DAY_MONTH,
        r"(?P<day>\d{1,2})[.-](?P<month>\d{1,2})[.-](?P<year>\d{4})(?!\d)",
    )
)
_NEAR_DAYS = (
    (re.compile(rf"(?<![a-z])(?:hom nay|sang nay|chieu nay|vua xong|vua roi){_END}"), 0),
    (re.compile(rf"(?<![a-z])(?:hom qua|chieu qua|toi qua){_END}"), -1),
    (re.compile(rf"(?<![a-z])hom kia{_END}"), -2),
    (re.compile(rf"(?<![a-z])ngay mai{_END}"), 1),
)
_TIME = re.compile(
    r"(?<![\d/.:,-])(?P<hour>\d{1,2})(?:\s?(?:h|g|gio)\s?(?P<minute>\d{2})?(?:\s?(?:phut|ph|p))?|:(?P<minutes>\d{2}))"
    r"(?![a-z0-9:])(?!\s*(?:lam viec|/))(?:\s*(?P<half>sang|trua|chieu|toi)(?![a-z]))?"
)
Toward = Literal["near", "past", "ahead"]


def day_in(text: str, today: date, toward: Toward = "near") -> date | None:
    """The first real day in the text ("ngày 3/11", "03-11-2023", "3 tháng 11", "hôm qua").

    Without a year it is the one nearest to today, or the nearest that is past or ahead. What is surely a day goes
    before what may be something else, such as "2/3".
    """
    flat = folded_in_place(unicodedata.normalize("NFC", text))
    for pattern in _DAYS:
        for found in pattern.finditer(flat):
            if (day := _day_of(found, today, toward)) is not None:
                return day
    return next((today + timedelta(days=days) for near, days in _NEAR_DAYS if near.search(flat)), None)


def _day_of(found: re.Match[str], today: date, toward: Toward) -> date | None:
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if year:
        return _real_day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    days = [each for n in (-1, 0, 1) if (each := _real_day(today.year + n, month, day))]
    chosen = {
        "near": days,
        "past": [each for each in days if each <= today],
        "ahead": [each for each in days if each >= today],
    }[toward]
    return min(chosen or days, key=lambda each: abs((each - today).days), default=None)


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment_in(text: str, now: datetime) -> datetime:
    """The moment that the text names; today and now where it names none. A day without an hour: its morning's end."""
    local = now.astimezone(ZONE)
    day = day_in(text, local.date())
    for found in _TIME.finditer(folded_in_place(unicodedata.normalize("NFC", text))):
        hour, minute = int(found["hour"]), int(found["minute"] or found["minutes"] or 0)
        if found["half"] in {"chieu", "toi"} and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            return datetime.combine(day or local.date(), time(hour, minute), ZONE)
    if day is None or day == local.date():
        return local
    return datetime.combine(day, time(11, 30), ZONE)
