"""The platform's refusals, with its own words (read in the sources of tdlib/telegram-bot-api and tdlib/td)."""

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.http_params import Params
from tests.fakes.http_server import Response

Json = dict[str, Any]
Method = Callable[[str, Params], object]  # the method's name in small letters, its parameters; the result

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_NAMES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """An answer {"ok": false, …}: code, description and sometimes parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def response(self) -> Response:
        """The answer on the wire."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        retry_after = self.parameters.get("retry_after")
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        return Response(self.code, json.dumps(body).encode(), headers=headers)


def refused(what: str, code: int = 400, **parameters: int) -> ApiError:
    """The refusal "Bad Request: …", or that of another code."""
    return ApiError(code, f"{_NAMES[code]}: {what}", **parameters)


def too_many_requests(retry_after: int) -> ApiError:
    """The refusal 429 with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
