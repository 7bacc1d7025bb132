"""What every fake platform is: a server on loopback that tells what it was asked and can be waited for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self

from tests.fakes.answering import Answering
from tests.fakes.call_log import Call, CallLog, S
from tests.fakes.faults import F, Faults
from tests.fakes.http_server import Handler, HttpServer

_LOOK_AGAIN = 0.02


class FakeServer(Generic[F, S]):
    """`async with … as server:` starts and stops it; a fault of the fake itself is raised at the end."""

    def __init__(self, handler: Handler, answering: Answering[F], log: CallLog[S]) -> None:
        self._http = HttpServer(handler)
        self._answering = answering
        self._calls = log
        self._changed = asyncio.Event()
        log.on_call = self._changed.set

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None and self._http.crashes:
            raise self._http.crashes[0]

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any free one."""
        await self._http.start(port)

    async def stop(self) -> None:
        """Close every connection, the port and the log."""
        await self._http.stop()
        self._calls.close()

    async def shut(self) -> None:
        """Nobody is there any more: connections are reset, new ones refused; what has happened is kept."""
        await self._http.stop()

    async def open(self) -> None:
        """Listen again where it did."""
        await self._http.start(self._http.port)

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._http.port}"

    @property
    def faults(self) -> Faults[F]:
        """The faults that are ordered."""
        return self._answering.faults

    @property
    def latency(self) -> float:
        """Seconds that every answer takes, except that of a poll."""
        return self._answering.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._answering.latency = seconds

    @property
    def sent(self) -> list[S]:
        """The messages of the bot, in the order they came into the chats."""
        return self._calls.sent

    @property
    def refusals(self) -> int:
        """How many requests were answered 429."""
        return self._calls.statuses[429]

    def calls(self, method: str = "") -> list[Call]:
        """The requests that were handled, of one method or all."""
        wanted = method.lower()
        return [call for call in self._calls.calls if not wanted or call.method.lower() == wanted]

    async def until(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        """Wait until a condition holds, looked at after every request and every 20 ms. Raises TimeoutError."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._changed.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN)
        except TimeoutError:
            last = [(call.method, call.status, call.description) for call in self._calls.calls[-5:]]
            raise TimeoutError(f"not within {within} s; {len(self.sent)} sent; last requests: {last}") from None
