"""Staying ahead of a platform's limits instead of bouncing off them: sliding windows over the times of sends.

The clock is an argument; it is monotonic time in seconds, not the time of day. A topic "group/topic" shares the
limit of its group. Several workers divide each limit, so that none needs to know what the others send.
"""

import asyncio
from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

_SOON = 0.01


def alone() -> int:
    """Nobody else sends."""
    return 1


class Window:
    """At most `count` sends in any `seconds`, divided among so many workers; each has one at least."""

    def __init__(self, count: int, seconds: float, workers: Callable[[], int] = alone) -> None:
        self._count = count
        self._seconds = seconds
        self._workers = workers
        self._times: deque[float] = deque()

    def free(self, now: float) -> int:
        """How many may go now; below 0 while more have gone than the share that is left since others came."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return max(1, self._count // self._workers()) - len(self._times)

    def wait(self, now: float) -> float:
        """Seconds until one more may go; 0 when it may go now."""
        free = self.free(now)
        return 0.0 if free > 0 else self._times[-free] + self._seconds - now

    def note(self, now: float) -> None:
        """One goes now."""
        self._times.append(now)

    def move(self, since: float, now: float) -> None:
        """What went at that time counts from now on."""
        if since in self._times:
            self._times.remove(since)
        self._times.append(now)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has gone lately, as `free` or `wait` last saw it."""
        return not self._times


@dataclass(slots=True)
class _Place:
    """A group with its topics, or a private chat."""

    window: Window
    chats: set[str] = field(default_factory=set)


@dataclass(order=True, frozen=True, slots=True)
class _Ticket:
    """A place in the queue: the urgent first, then in the order of coming."""

    patient: bool
    number: int
    window: Window = field(compare=False)


class Pace:
    """The limits of a platform: over all chats, for each group, for each private chat; `workers` share them."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        overall: tuple[int, float] = (30, 1.01),
        group: tuple[int, float] = (20, 60.5),
        private: tuple[int, float] = (8, 8.0),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        workers: Callable[[], int] = alone,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._workers = workers
        self._overall = Window(*overall, workers)
        self._limits = {True: group, False: private}
        self._places: dict[str, _Place] = {}
        self._queue: list[_Ticket] = []
        self._numbers = count(1)

    def resting(self) -> frozenset[str]:
        """Chats that had their share and should be left alone for now; forgets chats that are quiet again."""
        now = self._monotonic()
        waits = {name: place.window.wait(now) for name, place in self._places.items()}
        in_use = {ticket.window for ticket in self._queue}
        for name, place in list(self._places.items()):
            if place.window.is_empty and place.window not in in_use:
                del self._places[name]
        return frozenset(chat for name, wait in waits.items() if wait > 0 for chat in self._places[name].chats)

    async def turn(self, chat: str, *, is_group: bool, urgent: bool = False) -> Callable[[], None]:
        """Wait until one more may go to the chat, and count it. The urgent go before those who wait already.

        To be told when it has landed: nobody knows how long it was on its way, so it counts from then on, and what
        is slow cannot be overtaken by what comes a second later.
        """
        window = Window(*self._limits[is_group], self._workers)
        place = self._places.setdefault(chat.partition("/")[0], _Place(window))
        place.chats.add(chat)
        ticket = _Ticket(not urgent, next(self._numbers), place.window)
        insort(self._queue, ticket)
        try:
            while True:
                now = self._monotonic()
                wait = self._wait(ticket, now)
                if wait <= 0:
                    break
                await self._sleep(wait)
            self._overall.note(now)
            place.window.note(now)
            return partial(self._landed, place.window, now)
        finally:
            self._queue.remove(ticket)

    def _landed(self, window: Window, since: float) -> None:
        for each in (self._overall, window):
            each.move(since, self._monotonic())

    def _wait(self, ticket: _Ticket, now: float) -> float:
        wait = max(self._overall.wait(now), ticket.window.wait(now))
        if wait > 0:
            return wait
        before = sum(each < ticket and each.window.wait(now) <= 0 for each in self._queue)
        return _SOON if before >= self._overall.free(now) else 0.0
