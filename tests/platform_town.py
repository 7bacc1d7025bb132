"""What the town halls on the chat platforms share: who lives there, what can be seen, how the bot works there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from sqlalchemy import Engine, text

from bot.clock import SteppingClock
from jobs.delivery import Courier
from jobs.timetable import tick
from plan_data.office import Office
from tests.builders import moment

RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
WITHIN = 60.0  # this machine may be busy with something else


class Platform(Protocol):
    """A fake server."""

    async def until(self, condition: Callable[[], bool], within: float) -> None:
        """Wait for something to come about there."""


Server = TypeVar("Server", bound=Platform)
User = TypeVar("User")


@dataclass
class PlatformTown(Generic[Server, User]):
    """People of each position with a chat, one linked group, the engine, and a clock that the test moves."""

    server: Server
    engine: Engine
    office: Office
    clock: SteppingClock
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def at(self, when: str) -> Self:
        """Move the clock to "22/06/2023 08:30"."""
        self.clock.now = moment(when)
        return self

    async def asked(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        await self.server.until(condition, WITHIN)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def all_is_heard(self) -> bool:
        """Whether nothing waits in the inbox."""
        return self.rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL") == [(0,)]

    def forget_what_waits(self) -> None:
        """Nothing waits for anybody."""
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM outbox"))


@dataclass
class PlatformWorks:
    """The bot's moving parts that every platform has."""

    town: PlatformTown[Any, Any]
    courier: Courier

    async def tick(self) -> None:
        """One look at what is due."""
        await tick(self.town.engine, self.town.office, [self.courier], self.town.clock)


@asynccontextmanager
async def serving(
    courier: Courier, receive: Coroutine[Any, Any, None], close: Callable[[], Awaitable[None]]
) -> AsyncIterator[asyncio.Task[None]]:
    """Receive as long as the block runs, and stop in the order of `bot.serving`; yields the receiving task."""
    receiving = asyncio.create_task(receive)
    await courier.recover()
    carrying = asyncio.create_task(courier.run())
    try:
        yield receiving
    finally:
        for task in (receiving, carrying):
            task.cancel()
            await asyncio.wait([task])
        await close()
    for task in (receiving, carrying):
        if not task.cancelled() and task.exception() is not None:
            await task
