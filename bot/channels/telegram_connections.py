"""Connections to the Bot API. httpx looks through all connections of a client at each request, which costs more than
the request itself when thirty are open; so each has a client of its own here, and the last one used is taken next.
"""

import asyncio
import ssl
from functools import lru_cache

from httpx import create_ssl_context
from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, HTTPXRequest, RequestData

Timeout = ODVInput[float]  # seconds, None for no end, or as the client has it
UNSET = BaseRequest.DEFAULT_NONE


class Connections(BaseRequest):
    """At most `most` requests at once; those that come meanwhile wait."""

    def __init__(self, most: int, read_timeout: float) -> None:
        self._places = asyncio.Semaphore(most)
        self._read_timeout = read_timeout
        self._free: list[HTTPXRequest] = []

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """A client is made when it is needed."""

    async def shutdown(self) -> None:
        """Close those that are not in use."""
        while self._free:
            await self._free.pop().shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = UNSET,
        write_timeout: Timeout = UNSET,
        connect_timeout: Timeout = UNSET,
        pool_timeout: Timeout = UNSET,
    ) -> tuple[int, bytes]:
        """As HTTPXRequest does it."""
        async with self._places:
            client = self._free.pop() if self._free else request(1, self._read_timeout)
            try:
                return await client.do_request(
                    url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
                )
            finally:
                self._free.append(client)


def request(connections: int, read_timeout: float = 5.0) -> HTTPXRequest:
    """A client of httpx; all of them trust the same authorities, which are read once."""
    trust = {"verify": _authorities()}
    return HTTPXRequest(connections, read_timeout=read_timeout, pool_timeout=20.0, httpx_kwargs=trust)


@lru_cache(maxsize=1)
def _authorities() -> ssl.SSLContext:
    return create_ssl_context()
