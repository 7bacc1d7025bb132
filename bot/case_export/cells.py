"""What stands in a cell: a text without what cannot be seen, a moment in the ways that Excel and people write it."""

import re
import unicodedata
from datetime import datetime, time, timedelta

from plan_data.workdays import ZONE

_DAY = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?"
_FORMS = (
    re.compile(rf"{_DAY}(?:[\s,]+{_TIME})?"),
    re.compile(rf"{_TIME}[\s,]+(?:ngày )?{_DAY}"),
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[T\s]+{_TIME})?"),
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = datetime(1899, 12, 30, tzinfo=ZONE).replace(tzinfo=None)
_FIRST, _LAST = 36_526, 73_050  # 2000 to 2099, as Excel numbers days
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})


def clean(text: str) -> str:
    """NFC, single spaces, without what nobody sees."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(letter for letter in composed if unicodedata.category(letter) not in _UNSEEN)


def moment_of(text: str, hour: time) -> datetime | None:
    """The local moment in a cleaned cell; a day alone gets that hour. None when the cell holds something else."""
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text), hour)
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            try:
                at = time(int(parts["hour"]), int(parts["minute"])) if parts["hour"] else hour
                day = datetime(int(parts["year"]), int(parts["month"]), int(parts["day"]), tzinfo=ZONE)
            except ValueError:
                return None
            return datetime.combine(day, at, ZONE) if 2000 <= day.year < 2100 else None
    return None


def _of_serial(number: float, hour: time) -> datetime | None:
    if not _FIRST <= number < _LAST:
        return None
    whole = _EPOCH + timedelta(minutes=round(number * 24 * 60))
    return datetime.combine(whole, hour if number.is_integer() else whole.time(), ZONE)
