"""The town hall on Telegram: the real channel and service against the fake server, people with phones."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import Engine, text
from telegram import Bot

from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import TelegramService, make_bot, polling_request
from bot.clock import SteppingClock
from bot.command import Command
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.press import Press
from jobs.timetable import tick
from plan_data.office import Office
from records.database import transaction
from records.people import add_person, link_account, link_group
from tests.builders import moment
from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import Group, User
from tests.town import STAFF

CHANNEL = "telegram"
WITHIN = 60.0  # this machine may be busy with something else
_UNLIMITED = (1_000_000, 1.0)


@dataclass
class TelegramTown:
    """People of each position with Telegram, one linked group, the engine, and a clock that the test moves."""

    server: FakeTelegram
    engine: Engine
    office: Office
    clock: SteppingClock
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.group: Group = self.server.add_group("Nhóm cơ quan", kind="group")
        self.group.members |= dict.fromkeys((user.id for user in self.users.values()), "member")
        with transaction(self.engine) as session:
            for role, name in STAFF.items():
                self.users[role] = self.server.add_user(name, started=True)
                self.people[role] = add_person(session, name, frozenset({role}), date(2023, 1, 3))
                link_account(session, self.people[role], CHANNEL, str(self.users[role].id), self.clock())
            link_group(session, CHANNEL, str(self.group.id), self.group.title, self.clock())
        start_up(self.engine, self.office, self.clock())

    def at(self, when: str) -> "TelegramTown":
        """Move the clock to "22/06/2023 08:30"."""
        self.clock.now = moment(when)
        return self

    def sent_to(self, role: str) -> list[Sent]:
        """What a person has on the screen."""
        return self.server.sent_to(self.users[role].id)

    async def answer_to(self, role: str, line: str) -> str:
        """Somebody types a line in private; returns the text of the next message to them."""
        before = len(self.sent_to(role))
        self.server.says(self.users[role], line)
        await self.server.until(lambda: len(self.sent_to(role)) > before, WITHIN)
        return self.sent_to(role)[before].text

    async def asked(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        await self.server.until(condition, WITHIN)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def states(self) -> list[tuple[Any, ...]]:
        """How many messages are in which state, by kind."""
        return self.rows("SELECT kind, state, count(*) FROM outbox GROUP BY kind, state ORDER BY kind, state")


@dataclass
class Works:
    """The bot's moving parts on Telegram."""

    bot: Bot
    channel: TelegramChannel
    courier: Courier
    conversation: Conversation
    service: TelegramService
    town: TelegramTown

    async def tick(self) -> None:
        """One look at what is due."""
        await tick(self.town.engine, self.town.office, [self.courier], self.town.clock)


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
    return Works(bot, channel, courier, conversation, service, town)


@asynccontextmanager
async def at_work(works: Works) -> AsyncIterator[asyncio.Task[None]]:
    """Serve as long as the block runs, and stop in the order of `bot.serving`; yields the listening task."""
    await works.courier.recover()
    carrying = asyncio.create_task(works.courier.run())
    listening = asyncio.create_task(works.service.run())
    try:
        yield listening
    finally:
        for task in (listening, carrying):
            task.cancel()
            await asyncio.wait([task])
        await works.service.close()
    for task in (listening, carrying):
        if not task.cancelled() and task.exception() is not None:
            await task
