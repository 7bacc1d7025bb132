"""Staying ahead of a platform's limits instead of bouncing off them: sliding windows over the times of sends.

The clock is an argument; it is monotonic time in seconds, not the time of day.
"""

import asyncio
from collections import deque
from collections.abc import Callable


class Window:
    """At most `count` sends in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may go; 0 when it may go now."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return 0.0 if len(self._times) < self._count else self._times[0] + self._seconds - now

    def note(self, now: float) -> None:
        """One goes now."""
        self._times.append(now)


class Pace:
    """The limits of a platform: over all chats, for each group, for each private chat."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        overall: tuple[int, float] = (30, 1.04),
        group: tuple[int, float] = (20, 60.5),
        private: tuple[int, float] = (8, 8.0),
    ) -> None:
        self._monotonic = monotonic
        self._overall = Window(*overall)
        self._limits = {True: group, False: private}
        self._chats: dict[str, Window] = {}

    def resting(self) -> frozenset[str]:
        """Chats that had their share and should be left alone for now; forgets chats that are quiet again."""
        now = self._monotonic()
        waits = {chat: window.wait(now) for chat, window in self._chats.items()}
        return frozenset(chat for chat, wait in waits.items() if wait > 0)

    async def turn(self, chat: str, *, is_group: bool) -> None:
        """Wait until one more may go to the chat, and count it."""
        window = self._chats.setdefault(chat, Window(*self._limits[is_group]))
        while True:
            now = self._monotonic()
            wait = max(self._overall.wait(now), window.wait(now))
            if wait <= 0:
                break
            await asyncio.sleep(wait)
        self._overall.note(now)
        window.note(now)
