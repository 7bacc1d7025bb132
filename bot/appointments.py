"""The hour and day before a text, as in "14:00 25/11 Họp giao ban": when something is to be sent."""

import re
from datetime import date, datetime, time, timedelta

from plan_data.workdays import ZONE
from wording.broadcasts import moment_is_past, moment_too_far, no_such_moment

_PAST = r"(?:\s?(?P<past>[0-5]\d)(?![\d/.-])(?:\s?(?:phút|phut|p)\b)?)?"
_HOUR = rf"(?:(?:lúc|luc)\s+)?(?P<hour>\d{{1,2}})(?::(?P<minute>\d{{2}})|\s?(?:h|g|giờ|gio){_PAST})"
_DAY = r"(?:(?:ngày|ngay)\s+)?(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?(?![\d/])"
_BETWEEN, _AFTER = r"\s*,?\s*", r"(?=[\s:,;.]|$)(?:[ \t]*[:,;.-])?\s*"
_FORMS = [
    re.compile(f"{first}{_BETWEEN}{second}{_AFTER}", re.IGNORECASE)
    for first, second in ((_HOUR, _DAY), (_DAY, _HOUR))
]
_FARTHEST = timedelta(days=366)
_HALF_A_YEAR = timedelta(days=183)


def take_appointment(text: str, now: datetime) -> tuple[datetime | None, str]:
    """The moment at the beginning of the text, and the rest; None when the text does not begin with hour and day.

    A day without a year is this year's; when that was over half a year ago, next year's. Refuses a moment that does
    not exist, is past, or is more than a year ahead.
    """
    found = next((match for form in _FORMS if (match := form.match(text))), None)
    if found is None:
        return None, text
    words = found[0].strip(" \n:,;.-")
    moment = _moment(found, now.astimezone(ZONE).date())
    if moment is None:
        raise no_such_moment(words)
    if moment <= now:
        raise moment_is_past(moment, now)
    if moment - now > _FARTHEST:
        raise moment_too_far(moment, now)
    return moment, text[found.end() :]


def _moment(found: re.Match[str], today: date) -> datetime | None:
    day, month = int(found["day"]), int(found["month"])
    try:
        clock = time(int(found["hour"]), int(found["minute"] or found["past"] or 0))
        if found["year"]:
            return datetime.combine(date(int(found["year"]), month, day), clock, ZONE)
        this_year = date(today.year, month, day)
        next_year = today - this_year > _HALF_A_YEAR
        return datetime.combine(date(today.year + next_year, month, day), clock, ZONE)
    except ValueError:
        return None
