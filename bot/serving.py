"""The service: channels, timetable and delivery together, until somebody stops it."""

import asyncio
import logging
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
from typing import Any

from bot.channels.console import NAME as CONSOLE
from bot.channels.console import ConsoleChannel
from bot.channels.polling import ChannelStopped, Work
from bot.chat import at_terminal, converse, write
from bot.clock import Clock
from bot.crew import Crew, one_of_many
from bot.lines import Line, lines
from bot.seats import take_seat
from bot.settings import Settings, Supervisor
from bot.setup_code import ensure_setup_code
from bot.single import only_one
from bot.systemd import stand_by
from bot.upkeep import Upkeep
from bot.wiring import EVIDENCE, FILES, Bot, awake, open_bot
from jobs.backups import back_up_nightly
from jobs.elsewhere import lay_off
from jobs.retention import clear_files, clear_nightly
from plan_data.office import Office
from wording.console import rehearsal
from wording.registering import setup_code

log = logging.getLogger(__name__)
_THREADS = 16  # handlers of several chats wait for the database side by side, and delivery beside them


class Role(StrEnum):
    """What a process does: everything alone, or a share of it beside other workers."""

    ALL = "all"
    WORKER = "worker"


async def serve(settings: Settings, office: Office, clock: Clock, *, simulated: bool, role: Role = Role.ALL) -> None:
    """Run until told to stop (SIGTERM, Ctrl-C). Without any token the bot speaks at the console, as the clerk.

    Raises AlreadyRunning when another bot works on the database, ChannelStopped when no channel can go on, Mistake
    when a worker cannot be one of several.
    """
    bot = open_bot(settings, office, clock, simulated=simulated)
    if simulated:
        write(rehearsal(clock()))
    stop, loop = _stop_signal(), asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS))
    async with AsyncExitStack() as held:
        held.enter_context(bot)
        crew = held.enter_context(one_of_many(bot.engine)) if role is Role.WORKER else None
        if crew is None:
            keep_place = held.enter_context(only_one(bot.engine))
        else:
            bot.worker, bot.workers = crew.worker, crew.count
            keep_place = partial(crew.look_after, bot.couriers)
        # What was cancelled goes on in its thread: it ends before the database is given up.
        held.push_async_callback(loop.shutdown_default_executor)
        at_work = lines(settings, bot)
        talk = _console(settings, bot) if crew is None else []
        if crew is not None:
            if not await _stand_by(stop, crew, at_work):
                return
            bot.vitals.begin()
        bot.put_to_work(settings.channels)
        await bot.start()
        _show_setup_code(settings, bot)
        upkeep = _upkeep(settings, bot, simulated)
        desks = bot.cases.run(bot.deliver), bot.evidence.run(bot.deliver)
        await _work(stop, bot, settings.tick_seconds, at_work, [*talk, keep_place(), upkeep.run(), *desks])


async def _stand_by(stop: asyncio.Event, crew: Crew, at_work: Sequence[Line]) -> bool:
    """Deliver until this worker leads; False when it is told to stop before that."""
    carrying = [asyncio.create_task(line.courier.run()) for line in at_work]
    looking = asyncio.create_task(crew.look_after([line.courier for line in at_work]))
    leading, stopping = asyncio.create_task(crew.lead()), asyncio.create_task(stop.wait())
    telling = asyncio.create_task(stand_by(Supervisor()))
    try:
        done, _ = await asyncio.wait([*carrying, looking, leading, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return not stop.is_set()
    finally:
        await _stop_all([looking, leading, stopping, telling])
        await _stop_all(carrying)
        if stop.is_set():
            for line in at_work:
                await line.close()


async def _work(
    stop: asyncio.Event, bot: Bot, tick_seconds: float, at_work: Sequence[Line], talk: Sequence[Work]
) -> None:
    """Work until the signal comes, the conversation at the terminal ends, or a part fails; its error is raised.

    The end goes in order: nobody listens any more, nothing new is said, what is under way arrives, all is closed.
    """
    async with AsyncExitStack() as end:
        for line in at_work:
            end.push_async_callback(line.close)
        carrying = {line.channel: asyncio.create_task(line.courier.run()) for line in at_work}
        end.push_async_callback(_stop_all, list(carrying.values()))
        await end.enter_async_context(awake(bot.step, tick_seconds))
        parts = (stop.wait(), *(_listen(line, carrying, bot) for line in at_work), *talk)
        listening = [asyncio.create_task(each) for each in parts]
        end.push_async_callback(_stop_all, listening)
        ended: list[asyncio.Task[Any]] = []
        while not ended:
            done, _ = await asyncio.wait([*listening, *carrying.values()], return_when=asyncio.FIRST_COMPLETED)
            ended = [task for task in done if not task.cancelled()]  # cancelled: the courier of a channel laid off
        for task in ended:
            task.result()


async def _listen(line: Line, carrying: dict[str, asyncio.Task[None]], bot: Bot) -> None:
    """Until the channel stops for good: the others go on without it. `carrying` are those at work."""
    try:
        await line.listen()
    except ChannelStopped as stopped:
        if len(carrying) == 1:
            raise
        log.error("%s stops: %s", line.channel, stopped)
        await _stop_all([carrying.pop(line.channel)])
        bot.couriers.remove(line.courier)
        bot.vitals.laid_off(line.channel)
        await asyncio.to_thread(lay_off, bot.engine, bot.office, line.channel, str(stopped), bot.clock())
        for courier in bot.couriers:
            await courier.deliver()
        await asyncio.Event().wait()


async def _stop_all(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _console(settings: Settings, bot: Bot) -> list[Work]:
    """The console serves an office that has no chat yet."""
    if bot.couriers:
        return []
    interactive = at_terminal()
    show = write if interactive or settings.console_file is None else _nowhere
    bot.attach(ConsoleChannel(show, bot.clock, settings.console_file))
    seat = take_seat(bot.engine, bot.office, "clerk", bot.clock())
    return [converse(bot, seat, in_group=False, prompt=True)] if interactive else []


def _upkeep(settings: Settings, bot: Bot, simulated: bool) -> Upkeep:
    """A rehearsal is neither backed up nor cleared."""

    def back_up() -> object:
        return back_up_nightly(bot.engine, settings.backups, settings.backup_keep, bot.clock)

    def clear() -> object:
        return clear_nightly(bot.engine, settings.keep_months, bot.clock)

    def clear_folders() -> object:
        papers, evidence = settings.data_dir / FILES, settings.data_dir / EVIDENCE
        return clear_files(bot.engine, papers, evidence, settings.keep_months, bot.clock)

    chores = [] if simulated else [back_up, clear, clear_folders]
    return Upkeep(bot.engine, bot.office, bot.clock, bot.vitals, settings, Supervisor(), chores)


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
