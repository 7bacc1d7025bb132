"""The faults of the network, and the refusals of this platform that can be ordered like them."""

from dataclasses import dataclass

from tests.fakes.faults import NetworkFault
from tests.fakes.http_server import Response
from tests.fakes.telegram_errors import ApiError, too_many_requests


@dataclass(frozen=True, slots=True)
class Fault(NetworkFault):
    """A fault of the network, or one of the kinds "too_many" and "unauthorized"."""

    retry_after: int = 1

    @classmethod
    def too_many(cls, retry_after: int) -> "Fault":
        """429 with this retry_after."""
        return cls("too_many", retry_after=retry_after)

    @classmethod
    def unauthorized(cls) -> "Fault":
        """401, as after the token was revoked."""
        return cls("unauthorized")

    def response(self, real: Response) -> Response:
        """What the client gets instead of the real answer (which is only real when `applied`)."""
        if self.kind == "too_many":
            return too_many_requests(self.retry_after).response()
        if self.kind == "unauthorized":
            return ApiError(401, "Unauthorized").response()
        return NetworkFault.response(self, real)
