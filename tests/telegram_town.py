"""The town hall on Telegram: the real channel and service against the fake server, people with phones."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Engine
from telegram import Bot

from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import TelegramService, make_bot, polling_request
from bot.clock import SteppingClock
from bot.command import Command
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from jobs.delivery import Courier
from jobs.press import Press
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import Group, User
from tests.platform_town import WITHIN, PlatformTown, PlatformWorks, serving
from tests.town import GROUP_TITLE, STAFF, settle

CHANNEL = "telegram"
_UNLIMITED = (1_000_000, 1.0)


@dataclass
class TelegramTown(PlatformTown[FakeTelegram, User]):
    """The town with Telegram."""

    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.group: Group = self.server.add_group(GROUP_TITLE, kind="group")
        self.users = {role: self.server.add_user(name, started=True) for role, name in STAFF.items()}
        addresses = {role: str(user.id) for role, user in self.users.items()}
        self.people = settle(self.engine, self.office, self.clock(), CHANNEL, addresses, str(self.group.id))

    def sent_to(self, role: str) -> list[Sent]:
        """What a person has on the screen."""
        return self.server.sent_to(self.users[role].id)

    def texts(self, role: str) -> list[str]:
        """The first lines of it."""
        return [sent.text.splitlines()[0] for sent in self.sent_to(role)]

    async def answer_to(self, role: str, line: str) -> str:
        """Somebody types a line in private; returns the text of the next message to them."""
        before = len(self.sent_to(role))
        self.server.says(self.users[role], line)
        await self.server.until(lambda: len(self.sent_to(role)) > before, WITHIN)
        return self.sent_to(role)[before].text

    def states(self) -> list[tuple[Any, ...]]:
        """How many messages are in which state, by kind."""
        return self.rows("SELECT kind, state, count(*) FROM outbox GROUP BY kind, state ORDER BY kind, state")


@asynccontextmanager
async def quiet_town(engine: Engine, office: Office, start: str) -> AsyncIterator[TelegramTown]:
    """The town on a server of its own, where nothing waits for anybody in the beginning."""
    async with FakeTelegram() as server:
        town = TelegramTown(server, engine, office, SteppingClock(moment(start)))
        town.forget_what_waits()
        yield town


@dataclass
class Works(PlatformWorks):
    """The bot's moving parts on Telegram."""

    town: TelegramTown
    bot: Bot
    channel: TelegramChannel
    conversation: Conversation
    service: TelegramService


def assemble(
    town: TelegramTown,
    *,
    pace: Pace | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    grace_seconds: float = 10.0,
    at_once: int = 16,
    url: str = "",
    commands: Sequence[Command] = COMMANDS,
    press: Press | None = None,
) -> Works:
    """The parts, put together as `bot.serving` does, without a pace unless one is given."""
    polling = polling_request()
    bot = make_bot(town.server.token, url or town.server.url, polling)
    channel = TelegramChannel(bot, pace or Pace(time.monotonic, _UNLIMITED, _UNLIMITED, _UNLIMITED))
    courier = Courier(town.engine, town.office, channel, town.clock, at_once, press=press)
    conversation = Conversation(town.engine, town.office, commands, town.clock)
    service = TelegramService(
        bot,
        polling,
        Reception(conversation, courier, pause=0.01),
        commands,
        monotonic,
        poll_seconds=20 if grace_seconds >= 10 else 1,
        grace_seconds=grace_seconds,
        pauses=(0.01, 0.02, 0.05),
    )
    return Works(town, courier, bot, channel, conversation, service)


def at_work(works: Works) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """The service and the courier at work as long as a block runs; it gets the receiving task."""
    return serving(works.courier, works.service.run(), works.service.close)
