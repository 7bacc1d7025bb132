"""The pace that the platform allows, and everything that goes wrong there."""

import asyncio
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from tests.fake_telegram.calls import bot_of, refusal_of
from tests.fakes.telegram_limits import Limits, busiest_by_chat, busiest_second
from tests.fakes.telegram_server import FakeTelegram, Fault

# --- the pace ---


def test_thirty_messages_a_second_pass_over_all() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", chat_id, 0.01 * chat_id) for chat_id in range(1, 33)] == [0] * 30 + [1, 1]
    assert (limits.take("sendMessage", 99, 1.011), limits.refused) == (0, 2)


def test_one_person_gets_a_burst_and_then_one_a_second() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", 7, 0.0) for _ in range(21)] == [0] * 20 + [1]
    assert [limits.take("sendMessage", 7, at) for at in (0.9, 1.0, 1.5, 2.0)] == [1, 0, 1, 0]


def test_one_group_gets_twenty_a_minute() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", -7, 2.0 * n) for n in range(20)] == [0] * 20
    assert [limits.take("sendMessage", -7, at) for at in (40.0, 59.9, 60.0, 60.0)] == [20, 1, 0, 2]
    assert limits.take("sendMessage", -8, 60.0) == 0
    assert limits.take("sendChatAction", -7, 60.0) == 0


def test_the_platforms_time_can_run_faster() -> None:
    limits = Limits(on=True, speed=60)
    assert [limits.take("sendMessage", -7, 0.02 * n) for n in range(21)] == [0] * 20 + [1]
    assert limits.take("sendMessage", -7, 1.0) == 0


def test_the_busiest_stretch_is_counted() -> None:
    assert busiest_second([0.0, 0.5, 0.9, 1.0, 1.4, 3.0]) == 4
    assert busiest_by_chat([(1, 0.0), (1, 59.0), (2, 5.0), (1, 61.0)], 60) == {1: 2, 2: 1}


async def test_a_message_beyond_the_pace_is_429_with_the_seconds_to_wait(
    server: FakeTelegram, bot: Bot, raw: httpx.AsyncClient
) -> None:
    server.limits.on = True
    user = server.add_user(started=True)
    for number in range(20):
        await bot.send_message(user.id, f"tin {number}")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(user.id, "tin 21")
    assert str(caught.value) == "Flood control exceeded. Retry in 0:00:01"
    answer = await raw.post("sendMessage", json={"chat_id": user.id, "text": "x"})
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (
        429,
        "1",
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
    )
    assert (len(server.sent), server.refusals, server.limits.refused) == (20, 2, 2)
    server.limits.on = False
    await bot.send_message(user.id, "tin 22")


async def test_a_refused_message_does_not_count(server: FakeTelegram, bot: Bot) -> None:
    server.limits.on = True
    user = server.add_user(started=True)
    told = {await refusal_of(bot.send_message(user.id, "<x>", parse_mode="HTML")) for _ in range(25)}
    assert [each.partition(":")[0] for each in told] == ["BadRequest"]
    await bot.send_message(user.id, "vẫn được")
    assert (len(server.sent), server.limits.refused) == (1, 0)


# --- faults ---


async def test_a_connection_can_drop_before_or_after_the_message_is_sent(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.drop_before())
    server.faults.add("sendMessage", Fault.drop_after())
    for text in ("mất", "đã gửi"):
        with pytest.raises(NetworkError, match="Server disconnected"):
            await bot.send_message(user.id, text)
    await bot.send_message(user.id, "bình thường")
    assert [sent.text for sent in server.sent] == ["đã gửi", "bình thường"]
    assert [(call.status, call.fault) for call in server.calls("sendMessage")] == [
        (0, "drop"),
        (0, "drop"),
        (200, ""),
    ]


async def test_a_gateway_can_answer_with_a_page(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.http_error(502))
    server.faults.add("sendMessage", Fault.http_error(500, applied=True))
    for text, status in (("mất", 502), ("đã gửi", 500)):
        with pytest.raises(NetworkError, match=rf"\({status}\)"):
            await bot.send_message(user.id, text)
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_an_answer_can_be_garbage(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.garbage())
    assert await refusal_of(bot.send_message(user.id, "đã gửi")) == "TelegramError: Invalid server response"
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_an_answer_can_come_too_late(server: FakeTelegram) -> None:
    user = server.add_user(started=True)
    async with bot_of(server, read_timeout=0.1) as bot:
        server.faults.add("sendMessage", Fault.slow(5))
        with pytest.raises(TimedOut):
            await bot.send_message(user.id, "đã gửi")
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_every_answer_can_take_its_time(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.latency = 0.1
    began = time.monotonic()
    await asyncio.gather(*(bot.send_message(user.id, f"tin {number}") for number in range(8)))
    assert 0.1 <= time.monotonic() - began < 0.8


async def test_a_429_and_a_401_can_be_ordered(server: FakeTelegram, bot: Bot) -> None:
    user, other = server.add_user(started=True), server.add_user(started=True)
    server.faults.add("sendMessage", Fault.too_many(17), when=lambda values: values["chat_id"] == str(user.id))
    server.faults.add("getMe", Fault.unauthorized(), times=None)
    await bot.send_message(other.id, "chào")
    assert await refusal_of(bot.send_message(user.id, "chào")) == (
        "RetryAfter: Flood control exceeded. Retry in 0:00:17"
    )
    for _ in range(2):
        assert await refusal_of(bot.get_me()) == "InvalidToken: Unauthorized"
    server.faults.clear()
    await bot.get_me()
    assert (server.refusals, server.log.statuses[401]) == (1, 2)


async def test_polls_and_downloads_can_fail_too(server: FakeTelegram, bot: Bot) -> None:
    stored = server.add_file("document", "a.pdf", b"x")
    server.faults.add("getUpdates", Fault.drop_before())
    server.faults.add("file", Fault.http_error(502))
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=20)
    file = await bot.get_file(stored.id)
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()


@pytest.mark.parametrize("turns", range(6))
async def test_the_port_can_be_closed_in_the_turn_in_which_somebody_comes(server: FakeTelegram, turns: int) -> None:
    """Who is accepted in that turn and is not let go would keep `shut` waiting for ever."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as first:
        await asyncio.sleep(0.02)
        with socket.create_connection((address.hostname, address.port)) as second:
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(2):
                await server.shut()
            assert [await _is_let_go(each) for each in (first, second)] == [True, True]


async def _is_let_go(connection: socket.socket) -> bool:
    connection.settimeout(2)
    try:
        return await asyncio.to_thread(connection.recv, 1) == b""
    except ConnectionResetError:
        return True
