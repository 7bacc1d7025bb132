"""The control API of a fake that runs as a process of its own: POST /control/<act> with a JSON object.

The acts are methods of `FakeZalo`, with their arguments by name, people and groups by id; and besides: fault, set
(switches), bot, latency, wait, clear. GET /control/<view>: sent, calls, actions, deliveries, state.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from tests.fakes.control import PATH, ControlApi, set_fields
from tests.fakes.http_server import Response
from tests.fakes.zalo_api import FakeZalo
from tests.fakes.zalo_errors import Json
from tests.fakes.zalo_faults import Fault

_ACTS = (
    "add_user", "add_group", "says", "sends_link", "sends_image", "sends_sticker", "sends_voice", "sends_unsupported",
    "emits", "blocks", "unblocks", "adds_bot_to", "removes_bot_from", "tunnel", "fail_next",
)  # fmt: skip


class Control(ControlApi):
    """Answers the control paths of one server."""

    def __init__(self, server: FakeZalo) -> None:
        super().__init__(server)
        self._server = server
        self.acts |= {name: getattr(server, name) for name in _ACTS}
        self.acts |= {"set": server.switches.change, "bot": self._bot, "latency": self._latency}
        self.acts |= {"fault": self._fault, "clear": server.log.clear, "wait": self._wait}
        self.views |= {
            "sent": lambda: [asdict(sent) for sent in server.sent],
            "calls": lambda: [asdict(call) for call in server.calls()],
            "actions": lambda: server.actions,
            "deliveries": lambda: [asdict(delivery) for delivery in server.deliveries],
            "state": self._state,
        }
        server.dispatch.extra[PATH] = self.handle

    def _fault(
        self, method: str, times: int | None = 1, chat_id: str | None = None, clear: bool = False, **fault: object
    ) -> None:
        """Order a fault: its kind and the other fields of `Fault`; only for one chat, if given."""
        if clear:
            self._server.faults.clear()
            return
        when = None if chat_id is None else (lambda values: values.get("chat_id") == chat_id)
        make: Callable[..., Fault] = Fault
        self._server.faults.add(method, make(**fault), times, when)

    def _bot(self, **settings: object) -> None:
        set_fields(self._server.bot, settings)

    def _latency(self, seconds: float) -> None:
        self._server.latency = seconds

    def _state(self) -> Json:
        server = self._server
        return {
            "pending": len(server.updates.pending),
            "polls": server.updates.polls,
            "polled": server.updates.is_polled,
            "refusals": server.refusals,
            "sent": len(server.sent),
            "deliveries": len(server.deliveries),
            "used_this_month": server.quota.used[server.quota.month],
            "webhook": server.webhook.url,
            "switches": asdict(server.switches),
        }

    def _wait(self, sent: int = 0, polls: int = 0, deliveries: int = 0, within: float = 10.0) -> Awaitable[Response]:
        """Wait until so many messages, polls and deliveries have come in all; 408 when they do not."""
        server = self._server

        def enough() -> bool:
            polled = server.updates.polls >= polls
            return polled and len(server.sent) >= sent and len(server.deliveries) >= deliveries

        return self.until(enough, within)
