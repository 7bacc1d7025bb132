"""The control API of a fake that runs as a process of its own: POST /control/<act> with a JSON object, GET a view."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from tests.fakes.fake_server import FakeServer
from tests.fakes.http_server import Request, Response

PATH = "/control/"
_TEXT = "text/plain; charset=utf-8"


class ControlApi:
    """Answers the control paths of one server: `acts` get their arguments by name, `views` get none."""

    def __init__(self, server: FakeServer[Any, Any]) -> None:
        self._waits = server.until
        self.acts: dict[str, Callable[..., object]] = {}
        self.views: dict[str, Callable[[], object]] = {}

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answer one request; what the act itself refuses is 400 with its reason."""
        name = request.path.removeprefix(PATH)
        try:
            if request.method == "GET":
                return _json(self.views[name]())
            result = self.acts[name](**self.arguments(json.loads(request.body) if request.body else {}))
        except (LookupError, TypeError, ValueError) as error:
            return Response(400, f"{type(error).__name__}: {error}".encode(), _TEXT)
        return result if isinstance(result, Awaitable) else _json(_plain(result))

    def arguments(self, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments of an act, with what JSON cannot carry made again."""
        return given

    async def until(self, condition: Callable[[], bool], within: float) -> Response:
        """Wait for something; the state then, or 408 when it does not come."""
        try:
            await self._waits(condition, within)
        except TimeoutError as error:
            return Response(408, str(error).encode(), _TEXT)
        return _json(self.views["state"]())


def set_fields(target: object, settings: dict[str, Any]) -> None:
    """Set attributes that are there already. Raises ValueError."""
    for name, value in settings.items():
        if not hasattr(target, name):
            raise ValueError(f"there is no {name}")
        setattr(target, name, value)


def _plain(result: object) -> object:
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else result


def _json(result: object) -> Response:
    return Response(200, json.dumps(result, ensure_ascii=False, default=sorted).encode())
