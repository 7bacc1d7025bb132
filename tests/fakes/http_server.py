"""A small HTTP/1.1 server on loopback: keep-alive, bodies with a Content-Length, one answer after another.

A handler answers at once with a `Response`, or with something to await; `Response.dropped()` closes the connection
without a word. A client that goes away cancels what is being awaited for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

_LOG = logging.getLogger(__name__)
_MOST_HEADER_BYTES = 64 * 1024
_MOST_BODY_BYTES = 60 * 1024 * 1024
_TURNS_TO_COME_IN = 4  # of the event loop: a task, the transport, its protocol
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `path` is unquoted, header names are in small letters."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants the connection to stay open."""
        return self.headers.get("connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; status 0 is no answer at all."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def dropped(cls) -> "Response":
        """Close the connection instead of answering."""
        return cls(0)

    def encoded(self) -> bytes:
        """The bytes on the wire."""
        extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        head = (
            f"HTTP/1.1 {self.status} {_PHRASES.get(self.status, 'Unknown')}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n{extra}\r\n"
        )
        return head.encode("latin-1") + self.body


Handler = Callable[[Request], Response | Awaitable[Response]]


class BadHttp(ValueError):
    """The bytes are not a request that this server understands."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def take_request(buffer: bytearray) -> Request | None:
    """Take the first whole request out of the buffer; None while it is not all there. Raises BadHttp."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > _MOST_HEADER_BYTES:
            raise BadHttp(431)
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    try:
        method, target, version = first.split(" ")
        headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
    except ValueError as error:
        raise BadHttp(400) from error
    if version not in ("HTTP/1.1", "HTTP/1.0") or length < 0:
        raise BadHttp(400)
    if "transfer-encoding" in headers:
        raise BadHttp(411)
    if length > _MOST_BODY_BYTES:
        raise BadHttp(413)
    start = end + 4
    if len(buffer) < start + length:
        return None
    if version == "HTTP/1.0":
        headers["connection"] = "close"
    path, _, query = target.partition("?")
    request = Request(method, unquote(path), query, headers, bytes(buffer[start : start + length]))
    del buffer[: start + length]
    return request


class HttpServer:
    """Listens on 127.0.0.1 and hands each request to one handler. What a handler raises is kept in `crashes`."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.crashes: list[Exception] = []
        self.port = 0
        self.connections: set[_Connection] = set()
        self.is_closing = False
        self._server: asyncio.Server | None = None
        self._idle = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        """Listen; port 0 takes any free one."""
        loop = asyncio.get_running_loop()
        self.is_closing = False
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and the port, and wait until they are gone."""
        if self._server is None:
            return
        self.is_closing = True
        await self._accept_no_more(self._server)
        self._server.close()
        self._idle.clear()
        tasks = [connection.task for connection in self.connections if connection.task is not None]
        for connection in list(self.connections):
            connection.abort()
        if self.connections:
            await self._idle.wait()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _accept_no_more(self, server: asyncio.Server) -> None:
        """Let those in who are at the door: asyncio forgets, unclosed, whom it accepts while the server closes."""
        for door in server.sockets:
            asyncio.get_running_loop().remove_reader(door.fileno())
        for _ in range(_TURNS_TO_COME_IN):
            await asyncio.sleep(0)

    def gone(self, connection: "_Connection") -> None:
        """Forget a closed connection."""
        self.connections.discard(connection)
        if not self.connections:
            self._idle.set()

    def crashed(self, error: Exception) -> Response:
        """Keep a fault of the handler itself for whoever stops the server, and answer 500."""
        _LOG.error("The handler failed", exc_info=error)
        self.crashes.append(error)
        return Response(500, f"the fake itself failed: {error!r}".encode(), "text/plain")


class _Connection(asyncio.Protocol):
    """One client's connection: requests are answered in the order they came."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self._server.connections.add(self)
        if self._server.is_closing:  # accepted just before, and nobody else would close it
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.task is not None:
            self.task.cancel()
        self._transport = None
        self._server.gone(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def abort(self) -> None:
        """Close now, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def _advance(self) -> None:
        while self.task is None and self._transport is not None and self._buffer:
            try:
                request = take_request(self._buffer)
            except BadHttp as error:
                self._write(Response(error.status), keep=False)
                return
            if request is None:
                return
            try:
                answer = self._server.handler(request)
            except Exception as error:  # noqa: BLE001 - kept and raised again when the server stops
                answer = self._server.crashed(error)
            if isinstance(answer, Response):
                self._write(answer, keep=request.keeps_alive)
            else:
                self.task = asyncio.ensure_future(self._wait_and_write(answer, request.keeps_alive))

    async def _wait_and_write(self, answer: Awaitable[Response], keep: bool) -> None:
        try:
            response = await answer
        except Exception as error:  # noqa: BLE001 - kept and raised again when the server stops
            response = self._server.crashed(error)
        self._write(response, keep=keep)
        self.task = None
        self._advance()

    def _write(self, response: Response, *, keep: bool) -> None:
        if self._transport is None:
            return
        if response.status:
            self._transport.write(response.encoded())
        if not keep or not response.status:
            self._transport.close()
            self._transport = None
