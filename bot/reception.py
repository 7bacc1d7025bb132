"""What every channel does with what comes in: stored before it is confirmed, handled in its chat's lane, answered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from bot.conversation import Conversation
from bot.incoming import Incoming
from bot.lanes import Lanes
from jobs.delivery import Courier
from records.inbox import Stored

log = logging.getLogger(__name__)

_HANDLE_AT_ONCE = 8
_MOST_WAITING = 1000


class Reception:
    """The inbox of one channel and the lanes of its chats."""

    def __init__(
        self,
        conversation: Conversation,
        courier: Courier,
        pause: float = 1.0,
        polled: Callable[[], None] = lambda: None,
    ) -> None:
        self.polled = polled  # to be called whenever the platform has answered a poll
        self._conversation = conversation
        self._courier = courier
        self._channel = courier.channel
        self._pause = pause
        self._lanes = Lanes(self._handle, _HANDLE_AT_ONCE)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Catch up first; in the end finish what is being handled."""
        try:
            await self.catch_up()
            yield
        finally:
            await self.stop()

    async def catch_up(self) -> None:
        """Handle what an earlier process left unhandled; it comes before anything new."""
        while True:
            try:
                return await self._lanes.catch_up(lambda last: self._conversation.waiting(self._channel, last))
            except SQLAlchemyError as error:
                log.error("the inbox of %s cannot be read: %s", self._channel, type(error).__name__)
                await asyncio.sleep(self._pause)

    async def take(self, found: Sequence[Incoming]) -> None:
        """Store what came, and hand what is new to the lanes. Raises OperationalError when the database is away."""
        if found:
            self._lanes.put(await asyncio.to_thread(self._store, found))

    async def room(self) -> None:
        """Wait while too much is waiting already."""
        await self._lanes.room(_MOST_WAITING)

    async def stop(self) -> None:
        """Finish what is being handled; the rest stays in the inbox for the next start."""
        await self._lanes.stop()

    def _store(self, found: Sequence[Incoming]) -> list[Stored]:
        """One that the database refuses must not keep back the others."""
        try:
            return self._conversation.store(self._channel, found)
        except (OperationalError, InterfaceError):
            raise
        except SQLAlchemyError as error:
            if len(found) > 1:
                return [stored for each in found for stored in self._store([each])]
            log.error("update %s cannot be stored and is passed over: %s", found[0].update_id, type(error).__name__)
            return []

    async def _handle(self, stored: Stored) -> None:
        await self._courier.take(partial(self._conversation.handle_within, stored))
