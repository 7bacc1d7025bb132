"""From an HTTP request to the method it asks for: token, parameters, faults, latency, the record."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable

from tests.fakes.http_params import Params, read_params
from tests.fakes.http_server import Handler, Request, Response
from tests.fakes.telegram_errors import ApiError, Method, refused
from tests.fakes.telegram_faults import Fault, Faults
from tests.fakes.telegram_log import Call, Log
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import World

_BOT_PATH = re.compile(r"/bot([^/]+)/([^/]+)")
_FILE_PATH = re.compile(r"/file/bot([^/]+)/(.+)")
_TOKEN_FORM = re.compile(r"[1-9]\d*:[\w-]+", re.ASCII)
_MOST_POLL_SECONDS = 50


class Dispatch:
    """Routes the requests of one server. `latency` delays every answer but that of a poll; `extra` has more paths."""

    def __init__(self, token: str, world: World, updates: Updates, log: Log, methods: dict[str, Method]) -> None:
        self.faults = Faults()
        self.latency = 0.0
        self.extra: dict[str, Handler] = {}
        self._token = token
        self._world = world
        self._updates = updates
        self._log = log
        self._methods = methods

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request."""
        found = _BOT_PATH.fullmatch(request.path)
        if found:
            return self._refuse_token(found[1], found[2]) or self._call(found[2], request)
        found = _FILE_PATH.fullmatch(request.path)
        if found:
            params = Params({"path": found[2]})
            return self._refuse_token(found[1], "file") or self._answer("file", params, self._download)
        for start, handler in self.extra.items():
            if request.path.startswith(start):
                return handler(request)
        return ApiError(404, "Not Found").response()

    def _refuse_token(self, given: str, method: str) -> Response | None:
        """401 for a token that could be one, 404 for what is none; nothing for the right one."""
        if given == self._token:
            return None
        wrong = ApiError(401, "Unauthorized") if _TOKEN_FORM.fullmatch(given) else ApiError(404, "Not Found")
        self._log.called(Call(time.monotonic(), method, {}, (), wrong.code, wrong.description))
        return wrong.response()

    def _call(self, method: str, request: Request) -> Response | Awaitable[Response]:
        try:
            params = read_params(request)
        except (ValueError, KeyError) as error:
            return refused(f"can't read the request: {error}").response()
        name = method.lower()
        if name == "getupdates":
            return self._poll(method, params)
        return self._answer(method, params, lambda params: self._apply(name, params))

    def _answer(
        self, method: str, params: Params, apply: Callable[[Params], tuple[Response, str]]
    ) -> Response | Awaitable[Response]:
        at = time.monotonic()
        fault = self.faults.take(method, params.values)
        response, why = apply(params) if fault is None or fault.applied else (Response.dropped(), "")
        if fault is not None:
            response = fault.response(response)
        self._record(at, method, params, response, why, fault)
        wait = self.latency + (fault.seconds if fault is not None else 0.0)
        return _later(response, wait) if wait else response

    async def _poll(self, method: str, params: Params) -> Response:
        at = time.monotonic()
        fault = self.faults.take(method, params.values)
        response, why = Response.dropped(), ""
        if fault is None or fault.applied:
            self._updates.allow(params.text("allowed_updates"))
            seconds = min(max(params.integer("timeout"), 0), _MOST_POLL_SECONDS)
            try:
                result = await self._updates.poll(params.integer("offset"), params.integer("limit", 100), seconds)
                response = _success(result)
            except ApiError as error:
                response, why = error.response(), error.description
        if fault is not None:
            await asyncio.sleep(fault.seconds)
            response = fault.response(response)
        self._record(at, method, params, response, why, fault)
        return response

    def _apply(self, name: str, params: Params) -> tuple[Response, str]:
        method = self._methods.get(name)
        try:
            if method is None:
                raise refused("method not found", 404)
            return _success(method(name, params)), ""
        except ApiError as error:
            refusal = error
        except json.JSONDecodeError:
            refusal = refused("can't parse JSON object")
        return refusal.response(), refusal.description

    def _download(self, params: Params) -> tuple[Response, str]:
        for stored in self._world.files.values():
            if stored.path == params.text("path"):
                return Response(200, stored.content, "application/octet-stream"), ""
        return ApiError(404, "Not Found").response(), "Not Found"

    def _record(
        self, at: float, method: str, params: Params, response: Response, why: str, fault: Fault | None
    ) -> None:
        names = tuple(upload.name for upload in params.files.values())
        self._log.called(Call(at, method, params.values, names, response.status, why, fault.kind if fault else ""))


def _success(result: object) -> Response:
    return Response(200, json.dumps({"ok": True, "result": result}).encode())


async def _later(response: Response, seconds: float) -> Response:
    await asyncio.sleep(seconds)
    return response
