"""From an HTTP request to the method it asks for: token, parameters, faults, latency, the record."""

import json
import re
from collections.abc import Awaitable

from tests.fakes.answering import Answering
from tests.fakes.http_params import Params, read_params
from tests.fakes.http_server import Handler, Request, Response
from tests.fakes.telegram_errors import ApiError, Method, refused
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_log import Log
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import World

_BOT_PATH = re.compile(r"/bot([^/]+)/([^/]+)")
_FILE_PATH = re.compile(r"/file/bot([^/]+)/(.+)")
_TOKEN_FORM = re.compile(r"[1-9]\d*:[\w-]+", re.ASCII)
_MOST_POLL_SECONDS = 50


class Dispatch(Answering[Fault]):
    """Routes the requests of one server; `extra` has more paths."""

    def __init__(self, token: str, world: World, updates: Updates, log: Log, methods: dict[str, Method]) -> None:
        super().__init__(log)
        self.extra: dict[str, Handler] = {}
        self._token = token
        self._world = world
        self._updates = updates
        self._methods = methods

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request."""
        found = _BOT_PATH.fullmatch(request.path)
        if found:
            return self._refuse_token(found[1], found[2]) or self._call(found[2], request)
        found = _FILE_PATH.fullmatch(request.path)
        if found:
            params = Params({"path": found[2]})
            return self._refuse_token(found[1], "file") or self.answer("file", params, self._download)
        for start, handler in self.extra.items():
            if request.path.startswith(start):
                return handler(request)
        return ApiError(404, "Not Found").response()

    def _refuse_token(self, given: str, method: str) -> Response | None:
        """401 for a token that could be one, 404 for what is none; nothing for the right one."""
        if given == self._token:
            return None
        wrong = ApiError(401, "Unauthorized") if _TOKEN_FORM.fullmatch(given) else ApiError(404, "Not Found")
        return self.refuse(method, wrong.response(), wrong.description)

    def _call(self, method: str, request: Request) -> Response | Awaitable[Response]:
        try:
            params = read_params(request)
        except (ValueError, KeyError) as error:
            return refused(f"can't read the request: {error}").response()
        name = method.lower()
        if name == "getupdates":
            return self.answer_poll(method, params, self._poll)
        return self.answer(method, params, lambda params: self._apply(name, params))

    async def _poll(self, params: Params) -> tuple[Response, str]:
        self._updates.allow(params.text("allowed_updates"))
        seconds = min(max(params.integer("timeout"), 0), _MOST_POLL_SECONDS)
        try:
            result = await self._updates.poll(params.integer("offset"), params.integer("limit", 100), seconds)
        except ApiError as error:
            return error.response(), error.description
        return _success(result), ""

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


def _success(result: object) -> Response:
    return Response(200, json.dumps({"ok": True, "result": result}).encode())
