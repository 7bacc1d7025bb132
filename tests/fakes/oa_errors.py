"""The envelope of the Official Account's API: {"error": 0, …}, or a refusal, which comes with HTTP 200 as well."""

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.http_params import Params
from tests.fakes.http_server import Response

Json = dict[str, Any]
Method = Callable[[Params], object]  # the parameters of a request; the data
_WORDS = {
    -32: "Rate limit reached",
    -118: "User is invalid or has been deleted",
    -201: "Parameter is invalid",
    -204: "Official Account is disabled",
    -205: "Official Account does not exist",
    -209: "The application is not active",
    -210: "Parameter exceeds its limit",
    -211: "Out of quota",
    -213: "User has not followed the Official Account",
    -216: "Access token is invalid",
    -218: "Out of quota for this recipient",
    -219: "The application has been removed",
    -220: "Access token has expired",
    -221: "Official Account must be verified",
    -224: "Official Account must upgrade its package",
    -227: "User is banned or has been inactive",
    -230: "User has not interacted in the past 7 days",
    -234: "This type of message is not sent at night",
    -237: "The group is disabled",
    -403: "Official Account is not in the group",
    -14002: "Invalid app id",
    -14014: "Invalid refresh token",
}


class ApiError(Exception):
    """A refusal."""

    def __init__(self, code: int, what: str = "") -> None:
        words = _WORDS.get(code, "Unknown error")
        self.code = code
        self.description = f"{words}: {what}" if what else words
        super().__init__(self.description)

    def response(self) -> Response:
        """The answer with its code in the place of the HTTP status, which dispatching puts right."""
        name = "error_name" if self.code < -14000 else "message"
        return _answer({"error": self.code, name: self.description}, self.code)


def success(data: object) -> Response:
    """The answer of a method."""
    return _answer({"error": 0, "message": "Success", "data": data}, 200)


def bare(body: Json) -> Response:
    """An answer without an envelope, as the OAuth server gives it."""
    return _answer(body, 200)


def _answer(body: Json, status: int) -> Response:
    return Response(status, json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8")
