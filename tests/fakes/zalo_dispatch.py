"""From an HTTP request to the method it asks for: token, parameters, faults; the answer as the switches want it."""

import re
from collections.abc import Awaitable
from dataclasses import replace

from tests.fakes.answering import Answering
from tests.fakes.http_params import Params, read_params
from tests.fakes.http_server import Handler, Request, Response
from tests.fakes.zalo_errors import NO_RESULT, ApiError, Method, success
from tests.fakes.zalo_faults import Fault
from tests.fakes.zalo_log import Log
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_updates import Updates

_BOT_PATH = re.compile(r"/bot([^/]+)/([^/]+)")
_EMPTY = {"{}": {}, "null": None, "[]": [], "missing": NO_RESULT}
_POLL_SECONDS = 30


class Dispatch(Answering[Fault]):
    """Routes the requests of one server; `extra` has more paths. Names of methods are case-sensitive."""

    def __init__(
        self, token: str, switches: Switches, updates: Updates, log: Log, methods: dict[str, Method]
    ) -> None:
        super().__init__(log)
        self.extra: dict[str, Handler] = {}
        self._token = token
        self._switches = switches
        self._updates = updates
        self._methods = methods

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request."""
        found = _BOT_PATH.fullmatch(request.path)
        if found and request.method in ("GET", "POST"):
            answer = self._call(found[1], found[2], request)
            if isinstance(answer, Response):
                return self._on_the_wire(found[2], answer)
            return self._later_on_the_wire(found[2], answer)
        for start, handler in self.extra.items():
            if request.path.startswith(start):
                return handler(request)
        return Response(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")

    def _call(self, token: str, method: str, request: Request) -> Response | Awaitable[Response]:
        if token != self._token:
            return self._refuse(method, ApiError(401))
        try:
            params = read_params(request)
        except (ValueError, KeyError) as error:
            return self._refuse(method, ApiError(400, f"the request cannot be read: {error}"))
        if method == "getUpdates":
            return self.answer_poll(method, params, self._poll)
        return self.answer(method, params, lambda params: self._apply(method, params))

    def _refuse(self, method: str, error: ApiError) -> Response:
        return self.refuse(method, error.response(), error.description)

    def _apply(self, name: str, params: Params) -> tuple[Response, str]:
        method = self._methods.get(name)
        try:
            if method is None:
                raise ApiError(400, "unknown method")
            return self._success(method(params)), ""
        except ApiError as error:
            return error.response(), error.description

    async def _poll(self, params: Params) -> tuple[Response, str]:
        try:
            found = await self._updates.poll(max(params.integer("timeout", _POLL_SECONDS), 0))
            if not found and self._switches.empty == "error":
                raise ApiError(408)
        except ApiError as error:
            return error.response(), error.description
        if not found:
            return self._success(_EMPTY[self._switches.empty]), ""
        return self._success(found if self._switches.result == "list" else found[0]), ""

    def _success(self, result: object) -> Response:
        return success(result, with_code=self._switches.success_code)

    def _on_the_wire(self, method: str, response: Response) -> Response:
        """The HTTP status that the switches give to a refusal; pages of gateways keep theirs."""
        if response.status < 400 or not response.content_type.startswith("application/json"):
            return response
        idle = method == "getUpdates" and response.status == 408
        wanted = self._switches.idle_http if idle else self._switches.error_http
        return response if wanted in (408, "same") else replace(response, status=200)

    async def _later_on_the_wire(self, method: str, answer: Awaitable[Response]) -> Response:
        return self._on_the_wire(method, await answer)
