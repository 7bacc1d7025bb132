"""Understanding what a person means: a task code, a period, a document number, a date, or words of a title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from rapidfuzz import fuzz

from plan_data.plan import Plan, Plans, Task
from plan_data.workdays import ZONE
from wording.message import folded

_CODE = re.compile(r"^\s*([A-Za-z]{1,5})\s?[.\-]\s?(\d{1,3})\b")
_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b")
_TIME = re.compile(r"\b(\d{1,2})(?::|h|g)(\d{2})?\b")
_DOCUMENT = re.compile(
    r"(?:\bsố|\bso|\bSố|\bSo|\bvăn bản|\bvan ban|\bcv|\bCV|\bQĐ|\bKH)\s*:?\s*(\S*\d\S*)", re.IGNORECASE
)
_PERIODS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?:q|quy\s?)([1-4]|i{1,3}|iv)\b(?:[\s/-]*(\d{4}))?"), "Q"),
    (re.compile(r"^(?:h|6\s?thang\s?(?:dau|cuoi)?(?:\s?nam)?\s?)([12])?\b(?:[\s/-]*(\d{4}))?"), "H"),
    (re.compile(r"^(?:t|thang\s?)(1[0-2]|0?[1-9])\b(?:[\s/-]*(\d{4}))?"), "M"),
    (re.compile(r"^(1[0-2]|0?[1-9])/(\d{4})\b"), "M"),
    (re.compile(r"^(\d{4})-(\d{2})\b"), "YM"),
    (re.compile(r"^(?:w|tuan\s?)([1-5]?\d)\b(?:[\s/-]*(\d{4}))?"), "W"),
    (re.compile(r"^(?:nam\s?)?(\d{4})\b"), "Y"),
    (re.compile(r"^nam\b"), "Y"),
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
SURE, UNSURE = 88.0, 55.0


@dataclass(frozen=True, slots=True)
class PeriodWish:
    """The period that a person named, as a pattern on period keys."""

    words: str
    pattern: re.Pattern[str]

    def fits(self, period: str) -> bool:
        """Whether the period is meant."""
        return self.pattern.fullmatch(period) is not None


def take_code(text: str) -> tuple[str, str] | None:
    """A task code at the beginning, in any case ("iii.16"), and the rest; None when there is none."""
    found = _CODE.match(text)
    return (f"{found[1].upper()}.{int(found[2])}", text[found.end() :].strip()) if found else None


def take_number(text: str) -> tuple[int, str] | None:
    """A reference such as "#57" at the beginning, as buttons carry it, and the rest."""
    found = re.match(r"^\s*#(\d{1,9})\b", text)
    return (int(found[1]), text[found.end() :].strip()) if found else None


def take_period(text: str) -> tuple[PeriodWish | None, str]:
    """A period at the beginning ("Q2", "quý II/2023", "tháng 6", "6/2023", "2023"), and the rest as it was typed."""
    flat = _folded_in_place(text)
    for pattern, kind in _PERIODS:
        if found := pattern.match(flat):
            key = _period_pattern(kind, [part or "" for part in found.groups()], flat[: found.end()])
            return PeriodWish(text[: found.end()].strip(), re.compile(key)), text[found.end() :].strip(" ,;")
    return None, text


def _period_pattern(kind: str, parts: Sequence[str], flat: str) -> str:
    first, year = (*parts, "", "")[:2]
    any_year = year or r"\d{4}"
    if kind == "Q":
        quarter = _ROMAN.get(first) or int(first)
        # The report of the fourth quarter is the year's report where a plan asks for one.
        return f"{any_year}-Q{quarter}" + (f"|{any_year}" if quarter == 4 else "")
    if kind == "H":
        return f"{any_year}-H{first or ('2' if 'cuoi' in flat else '1')}"
    if kind == "M":
        return f"{any_year}-{int(first):02}"
    if kind == "YM":
        return f"{first}-{year}"
    if kind == "W":
        return f"{any_year}-W{int(first):02}"
    return first or r"\d{4}"


def _folded_in_place(text: str) -> str:
    """Folded letter by letter, so that positions stay those of the text."""
    return "".join(folded(letter) or " " for letter in text)


def document_in(text: str) -> str:
    """The document number in a note: "số 12/BC-UBND" gives "12/BC-UBND"; empty when there is none."""
    found = _DOCUMENT.search(text)
    return found[1].strip(".,;()") if found else ""


def day_in(text: str, today: date) -> date | None:
    """The first real day in the text ("3/11", "03/11/2023"); without a year, the one nearest to today."""
    for found in _DATE.finditer(text):
        day, month = int(found[1]), int(found[2])
        years = [int(found[3])] if found[3] else [today.year - 1, today.year, today.year + 1]
        days = [each for year in years if (each := _real_day(year, month, day))]
        if days:
            return min(days, key=lambda each: abs((each - today).days))
    return None


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment_in(text: str, now: datetime) -> datetime:
    """The moment that the text names; today and now where it names none. A day without an hour: its morning's end."""
    local = now.astimezone(ZONE)
    day = day_in(text, local.date())
    found = _TIME.search(text)
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return datetime.combine(day or local.date(), time(int(found[1]), int(found[2] or 0)), ZONE)
    if day is None or day == local.date():
        return local
    return datetime.combine(day, time(11, 30), ZONE)


def tasks_of_code(plans: Plans, code: str) -> list[tuple[Plan, Task]]:
    """The tasks with that code: more than one when several plans are active."""
    return [(plan, plan.by_code[code]) for plan in plans.all if code in plan.by_code]


def by_words(words: str, tasks: Iterable[tuple[Plan, Task]]) -> list[tuple[float, Plan, Task]]:
    """Tasks whose title sounds like the words, the best first, with a score up to 100; diacritics do not matter."""
    wanted = folded(words)
    scored = [(_score(wanted, task), plan, task) for plan, task in tasks]
    return sorted((each for each in scored if each[0] >= UNSURE), key=lambda each: -each[0])


def _score(wanted: str, task: Task) -> float:
    names = [task.short, task.title, *(rule.label for rule in task.rules)]
    return max(fuzz.token_set_ratio(wanted, folded(name)) for name in names)
