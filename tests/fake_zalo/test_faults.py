"""What goes wrong on the platform."""

import json
import time

import httpx
import pytest

from tests.fake_zalo.calls import NOON, ask, client_of, poll_once, texts
from tests.fakes.zalo_server import FakeZalo, Fault


async def test_any_refusal_can_be_ordered(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    message = {"chat_id": user.id, "text": "chào"}
    server.fail_next(403)
    server.fail_next(429, "sendMessage")
    server.faults.add("sendMessage", Fault.refused(408, applied=True))
    assert [await ask(raw, "getMe")] + [await ask(raw, "sendMessage", **message) for _ in range(3)] == [
        (403, "Internal Server Error"),
        (429, "Quota exceeded"),
        (408, "Request timeout"),
        (200, {"message_id": server.sent[-1].message_id, "date": int(NOON * 1000)}),
    ]
    assert len(server.sent) == 2
    server.fail_next(401, "getUpdates", times=None)
    assert [(await poll_once(raw))[0] for _ in range(3)] == [401] * 3
    server.faults.clear()
    assert (await poll_once(raw))[0] == 408


async def test_the_connection_can_drop_before_or_after(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    server.faults.add("sendMessage", Fault.drop_before())
    server.faults.add("sendMessage", Fault.drop_after())
    for text in ("mất", "đã gửi"):
        with pytest.raises(httpx.RemoteProtocolError):
            await ask(raw, "sendMessage", chat_id=user.id, text=text)
    assert [sent.text for sent in server.sent] == ["đã gửi"]
    assert [(call.status, call.fault) for call in server.calls()] == [(0, "drop"), (0, "drop")]


async def test_a_poll_whose_answer_is_lost_takes_its_update_with_it(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    server.faults.add("getUpdates", Fault.drop_before())
    server.faults.add("getUpdates", Fault.drop_after())
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            await poll_once(raw)
    assert await texts(raw, 1) == ["hai"]


async def test_an_answer_can_be_a_page_garbage_or_late(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    message = {"chat_id": user.id, "text": "chào"}
    server.faults.add("sendMessage", Fault.http_error(502))
    server.faults.add("sendMessage", Fault.garbage())
    server.faults.add("sendMessage", Fault.slow(5))
    page = await raw.post("sendMessage", json=message)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    with pytest.raises(json.JSONDecodeError):
        (await raw.post("sendMessage", json=message)).json()
    with pytest.raises(httpx.ReadTimeout):
        await raw.post("sendMessage", json=message, timeout=0.3)
    assert len(server.sent) == 2
    server.latency = 0.05
    began = time.monotonic()
    await ask(raw, "getMe")
    assert time.monotonic() - began >= 0.05


async def test_a_fault_that_does_not_exist_reaches_the_test() -> None:
    server = FakeZalo()
    server.faults.add("getMe", Fault("hiccup"))
    with pytest.raises(ValueError, match="no fault 'hiccup'"):
        async with server, client_of(server) as client:
            await client.get("getMe")
