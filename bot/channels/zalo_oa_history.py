"""Receiving without a webhook: what was said lately in the account's groups and private chats is asked for.

Histories come latest first, ten lines a page. Each look begins a little before where the last one ended, since lines
may appear out of order; the inbox takes each line only once.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from bot.channels.zalo_oa_api import OaApi, OaError, entries_of
from bot.channels.zalo_oa_drawing import NAME
from bot.channels.zalo_oa_errors import is_about_the_chat, is_about_the_message
from bot.channels.zalo_oa_updates import time_of
from jobs.outcomes import Clock
from records.audit import mark, set_mark
from records.database import reading, transaction

log = logging.getLogger(__name__)

_PAGE = 10
_MOST_PAGES = 20
_AT_FIRST = timedelta(hours=1)  # how far a bot that has never looked looks back
_OVERLAP_MS = 120_000
_MARK = f"{NAME}_read_until"

Page = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history; `group` is empty for a private chat."""

    group: str
    raw: dict[str, Any]


class History:
    """Reads on from where it ended, also after a restart."""

    def __init__(self, api: OaApi, engine: Engine, clock: Clock) -> None:
        self._api = api
        self._engine = engine
        self._clock = clock
        self._since: int | None = None
        self._newest = 0

    async def read(self, groups: Iterable[str]) -> list[Line]:
        """What was said since the last look, the oldest first. Raises OaError, TokensUnusable."""
        if self._since is None:
            self._since = await asyncio.to_thread(self._read_mark)
        since, lines = self._since, []
        for group in groups:
            lines += [Line(group, raw) for raw in await self._page_through(self._of_group(group), since)]
        recent = await self._page_through(self._recent, since)
        others = (raw.get("from_id" if str(raw.get("src")) != "0" else "to_id") for raw in recent)
        for person in dict.fromkeys(str(each) for each in others if each):
            lines += [Line("", raw) for raw in await self._page_through(self._of_person(person), since)]
        self._newest = max((time_of(line.raw) for line in lines), default=0)
        return sorted(lines, key=lambda line: time_of(line.raw))

    async def settle(self) -> None:
        """What the last look has brought is stored: go on from there."""
        assert self._since is not None, "there was a look"
        reached = self._newest - _OVERLAP_MS
        if reached > self._since:
            await asyncio.to_thread(self._write_mark, reached)
            self._since = reached

    async def _page_through(self, page: Page, since: int) -> list[dict[str, Any]]:
        """The lines that are not older, oldest first. A chat that the platform refuses is passed over."""
        found: list[dict[str, Any]] = []
        for number in range(_MOST_PAGES):
            try:
                lines = entries_of(await page(number * _PAGE))
            except OaError as error:
                if not (is_about_the_chat(error) or is_about_the_message(error)):
                    raise
                log.warning("a history cannot be read: %s", error)
                break
            fresh = [line for line in lines if time_of(line) >= since]
            found += fresh
            if len(fresh) < _PAGE:
                break
        return found[::-1]

    def _of_group(self, group: str) -> Page:
        return lambda offset: self._api.get("v3.0/oa/group/conversation", group_id=group, offset=offset, count=_PAGE)

    def _of_person(self, person: str) -> Page:
        return lambda offset: self._ask("conversation", user_id=person, offset=offset, count=_PAGE)

    async def _recent(self, offset: int) -> object:
        return await self._ask("listrecentchat", offset=offset, count=_PAGE)

    async def _ask(self, what: str, **data: str | int) -> object:
        """These older questions take their parameters as one JSON text."""
        return await self._api.get(f"v2.0/oa/{what}", data=json.dumps(data))

    def _read_mark(self) -> int:
        with reading(self._engine) as session:
            found = mark(session, _MARK)
        return int(found) if found else int((self._clock() - _AT_FIRST).timestamp() * 1000)

    def _write_mark(self, reached: int) -> None:
        with transaction(self._engine) as session:
            set_mark(session, _MARK, str(reached))
