"""Replies with everything that Telegram can show, and the channel that sends them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.telegram import TelegramChannel
from jobs.channel import SendFailed
from records.outbox import PUSH, Claimed
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram
from wording.message import Block, Button, Reply, say

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x06\x00\x00\x00"
DONE = ((Button("✅ I.3", "/xong #17"), Button("✅ II.4", "/xong #18")), (Button("Xem thêm", "/viec 2"),))
LONG = Reply(tuple(Block(f"• Việc số {number}: " + "báo cáo kết quả " * 20) for number in range(30)), DONE)


@asynccontextmanager
async def channel_at(token: str, url: str, read_timeout: float = 20.0) -> AsyncIterator[TelegramChannel]:
    """A channel of a bot that has not logged in: delivery does not wait for that."""
    request = HTTPXRequest(connection_pool_size=8, read_timeout=read_timeout)
    bot = Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)
    try:
        yield TelegramChannel(bot)
    finally:
        await request.shutdown()


def to(chat: object, remote_id: str = "") -> Claimed:
    """A message on its way to a chat; its text is the reply's."""
    return Claimed(
        1, "k", "push", "telegram", str(chat), "person:1", PUSH, {}, 1, remote_id, moment("13/06/2023 07:30")
    )


async def failure(channel: TelegramChannel, message: Claimed, reply: Reply) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message, reply)
    return caught.value


def with_files(text: str, *files: dict[str, Any]) -> Reply:
    return replace(say(text, buttons=DONE), attachments=files)


def photo(server: FakeTelegram, **more: object) -> dict[str, Any]:
    return {"kind": "photo", "id": server.add_file("photo", "a.png", PNG).id, "name": "ảnh", **more}
