"""The control API of a fake that runs as a process of its own: POST /control/<act> with a JSON object.

The acts are methods of `FakeTelegram`, with their arguments by name, people and groups by id, bytes in base64; and
besides: fault, limits, bot, latency, wait, clear. GET /control/<view>: sent, calls, answers, state.
"""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from tests.fakes.control import PATH, ControlApi, set_fields
from tests.fakes.http_server import Response
from tests.fakes.telegram_api import FakeTelegram
from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_faults import Fault

_ACTS = (
    "add_user", "add_group", "starts", "says", "edits", "presses", "blocks", "unblocks", "adds_bot_to", "kicks_bot",
    "promotes_bot", "bot_becomes", "joins", "leaves", "opens_topic", "deletes_topic", "migrates",
)  # fmt: skip


class Control(ControlApi):
    """Answers the control paths of one server."""

    def __init__(self, server: FakeTelegram) -> None:
        super().__init__(server)
        self._server = server
        self.acts |= {name: getattr(server, name) for name in _ACTS}
        self.acts |= {"fault": self._fault, "limits": self._limits, "bot": self._bot, "latency": self._latency}
        self.acts |= {"clear": server.log.clear, "wait": self._wait}
        self.views |= {
            "sent": lambda: [sent.as_json() for sent in server.sent],
            "calls": lambda: [asdict(call) for call in server.calls()],
            "answers": lambda: [asdict(answer) for answer in server.answers],
            "state": self._state,
        }
        server.dispatch.extra[PATH] = self.handle

    def arguments(self, given: Json) -> Json:
        """People by id, bytes in base64."""
        arguments = dict(given)
        if "photo" in arguments:
            arguments["photo"] = base64.b64decode(arguments["photo"])
        if "document" in arguments:
            name, content = arguments["document"]
            arguments["document"] = (name, base64.b64decode(content))
        if "members" in arguments:
            arguments["members"] = [self._server.world.users[user_id] for user_id in arguments["members"]]
        if "owner" in arguments:
            arguments["owner"] = self._server.world.users[arguments["owner"]]
        return arguments

    def _fault(
        self, method: str, times: int | None = 1, chat_id: int | None = None, clear: bool = False, **fault: object
    ) -> None:
        """Order a fault: its kind and the other fields of `Fault`; only for one chat, if given."""
        if clear:
            self._server.faults.clear()
            return
        when = None if chat_id is None else (lambda values: values.get("chat_id") == str(chat_id))
        make: Callable[..., Fault] = Fault
        self._server.faults.add(method, make(**fault), times, when)

    def _limits(self, **settings: object) -> None:
        set_fields(self._server.limits, settings)
        self._server.limits.reset()

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
            "commands": server.commands,
            "profile": server.methods.profile,
        }

    def _wait(self, sent: int = 0, answers: int = 0, polls: int = 0, within: float = 10.0) -> Awaitable[Response]:
        """Wait until so many messages, answers and polls have come in all; 408 when they do not."""
        server = self._server

        def enough() -> bool:
            return len(server.sent) >= sent and len(server.answers) >= answers and server.updates.polls >= polls

        return self.until(enough, within)
