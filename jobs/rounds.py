"""Rounds of delivery: each writes down what came of the messages that were under way, takes the steps that are asked
for (a command, which queues its answer), and claims the next messages.

One transaction a round, whatever it holds: under load commands and messages share their commits, a single one waits
for nobody, and an answer is on its way as soon as it is written. Places are kept free for answers, so that people are
not kept waiting by a hundred slow reminders.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from records.outbox import ANSWER, Claimed

log = logging.getLogger(__name__)

Step = Callable[[Session], None]
_Done = asyncio.Future[None] | None  # who waits for a step, if anybody does
STOP_SECONDS = 5.0
_AWAY = OperationalError, InterfaceError  # of the database; anything else is the fault of a step
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

    transact: Callable[[Sequence[Step], Room], Claims]
    send: Callable[[Claimed], Awaitable[Step]]
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
    _steps: list[tuple[Step, _Done]] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def take(self, step: Step) -> None:
        """Take the step in the next round, and send what it queues. A mistake in it must not leave it.

        Raises OperationalError or InterfaceError when the database is away; nothing has been done then.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._steps.append((step, done))
        self._wake.set()
        while not self.running and not done.done():
            await self._persistent_round()
        await done

    async def once(self) -> int:
        """Send and edit everything that may go now; returns how many messages went out."""
        before = self.sent
        while await self._round() or self._steps or self._sending or self._editing:
            if not self._steps and (under_way := [*self._sending, *self._editing]):
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
        except _AWAY:
            log.exception("delivery is interrupted")
            await asyncio.sleep(_LOOK_EVERY_SECONDS if self.running else 0)
            self._wake.set()
        except SQLAlchemyError:
            log.exception("delivery is interrupted")
            await self._one_by_one()
            self._wake.set()

    async def _round(self) -> bool:
        """Write down, take the steps, claim, set off; whether anything was claimed."""
        async with self._one_at_a_time:
            steps, self._steps = self._steps, []
            try:
                claims = await asyncio.to_thread(self.craft.transact, [step for step, _ in steps], self._room())
            except _AWAY as error:
                self._steps = [(step, done) for step, done in steps if not _tell(done, error)] + self._steps
                raise
            except BaseException:
                self._steps = steps + self._steps
                raise
            for _, done in steps:
                _tell(done)
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
        self._steps.append((settle, None))
        del self._sending[_this_task()]
        self._wake.set()

    async def _edit(self, message: Claimed) -> None:
        await self.craft.edit(message)
        self._editing.discard(_this_task())
        self._wake.set()

    async def _one_by_one(self) -> None:
        """One record or step that the database refuses must not keep back the others."""
        steps, self._steps = self._steps, []
        for step, done in steps:
            try:
                await asyncio.to_thread(self.craft.transact, [step], Room())
            except SQLAlchemyError as error:
                log.exception("a step cannot be taken")
                _tell(done, error)
            else:
                _tell(done)

    async def _finish(self) -> None:
        """Let what is under way finish and write it down; what takes too long is cut off and said again later."""
        under_way = [*self._sending, *self._editing]
        if under_way:
            await asyncio.wait(under_way, timeout=STOP_SECONDS)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._one_by_one()


def _tell(done: _Done, error: Exception | None = None) -> bool:
    """Tell who waits for a step what came of it; whether anybody does."""
    if done is None or done.done():
        return done is not None
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
    return True


def _this_task() -> asyncio.Task[None]:
    task: asyncio.Task[None] | None = asyncio.current_task()
    assert task is not None
    return task
