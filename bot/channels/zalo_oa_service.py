"""Receiving from a Zalo Official Account, by webhook or by reading histories, with tokens that are always fresh."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.polling import ChannelStopped, Work, together
from bot.channels.zalo_oa_api import OaApi, OaError, TokensUnusable, as_object, entries_of
from bot.channels.zalo_oa_history import History
from bot.channels.zalo_oa_tokens import TokenKeeper
from bot.channels.zalo_oa_updates import Account, from_history, incoming_of, is_signed, time_of
from bot.incoming import Incoming
from bot.reception import Reception
from jobs.outcomes import Clock

log = logging.getLogger(__name__)

SEND_AT_ONCE = 8
SIGNATURE = b"x-zevent-signature"
_LOOK_SECONDS = 5.0
_WATCH_SECONDS = 60.0
_GROUPS_SECONDS = 300.0
_GROUPS_A_PAGE = 20
_PATIENCE_SECONDS = 1.0  # of the 2 after which the platform takes a delivery for lost
_MOST_PAGES = 50
_TOO_OLD = timedelta(days=1)  # the platform delivers again for two hours; what is older was copied by somebody
_REMEMBERED = 5000


class OaStopped(ChannelStopped):
    """The Official Account cannot be used any more before a person acts."""


class OaService:
    """Learns who the account is and which groups it has, receives, and hands over."""

    def __init__(
        self,
        api: OaApi,
        keeper: TokenKeeper,
        history: History,
        reception: Reception,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        look_seconds: float = _LOOK_SECONDS,
        watch_seconds: float = _WATCH_SECONDS,
        pauses: Sequence[float] = (1.0, 2.0, 5.0, 10.0, 30.0),
    ) -> None:
        self._api = api
        self._keeper = keeper
        self._history = history
        self._reception = reception
        self._clock = clock
        self._monotonic = monotonic
        self._look_seconds = look_seconds
        self._watch_seconds = watch_seconds
        self._pauses = pauses
        self._account = Account()
        self._titles: dict[str, str] = {}
        self._groups_until = 0.0
        self._seen: dict[str, None] = {}

    async def poll(self) -> None:
        """Read histories until cancelled. Raises OaStopped when it makes no sense to go on."""
        async with self._reception.open():
            await self._work(self._look, self._look_seconds)

    async def wait_for_deliveries(self, endpoint: Callable[[], Work]) -> None:
        """Open the endpoint, which calls `take`, until cancelled. Raises OaStopped when it is no use to go on."""
        async with self._reception.open():
            await together(endpoint(), self._work(self._learn_groups, self._watch_seconds))

    async def close(self) -> None:
        """Close the connections; a purchase of tokens that has begun is let end."""
        await self._keeper.close()
        await self._api.close()

    def admits(self, app: str, key: str) -> Callable[[Mapping[bytes, bytes], bytes], bool]:
        """Whether a delivery comes from the platform, for an app and the secret key of its webhook."""

        def signed(headers: Mapping[bytes, bytes], body: bytes) -> bool:
            ids = {app, self._account.id} - {""}
            return is_signed(body, headers.get(SIGNATURE, b""), key, ids)

        return signed

    async def take(self, event: object) -> None:
        """Store what the webhook brought. Raises OperationalError when the database is away."""
        raw = as_object(event)
        if self._clock().timestamp() * 1000 - time_of(raw) > _TOO_OLD / timedelta(milliseconds=1):
            log.warning("an event of the Official Account is too old and is passed over")
            return
        found = incoming_of(raw, self._account, self._titles)
        if found is not None and found.in_group and not found.chat_title:
            await self._learn_quickly()
            found = incoming_of(raw, self._account, self._titles)
        await self._hand_over([found] if found else [])

    async def _work(self, step: Callable[[], Awaitable[None]], seconds: float) -> None:
        await self._persistently(self._keeper.keep_fresh, once=True)
        await self._persistently(self._keeper.access)
        await self._persistently(self._learn_account)
        watched = self._monotonic()
        while True:
            await self._persistently(step)
            await self._reception.room()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._keeper.unusable.wait(), seconds)
            if self._keeper.unusable.is_set():
                raise OaStopped(self._keeper.reason)
            if self._monotonic() - watched >= self._watch_seconds:
                await self._persistently(self._keeper.keep_fresh, once=True)
                watched = self._monotonic()

    async def _look(self) -> None:
        await self._learn_groups()
        lines = await self._history.read(list(self._titles))
        said = [from_history(line.raw, line.group, self._account, self._titles) for line in lines]
        await self._hand_over([each for each in said if each is not None])
        await self._history.settle()
        self._reception.polled()

    async def _hand_over(self, found: Sequence[Incoming]) -> None:
        new = [each for each in found if each.update_id not in self._seen]
        await self._reception.take(new)
        self._seen.update(dict.fromkeys(each.update_id for each in new))
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _learn_account(self) -> None:
        """Its id and its name are a convenience; their lack is no failure."""
        try:
            found = as_object(await self._api.get("v2.0/oa/getoa"))
        except OaError as error:
            if not error.by_platform:
                raise
            log.warning("the Official Account does not tell its name: %s", error)
            return
        self._account = Account(str(found.get("oa_id") or ""), str(found.get("name") or ""))

    async def _learn_quickly(self) -> None:
        """A group that is new; its event must be answered soon, with or without the group's name."""
        if self._monotonic() < self._groups_until - _GROUPS_SECONDS + _WATCH_SECONDS:
            return
        self._groups_until = 0.0
        with suppress(TimeoutError, OaError, TokensUnusable):
            await asyncio.wait_for(self._learn_groups(), _PATIENCE_SECONDS)

    async def _learn_groups(self) -> None:
        """The groups and their names, now and then; where the platform does not tell, those known before."""
        if self._monotonic() < self._groups_until:
            return
        titles: dict[str, str] = {}
        try:
            for page in range(_MOST_PAGES):
                where = {"offset": page * _GROUPS_A_PAGE, "count": _GROUPS_A_PAGE}
                groups = entries_of(await self._api.get("v3.0/oa/group/getgroupsofoa", **where))
                titles |= {str(each.get("group_id")): str(each.get("name") or "") for each in groups}
                if len(groups) < _GROUPS_A_PAGE:
                    self._titles = titles
                    break
        except OaError as error:
            if not error.by_platform:
                raise
            log.warning("the Official Account does not tell its groups: %s", error)
        self._groups_until = self._monotonic() + _GROUPS_SECONDS

    async def _persistently(self, step: Callable[[], Awaitable[object]], *, once: bool = False) -> None:
        """Do it until it succeeds, with growing pauses, or try it `once`. Raises OaStopped."""
        failures = 0
        while True:
            try:
                await step()
                return
            except TokensUnusable as unusable:
                raise OaStopped(str(unusable)) from None
            except OaError as error:
                log.warning("the Official Account failed %s times: %s", failures + 1, error)
            except SQLAlchemyError as error:
                log.warning("the Official Account failed %s times: %s", failures + 1, type(error).__name__)
            except Exception:  # an answer of a shape that nobody knows
                log.exception("receiving from the Official Account met something unknown")
            if once:
                return
            failures += 1
            await asyncio.sleep(self._pauses[min(failures, len(self._pauses)) - 1])
