"""The only reader of the machine's clock. A clock is a function without arguments that gives an aware time."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.mistakes import BadArgument
from plan_data.workdays import ZONE

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """The machine's time, in Vietnam."""
    return datetime.now(ZONE)


def clock_from(start: datetime) -> Clock:
    """A clock that shows `start` now and runs at normal speed: for training, rehearsals and tests."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def read_moment(text: str) -> datetime:
    """Read "2023-06-16T07:29" as local time, a day alone as its midnight. Raises BadArgument."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadArgument(f"Thời điểm “{text}” không đọc được; mẫu đúng: 2023-06-16T07:29.") from None
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def read_day(text: str) -> date:
    """Read "2023-06-16", or "16/6/2023" as it is written in documents. Raises BadArgument."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).replace(tzinfo=ZONE).date()
    raise BadArgument(f"Ngày “{text}” không đọc được; mẫu đúng: 2023-06-16.")


class SteppingClock:
    """A simulated clock that stands still until it is told to step."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The simulated time."""
        return self.now

    def step(self, by: timedelta) -> datetime:
        """Move on, and give the new time."""
        self.now += by
        return self.now
