"""What has happened, handed to whoever polls or to the webhook: no offset, no confirmation."""

import asyncio
from collections import deque

from tests.fakes.zalo_errors import ApiError, Json
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_webhook import Webhook


class Updates:
    """The queue of one bot. An update is delivered once it is handed out, whether or not the answer arrives."""

    def __init__(self, switches: Switches, webhook: Webhook) -> None:
        self.pending: deque[Json] = deque()
        self.delivered: deque[Json] = deque()
        self.polls = 0
        self._switches = switches
        self._webhook = webhook
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def is_polled(self) -> bool:
        """Whether somebody waits for updates just now."""
        return bool(self._waiting)

    def add(self, update: Json) -> None:
        """Hand an update to the webhook, or keep it for the next poll."""
        if self._webhook.url:
            self._webhook.deliver(update)
            return
        self.pending.append(update)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def poll(self, seconds: float) -> list[Json]:
        """What a poll gets: one update or, with result=list, all; nothing when the time is over. Raises ApiError."""
        if self._webhook.url:
            raise webhook_is_set()
        self.polls += 1
        if self._switches.older_poll == "409":
            self.end_polls(ApiError(409, "another getUpdates is running"))
        try:
            async with asyncio.timeout(min(seconds, self._switches.longest_poll)):
                while not self.pending and not self._replays:
                    await self._news()
        except TimeoutError:
            return []
        return self._take()

    def end_polls(self, error: ApiError) -> None:
        """Refuse the polls that wait."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(error)

    @property
    def _replays(self) -> bool:
        return self._switches.delivery == "replay" and bool(self.delivered)

    async def _news(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        finally:
            self._waiting.remove(waiting)

    def _take(self) -> list[Json]:
        """What was not delivered goes first; what was comes back in turn."""
        if self._switches.result == "list":
            old = list(self.delivered) if self._replays else []
            new = list(self.pending)
        else:
            new = [self.pending[0]] if self.pending else []
            old = [] if new else [self.delivered[0]]
            if old:
                self.delivered.rotate(-1)
        for update in new:
            self.pending.popleft()
            self.delivered.append(update)
        return old + new


def webhook_is_set() -> ApiError:
    """The refusal of a poll while there is a webhook."""
    return ApiError(400, "getUpdates cannot be used while a webhook is set; call deleteWebhook first")
