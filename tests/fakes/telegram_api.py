"""The fake Bot API server: real HTTP on loopback, the platform's rules, faults on order, and a record of it all."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.http_server import HttpServer
from tests.fakes.telegram_dispatch import Dispatch
from tests.fakes.telegram_events import Events
from tests.fakes.telegram_groups import Groups
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_log import Answer, Call, Log, Sent
from tests.fakes.telegram_methods import Methods
from tests.fakes.telegram_people import People
from tests.fakes.telegram_sending import Sending
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import Bot, World

_LOOK_AGAIN = 0.02


class FakeTelegram:
    """A platform with one bot. `async with FakeTelegram() as server:` starts and stops it.

    People and groups are made by `add_user` and `add_group`; `says`, `presses` and the like act for them. `sent`,
    `calls` and `answers` tell what the bot did. Times in the record are monotonic seconds; `clock` gives the Unix
    time that stands in messages.
    """

    def __init__(
        self,
        token: str = "",
        *,
        limits: bool = False,
        log_file: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bot = Bot()
        self.token = token or f"{self.bot.id}:fake-bot"
        if token:
            self.bot.id = int(token.split(":")[0])
        self.limits = Limits(on=limits)
        self.world = World(self.bot, clock)
        self.updates = Updates()
        self.log = Log(log_file)
        self._changed = asyncio.Event()
        self.log.on_call = self._changed.set
        events = Events(self.world, self.updates)
        people, groups = People(events), Groups(events)
        self.methods = Methods(self.world, self.log, self.updates, people, groups)
        sending = Sending(self.world, self.log, self.limits, self.updates)
        methods = {**sending.methods, **self.methods.methods}
        self.dispatch = Dispatch(self.token, self.world, self.updates, self.log, methods)
        self.faults = self.dispatch.faults
        self._http = HttpServer(self.dispatch.handle)
        self.add_user = self.world.add_user
        self.add_group = self.world.add_group
        self.add_file = self.world.add_file
        self.starts = people.starts
        self.says = people.says
        self.edits = people.edits
        self.presses = people.presses
        self.blocks = people.blocks
        self.unblocks = people.unblocks
        self.adds_bot_to = groups.adds_bot_to
        self.kicks_bot = groups.kicks_bot
        self.promotes_bot = groups.promotes_bot
        self.bot_becomes = groups.bot_becomes
        self.joins = groups.joins
        self.leaves = groups.leaves
        self.opens_topic = groups.opens_topic
        self.deletes_topic = groups.deletes_topic
        self.migrates = groups.migrates

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None and self._http.crashes:
            raise self._http.crashes[0]

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any free one."""
        await self._http.start(port)

    async def stop(self) -> None:
        """Close every connection, the port and the log."""
        await self._http.stop()
        self.log.close()

    @property
    def url(self) -> str:
        """Where it listens: PTB's base_url is this and "/bot", its base_file_url this and "/file/bot"."""
        return f"http://127.0.0.1:{self._http.port}"

    @property
    def latency(self) -> float:
        """Seconds that every answer takes, except that of a poll."""
        return self.dispatch.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.dispatch.latency = seconds

    @property
    def sent(self) -> list[Sent]:
        """The messages of the bot, in the order they came into the chats."""
        return self.log.sent

    @property
    def answers(self) -> list[Answer]:
        """The answers to pressed buttons."""
        return self.log.answers

    @property
    def commands(self) -> dict[str, list[tuple[str, str]]]:
        """The commands the bot has set, by scope."""
        return self.methods.commands

    @property
    def refusals(self) -> int:
        """How many requests were answered 429."""
        return self.log.statuses[429]

    def calls(self, method: str = "") -> list[Call]:
        """The requests that were handled, of one method or all."""
        wanted = method.lower()
        return [call for call in self.log.calls if not wanted or call.method.lower() == wanted]

    def sent_to(self, chat_id: int) -> list[Sent]:
        """The messages of the bot in one chat."""
        return [sent for sent in self.log.sent if sent.chat_id == chat_id]

    async def until(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        """Wait until a condition holds, looked at after every request and every 20 ms. Raises TimeoutError."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._changed.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN)
        except TimeoutError:
            last = [(call.method, call.status, call.description) for call in self.log.calls[-5:]]
            raise TimeoutError(f"not within {within} s; {len(self.sent)} sent; last requests: {last}") from None
