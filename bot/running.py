"""The three ways in which the bot runs: the service, a conversation at the keyboard, and the demo."""

import asyncio
import signal
import sys

from bot.channels.console import ConsoleChannel
from bot.chat import converse
from bot.clock import Clock, SteppingClock, clock_from
from bot.demo import START, replay
from bot.seats import take_seat
from bot.settings import Settings
from bot.wiring import open_bot
from jobs.timetable import timetable
from plan_data.office import Office
from wording.console import DEMO_BEGINS, DEMO_ENDS, rehearsal

_SHOWN_IN_DEMO = ("Nhóm", "Văn phòng - Thống kê (CCHC)", "Lãnh đạo")


async def serve(settings: Settings, office: Office, clock: Clock, *, simulated: bool) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C). Without any token the bot speaks at the console, as the clerk."""
    bot = open_bot(settings, office, clock, simulated=simulated)
    bot.attach(ConsoleChannel(_write, clock, settings.console_file))
    seat = take_seat(bot.engine, office, "clerk", clock())
    _announce_clock(clock, simulated=simulated)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await bot.start()
    scheduler = timetable(bot.step, settings.tick_seconds)
    scheduler.start()
    try:
        if sys.stdin.isatty():
            await _first_of(asyncio.create_task(converse(bot, seat, in_group=False, prompt=True)), stop)
        else:
            await stop.wait()
    finally:
        scheduler.shutdown()


async def rehearse(
    settings: Settings, office: Office, clock: Clock, role: str, *, in_group: bool, simulated: bool
) -> None:
    """Speak with the bot as somebody of that role until the end of input; what falls due meanwhile is said too."""
    bot = open_bot(settings, office, clock, simulated=simulated)
    bot.attach(ConsoleChannel(_write, clock, settings.console_file))
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
    bot.attach(ConsoleChannel(_write, clock, shown=lambda chat: chat.startswith(_SHOWN_IN_DEMO)))
    _write(DEMO_BEGINS)
    await replay(bot, clock, seconds)
    _write(DEMO_ENDS)
    if sys.stdin.isatty():
        await rehearse(own, office, clock_from(clock()), "clerk", in_group=False, simulated=True)


def _announce_clock(clock: Clock, *, simulated: bool) -> None:
    if simulated:
        _write(rehearsal(clock()))


async def _first_of(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait for the end of the conversation or for the signal, whichever comes first."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for each in (task, waiting):
        each.cancel()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
