"""What the commands of the command line share: settings that keep their secrets, and the clock."""

from typing import Annotated

import typer

from bot.clock import Clock, clock_from, read_moment, real_clock
from bot.redaction import set_up_logging
from bot.settings import Settings, read_settings
from plan_data.office import Office

Now = Annotated[str | None, typer.Option("--now", help="Diễn tập: bắt đầu từ thời điểm này, ví dụ 2023-06-16T07:29.")]


def configured() -> Settings:
    """The settings; from here on the log keeps their secrets to itself. Raises BadSettings."""
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    return settings


def clock_at(now: str | None, office: Office) -> Clock:
    """The machine's clock, or one that starts at `now`, which must lie in a year that the calendar knows."""
    if now is None:
        return real_clock
    moment = read_moment(now)
    office.calendar.is_working_day(moment.date())  # raises CalendarYearMissing
    return clock_from(moment)
