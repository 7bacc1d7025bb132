"""The bot itself, its token, the ways to send parameters, and updates."""

import asyncio
import re
import time

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken
from telegram.request import HTTPXRequest

from tests.fake_telegram.calls import bot_of, refusal_of, says
from tests.fakes.telegram_server import FakeTelegram

# --- the bot itself, the token, the ways to send parameters ---


async def test_get_me_tells_of_privacy_mode(server: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (server.bot.id, "nhac_viec_bot", True)
    assert (me.can_join_groups, me.can_read_all_group_messages) == (True, False)
    server.bot.can_read_all_group_messages = True
    assert (await bot.get_me()).can_read_all_group_messages is True


async def test_a_wrong_token_is_401_and_no_token_at_all_is_404(server: FakeTelegram) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        wrong = await client.get("/bot77:another/getMe")
        malformed = await client.get("/botnonsense/getMe")
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert (malformed.status_code, malformed.json()["description"]) == (404, "Not Found")
    async with HTTPXRequest() as request:
        with pytest.raises(InvalidToken):
            await Bot("77:another", base_url=f"{server.url}/bot", request=request).get_me()


async def test_an_unknown_method_is_404(server: FakeTelegram, raw: httpx.AsyncClient) -> None:
    assert await says(raw, "sendPigeon") == (404, "Not Found: method not found")


async def test_parameters_may_come_by_query_form_json_or_multipart(
    server: FakeTelegram, raw: httpx.AsyncClient
) -> None:
    user = server.add_user(started=True)
    await raw.get("sendMessage", params={"chat_id": user.id, "text": "câu hỏi & đáp"})
    await raw.post("SENDMESSAGE", data={"chat_id": str(user.id), "text": "biểu mẫu"})
    await raw.post("sendmessage", json={"chat_id": user.id, "text": "đối tượng"})
    await raw.post("sendMessage", files={"chat_id": (None, str(user.id)), "text": (None, "nhiều phần\r\n--x")})
    assert [sent.text for sent in server.sent] == ["câu hỏi & đáp", "biểu mẫu", "đối tượng", "nhiều phần\r\n--x"]


async def test_requests_on_one_connection_are_answered_in_order(server: FakeTelegram) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    request = f"GET /bot{server.token}/getMe HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    for piece in (request + request[:20], request[20:], b"nonsense\r\n\r\n"):
        writer.write(piece)
        await writer.drain()
    answers = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    assert re.findall(r"HTTP/1.1 (\d+)", answers) == ["200", "200", "400"]


# --- updates ---


async def test_updates_stay_until_a_higher_offset_confirms_them(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user("Lan", started=True)
    ids = [server.says(user, text).update_id for text in ("một", "hai", "ba")]
    assert ids == [700_000_001, 700_000_002, 700_000_003]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == ids[:2]
    assert [update.update_id for update in await bot.get_updates()] == ids
    assert [update.update_id for update in await bot.get_updates(offset=700_000_003)] == ids[2:]
    assert [update.update_id for update in await bot.get_updates()] == ids[2:]
    assert await bot.get_updates(offset=700_000_004) == ()


async def test_a_negative_offset_keeps_only_the_last_and_one_from_the_future_confirms_nothing(
    server: FakeTelegram, bot: Bot
) -> None:
    user = server.add_user(started=True)
    for text in ("một", "hai", "ba"):
        server.says(user, text)
    assert len(await bot.get_updates(offset=800_000_000)) == 3
    assert [update.effective_message.text for update in await bot.get_updates(offset=-1)] == ["ba"]  # type: ignore[union-attr]
    assert len(server.updates.pending) == 1


async def test_a_long_poll_ends_with_the_first_update_or_empty_after_its_timeout(
    server: FakeTelegram, bot: Bot
) -> None:
    user = server.add_user(started=True)
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await server.until(lambda: server.updates.is_polled)
    assert poll.done() is False
    server.says(user, "chào")
    server.says(user, "chào lần nữa")
    assert len(await poll) == 2
    began = time.monotonic()
    assert await bot.get_updates(offset=-1, timeout=0) != ()
    assert await bot.get_updates(offset=700_000_003, timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 2


async def test_a_second_poll_ends_the_older_one_with_409(server: FakeTelegram, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await server.until(lambda: server.updates.is_polled)
    async with bot_of(server) as second:
        newer = asyncio.create_task(second.get_updates(timeout=20))
        reason = await refusal_of(older)
        server.starts(server.add_user())
        assert len(await newer) == 1
    assert reason == (
        "Conflict: Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    server.starts(server.add_user())
    assert len(await newer) == 1


async def test_a_client_that_goes_away_leaves_no_poll_behind(server: FakeTelegram) -> None:
    async with bot_of(server) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await server.until(lambda: server.updates.is_polled)
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
    await server.until(lambda: not server.updates.is_polled)


async def test_only_the_kinds_that_were_asked_for_are_queued(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    await bot.get_updates(allowed_updates=["callback_query"])
    assert server.says(user, "không ai nghe").update_ids == ()
    await bot.get_updates()
    assert server.says(user, "vẫn không").update_ids == ()
    await bot.get_updates(allowed_updates=[])
    assert server.says(user, "nghe rồi").update_ids == (700_000_001,)


async def test_polling_is_refused_while_a_webhook_is_set(server: FakeTelegram, bot: Bot) -> None:
    server.says(server.add_user(), "chờ")
    await bot.set_webhook("https://example.vn/hook")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://example.vn/hook", 1)
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
