"""How the tests ask the fake Zalo Bot Platform."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.fakes.http_server import HttpServer, Request, Response
from tests.fakes.zalo_server import FakeZalo

NOON = datetime(2023, 6, 15, 5, tzinfo=UTC).timestamp()  # 12:00 in Vietnam
PUBLIC = "https://bot.phuong.vn"
PHOTO = "https://phuong.vn/anh.jpg"
Answered = tuple[int, Any]


def client_of(server: FakeZalo) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/", trust_env=False, timeout=30)


async def ask(client: httpx.AsyncClient, method: str, **values: object) -> Answered:
    """200 and the result, or the error_code and the description."""
    answer = (await client.post(method, json=values)).json()
    return (200, answer.get("result")) if answer["ok"] else (answer["error_code"], answer["description"])


async def poll_once(client: httpx.AsyncClient, seconds: int = 0) -> Answered:
    return await ask(client, "getUpdates", timeout=seconds)


async def texts(client: httpx.AsyncClient, polls: int) -> list[str]:
    """The texts that so many polls bring, one update each."""
    return [(await poll_once(client))[1]["message"]["text"] for _ in range(polls)]


class Hook:
    """Receives what the platform delivers; answers with the given statuses, then 200."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.statuses: Iterator[int] = iter(())
        self.http = HttpServer(self._receive)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.body) for request in self.requests]

    def _receive(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(next(self.statuses, 200))
