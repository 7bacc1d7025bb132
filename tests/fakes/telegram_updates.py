"""The queue of updates and its long poll: confirmed by offset, one poll at a time."""

import asyncio
import json
from collections import deque
from itertools import islice

from tests.fakes.telegram_errors import OTHER_POLL, WEBHOOK_ACTIVE, Json, refused

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_FURTHEST_OFFSET = 10


class Updates:
    """What has happened and was not yet confirmed. An update id is given only to what is kept."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self.pending: deque[Json] = deque()
        self.next_id = first_id
        self.allowed: frozenset[str] | None = None
        self.webhook_url = ""
        self.polls = 0
        self._waiting: asyncio.Future[bool] | None = None

    @property
    def is_polled(self) -> bool:
        """Whether somebody waits for updates just now."""
        return self._waiting is not None

    def add(self, kind: str, content: Json) -> int | None:
        """Queue an update; None when the bot did not ask for this kind."""
        if (self.allowed is None and kind in UNASKED) or (self.allowed is not None and kind not in self.allowed):
            return None
        update_id = self.next_id
        self.next_id += 1
        self.pending.append({"update_id": update_id, kind: content})
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(True)
        return update_id

    def allow(self, given: str) -> None:
        """Take over allowed_updates: an empty list means all but the unasked, no list leaves what was."""
        try:
            kinds = json.loads(given) if given else None
        except ValueError:
            kinds = None
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind) for kind in kinds) or None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """What getUpdates answers. Ends the poll that waits already. Raises ApiError 409."""
        if self.webhook_url:
            raise refused(WEBHOOK_ACTIVE, 409)
        self.polls += 1
        ready = self._ready(offset, limit)
        if ready or seconds <= 0:
            return ready
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(False)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                has_news = await waiting
        except TimeoutError:
            has_news = True
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if not has_news:
            raise refused(OTHER_POLL, 409)
        return self._ready(offset, limit)

    def drop(self) -> None:
        """Forget all that is pending."""
        self.pending.clear()

    def _ready(self, offset: int, limit: int) -> list[Json]:
        """Confirm what lies below the offset; the first of the rest. A negative offset keeps the last so many."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        elif offset <= self.next_id + _FURTHEST_OFFSET:
            while self.pending and self.pending[0]["update_id"] < offset:
                self.pending.popleft()
        return list(islice(self.pending, min(max(limit, 1), 100)))
