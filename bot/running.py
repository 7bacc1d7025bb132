"""A conversation at the keyboard, and the demo."""

import sys

from bot.channels.console import ConsoleChannel
from bot.chat import converse
from bot.clock import Clock, SteppingClock, clock_from
from bot.demo import START, replay
from bot.seats import take_seat
from bot.serving import write
from bot.settings import Settings
from bot.wiring import open_bot
from jobs.timetable import timetable
from plan_data.office import Office
from wording.console import DEMO_BEGINS, DEMO_ENDS, rehearsal

_SHOWN_IN_DEMO = ("Nhóm", "Văn phòng - Thống kê (CCHC)", "Lãnh đạo")


async def rehearse(
    settings: Settings, office: Office, clock: Clock, role: str, *, in_group: bool, simulated: bool
) -> None:
    """Speak with the bot as somebody of that role until the end of input; what falls due meanwhile is said too."""
    bot = open_bot(settings, office, clock, simulated=simulated)
    bot.attach(ConsoleChannel(write, clock, settings.console_file))
    seat = take_seat(bot.engine, office, role, clock())
    _announce_clock(clock, simulated=simulated)
    await bot.start()
    await bot.step()
    scheduler = timetable(bot.step, settings.tick_seconds)
    scheduler.start()
    try:
        await converse(bot, seat, in_group=in_group, prompt=sys.stdin.isatty())
    finally:
        scheduler.shutdown()


async def run_demo(settings: Settings, office: Office, seconds: float) -> None:
    """Replay June 2023 on a fresh database of its own; at a terminal, go on at the prompt as the clerk."""
    database = settings.data_dir / "demo.db"
    for file in settings.data_dir.glob("demo.db*"):
        file.unlink()
    own = settings.model_copy(update={"database_url": f"sqlite:///{database}"})
    clock = SteppingClock(START)
    bot = open_bot(own, office, clock, simulated=True)
    bot.attach(ConsoleChannel(write, clock, shown=lambda chat: chat.startswith(_SHOWN_IN_DEMO)))
    write(DEMO_BEGINS)
    await replay(bot, clock, seconds)
    write(DEMO_ENDS)
    if sys.stdin.isatty():
        await rehearse(own, office, clock_from(clock()), "clerk", in_group=False, simulated=True)


def _announce_clock(clock: Clock, *, simulated: bool) -> None:
    if simulated:
        write(rehearsal(clock()))
