"""Polling Telegram: an update is stored before it is confirmed, then handled in its chat's lane.

PTB's own updater confirms updates before they are handled, so a crash would lose them; here the next poll
confirms, and by then they are in the inbox.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.polling import ChannelStopped, Rivals
from bot.channels.telegram_connections import Connections, request
from bot.channels.telegram_errors import is_verdict_on_token, seconds_of, words_of
from bot.channels.telegram_updates import ALLOWED, incoming_of
from bot.command import Command, Who
from bot.reception import Reception
from wording.stops import POLLED_ELSEWHERE, REJECTED_BY_TELEGRAM, TELEGRAM_WEBHOOK_IS_SET

log = logging.getLogger(__name__)

POLL_SECONDS = 30
SEND_AT_ONCE = 24
_REBUILD_AFTER = 5
_GRACE_SECONDS = 10.0


class TelegramStopped(ChannelStopped):
    """Polling cannot go on: the token is wrong, or another bot polls it. The sentence says what to do."""


class DiscreetBot(Bot):
    """A Bot that does not show its token when it is printed."""

    def __repr__(self) -> str:
        """Its number only, which is public."""
        return f"DiscreetBot({self.token.partition(':')[0]})"


def make_bot(token: str, api_url: str, polling: HTTPXRequest) -> Bot:
    """A Bot for any Bot API server; sends and polls have connections of their own."""
    base = api_url.rstrip("/")
    return DiscreetBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=Connections(SEND_AT_ONCE + 8, read_timeout=15.0),
        get_updates_request=polling,
    )


def polling_request() -> HTTPXRequest:
    """The connections for polling, which are made anew when they are wedged."""
    return request(2)


class TelegramService:
    """Receives, hands over, and keeps polling alive."""

    def __init__(
        self,
        bot: Bot,
        polling: HTTPXRequest,
        reception: Reception,
        commands: Sequence[Command],
        monotonic: Callable[[], float] = time.monotonic,
        poll_seconds: int = POLL_SECONDS,
        grace_seconds: float = _GRACE_SECONDS,
        pauses: Sequence[float] = (1.0, 2.0, 5.0, 10.0, 30.0),
    ) -> None:
        self._bot = bot
        self._polling = polling
        self._reception = reception
        self._commands = commands
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._pauses = pauses
        self._rivals = Rivals(monotonic)
        self._logged_in = False
        self._confirmed: int | None = None
        self._presses: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Catch up, log in and poll until cancelled. Raises TelegramStopped when it makes no sense to go on."""
        failures = 0
        try:
            await self._reception.catch_up()
            while True:
                try:
                    await self._step()
                    failures = 0
                except InvalidToken as error:
                    failures += 1
                    if is_verdict_on_token(error) and (not self._logged_in or failures >= _REBUILD_AFTER):
                        raise TelegramStopped(REJECTED_BY_TELEGRAM) from None
                    await self._recover(failures, error)
                except Conflict as error:
                    await self._yield_to_the_other(error)
                except RetryAfter as error:
                    await asyncio.sleep(seconds_of(error).total_seconds())
                except (TelegramError, SQLAlchemyError, TimeoutError) as error:
                    failures += 1
                    await self._recover(failures, error)
                except Exception as error:  # an answer of a shape that nobody knows
                    failures += 1
                    log.exception("polling met something unknown")
                    await self._recover(failures, error)
        finally:
            await self._reception.stop()
            if self._presses:
                await asyncio.wait(self._presses, timeout=1)

    async def close(self) -> None:
        """Close the connections, when nothing is to be sent any more."""
        await self._bot.shutdown()  # which does nothing for a bot that never logged in
        await self._bot.request.shutdown()
        await self._polling.shutdown()

    async def _step(self) -> None:
        if not self._logged_in:
            await self._log_in()
            self._logged_in = True
        updates = await self._poll()
        self._reception.polled()
        await self._take(updates)
        self._rivals.forget()
        await self._reception.room()

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
            except (BadRequest, RetryAfter) as error:
                log.warning("a command menu could not be set: %s", words_of(error))

    async def _poll(self) -> list[Any]:
        """One long poll, raw: a single update that cannot be read must not block those behind it."""
        parameters: dict[str, Any] = {"timeout": self._poll_seconds, "allowed_updates": json.dumps(ALLOWED)}
        if self._confirmed is not None:
            parameters["offset"] = self._confirmed + 1
        patience = self._poll_seconds + self._grace_seconds
        async with asyncio.timeout(patience + self._grace_seconds):  # the watchdog: a poll that hangs is given up
            updates: object = await self._polling.post(
                f"{self._bot.base_url}/getUpdates?{urlencode(parameters)}", read_timeout=patience
            )
        return updates if isinstance(updates, list) else []

    async def _take(self, updates: list[Any]) -> None:
        """Store what came, only then let the next poll confirm it, and hand it to the lanes."""
        if not updates:
            return
        numbers = [number for raw in updates if isinstance(number := _field(raw, "update_id"), int)]
        if not numbers:
            raise TelegramError("updates without numbers cannot be confirmed")
        found = [incoming for raw in updates if (incoming := incoming_of(raw, self._bot)) is not None]
        await self._reception.take(found)
        self._confirmed = max(numbers)
        self._answer_presses(updates)

    def _answer_presses(self, updates: list[Any]) -> None:
        """Stop the hour-glass on pressed buttons at once; a press that is too old is still carried out."""
        for raw in updates:
            number = _field(_field(raw, "callback_query"), "id")
            if number is not None:
                task = asyncio.create_task(self._answer_press(str(number)))
                self._presses.add(task)
                task.add_done_callback(self._presses.discard)

    async def _answer_press(self, number: str) -> None:
        try:
            await self._bot.answer_callback_query(number)
        except TelegramError as error:
            log.info("a press was not answered: %s", words_of(error))

    async def _yield_to_the_other(self, error: Conflict) -> None:
        """Another bot polls this token."""
        if "webhook" in error.message.lower():
            raise TelegramStopped(TELEGRAM_WEBHOOK_IS_SET)
        if self._rivals.must_give_way():
            raise TelegramStopped(POLLED_ELSEWHERE)
        log.error("another bot polls the same token; waiting for it to stop")
        await asyncio.sleep(self._pauses[0])

    async def _recover(self, failures: int, error: Exception) -> None:
        log.warning("Telegram failed %s times: %s", failures, words_of(error))
        await asyncio.sleep(self._pauses[min(failures, len(self._pauses)) - 1])
        if failures % _REBUILD_AFTER == 0:  # a wedged connection pool looks healthy and never answers
            with suppress(TimeoutError):
                async with asyncio.timeout(self._grace_seconds):
                    await self._polling.shutdown()
            await self._polling.initialize()


def _field(raw: object, name: str) -> object:
    """A field of an object that may be none."""
    return raw.get(name) if isinstance(raw, dict) else None


def _menu_line(command: Command) -> str:
    return f"{command.summary[:1].upper()}{command.summary[1:]}"[:250]


def _suits_groups(command: Command) -> bool:
    return not command.hidden and (command.anywhere or command.who in {Who.REGISTERED, Who.OFFICE})
