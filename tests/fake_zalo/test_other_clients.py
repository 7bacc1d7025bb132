"""Two clients of other authors understand the fake."""

import asyncio
from collections.abc import Awaitable
from contextlib import closing

import pytest
from pyzalo.main import PyZALO
from zalo_bot import Bot
from zalo_bot.error import BadRequest, Forbidden, InvalidToken, NetworkError, ZaloError

from tests.fake_zalo.calls import NOON, PHOTO, PUBLIC, Hook
from tests.fakes.zalo_server import FakeZalo


async def test_python_zalo_bot_polls_and_answers(server: FakeZalo) -> None:
    user = server.add_user("Lan")
    group = server.add_group()
    async with Bot(server.token, base_url=server.url) as bot:
        me = await bot.get_me()
        assert (me.id, me.account_type, me.display_name) == (server.bot.id, "BASIC", "Bot Nhắc Việc")
        server.says(user, "chào")
        update = await bot.get_update(timeout=5)
        message = update.message
        assert (message.text, message.chat.id, message.chat.type) == ("chào", user.id, "PRIVATE")
        assert (message.from_user.display_name, message.date.timestamp()) == ("Lan", NOON)
        answer = await message.reply_text("chào Lan")
        assert answer.message_id == server.sent[0].message_id
        server.sends_image(user, PHOTO, group=group)
        update = await bot.get_update(timeout=5)
        await update.message.reply_photo(PHOTO, "ảnh")
        await update.message.reply_sticker("abc")
        await update.message.reply_action("typing")
        assert await bot.get_update(timeout=0) is None
    assert [(sent.chat_id, sent.kind, sent.text, sent.url) for sent in server.sent] == [
        (user.id, "text", "chào Lan", ""),
        (group.id, "photo", "ảnh", PHOTO),
        (group.id, "sticker", "", "abc"),
    ]
    assert server.actions == [(group.id, "typing")]
    assert {call.status for call in server.calls()} == {200, 408}


async def test_python_zalo_bot_reads_refusals_by_their_http_status(server: FakeZalo) -> None:
    async def refusal(asked: Awaitable[object]) -> tuple[type, str]:
        with pytest.raises(ZaloError) as caught:
            await asked
        return caught.type, str(caught.value)

    server.switches.change(idle_http=408, error_http="same")
    user = server.add_user(wrote=True)
    async with Bot(server.token, base_url=server.url) as bot:
        assert await refusal(bot.get_update(timeout=0)) == (NetworkError, "Request timeout (408)")
        assert await refusal(bot.send_message(user.id, "")) == (BadRequest, "Text is empty")
        server.fail_next(403)
        assert await refusal(bot.send_message(user.id, "chào")) == (Forbidden, "Internal Server Error")
    assert (await refusal(Bot("1:x", base_url=server.url).initialize()))[0] == InvalidToken


async def test_python_zalo_bot_sets_a_webhook(server: FakeZalo) -> None:
    bot = Bot(server.token, base_url=server.url)
    await asyncio.to_thread(bot.set_webhook, f"{PUBLIC}/zalo", "0123-456")
    assert server.webhook.url == f"{PUBLIC}/zalo"


async def test_pyzalo_polls_and_answers(server: FakeZalo, hook: Hook) -> None:
    user = server.add_user()
    client = PyZALO(server.token, base_url=server.url)
    with closing(client.session):
        assert (await asyncio.to_thread(client.getMe))["result"]["id"] == server.bot.id
        event = server.says(user, "chào")
        polled = await asyncio.to_thread(client.getUpdates, timeout=5)
        assert polled == {"ok": True, "result": event.update}
        sent = await asyncio.to_thread(client.sendMessage, user.id, "chào bạn")
        assert sent["result"]["message_id"] == server.sent[0].message_id
        await asyncio.to_thread(client.sendPhoto, user.id, PHOTO, "ảnh")
        await asyncio.to_thread(client.sendVoice, user.id, "https://phuong.vn/tin.aac")
        assert await asyncio.to_thread(client.sendChatAction, user.id) == {"ok": True}
        idle = await asyncio.to_thread(client.getUpdates, timeout=0)
        assert idle == {"ok": False, "error_code": 408, "description": "Request timeout"}
        assert (await asyncio.to_thread(client.getWebhookInfo))["error_code"] == 404
        assert (await asyncio.to_thread(client.setWebhook, f"{PUBLIC}/zalo", "0123-456"))["ok"] is True
        server.says(user, "qua webhook")
        await server.until(lambda: len(hook.requests) == 1)
        assert (await asyncio.to_thread(client.deleteWebhook))["result"]["url"] == ""
    assert [(one.kind, one.text) for one in server.sent] == [("text", "chào bạn"), ("photo", "ảnh"), ("voice", "")]
