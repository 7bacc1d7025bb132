"""The service: channels, timetable and delivery together, until somebody stops it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from bot.channels.console import ConsoleChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import AT_ONCE, TelegramService, make_bot, polling_request
from bot.chat import at_terminal, converse, write
from bot.clock import Clock
from bot.commands.table import COMMANDS
from bot.seats import take_seat
from bot.settings import Settings
from bot.single import only_one
from bot.wiring import Bot, awake, open_bot
from plan_data.office import Office
from wording.console import rehearsal

Work = Coroutine[Any, Any, None]


async def serve(settings: Settings, office: Office, clock: Clock, *, simulated: bool) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C). Without any token the bot speaks at the console, as the clerk.

    Raises AlreadyRunning when another bot works on the database, TelegramStopped when Telegram refuses for good.
    """
    bot = open_bot(settings, office, clock, simulated=simulated)
    if simulated:
        write(rehearsal(clock()))
    stop = _stop_signal()
    with only_one(bot.engine):
        work = [*_telegram(settings, bot), *_console(settings, bot)]
        await bot.start()
        async with awake(bot.step, settings.tick_seconds):
            await _until(stop, work)


def _telegram(settings: Settings, bot: Bot) -> list[Work]:
    if settings.telegram_bot_token is None:
        return []
    polling = polling_request()
    client = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, polling)
    courier = bot.attach(TelegramChannel(client), AT_ONCE)
    service = TelegramService(client, polling, bot.conversation, courier, COMMANDS)
    return [service.run(), courier.run()]


def _console(settings: Settings, bot: Bot) -> list[Work]:
    """The console serves an office that has no chat yet."""
    if bot.couriers:
        return []
    interactive = at_terminal()
    show = write if interactive or settings.console_file is None else _nowhere
    bot.attach(ConsoleChannel(show, bot.clock, settings.console_file))
    seat = take_seat(bot.engine, bot.office, "clerk", bot.clock())
    return [converse(bot, seat, in_group=False, prompt=True)] if interactive else []


async def _until(stop: asyncio.Event, work: list[Work]) -> None:
    """Work until the signal comes, the conversation at the terminal ends, or a part fails; its error is raised."""
    tasks = [asyncio.create_task(each) for each in (stop.wait(), *work)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _nowhere(_text: object) -> None:
    """A service whose messages go to a file says nothing on the standard output."""
