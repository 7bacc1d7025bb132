"""Handling stored updates: those of one chat in order, different chats side by side.

What cannot be handled because the database is away waits in its lane until it is back; what fails in any other way
is left in the inbox for the next start, and the lane goes on.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from sqlalchemy.exc import InterfaceError, OperationalError

from records.inbox import Stored

log = logging.getLogger(__name__)


class Lanes:
    """A lane for each chat that has something waiting; at most `at_once` updates are handled at the same time."""

    def __init__(
        self,
        handle: Callable[[Stored], Awaitable[None]],
        at_once: int,
        pauses: Sequence[float] = (0.5, 1.0, 2.0, 5.0, 10.0),
    ) -> None:
        self._handle = handle
        self._pauses = pauses
        self._places = asyncio.Semaphore(at_once)
        self._lanes: dict[str, deque[Stored]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_all = 0
        self._fewer = asyncio.Event()
        self._stopped = asyncio.Event()

    def put(self, updates: Iterable[Stored]) -> None:
        """Take on updates; a chat's updates must be put in their order."""
        for update in updates:
            self._in_all += 1
            lane = self._lanes.get(update.chat)
            if lane is not None:
                lane.append(update)
                continue
            self._lanes[update.chat] = deque([update])
            task = asyncio.create_task(self._run(update.chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def catch_up(self, load: Callable[[int], list[Stored]]) -> None:
        """Handle what was left, a part at a time: `load` gives the next updates after the one of that number."""
        last = 0
        while not self._stopped.is_set() and (left := await asyncio.to_thread(load, last)):
            self.put(left)
            last = left[-1].id
            await self.drain()

    async def room(self, most: int) -> None:
        """Wait until fewer than so many updates are waiting."""
        while self._in_all >= most:
            self._fewer.clear()
            await self._fewer.wait()

    async def drain(self) -> None:
        """Wait until everything taken on is handled."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Finish what is being handled; the rest stays in the inbox for the next start."""
        self._stopped.set()
        await self.drain()

    async def _run(self, chat: str) -> None:
        lane = self._lanes[chat]
        while lane and not self._stopped.is_set():
            async with self._places:
                if not self._stopped.is_set():
                    await self._persistently(lane.popleft())
            self._in_all -= 1
            self._fewer.set()
        del self._lanes[chat]

    async def _persistently(self, update: Stored) -> None:
        failures = 0
        while not self._stopped.is_set():
            try:
                return await self._handle(update)
            except (OperationalError, InterfaceError) as error:
                log.error("update %s waits for the database: %s", update.id, type(error.orig).__name__)
            except Exception:
                log.exception("update %s is left unhandled", update.id)
                return None
            await self._pause(self._pauses[min(failures, len(self._pauses) - 1)])
            failures += 1
        return None

    async def _pause(self, seconds: float) -> None:
        """Wait that long, or until somebody stops us."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
