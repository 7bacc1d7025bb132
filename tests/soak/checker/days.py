"""The office's days, written down by hand: which days of 2023 to the middle of 2025 it works, and its hours.

The days off are those announced for state offices; nothing here comes from the engine's calendar or its package.
"""

from datetime import date, datetime, time, timedelta, timezone

HERE = timezone(timedelta(hours=7))
ONE_DAY = timedelta(days=1)
MORNING, AFTERNOON = (time(7, 0), time(11, 30)), (time(13, 30), time(17, 0))
_OFF = """
    2023-01-02
    2023-01-20 2023-01-23 2023-01-24 2023-01-25 2023-01-26
    2023-05-01 2023-05-02 2023-05-03
    2023-09-01 2023-09-04
    2024-01-01
    2024-02-08 2024-02-09 2024-02-12 2024-02-13 2024-02-14
    2024-04-18 2024-04-29 2024-04-30 2024-05-01
    2024-09-02 2024-09-03
    2025-01-01
    2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-01-31
    2025-04-07 2025-04-30 2025-05-01 2025-05-02
"""
OFF = frozenset(date.fromisoformat(day) for day in _OFF.split())
KNOWN_UNTIL = date(2025, 5, 31)
WORKED_SATURDAYS = frozenset({date(2024, 5, 4), date(2025, 4, 26)})


def is_working_day(day: date) -> bool:
    """Whether the office works."""
    return day in WORKED_SATURDAYS or (day.weekday() < 5 and day not in OFF)


def in_office_hours(moment: datetime) -> bool:
    """Whether the office is open; the hours of rest between are not office hours."""
    local = moment.astimezone(HERE)
    if not is_working_day(local.date()):
        return False
    return any(start <= local.time() < end for start, end in (MORNING, AFTERNOON))


def working_days_from(day: date, count: int) -> date:
    """So many working days after the day, or before it when negative; the day itself does not count."""
    left = abs(count)
    while left:
        day += ONE_DAY if count > 0 else -ONE_DAY
        if is_working_day(day):
            left -= 1
    return day


def last_working_day_until(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def first_working_day_from(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def next_office_moment(moment: datetime) -> datetime:
    """The moment itself when the office is open; else 13:30 of the same day, or the next morning digest."""
    local = moment.astimezone(HERE)
    if in_office_hours(local):
        return local
    day = local.date()
    if is_working_day(day):
        if local.time() < time(7, 30):
            return at(day, time(7, 30))
        if local.time() < time(13, 30):
            return at(day, time(13, 30))
    return at(first_working_day_from(day + ONE_DAY if local.time() >= time(7, 30) else day), time(7, 30))


def working_hours_after(moment: datetime, hours: int) -> datetime:
    """The end of so many working hours, counted minute by minute."""
    start = moment.astimezone(HERE)
    seconds = timedelta(seconds=start.second) if in_office_hours(start) else timedelta()
    minutes, now = hours * 60, start.replace(second=0, microsecond=0)
    while minutes or (seconds and not in_office_hours(now)):
        if in_office_hours(now):
            minutes -= 1
        now += timedelta(minutes=1)
    return now + seconds


def opening_from(moment: datetime) -> datetime:
    """The moment itself when the office is open, else when it opens next."""
    day = moment.astimezone(HERE).date()
    while not in_office_hours(moment):
        openings = [at(day, start) for start, _ in (MORNING, AFTERNOON)] if is_working_day(day) else []
        moment = next((each for each in openings if each > moment), moment)
        day += ONE_DAY
    return moment


def working_hours_before(moment: datetime, hours: int) -> datetime:
    """The beginning of so many working hours that end then."""
    left, day = timedelta(hours=hours), moment.astimezone(HERE).date()
    while True:
        for start, end in (AFTERNOON, MORNING) if is_working_day(day) else ():
            until = min(at(day, end), moment)
            open_for = until - at(day, start)
            if open_for >= left:
                return until - left
            left -= max(open_for, timedelta())
        day -= ONE_DAY


def at(day: date, when: time) -> datetime:
    """That time of that day, here."""
    return datetime.combine(day, when, HERE)
