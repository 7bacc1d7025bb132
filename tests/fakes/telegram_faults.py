"""The faults of the network, and the refusals of this platform that can be ordered like them."""

import json
from dataclasses import dataclass

from tests.fakes.faults import NetworkFault
from tests.fakes.http_server import Response
from tests.fakes.telegram_errors import ApiError, refused, too_many_requests


@dataclass(frozen=True, slots=True)
class Fault(NetworkFault):
    """A fault of the network, or one of the kinds "too_many", "unauthorized", "refused" and "strange"."""

    retry_after: int = 1
    words: str = ""

    @classmethod
    def too_many(cls, retry_after: int) -> "Fault":
        """429 with this retry_after."""
        return cls("too_many", retry_after=retry_after)

    @classmethod
    def unauthorized(cls) -> "Fault":
        """401, as after the token was revoked."""
        return cls("unauthorized")

    @classmethod
    def refused(cls, words: str, code: int = 400) -> "Fault":
        """A refusal with these words after "Bad Request: " (or what belongs to the code)."""
        return cls("refused", status=code, words=words)

    @classmethod
    def strange(cls, result: object) -> "Fault":
        """It is done, and the answer is JSON of another shape than was promised."""
        return cls("strange", applied=True, words=json.dumps({"ok": True, "result": result}))

    def response(self, real: Response) -> Response:
        """What the client gets instead of the real answer (which is only real when `applied`)."""
        match self.kind:
            case "too_many":
                return too_many_requests(self.retry_after).response()
            case "unauthorized":
                return ApiError(401, "Unauthorized").response()
            case "refused":
                return refused(self.words, self.status).response()
            case "strange":
                return Response(200, self.words.encode())
            case _:
                return NetworkFault.response(self, real)
