"""The Telegram channel: drawing a Reply as HTML with buttons, sending, editing, and asking about a group's rights.

A chat is "id" or, in a forum, "id/topic". User text is escaped here and nowhere else.
"""

import html
import logging
import time
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import RetryAfter, TelegramError

from bot.channels.pace import Pace
from bot.channels.split import split
from bot.channels.telegram_errors import is_missing_topic, is_parse_error, is_unchanged, translated
from jobs.delivery import Arrived
from records.outbox import Claimed
from wording.message import Block, Reply

log = logging.getLogger(__name__)

NAME = "telegram"
_LIMIT = 4000  # of 4096 UTF-16 units: a little room, because Telegram counts after its own parsing
_BUTTON_BYTES = 64


class TelegramChannel:
    """Sends through the Bot API, within its limits."""

    name = NAME
    can_edit = True

    def __init__(self, bot: Bot, pace: Pace | None = None) -> None:
        self._bot = bot
        self._pace = pace or Pace(time.monotonic)

    def resting(self) -> frozenset[str]:
        """Chats that had their share of this minute."""
        return self._pace.resting()

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send every part that has not gone out yet; the buttons stand under the last. Raises SendFailed."""
        parts = split(reply.blocks, _LIMIT)
        done = [part for part in message.remote_id.split(",") if part]
        for number, part in enumerate(parts[len(done) :], start=len(done) + 1):
            keyboard = _keyboard(reply) if number == len(parts) else None
            try:
                done.append(await self._send_part(message.chat, part, keyboard))
            except (TelegramError, TypeError) as error:  # PTB raises TypeError on an answer without a required field
                raise translated(error, tuple(done)) from None
        return ",".join(done)

    async def _send_part(self, chat: str, part: list[Block], keyboard: InlineKeyboardMarkup | None) -> str:
        place, topic = _place(chat)
        arguments: dict[str, Any] = {"chat_id": place, "message_thread_id": topic, "reply_markup": keyboard}
        await self._pace.turn(chat, is_group=place < 0)
        try:
            return await self._say(part, arguments)
        except TelegramError as error:
            if not is_missing_topic(error):
                raise
            log.warning("the topic of chat %s is gone; writing to the group itself", place)
            return await self._say(part, {**arguments, "message_thread_id": None})

    async def _say(self, part: list[Block], arguments: dict[str, Any]) -> str:
        try:
            sent = await self._bot.send_message(text=as_html(part), parse_mode=ParseMode.HTML, **arguments)
        except TelegramError as error:
            if not is_parse_error(error):
                raise
            log.error("Telegram could not read our markup; sending plain text")
            sent = await self._bot.send_message(text=as_text(part), **arguments)
        return str(sent.message_id)

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Replace the text of what was posted, if it still has as many parts. Raises SendFailed."""
        parts = split(reply.blocks, _LIMIT)
        posted = [part for part in message.remote_id.split(",") if part]
        if len(parts) != len(posted):
            return
        place, _ = _place(message.chat)
        for number, (part, message_id) in enumerate(zip(parts, posted, strict=True), start=1):
            await self._pace.turn(message.chat, is_group=place < 0)
            try:
                await self._bot.edit_message_text(
                    text=as_html(part),
                    parse_mode=ParseMode.HTML,
                    chat_id=place,
                    message_id=int(message_id),
                    reply_markup=_keyboard(reply) if number == len(parts) else None,
                )
            except RetryAfter as error:
                raise translated(error) from None
            except (TelegramError, TypeError) as error:
                if not (isinstance(error, TelegramError) and is_unchanged(error)):
                    raise translated(error) from None

    async def arrived(self, message: Claimed) -> Arrived:
        """Telegram does not tell."""
        return Arrived.UNKNOWN


def as_html(part: list[Block]) -> str:
    """Blocks as Telegram's HTML, the text escaped."""
    return "\n".join(
        f"<b>{html.escape(block.text)}</b>" if block.heading else html.escape(block.text) for block in part
    )


def as_text(part: list[Block]) -> str:
    """Blocks as plain text."""
    return "\n".join(block.text for block in part)


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [
        [
            InlineKeyboardButton(button.label[:60], callback_data=button.command)
            for button in row
            if len(button.command.encode()) <= _BUTTON_BYTES
        ]
        for row in reply.buttons
    ]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _place(chat: str) -> tuple[int, int | None]:
    """Chat id and topic."""
    place, _, topic = chat.partition("/")
    return int(place), int(topic) if topic else None
