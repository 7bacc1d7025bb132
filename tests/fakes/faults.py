"""Faults to order: what the network does wrong with the next requests of a method; a platform adds its refusals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

from tests.fakes.http_server import Response

_GARBAGE = b'{"ok":true,"result":{"message_id":'


@dataclass(frozen=True, slots=True)
class NetworkFault:
    """One thing that goes wrong. `applied` says whether the platform did what was asked before it went wrong."""

    kind: str
    applied: bool = False
    status: int = 502
    seconds: float = 0.0

    @classmethod
    def drop_before(cls) -> Self:
        """The connection closes, nothing was done."""
        return cls("drop")

    @classmethod
    def drop_after(cls) -> Self:
        """The connection closes, but it was done: the answer is lost."""
        return cls("drop", applied=True)

    @classmethod
    def http_error(cls, status: int = 502, *, applied: bool = False) -> Self:
        """An HTML page with this status, as a gateway sends it."""
        return cls("http", applied, status=status)

    @classmethod
    def garbage(cls, *, applied: bool = True) -> Self:
        """Status 200 and half a JSON text."""
        return cls("garbage", applied)

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """Done at once, answered after so many seconds."""
        return cls("slow", applied=True, seconds=seconds)

    def response(self, real: Response) -> Response:
        """What the client gets instead of the real answer (which is only real when `applied`)."""
        match self.kind:
            case "drop":
                return Response.dropped()
            case "http":
                page = f"<html><body><h1>{self.status}</h1><hr>nginx/1.18.0</body></html>"
                return Response(self.status, page.encode(), "text/html")
            case "garbage":
                return Response(200, _GARBAGE)
            case "slow":
                return real
            case _:
                raise ValueError(f"there is no fault {self.kind!r}")


F = TypeVar("F", bound=NetworkFault)
When = Callable[[dict[str, str]], bool]


@dataclass(slots=True)
class _Order(Generic[F]):
    method: str
    fault: F
    left: int | None
    when: When | None


@dataclass(slots=True)
class Faults(Generic[F]):
    """The faults that wait for their requests, first ordered first served."""

    orders: list[_Order[F]] = field(default_factory=list)

    def add(self, method: str, fault: F, times: int | None = 1, when: When | None = None) -> None:
        """Let the next `times` requests of a method ("*": any; "file": a download) fail; None: all, until `clear`.

        `when` looks at the parameters, to fail only the requests to one chat, for instance.
        """
        self.orders.append(_Order(method.lower(), fault, times, when))

    def clear(self) -> None:
        """Forget what is still ordered."""
        self.orders.clear()

    def take(self, method: str, values: dict[str, str]) -> F | None:
        """The fault for this request, if one waits for it."""
        for order in self.orders:
            if order.method in ("*", method.lower()) and (order.when is None or order.when(values)):
                if order.left is not None:
                    order.left -= 1
                    if order.left == 0:
                        self.orders.remove(order)
                return order.fault
        return None
