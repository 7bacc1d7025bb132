"""The Telegram channel: sending, editing, and asking about a group's rights, within the platform's limits.

A chat is "id" or, in a forum, "id/topic".
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberRestricted, InlineKeyboardMarkup
from telegram import Message as Sent
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.channels.fetching import NotFetched
from bot.channels.pace import Pace
from bot.channels.telegram_drawing import NAME, Piece, keyboard, pieces
from bot.channels.telegram_errors import (
    is_about_the_message,
    is_missing_topic,
    is_parse_error,
    is_unchanged,
    translated,
    words_of,
)
from jobs.channel import Arrived, SendFailed
from records.outbox import ANSWER, Claimed
from wording.message import Reply, file_name
from wording.rights import CANNOT_POST, CANNOT_SEND_FILES, NOT_IN_GROUP

log = logging.getLogger(__name__)

_Errors = TelegramError, TypeError  # PTB raises TypeError on an answer without a required field


class TelegramChannel:
    """Sends through the Bot API."""

    name = NAME
    can_edit = True

    def __init__(self, bot: Bot, pace: Pace | None = None) -> None:
        self._bot = bot
        self._pace = pace or Pace(time.monotonic)

    def resting(self) -> frozenset[str]:
        """Chats that had their share of this minute."""
        return self._pace.resting()

    async def show_work(self, chat: str) -> None:
        """ "… is sending a file", for five seconds or until the file is there. Raises the library's errors."""
        place, topic = _place(chat)
        await self._bot.send_chat_action(place, ChatAction.UPLOAD_DOCUMENT, message_thread_id=topic)

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send every part that has not gone out yet; the buttons stand under the last. Raises SendFailed."""
        parts = pieces(reply)
        if not parts:
            raise SendFailed("there is nothing in the message", rejected=True)
        done = [part for part in message.remote_id.split(",") if part]
        for number, piece in enumerate(parts[len(done) :], start=len(done) + 1):
            buttons = keyboard(reply) if number == len(parts) else None
            landed = await self._turn(message)
            try:
                done.append(await self._send_piece(message.chat, piece, buttons))
            except _Errors as error:
                raise translated(error, tuple(done)) from None
            finally:
                landed()
        return ",".join(done)

    async def _turn(self, message: Claimed) -> Callable[[], None]:
        place, _ = _place(message.chat)
        return await self._pace.turn(message.chat, is_group=place < 0, urgent=message.priority == ANSWER)

    async def _send_piece(self, chat: str, piece: Piece, buttons: InlineKeyboardMarkup | None) -> str:
        """Send it; without its topic, its file or its markup when Telegram does not take those."""
        place, topic = _place(chat)
        arguments: dict[str, Any] = {"chat_id": place, "message_thread_id": topic, "reply_markup": buttons}
        is_plain = False
        while True:
            try:
                return str((await self._put(piece, arguments, is_plain=is_plain)).message_id)
            except TelegramError as error:
                if arguments["message_thread_id"] is not None and is_missing_topic(error):
                    log.warning("the topic of chat %s is gone; writing to the group itself", place)
                    arguments["message_thread_id"] = None
                elif not is_plain and is_parse_error(error):
                    log.error("Telegram could not read our markup; sending plain text")
                    is_plain = True
                elif piece.file is not None and is_about_the_message(error):
                    log.error("Telegram does not take the file %s: %s", file_name(piece.file), words_of(error))
                    piece = piece.without_file()
                else:
                    raise

    async def _put(self, piece: Piece, arguments: dict[str, Any], *, is_plain: bool) -> Sent:
        text, mode = (piece.plain, None) if is_plain else (piece.html, ParseMode.HTML)
        if piece.file is None:
            return await self._bot.send_message(text=text, parse_mode=mode, **arguments)
        captioned = {**arguments, "caption": text or None, "parse_mode": mode}
        if path := piece.file.get("path"):  # the bot has made it
            file = await asyncio.to_thread(Path(path).read_bytes)
            captioned["filename"] = file_name(piece.file)
        else:
            file = piece.file["id"]
        if piece.file["kind"] == "photo":
            return await self._bot.send_photo(photo=file, **captioned)
        return await self._bot.send_document(document=file, **captioned)

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Replace the text of what was posted, if it still has as many parts. Raises SendFailed."""
        parts, posted = pieces(reply), [part for part in message.remote_id.split(",") if part]
        if len(parts) != len(posted):
            return
        place, _ = _place(message.chat)
        for number, (piece, message_id) in enumerate(zip(parts, posted, strict=True), start=1):
            if not piece.blocks:
                continue
            buttons = keyboard(reply) if number == len(parts) else None
            where = {"chat_id": place, "message_id": int(message_id), "reply_markup": buttons}
            landed = await self._turn(message)
            try:
                await self._change(piece, where)
            except _Errors as error:
                if not (isinstance(error, TelegramError) and is_unchanged(error)):
                    raise translated(error) from None
            finally:
                landed()

    async def _change(self, piece: Piece, where: dict[str, Any]) -> None:
        if piece.file is None:
            await self._bot.edit_message_text(text=piece.html, parse_mode=ParseMode.HTML, **where)
        else:
            await self._bot.edit_message_caption(caption=piece.html, parse_mode=ParseMode.HTML, **where)

    async def fetch(self, file: Mapping[str, Any]) -> bytes:
        """The content of a file that somebody sent, at most 20 MB. Raises NotFetched."""
        try:
            found = await self._bot.get_file(str(file["id"]))
            return bytes(await found.download_as_bytearray())
        except _Errors as error:
            raise NotFetched(words_of(error)) from None

    async def arrived(self, message: Claimed) -> Arrived:
        """Telegram does not tell."""
        return Arrived.UNKNOWN

    async def missing_rights(self, chat: str) -> list[str]:
        """What the bot may not do in a group, in sentences. Raises SendFailed."""
        place, _ = _place(chat)
        if place > 0:
            return []
        try:
            own = await self._bot.get_chat_member(place, int(self._bot.token.partition(":")[0]))
            group = await self._bot.get_chat(place)
        except _Errors as error:
            failure = translated(error)
            failure.ambiguous = False  # nothing was said yet
            raise failure from None
        return _missing(own, group)


def _missing(own: ChatMember, group: ChatFullInfo) -> list[str]:
    if own.status in {ChatMember.LEFT, ChatMember.BANNED}:
        return [NOT_IN_GROUP]
    if own.status in {ChatMember.ADMINISTRATOR, ChatMember.OWNER}:
        return []
    rights = own if isinstance(own, ChatMemberRestricted) else group.permissions
    if rights is None:
        return []
    if rights.can_send_messages is False:
        return [CANNOT_POST]
    may_send_files = rights.can_send_photos is not False and rights.can_send_documents is not False
    return [] if may_send_files else [CANNOT_SEND_FILES]


def _place(chat: str) -> tuple[int, int | None]:
    """Chat id and topic."""
    place, _, topic = chat.partition("/")
    return int(place), int(topic) if topic else None
