"""Handling stored updates: those of one chat in order, different chats side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from records.inbox import Stored


class Lanes:
    """A lane for each chat that has something waiting; at most `at_once` updates are handled at the same time."""

    def __init__(self, handle: Callable[[Stored], Awaitable[None]], at_once: int) -> None:
        self._handle = handle
        self._places = asyncio.Semaphore(at_once)
        self._waiting: dict[str, deque[Stored]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, updates: Iterable[Stored]) -> None:
        """Take on updates; a chat's updates must be put in their order."""
        for update in updates:
            lane = self._waiting.get(update.chat)
            if lane is not None:
                lane.append(update)
                continue
            self._waiting[update.chat] = deque([update])
            task = asyncio.create_task(self._run(update.chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, chat: str) -> None:
        lane = self._waiting[chat]
        while lane:
            async with self._places:
                await self._handle(lane.popleft())
        del self._waiting[chat]

    async def drain(self) -> None:
        """Wait until everything taken on is handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
