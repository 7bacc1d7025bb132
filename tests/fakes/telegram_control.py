"""The control API of a fake that runs as a process of its own: POST /control/<act> with a JSON object.

The acts are methods of `FakeTelegram`, with their arguments by name, people and groups by id, bytes in base64; and
besides: fault, limits, bot, latency, wait, clear. GET /control/<view>: sent, calls, answers, state.
"""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass

from tests.fakes.http_server import Request, Response
from tests.fakes.telegram_api import FakeTelegram
from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_faults import Fault

PATH = "/control/"
_ACTS = (
    "add_user", "add_group", "starts", "says", "edits", "presses", "blocks", "unblocks", "adds_bot_to", "kicks_bot",
    "promotes_bot", "bot_becomes", "joins", "leaves", "opens_topic", "deletes_topic", "migrates",
)  # fmt: skip


class Control:
    """Answers the control paths of one server."""

    def __init__(self, server: FakeTelegram) -> None:
        self._server = server
        self._acts: dict[str, Callable[..., object]] = {name: getattr(server, name) for name in _ACTS}
        self._acts |= {"fault": self._fault, "limits": self._limits, "bot": self._bot, "latency": self._latency}
        self._acts |= {"clear": server.log.clear}
        self._views: dict[str, Callable[[], object]] = {
            "sent": lambda: [sent.as_json() for sent in server.sent],
            "calls": lambda: [asdict(call) for call in server.calls()],
            "answers": lambda: [asdict(answer) for answer in server.answers],
            "state": self._state,
        }
        server.dispatch.extra[PATH] = self.handle

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request; what the act itself refuses is 400 with its reason."""
        name = request.path.removeprefix(PATH)
        try:
            if request.method == "GET":
                return _json(self._views[name]())
            given = json.loads(request.body) if request.body else {}
            if name == "wait":
                return self._wait(**given)
            return _json(_plain(self._acts[name](**self._arguments(given))))
        except (LookupError, TypeError, ValueError) as error:
            return Response(400, f"{type(error).__name__}: {error}".encode(), "text/plain; charset=utf-8")

    def _arguments(self, given: Json) -> Json:
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
        _set(self._server.limits, settings)
        self._server.limits.reset()

    def _bot(self, **settings: object) -> None:
        _set(self._server.bot, settings)

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

    async def _wait(self, sent: int = 0, answers: int = 0, polls: int = 0, within: float = 10.0) -> Response:
        """Wait until so many messages, answers and polls have come in all; 408 when they do not."""
        server = self._server

        def enough() -> bool:
            return len(server.sent) >= sent and len(server.answers) >= answers and server.updates.polls >= polls

        try:
            await server.until(enough, within)
        except TimeoutError as error:
            return Response(408, str(error).encode(), "text/plain; charset=utf-8")
        return _json(self._state())


def _set(target: object, settings: Json) -> None:
    for name, value in settings.items():
        if not hasattr(target, name):
            raise ValueError(f"there is no {name}")
        setattr(target, name, value)


def _plain(result: object) -> object:
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else result


def _json(result: object) -> Response:
    return Response(200, json.dumps(result, ensure_ascii=False).encode())
