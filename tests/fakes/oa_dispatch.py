"""From an HTTP request to the method it asks for: token, parameters, faults; refusals go out with HTTP 200."""

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

from tests.fakes.answering import Answering
from tests.fakes.call_log import CallLog
from tests.fakes.http_params import Params, read_params
from tests.fakes.http_server import Handler, Request, Response
from tests.fakes.oa_auth import Auth
from tests.fakes.oa_errors import ApiError, Method, success
from tests.fakes.oa_faults import Fault
from tests.fakes.oa_log import Sent

TOKEN = "v4/oa/access_token"
_POSTED = ("v3.0/oa/group/message", "v3.0/oa/message/cs", "v2.0/oa/upload/file", "v2.0/oa/upload/image", TOKEN)


class Dispatch(Answering[Fault]):
    """Routes the requests of one server; `extra` has more paths."""

    def __init__(self, auth: Auth, log: CallLog[Sent], methods: dict[str, Method]) -> None:
        super().__init__(log)
        self.extra: dict[str, Handler] = {}
        self._auth = auth
        self._methods = methods

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request."""
        for start, handler in self.extra.items():
            if request.path.startswith(start):
                return handler(request)
        path = request.path.lstrip("/")
        if (path not in self._methods and path != TOKEN) or (request.method == "POST") != (path in _POSTED):
            return Response(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")
        try:
            params = read_params(request)
        except (ValueError, KeyError) as error:
            return _on_the_wire(self.refuse(path, ApiError(-201).response(), str(error)))
        answer = self.answer(path, params, partial(self._apply, path, request))
        return _on_the_wire(answer) if isinstance(answer, Response) else _later(answer)

    def _apply(self, path: str, request: Request, params: Params) -> tuple[Response, str]:
        try:
            if path == TOKEN:
                return self._auth.token(request, params), ""
            self._auth.check(request)
            return success(self._methods[path](params)), ""
        except ApiError as error:
            return error.response(), error.description


def _on_the_wire(response: Response) -> Response:
    return replace(response, status=200) if response.status < 0 else response


async def _later(answer: Awaitable[Response]) -> Response:
    return _on_the_wire(await answer)
