"""Rounds of delivery: each writes down what came of the messages that were under way, and claims the next ones.

One transaction a round, whatever it holds: under load messages share their commits, and a single message waits for
nobody. Places are kept free for answers, so that people are not kept waiting by a hundred slow reminders.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

from records.outbox import ANSWER, Claimed

log = logging.getLogger(__name__)

Settle = Callable[[Session], None]
STOP_SECONDS = 5.0
_EDITS_AT_ONCE = 4
_LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """What a round may claim: messages in all, among them others than answers, edits; nothing for these chats."""

    messages: int = 0
    others: int = 0
    edits: int = 0
    left_alone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a round has claimed."""

    messages: Sequence[Claimed] = ()
    edits: Sequence[Claimed] = ()


@dataclass(frozen=True, slots=True)
class Craft:
    """How the work is done: one transaction, one message sent, one message edited, a look at what is due.

    `send` never raises; it returns how to write down what came of it.
    """

    step: Callable[[Sequence[Settle], Room], Claims]
    send: Callable[[Claimed], Awaitable[Settle]]
    edit: Callable[[Claimed], Awaitable[None]]
    is_something_due: Callable[[], bool]
    resting: Callable[[], frozenset[str]]


@dataclass
class Rounds:
    """Messages under way, at most so many at once, one for each chat."""

    craft: Craft
    at_once: int
    running: bool = False
    sent: int = 0
    _sending: dict[asyncio.Task[None], Claimed] = field(default_factory=dict)
    _editing: set[asyncio.Task[None]] = field(default_factory=set)
    _settled: list[Settle] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def once(self) -> int:
        """Send and edit everything that may go now; returns how many messages went out."""
        before = self.sent
        while await self._round() or self._settled or self._sending or self._editing:
            if not self._settled and (under_way := [*self._sending, *self._editing]):
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        return self.sent - before

    async def run(self) -> None:
        """Go on until cancelled; what is under way then is let finish, for a short while."""
        self.running = True
        watch = asyncio.create_task(self._watch())
        try:
            while True:
                self._wake.clear()
                current = asyncio.create_task(self._persistent_round())
                try:
                    await asyncio.shield(current)
                except asyncio.CancelledError:
                    await current
                    raise
                await self._wake.wait()
        finally:
            self.running = False
            watch.cancel()
            await self._finish()

    async def _watch(self) -> None:
        """Wake up when the waiting time of a message is over."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            if await asyncio.to_thread(self.craft.is_something_due):
                self._wake.set()

    async def _persistent_round(self) -> None:
        """A full disk or a locked database must not end delivery, nor must it forget what has been sent."""
        try:
            await self._round()
        except OperationalError:
            log.exception("delivery is interrupted")
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            self._wake.set()
        except SQLAlchemyError:
            log.exception("delivery is interrupted")
            await self._settle_one_by_one()

    async def _round(self) -> bool:
        """Write down, claim, set off; whether anything was claimed."""
        async with self._one_at_a_time:
            settled, self._settled = self._settled, []
            try:
                claims = await asyncio.to_thread(self.craft.step, settled, self._room())
            except BaseException:
                self._settled = settled + self._settled
                raise
            for message in claims.messages:
                task = asyncio.create_task(self._send(message))
                self._sending[task] = message
            for message in claims.edits:
                edit = asyncio.create_task(self._edit(message))
                self._editing.add(edit)
            return bool(claims.messages or claims.edits)

    def _room(self) -> Room:
        under_way = self._sending.values()
        others = sum(message.priority > ANSWER for message in under_way)
        return Room(
            messages=self.at_once - len(under_way),
            others=self.at_once - self.at_once // 4 - others,
            edits=min(_EDITS_AT_ONCE, self.at_once) - len(self._editing),
            left_alone=self.craft.resting() | {message.chat for message in under_way},
        )

    async def _send(self, message: Claimed) -> None:
        settle = await self.craft.send(message)
        self._settled.append(settle)
        del self._sending[_this_task()]
        self._wake.set()

    async def _edit(self, message: Claimed) -> None:
        await self.craft.edit(message)
        self._editing.discard(_this_task())
        self._wake.set()

    async def _settle_one_by_one(self) -> None:
        """One record that the database refuses must not keep back the others."""
        settled, self._settled = self._settled, []
        for settle in settled:
            try:
                await asyncio.to_thread(self.craft.step, [settle], Room())
            except SQLAlchemyError:
                log.exception("what came of a message cannot be written down")

    async def _finish(self) -> None:
        """Let what is under way finish and write it down; what takes too long is cut off and said again later."""
        under_way = [*self._sending, *self._editing]
        if under_way:
            await asyncio.wait(under_way, timeout=STOP_SECONDS)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._settle_one_by_one()


def _this_task() -> asyncio.Task[None]:
    task: asyncio.Task[None] | None = asyncio.current_task()
    assert task is not None
    return task
