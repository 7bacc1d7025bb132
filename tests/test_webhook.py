"""The endpoint for deliveries, over real HTTP: what is let in and answered; strangers learn nothing."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from bot.web.server import listen
from bot.webhook import MOST_BYTES, Door, Endpoint, Headers, Hook, PortTaken, open_port

SECRET = b"a-secret-of-the-webhook"


class Desk:
    """Keeps what was delivered; `away` says that the database is."""

    def __init__(self) -> None:
        self.taken: list[object] = []
        self.away = False
        self.alive = True

    async def take(self, event: object) -> None:
        if self.away:
            raise OperationalError("insert", None, Exception("locked"))
        self.taken.append(event)


def admits(headers: Headers, body: bytes) -> bool:
    return headers.get(b"x-bot-api-secret-token") == SECRET


@asynccontextmanager
async def serving(desk: Desk, paths: tuple[str, ...] = ("",)) -> AsyncIterator[httpx.AsyncClient]:
    port = open_port("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port.getsockname()[1]}"
    endpoint = Endpoint(dict.fromkeys(paths, Hook(admits, desk.take)), lambda: desk.alive)
    task = asyncio.create_task(listen(endpoint, port))
    try:
        async with httpx.AsyncClient(trust_env=False, base_url=url) as client:
            yield client
    finally:
        task.cancel()
        await asyncio.wait([task])


async def deliver(
    client: httpx.AsyncClient, content: bytes | str, secret: bytes = SECRET, path: str = "/zalo"
) -> int:
    answer = await client.post(path, content=content, headers={b"X-Bot-Api-Secret-Token": secret})
    assert (answer.content, "server" in answer.headers) == (b"", False)
    return answer.status_code


async def test_delivery_with_the_secret_is_taken_at_any_path() -> None:
    desk = Desk()
    async with serving(desk) as client:
        codes = [await deliver(client, '{"a": "ă"}'), await deliver(client, "[]", path="/bất kỳ?x=1")]
    assert (codes, desk.taken) == ([200, 200], [{"a": "ă"}, []])


async def test_what_is_not_from_the_platform_or_cannot_be_read_is_refused_without_a_word() -> None:
    desk = Desk()
    async with serving(desk) as client:
        codes = [
            await deliver(client, "{}", b""),
            await deliver(client, "{}", SECRET[:-1]),
            await deliver(client, "{}", SECRET + b"x"),
            await deliver(client, "{", SECRET),
            await deliver(client, b"\xff\xfe", SECRET),
            await deliver(client, "[" * 200_000, SECRET),
            await deliver(client, "[" + " " * MOST_BYTES + "]", SECRET),
            (await client.get("/zalo")).status_code,
        ]
    assert (codes, desk.taken) == ([403, 403, 403, 400, 400, 400, 413, 405], [])


async def test_unknown_path_is_not_found_where_platforms_have_paths_of_their_own() -> None:
    desk = Desk()
    async with serving(desk, ("/zalo",)) as client:
        assert [await deliver(client, "{}"), await deliver(client, "{}", path="/zalo-oa")] == [200, 404]


async def test_platform_is_asked_to_come_again_while_the_database_is_away() -> None:
    desk = Desk()
    async with serving(desk) as client:
        desk.away = True
        first = await deliver(client, "{}")
        desk.away = False
        assert (first, await deliver(client, "{}"), len(desk.taken)) == (503, 200, 1)


async def test_watchdog_is_told_whether_the_bot_is_alive() -> None:
    desk = Desk()
    async with serving(desk) as client:
        well = await client.get("/healthz")
        desk.alive = False
        ill = await client.get("/healthz")
    assert (well.status_code, ill.status_code, well.content + ill.content) == (200, 503, b"")


async def test_signals_stay_with_the_service() -> None:
    heard = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, heard.set)
    try:
        async with serving(Desk()) as client:
            await client.get("/healthz")
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(heard.wait(), 10)
            assert (await client.get("/healthz")).status_code == 200
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)


async def test_what_is_being_taken_when_the_service_ends_is_still_answered() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def take(event: object) -> None:
        begun.set()
        await go_on.wait()

    port = open_port("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port.getsockname()[1]}/zalo"
    task = asyncio.create_task(listen(Endpoint({"": Hook(admits, take)}, lambda: True), port))
    async with httpx.AsyncClient(trust_env=False) as client:
        asked = asyncio.create_task(client.post(url, json={}, headers={b"X-Bot-Api-Secret-Token": SECRET}))
        await begun.wait()
        task.cancel()
        go_on.set()
        assert (await asked).status_code == 200
    await asyncio.wait([task])


def test_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            open_port("127.0.0.1", number)
    assert str(caught.value).startswith(f"Không mở được cổng {number} tại 127.0.0.1 (")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def test_door_is_open_as_long_as_somebody_waits_behind_it() -> None:
    one, other, number = Desk(), Desk(), _free_port()
    door = Door("127.0.0.1", number, lambda: True)
    opened = [door.behind(path, Hook(admits, desk.take)) for path, desk in (("/one", one), ("/other", other))]
    with pytest.raises(PortTaken):
        open_port("127.0.0.1", number)
    tasks = [asyncio.create_task(keep_open()) for keep_open in opened]
    async with httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{number}") as client:
        codes = [await deliver(client, "1", path="/one"), await deliver(client, "2", path="/other")]
        tasks[0].cancel()
        await asyncio.wait(tasks[:1])
        codes += [await deliver(client, "3", path="/one"), await deliver(client, "4", path="/other")]
    tasks[1].cancel()
    await asyncio.wait(tasks[1:])
    assert (codes, one.taken, other.taken) == ([200, 200, 404, 200], [1], [2, 4])
    open_port("127.0.0.1", number).close()


async def test_door_of_a_worker_is_opened_when_it_leads_and_the_one_before_has_left() -> None:
    desk, number = Desk(), _free_port()
    door = Door("127.0.0.1", number, lambda: True, early=False)
    keep_open = door.behind("/one", Hook(admits, desk.take))
    with open_port("127.0.0.1", number):
        task = asyncio.create_task(keep_open())
        await asyncio.wait([task], timeout=0.3)
        assert not task.done()
    transport = httpx.AsyncHTTPTransport(retries=10)
    async with httpx.AsyncClient(
        trust_env=False, transport=transport, base_url=f"http://127.0.0.1:{number}"
    ) as client:
        assert await deliver(client, "1", path="/one") == 200
    task.cancel()
    await asyncio.wait([task])
    assert desk.taken == [1]
