"""Polling Telegram: an update is stored before it is confirmed, then handled in its chat's lane.

PTB's own updater confirms updates before they are handled, so a crash would lose them; here the next poll
confirms, and by then they are in the inbox.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram import NAME
from bot.channels.telegram_errors import seconds_of
from bot.channels.telegram_updates import ALLOWED, incoming_of
from bot.command import Command, Who
from bot.conversation import Conversation
from bot.lanes import Lanes
from jobs.delivery import Courier
from records.inbox import Stored
from wording.stops import POLLED_ELSEWHERE, REJECTED_BY_TELEGRAM

log = logging.getLogger(__name__)

POLL_SECONDS = 30
YOUNG_SECONDS = 90.0
AT_ONCE = 16
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
_REBUILD_AFTER = 5


class TelegramStopped(Exception):
    """Polling cannot go on: the token is wrong, or another bot polls it. The sentence says what to do."""


def make_bot(token: str, api_url: str, polling: HTTPXRequest) -> Bot:
    """A Bot for any Bot API server; sends and polls have connections of their own."""
    base = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(connection_pool_size=AT_ONCE + 4, pool_timeout=20.0, read_timeout=15.0),
        get_updates_request=polling,
    )


def polling_request() -> HTTPXRequest:
    """The connections for polling, which are made anew when they are wedged."""
    return HTTPXRequest(connection_pool_size=2, pool_timeout=20.0)


class TelegramService:
    """Receives, hands over, and keeps polling alive."""

    def __init__(
        self,
        bot: Bot,
        polling: HTTPXRequest,
        conversation: Conversation,
        courier: Courier,
        commands: Sequence[Command],
        monotonic: Callable[[], float] = time.monotonic,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._bot = bot
        self._polling = polling
        self._conversation = conversation
        self._courier = courier
        self._commands = commands
        self._monotonic = monotonic
        self._poll_seconds = poll_seconds
        self._lanes = Lanes(self._handle, AT_ONCE)
        self._started = monotonic()
        self.last_poll = self._started
        self._confirmed: int | None = None
        self._presses: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Log in and poll until cancelled. Raises TelegramStopped when it makes no sense to go on."""
        self._lanes.put(await asyncio.to_thread(self._conversation.waiting, NAME))
        failures, logged_in = 0, False
        try:
            while True:
                try:
                    if not logged_in:
                        await self._log_in()
                        logged_in = True
                    await self._take(await self._poll())
                    failures = 0
                except InvalidToken:
                    raise TelegramStopped(REJECTED_BY_TELEGRAM) from None
                except Conflict:
                    await self._yield_to_the_other()
                except RetryAfter as error:
                    await asyncio.sleep(seconds_of(error).total_seconds())
                except (TelegramError, SQLAlchemyError, TimeoutError) as error:
                    failures += 1
                    log.warning("polling failed %s times: %s", failures, type(error).__name__)
                    await self._recover(failures)
        finally:
            await self._lanes.drain()
            await self._bot.shutdown()

    async def _log_in(self) -> None:
        """Learn the bot's name and set the command menus; they are a convenience, so their failure is no failure."""
        await self._bot.initialize()
        log.info("Telegram: logged in as @%s", self._bot.username)
        menus = (
            (BotCommandScopeAllPrivateChats(), [each for each in self._commands if not each.hidden]),
            (BotCommandScopeAllGroupChats(), [each for each in self._commands if _suits_groups(each)]),
        )
        for scope, commands in menus:
            try:
                lines = [BotCommand(each.alias, _menu_line(each)) for each in commands[:100]]
                await self._bot.set_my_commands(lines, scope=scope)
            except BadRequest as error:
                log.warning("a command menu could not be set: %s", error)

    async def _poll(self) -> list[dict[str, Any]]:
        """One long poll, raw: a single update that cannot be read must not block those behind it."""
        parameters = {"timeout": self._poll_seconds, "allowed_updates": json.dumps(ALLOWED)}
        if self._confirmed is not None:
            parameters["offset"] = self._confirmed + 1
        async with asyncio.timeout(self._poll_seconds + 20):  # the watchdog: a poll that hangs is given up
            updates: object = await self._polling.post(
                f"{self._bot.base_url}/getUpdates?{urlencode(parameters)}", read_timeout=self._poll_seconds + 10
            )
        self.last_poll = self._monotonic()
        return updates if isinstance(updates, list) else []

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        """Store what came, only then let the next poll confirm it, and hand it to the lanes."""
        if not updates:
            return
        found = [incoming for raw in updates if (incoming := incoming_of(raw, self._bot)) is not None]
        new = await asyncio.to_thread(self._conversation.store, NAME, found)
        self._confirmed = max(int(raw.get("update_id", 0)) for raw in updates)
        self._answer_presses(updates)
        self._lanes.put(new)

    def _answer_presses(self, updates: list[dict[str, Any]]) -> None:
        """Stop the hour-glass on pressed buttons at once; a press that is too old is still carried out."""
        for raw in updates:
            number = raw.get("callback_query", {}).get("id")
            if number is not None:
                task = asyncio.create_task(self._answer_press(str(number)))
                self._presses.add(task)
                task.add_done_callback(self._presses.discard)

    async def _answer_press(self, number: str) -> None:
        try:
            await self._bot.answer_callback_query(number)
        except TelegramError as error:
            log.info("a press was not answered: %s", error)

    async def _handle(self, stored: Stored) -> None:
        await asyncio.to_thread(self._conversation.handle, stored)
        await self._courier.deliver()

    async def _yield_to_the_other(self) -> None:
        """Another bot polls this token. The younger one of the two stops; the older one waits for that."""
        if self._monotonic() - self._started < YOUNG_SECONDS:
            raise TelegramStopped(POLLED_ELSEWHERE)
        log.error("another bot polls the same token; waiting for it to stop")
        await asyncio.sleep(10)

    async def _recover(self, failures: int) -> None:
        await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES)) - 1])
        if failures % _REBUILD_AFTER == 0:  # a wedged connection pool looks healthy and never answers
            await self._polling.shutdown()
            await self._polling.initialize()


def _menu_line(command: Command) -> str:
    return f"{command.summary[:1].upper()}{command.summary[1:]}"[:250]


def _suits_groups(command: Command) -> bool:
    return not command.hidden and (command.anywhere or command.who in {Who.REGISTERED, Who.OFFICE})
