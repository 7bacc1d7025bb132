"""The service: channels, timetable and delivery together, until somebody stops it."""

import asyncio
import hmac
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from bot.channels.console import NAME as CONSOLE
from bot.channels.console import ConsoleChannel
from bot.channels.polling import ChannelStopped
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import SEND_AT_ONCE, TelegramService, make_bot, polling_request
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_service import SEND_AT_ONCE as ZALO_AT_ONCE
from bot.channels.zalo_service import ZaloService
from bot.chat import at_terminal, converse, write
from bot.clock import Clock
from bot.commands.table import COMMANDS
from bot.health import is_alive
from bot.reception import Reception
from bot.seats import take_seat
from bot.settings import Settings
from bot.setup_code import ensure_setup_code
from bot.single import only_one
from bot.webhook import Endpoint, Headers, Hook, listen, open_port
from bot.wiring import Bot, awake, open_bot
from jobs.notices import tell_clerks
from plan_data.office import Office
from records.database import transaction
from wording.console import rehearsal
from wording.notices import channel_stopped
from wording.registering import setup_code

log = logging.getLogger(__name__)
Work = Coroutine[Any, Any, None]
_THREADS = 16  # handlers of several chats wait for the database side by side, and delivery beside them


@dataclass(frozen=True, slots=True)
class Line:
    """A channel at work: it listens, it carries messages, and in the end its connections are closed."""

    channel: str
    listen: Callable[[], Work]
    carry: Callable[[], Work]
    close: Callable[[], Awaitable[None]]


async def serve(settings: Settings, office: Office, clock: Clock, *, simulated: bool) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C). Without any token the bot speaks at the console, as the clerk.

    Raises AlreadyRunning when another bot works on the database, ChannelStopped when no channel can go on.
    """
    bot = open_bot(settings, office, clock, simulated=simulated)
    if simulated:
        write(rehearsal(clock()))
    stop = _stop_signal()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    with bot, only_one(bot.engine):
        lines = [*_telegram(settings, bot), *_zalo(settings, bot)]
        talk = _console(settings, bot)
        await bot.start()
        _show_setup_code(settings, bot)
        await _work(stop, bot, settings.tick_seconds, lines, talk)


async def _work(
    stop: asyncio.Event, bot: Bot, tick_seconds: float, lines: Sequence[Line], talk: Sequence[Work]
) -> None:
    """Work until the signal comes, the conversation at the terminal ends, or a part fails; its error is raised.

    The end goes in order: nobody listens any more, nothing new is said, what is under way arrives, all is closed.
    """
    async with AsyncExitStack() as end:
        for line in lines:
            end.push_async_callback(line.close)
        carrying = [asyncio.create_task(line.carry()) for line in lines]
        end.push_async_callback(_stop_all, carrying)
        await end.enter_async_context(awake(bot.step, tick_seconds))
        heard = {line.channel for line in lines}
        parts = (stop.wait(), *(_listen(line, heard, bot) for line in lines), *talk)
        listening = [asyncio.create_task(each) for each in parts]
        end.push_async_callback(_stop_all, listening)
        done, _ = await asyncio.wait([*listening, *carrying], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def _listen(line: Line, heard: set[str], bot: Bot) -> None:
    """Until the channel stops for good: the others go on without it. `heard` are those that still listen."""
    try:
        await line.listen()
    except ChannelStopped as stopped:
        heard.discard(line.channel)
        if not heard:
            raise
        log.error("%s stops: %s", line.channel, stopped)
        await asyncio.to_thread(_tell_of_the_stop, bot, line.channel, str(stopped))
        for courier in bot.couriers:
            await courier.deliver()
        await asyncio.Event().wait()


def _tell_of_the_stop(bot: Bot, channel: str, why: str) -> None:
    now = bot.clock()
    key = f"stopped|{channel}|{now.isoformat()}"
    with transaction(bot.engine) as session:
        tell_clerks(session, bot.office, key, channel_stopped(channel, why), now, not_on=channel)


async def _stop_all(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _telegram(settings: Settings, bot: Bot) -> list[Line]:
    if settings.telegram_bot_token is None:
        return []
    polling = polling_request()
    client = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, polling)
    courier = bot.attach(TelegramChannel(client), SEND_AT_ONCE)
    service = TelegramService(client, polling, Reception(bot.conversation, courier), COMMANDS)
    return [Line(courier.channel, service.run, courier.run, service.close)]


def _zalo(settings: Settings, bot: Bot) -> list[Line]:
    if settings.zalo_bot_token is None:
        return []
    api = ZaloApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_api_url)
    courier = bot.attach(ZaloChannel(api), ZALO_AT_ONCE)
    service = ZaloService(api, Reception(bot.conversation, courier))
    if settings.zalo_mode == "polling":
        return [Line(courier.channel, service.poll, courier.run, api.close)]
    assert settings.zalo_webhook_secret is not None, "the settings make sure of it"
    secret = settings.zalo_webhook_secret.get_secret_value().encode()

    def from_zalo(headers: Headers, _body: bytes) -> bool:
        return hmac.compare_digest(headers.get(b"x-bot-api-secret-token", b""), secret)

    endpoint = Endpoint({"": Hook(from_zalo, service.take)}, lambda: is_alive(bot.engine, bot.clock()))
    port = open_port(settings.zalo_webhook_host, settings.zalo_webhook_port)

    def opened() -> Work:
        return listen(endpoint, port)

    return [Line(courier.channel, lambda: service.wait_for_deliveries(opened), courier.run, api.close)]


def _console(settings: Settings, bot: Bot) -> list[Work]:
    """The console serves an office that has no chat yet."""
    if bot.couriers:
        return []
    interactive = at_terminal()
    show = write if interactive or settings.console_file is None else _nowhere
    bot.attach(ConsoleChannel(show, bot.clock, settings.console_file))
    seat = take_seat(bot.engine, bot.office, "clerk", bot.clock())
    return [converse(bot, seat, in_group=False, prompt=True)] if interactive else []


def _show_setup_code(settings: Settings, bot: Bot) -> None:
    """While no clerk has an account on a chat, show the code that makes one."""
    configured = settings.setup_code.get_secret_value() if settings.setup_code else ""
    if any(courier.channel != CONSOLE for courier in bot.couriers):
        code = ensure_setup_code(bot.engine, bot.office, configured, bot.clock())
        if code is not None:
            write(setup_code(code))


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _nowhere(_text: object) -> None:
    """A service whose messages go to a file says nothing on the standard output."""
