"""The faults of the network, and any refusal of this platform."""

from dataclasses import dataclass

from tests.fakes.faults import NetworkFault
from tests.fakes.http_server import Response
from tests.fakes.oa_errors import ApiError


@dataclass(frozen=True, slots=True)
class Fault(NetworkFault):
    """A fault of the network, or of the kind "refused" with a `code` of the platform."""

    code: int = -32

    @classmethod
    def refused(cls, code: int) -> "Fault":
        """The platform refuses with this code; nothing is done."""
        return cls("refused", code=code)

    def response(self, real: Response) -> Response:
        """What the client gets instead of the real answer (which is only real when `applied`)."""
        return ApiError(self.code).response() if self.kind == "refused" else NetworkFault.response(self, real)
