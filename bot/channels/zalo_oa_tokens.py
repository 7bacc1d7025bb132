"""The tokens of the Official Account, always fresh: one purchase at a time, saved before its first use.

A purchase that has begun is never broken off: its result would be lost, and with it the right to buy the next.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.zalo_oa_api import APP_REFUSED, REFRESH_DEAD, REFRESH_LIFETIME, Exchange, OaError, TokensUnusable
from jobs.expiry import warn_of_expiry
from jobs.outcomes import Clock
from plan_data.office import Office
from records import tokens
from records.database import reading, transaction
from records.tokens import Pair
from wording.zalo_oa import APP_IS_REFUSED, NO_TOKEN_YET, TOKENS_ARE_DEAD

log = logging.getLogger(__name__)

_AHEAD = timedelta(hours=2)  # of the 25 that an access token lives
_LAST_MINUTE = timedelta(seconds=30)
_LOOK_AGAIN_SECONDS = 0.25
_PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)


class TokenKeeper:
    """Gives the access token, and buys the next pair when it is time."""

    def __init__(
        self, engine: Engine, office: Office, exchange: Exchange, clock: Clock, pauses: Sequence[float] = _PAUSES
    ) -> None:
        self._engine = engine
        self._office = office
        self._exchange = exchange
        self._clock = clock
        self._pauses = pauses
        self._app = exchange.app.id
        self._pair: Pair | None = None
        self._purchase: asyncio.Task[Pair] | None = None
        self.unusable = asyncio.Event()  # set for good when only a person can help, who needs the reason
        self.reason = ""

    async def access(self) -> str:
        """A token that serves now. Raises OaError, TokensUnusable."""
        if self._pair is None or not _serves(self._pair, self._clock() + _LAST_MINUTE):
            self._pair = await self._next()
        return self._pair.access

    async def another(self, refused: str) -> str:
        """One in place of the token that the platform has just refused. Raises OaError, TokensUnusable."""
        if self._pair is None or self._pair.access == refused:
            self._pair = await self._next(refused)
        return self._pair.access

    async def keep_fresh(self) -> None:
        """Buy ahead of need, and tell the clerk when the right to buy runs out. Raises OaError, TokensUnusable."""
        try:
            pair = await asyncio.to_thread(self._held)
            if pair.access and _serves(pair, self._clock() + _AHEAD):
                self._pair = pair
            else:
                self._pair = await self._next(pair.access)
        finally:  # when nothing can be bought for days, the clerk must know in time
            await asyncio.to_thread(self._warn)

    def give_up(self, why: str) -> None:
        """Nothing can be sent or asked any more before a person acts; the sentence says what to do."""
        self.reason = self.reason or why
        self.unusable.set()

    async def close(self) -> None:
        """Let a purchase that has begun end, then close the connections."""
        if self._purchase is not None:
            await asyncio.wait([self._purchase])
        await self._exchange.close()

    async def _next(self, refused: str = "") -> Pair:
        if self.reason:
            raise TokensUnusable(self.reason)
        if self._purchase is None or self._purchase.done():
            self._purchase = asyncio.create_task(self._bought(refused))
        try:
            return await asyncio.shield(self._purchase)
        except TokensUnusable as unusable:
            self.give_up(str(unusable))
            raise

    async def _bought(self, refused: str) -> Pair:
        """The pair after the refused one: somebody else's purchase, or our own."""
        while True:
            old = await asyncio.to_thread(self._held)
            if old.access and old.access != refused and _serves(old, self._clock() + _LAST_MINUTE):
                return old
            if not await asyncio.to_thread(self._leased, old):
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                continue
            try:
                new = await self._exchange.buy(old.refresh, self._clock())
            except OaError as error:
                await asyncio.to_thread(self._release, old)
                if not error.by_platform:
                    raise
                if (await asyncio.to_thread(self._held)).refresh != old.refresh:
                    continue  # somebody else had used it up, and has the next
                raise _verdict(error) from None
            await self._save(old, new)
            log.info("the tokens of the Official Account are renewed, until %s", new.access_until)
            return new

    def _held(self) -> Pair:
        with reading(self._engine) as session:
            pair = tokens.held(session, self._app)
        if pair is None:
            raise TokensUnusable(NO_TOKEN_YET)
        return pair

    def _leased(self, old: Pair) -> bool:
        with transaction(self._engine) as session:
            return tokens.lease(session, self._app, old.refresh, self._clock())

    def _release(self, old: Pair) -> None:
        with transaction(self._engine) as session:
            tokens.release(session, self._app, old.refresh)

    async def _save(self, old: Pair, new: Pair) -> None:
        """Until it succeeds: it exists nowhere else."""
        failures = 0
        while True:
            try:
                return await asyncio.to_thread(self._replace, old, new)
            except SQLAlchemyError as error:
                log.error("the new tokens cannot be saved yet: %s", type(error).__name__)
            await asyncio.sleep(self._pauses[min(failures, len(self._pauses) - 1)])
            failures += 1

    def _replace(self, old: Pair, new: Pair) -> None:
        with transaction(self._engine) as session:
            tokens.replace(session, self._app, old.refresh, new)

    def _warn(self) -> None:
        now = self._clock()
        with transaction(self._engine) as session:
            pair = tokens.held(session, self._app)
            if pair is not None:
                warn_of_expiry(session, self._office, self._app, pair.refresh_until, now)


def begin_with(engine: Engine, app: str, refresh: str, clock: Clock) -> None:
    """Take over the refresh token of the settings, if the tokens on record do not descend from it already."""
    now = clock()
    with transaction(engine) as session:
        tokens.adopt(session, app, refresh, now + REFRESH_LIFETIME, now)


def _serves(pair: Pair, until: datetime) -> bool:
    return bool(pair.access) and pair.access_until > until


def _verdict(error: OaError) -> Exception:
    if error.code in REFRESH_DEAD:
        return TokensUnusable(TOKENS_ARE_DEAD)
    if error.code in APP_REFUSED:
        return TokensUnusable(APP_IS_REFUSED)
    return error
