"""What channels that listen must know: when to stop for good, who gives way to whom, how two things go together."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]
_SECONDS_A_CONFLICT = 5.0


class ChannelStopped(Exception):
    """A channel cannot go on: its token is wrong, or somebody else uses it. The sentence says what to do."""


class Rivals:
    """Two bots that poll one token interrupt each other. The older bears more conflicts, so the younger stops."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._started = monotonic()
        self._conflicts = 0

    def must_give_way(self) -> bool:
        """Another bot has interrupted us once more: whether we are the one to stop."""
        self._conflicts += 1
        return self._conflicts > (self._monotonic() - self._started) / _SECONDS_A_CONFLICT

    def forget(self) -> None:
        """A poll went well: nobody else is there."""
        self._conflicts = 0


async def together(*works: Work) -> None:
    """Do them side by side until one ends or fails; the others are stopped, and its error is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
