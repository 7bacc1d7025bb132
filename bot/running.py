"""A conversation at the keyboard, and the demo."""

from collections.abc import Callable

from bot.channels.console import ConsoleChannel
from bot.chat import at_terminal, converse, write
from bot.clock import Clock, SteppingClock, clock_from
from bot.demo import END, START, replay
from bot.screen import Screen
from bot.seats import check_role, take_seat
from bot.settings import Settings
from bot.wiring import awake, open_bot, open_office
from plan_data.office import Office
from wording.console import DEMO_BEGINS, DEMO_ENDS, rehearsal


async def rehearse(
    settings: Settings, office: Office, clock: Clock, role: str, *, in_group: bool, simulated: bool
) -> None:
    """Speak with the bot as somebody of that role until the end of input; what falls due meanwhile is said too."""
    check_role(office, role)
    with open_bot(settings, office, clock, simulated=simulated) as bot:
        bot.attach(ConsoleChannel(write, clock, settings.console_file))
        seat = take_seat(bot.engine, office, role, clock())
        if simulated:
            write(rehearsal(clock()))
        await bot.start()
        await bot.step()
        async with awake(bot.step, settings.tick_seconds):
            await converse(bot, seat, in_group=in_group, prompt=at_terminal())


async def run_demo(settings: Settings, seconds: float) -> None:
    """Replay June 2023 on a fresh database of its own; at a terminal, go on at the prompt as the clerk."""
    for file in settings.data_dir.glob("demo.db*"):
        file.unlink()
    own = demo_settings(settings)
    write(DEMO_BEGINS)
    await play_demo(own, seconds, write)
    write(DEMO_ENDS)
    if at_terminal():
        await rehearse(own, open_office(own), clock_from(END), "clerk", in_group=False, simulated=True)


def demo_settings(settings: Settings) -> Settings:
    """The demo shows the plan that comes with the bot, whatever this office has set; it keeps to the data folder."""
    database = f"sqlite:///{settings.data_dir / 'demo.db'}"
    return Settings.model_construct(data_dir=settings.data_dir, database_url=database)


async def play_demo(settings: Settings, seconds: float, put: Callable[[str], None]) -> None:
    """The month itself; `put` gets every piece of the transcript."""
    clock = SteppingClock(START)
    screen = Screen(put)
    with open_bot(settings, open_office(settings), clock, simulated=True) as bot:
        bot.attach(ConsoleChannel(screen.show, clock))
        await replay(bot, clock, screen, seconds)
