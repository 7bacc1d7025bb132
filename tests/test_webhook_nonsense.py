"""Nonsense at the door, over raw TCP: who speaks no HTTP, or too slowly, learns nothing and keeps nobody waiting."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot import webhook
from bot.web import server
from bot.web.server import listen
from bot.webhook import Endpoint, Headers, Hook, open_port
from tests.nonsense.mutating import changed

SECRET = b"a-secret-of-the-webhook"
WITHIN = 60.0  # this machine may be busy with something else
GOOD = (
    b"POST /zalo HTTP/1.1\r\nHost: bot\r\nX-Bot-Api-Secret-Token: a-secret-of-the-webhook\r\n"
    b'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'
)


@asynccontextmanager
async def door(taken: list[object]) -> AsyncIterator[int]:
    async def take(event: object) -> None:
        if event == "a bug":
            raise LookupError("with words that are nobody's business")
        taken.append(event)

    def admits(headers: Headers, body: bytes) -> bool:
        return headers.get(b"x-bot-api-secret-token") == SECRET

    port = open_port("127.0.0.1", 0)
    task = asyncio.create_task(listen(Endpoint({"/zalo": Hook(admits, take)}, lambda: True), port))
    try:
        yield port.getsockname()[1]
    finally:
        task.cancel()
        await asyncio.wait([task])


async def answer(port: int, *parts: bytes, ends: bool = True) -> bytes:
    """Everything that the door says until it hangs up; `ends`: the caller has no more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if ends:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), WITHIN)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def refusals(answers: Sequence[bytes]) -> set[bytes]:
    """The different answers, without the day and time, in small letters."""
    lines = ([line for line in each.lower().split(b"\r\n") if not line.startswith(b"date:")] for each in answers)
    return set(map(b"\r\n".join, lines))


def bare(status: bytes) -> bytes:
    return b"http/1.1 " + status.lower() + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def test_whatever_is_sent_gets_a_status_and_no_word() -> None:
    chance, taken, said = random.Random(3), list[object](), list[bytes]()
    async with door(taken) as port:
        for number in range(300):
            request = chance.randbytes(99) if number % 10 == 0 else changed(GOOD, chance, 6)
            said.append(await answer(port, request))
        assert refusals([await answer(port, GOOD)]) == {bare(b"200 OK")}
    known = {bare(each) for each in (b"200 OK", b"400 Bad Request", b"403 Forbidden", b"404 Not Found",
                                     b"405 Method Not Allowed")}  # fmt: skip
    assert refusals(said) <= known | {b""}
    assert {bare(b"200 OK"), bare(b"400 Bad Request"), bare(b"404 Not Found")} <= refusals(said)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /zalo HTTP/1.1\r\nHost: bot\r\n\r\n", b"405 Method Not Allowed"),
        (b"TRACE /zalo HTTP/1.1\r\nHost: bot\r\n\r\n", b"405 Method Not Allowed"),
        (b"POST /../zalo HTTP/1.1\r\nHost: bot\r\nContent-Length: 0\r\n\r\n", b"404 Not Found"),
        (b"POST /zalo HTTP/1.1\r\nHost: bot\r\nContent-Length: 0\r\n\r\n", b"403 Forbidden"),
        (GOOD.replace(b"a-secret", b"A-secret"), b"403 Forbidden"),
        (GOOD.replace(b'{"a":1}', b"\xff" * 7), b"400 Bad Request"),
        (GOOD.replace(b'{"a":1}', b'"a bug"'), b"500 Internal Server Error"),
        (GOOD.replace(b"Content-Length: 7", b"Content-Length: -7"), b"400 Bad Request"),
        (GOOD.replace(b"Content-Length: 7", b"Content-Length: 7\r\nContent-Length: 8"), b"400 Bad Request"),
        (GOOD.replace(b"Host: bot\r\n", b""), b"400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"400 Bad Request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400 Bad Request"),
    ],
    ids=range(12),
)
async def test_strange_request_is_refused_without_a_word(request_: bytes, status: bytes) -> None:
    async with door([]) as port:
        assert refusals([await answer(port, request_)]) == {bare(status)}


async def test_endless_head_is_cut_off() -> None:
    async with door([]) as port:
        endless = b"POST /zalo HTTP/1.1\r\nHost: bot\r\nX: " + b"x" * 2_000_000
        assert refusals([await answer(port, endless)]) <= {bare(b"400 Bad Request"), b""}
        assert refusals([await answer(port, GOOD)]) == {bare(b"200 OK")}


async def test_one_request_is_taken_of_each_connection() -> None:
    taken: list[object] = []
    async with door(taken) as port:
        assert refusals([await answer(port, GOOD + GOOD)]) == {bare(b"200 OK")}
    assert taken == [{"a": 1}]


async def test_those_who_say_nothing_keep_nobody_out_and_are_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_HEAD_SECONDS", 1.0)
    monkeypatch.setattr(webhook, "_BODY_SECONDS", 1.0)
    async with door([]) as port:
        silent = [asyncio.create_task(answer(port, ends=False)) for _ in range(150)]
        slow = [asyncio.create_task(answer(port, GOOD[: 20 + each], ends=False)) for each in range(100)]
        begun = [asyncio.create_task(answer(port, GOOD[:-1], ends=False)) for _ in range(50)]
        assert refusals([await answer(port, GOOD)]) == {bare(b"200 OK")}
        assert set(await asyncio.gather(*silent, *slow)) == {b""}
        assert refusals(await asyncio.gather(*begun)) == {bare(b"408 Request Timeout")}
        assert refusals([await answer(port, GOOD)]) == {bare(b"200 OK")}
