"""Uvicorn as a part of the service: it listens where it is told, and leaves the signals alone."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD_SECONDS = 10.0
_GRACE_SECONDS = 3


class _Impatient(H11Protocol):
    """Hangs up on whoever has not asked anything in time; has no words for what is no HTTP."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base does
        """Somebody is there."""
        super().connection_made(transport)
        self.loop.call_later(_HEAD_SECONDS, self._hang_up)

    def _hang_up(self) -> None:
        if self.cycle is None:  # which its type does not say: nothing has been asked
            self.transport.close()  # type: ignore[unreachable]  # see above

    def send_400_response(self, msg: str) -> None:
        """Refuse without a word."""
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


class _Server(uvicorn.Server):
    """Signals belong to the service, not to this part of it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def listen(endpoint: Any, port: socket.socket) -> None:  # noqa: ANN401  (an ASGI application)
    """Serve on the opened port until cancelled; what is being answered then is let finish."""
    config = uvicorn.Config(
        endpoint,
        lifespan="off",
        http=_Impatient,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[port]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
