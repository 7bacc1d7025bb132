"""Receiving from Zalo, by polling or through the webhook.

There is no offset and no confirmation: what a poll returned is gone, or comes again with every later poll. So it is
stored at once, and the inbox, which knows every message by its id, takes it only once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.polling import ChannelStopped, Rivals, Work, together
from bot.channels.zalo_api import CONFLICT, Me, ZaloApi, ZaloError
from bot.channels.zalo_updates import events_of, incoming_of
from bot.incoming import Incoming
from bot.reception import Reception
from wording.stops import REJECTED_BY_ZALO, ZALO_POLLED_ELSEWHERE, ZALO_WEBHOOK_IS_MISSING, zalo_webhook_is_set

log = logging.getLogger(__name__)

POLL_SECONDS = 30
SEND_AT_ONCE = 16
_GRACE_SECONDS = 10.0
_FLOOR_SECONDS = 1.0
_REBUILD_AFTER = 5
_TELL_TIMES = 5
_REMEMBERED = 5000


class ZaloStopped(ChannelStopped):
    """Zalo cannot be used any more: the token is wrong, or somebody else uses it."""


class ZaloService:
    """Learns who the bot is, receives, hands over, and keeps at it."""

    def __init__(
        self,
        api: ZaloApi,
        reception: Reception,
        monotonic: Callable[[], float] = time.monotonic,
        poll_seconds: int = POLL_SECONDS,
        grace_seconds: float = _GRACE_SECONDS,
        floor_seconds: float = _FLOOR_SECONDS,
        pauses: Sequence[float] = (1.0, 2.0, 5.0, 10.0, 30.0),
    ) -> None:
        self._api = api
        self._reception = reception
        self._monotonic = monotonic
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._floor_seconds = floor_seconds
        self._pauses = pauses
        self._rivals = Rivals(monotonic)
        self._me = Me()
        self._seen: dict[str, None] = {}

    async def poll(self) -> None:
        """Poll until cancelled. Raises ZaloStopped when it makes no sense to go on."""
        async with self._reception.open():
            await self._persistently(self._log_in)
            await self._persistently(self._look_for_a_webhook)
            while True:
                began = self._monotonic()
                await self._persistently(self._poll_once)
                await self._reception.room()
                await asyncio.sleep(self._floor_seconds - (self._monotonic() - began))

    async def wait_for_deliveries(self, endpoint: Callable[[], Work]) -> None:
        """Open the endpoint, which calls `take`, until cancelled. Raises ZaloStopped when the token is refused."""
        async with self._reception.open():
            await together(endpoint(), self._keep_an_eye_on_the_token())

    async def _keep_an_eye_on_the_token(self) -> None:
        await self._persistently(self._log_in)
        await self._persistently(self._tell_of_a_missing_webhook)
        while True:
            await self._api.token_refused.wait()
            self._api.token_refused.clear()
            await self._persistently(self._log_in)

    async def take(self, body: object) -> None:
        """Store what came, and hand over what is new. Raises OperationalError when the database is away."""
        found = [each for event in events_of(body) if (each := incoming_of(event, self._me)) and self._is_new(each)]
        await self._reception.take(found)
        self._remember(found)

    def _is_new(self, incoming: Incoming) -> bool:
        """Replays come with every poll; those that are surely in the inbox need not be looked for there."""
        return incoming.update_id not in self._seen

    def _remember(self, found: Sequence[Incoming]) -> None:
        self._seen.update(dict.fromkeys(each.update_id for each in found))
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _log_in(self) -> None:
        self._me = await self._api.me()
        log.info("Zalo: logged in as %s", self._me.name or self._me.account)

    async def _look_for_a_webhook(self) -> None:
        """Polling and a webhook exclude each other; one that somebody has set is never deleted by us."""
        if url := await self._webhook_url():
            raise ZaloStopped(zalo_webhook_is_set(url))

    async def _tell_of_a_missing_webhook(self) -> None:
        if await self._webhook_url() == "":
            log.warning("%s", ZALO_WEBHOOK_IS_MISSING)

    async def _webhook_url(self) -> str | None:
        """None when the platform does not tell; the next poll shows it then."""
        try:
            return await self._api.webhook_url()
        except ZaloError as error:
            if error.is_wrong_token:
                raise
            log.warning("Zalo does not tell whether a webhook is set: %s", error)
            return None

    async def _poll_once(self) -> None:
        try:
            patience = self._poll_seconds + 2 * self._grace_seconds
            async with asyncio.timeout(patience):  # the watchdog: a poll that hangs is given up
                result = await self._api.poll(self._poll_seconds, self._grace_seconds)
        except ZaloError as error:
            if error.by_platform and "webhook" in str(error).lower():
                raise ZaloStopped(zalo_webhook_is_set("")) from None
            if error.by_platform and error.code == CONFLICT and self._rivals.must_give_way():
                raise ZaloStopped(ZALO_POLLED_ELSEWHERE) from None
            raise
        self._rivals.forget()
        self._reception.polled()
        await self._persistently(lambda: self.take(result))  # what was handed out may never come again

    async def _persistently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do it until it succeeds, with growing pauses. Raises ZaloStopped."""
        failures = refusals = 0
        while True:
            try:
                return await step()
            except ZaloError as error:
                refusals = refusals + 1 if error.is_wrong_token else 0
                if error.is_wrong_token and (not self._me.id or refusals >= _TELL_TIMES):
                    raise ZaloStopped(REJECTED_BY_ZALO) from None
                log.warning("Zalo failed %s times: %s", failures + 1, error)
            except (SQLAlchemyError, TimeoutError) as error:
                log.warning("Zalo failed %s times: %s", failures + 1, type(error).__name__)
            except ChannelStopped:
                raise
            except Exception:  # an answer of a shape that nobody knows
                log.exception("receiving from Zalo met something unknown")
            failures += 1
            await asyncio.sleep(self._pauses[min(failures, len(self._pauses)) - 1])
            if failures % _REBUILD_AFTER == 0:
                await self._api.renew_polling()
