"""How the tests ask the fake Bot API server."""

from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from tests.fakes.telegram_server import FakeTelegram

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x06\x00\x00\x00"
DONE = InlineKeyboardMarkup([[InlineKeyboardButton("Đã xong", callback_data="done:17")]])


def bot_of(server: FakeTelegram, read_timeout: float = 5.0) -> Bot:
    return Bot(
        server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, read_timeout=read_timeout),
    )


async def refusal_of(asked: Awaitable[object]) -> str:
    with pytest.raises(TelegramError) as caught:
        await asked
    return f"{type(caught.value).__name__}: {caught.value.message}"


async def says(client: httpx.AsyncClient, method: str, **values: object) -> tuple[int, Any]:
    """The status, and the description or the result, of a raw request."""
    answer = (await client.post(method, json=values)).json()
    return answer.get("error_code", 200), answer.get("description", answer.get("result"))
