"""The platform's envelope: {"ok": true, "result": …}, or its refusal with a code from the documented table."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from tests.fakes.http_params import Params
from tests.fakes.http_server import Response

Json = dict[str, Any]
Method = Callable[[Params], object]  # the parameters of a request; the result
NO_RESULT = object()  # for {"ok": true} without a result
_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Internal Server Error",  # sic: the platform's own fault, to be tried again
    404: "Not Found",
    408: "Request timeout",
    429: "Quota exceeded",
}


class ApiError(Exception):
    """A refusal. Nothing says when to come back: the platform has no Retry-After."""

    def __init__(self, code: int, what: str = "") -> None:
        words = _WORDS.get(code) or HTTPStatus(code).phrase
        self.code = code
        self.description = f"{words}: {what}" if what else words
        super().__init__(self.description)

    def response(self) -> Response:
        """The answer with its code as HTTP status; the switches may still turn that into 200."""
        return _envelope({"ok": False, "error_code": self.code, "description": self.description}, self.code)


def success(result: object, *, with_code: bool) -> Response:
    """The answer of a method; `with_code` adds the "error_code": 0 that was seen live."""
    body: Json = {"ok": True}
    if result is not NO_RESULT:
        body["result"] = result
    if with_code:
        body["error_code"] = 0
    return _envelope(body, 200)


def _envelope(body: Json, status: int) -> Response:
    return Response(status, json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8")
