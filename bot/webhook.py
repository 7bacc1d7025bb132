"""A small HTTP endpoint: where a platform delivers, and where a watchdog asks whether the bot is alive.

A delivery is stored, answered, and handled afterwards. A stranger learns nothing: errors have no text.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.polling import Work
from bot.mistakes import Mistake
from bot.web import server
from wording.stops import port_is_taken

log = logging.getLogger(__name__)

HEALTH = "/healthz"
MOST_BYTES = 256 * 1024
_BODY_SECONDS = 10.0
_MOST_AT_ONCE = 200
_TRIES, _PAUSE_SECONDS = 25, 0.2

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Hook:
    """One platform's deliveries: whether a request is from the platform, and how its JSON body is stored."""

    admits: Callable[[Headers, bytes], bool]
    take: Callable[[object], Awaitable[None]]


class Endpoint:
    """The ASGI application. `hooks` by path; the one of the path "" takes every other path."""

    def __init__(self, hooks: Mapping[str, Hook], is_alive: Callable[[], bool]) -> None:
        self._hooks = hooks
        self._is_alive = is_alive
        self._at_once = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; there is no other one on its connection."""
        if scope["type"] != "http":
            return
        self._at_once += 1
        try:
            busy = self._at_once > _MOST_AT_ONCE
            status = HTTPStatus.SERVICE_UNAVAILABLE if busy else await self._status(scope, receive)
        except Exception:
            log.exception("a request could not be answered")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        finally:
            self._at_once -= 1
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Scope, receive: Receive) -> HTTPStatus:
        if scope["path"] == HEALTH:
            return HTTPStatus.OK if await asyncio.to_thread(self._is_alive) else HTTPStatus.SERVICE_UNAVAILABLE
        hook = self._hooks.get(scope["path"]) or self._hooks.get("")
        if hook is None:
            return HTTPStatus.NOT_FOUND
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not hook.admits(dict(scope["headers"]), body):
            return HTTPStatus.FORBIDDEN
        return await _taken(hook, body)


async def _taken(hook: Hook, body: bytes) -> HTTPStatus:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return HTTPStatus.BAD_REQUEST
    try:
        await hook.take(event)
    except SQLAlchemyError as error:  # the platform may deliver it again
        log.error("a delivery could not be stored: %s", type(error).__name__)
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than anything that a platform sends."""
    parts = bytearray()
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if len(parts) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(parts)


class PortTaken(Mistake):
    """Something else listens there, or nobody may."""


def open_port(host: str, port: int) -> socket.socket:
    """Listen. Raises PortTaken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise PortTaken(port_is_taken(host, port, error.strerror or type(error).__name__)) from None


class Door:
    """One endpoint for all platforms that deliver; it is open as long as one of them waits behind it.

    `early`: the port is opened as soon as somebody is to wait behind it, so that a mistake shows at the start. Of
    several workers only the one that leads may have it, and waits a moment for the one that led before to leave.
    """

    def __init__(self, host: str, port: int, is_alive: Callable[[], bool], *, early: bool = True) -> None:
        self._place = (host, port)
        self._early = early
        self._hooks: dict[str, Hook] = {}
        self._endpoint = Endpoint(self._hooks, is_alive)
        self._port: socket.socket | None = None
        self._open: asyncio.Task[None] | None = None

    def behind(self, path: str, hook: Hook) -> Callable[[], Work]:
        """What keeps the door open for deliveries to this path until it is cancelled. Both raise PortTaken."""
        if self._early and self._port is None:
            self._port = open_port(*self._place)

        async def keep_open() -> None:
            self._hooks[path] = hook
            self._open = self._open or asyncio.create_task(self._serve())
            try:
                await asyncio.shield(self._open)
            finally:
                del self._hooks[path]
                if not self._hooks:
                    self._open.cancel()
                    await asyncio.wait([self._open])

        return keep_open

    async def _serve(self) -> None:
        await server.listen(self._endpoint, self._port or await self._patiently())

    async def _patiently(self) -> socket.socket:
        for _ in range(_TRIES - 1):
            with suppress(PortTaken):
                return open_port(*self._place)
            await asyncio.sleep(_PAUSE_SECONDS)
        return open_port(*self._place)
