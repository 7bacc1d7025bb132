"""The Zalo channel: sending through the Zalo Bot Platform, which can neither edit nor show buttons."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.channels.zalo_api import NOT_FOUND, WRONG_TOKEN, ZaloApi, ZaloError
from bot.channels.zalo_drawing import NAME, Piece, pieces
from jobs.channel import Arrived, SendFailed
from jobs.outcomes import retry_delay
from records.outbox import Claimed
from wording.files import cannot_be_sent
from wording.message import Reply

log = logging.getLogger(__name__)

_BAD_REQUEST = 400


class ZaloChannel:
    """Sends through the platform's API."""

    name = NAME
    can_edit = False

    def __init__(self, api: ZaloApi) -> None:
        self._api = api

    def resting(self) -> frozenset[str]:
        """No limit of a single chat is known."""
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """ "… is typing": the only sign that the platform knows. Raises ZaloError."""
        await self._api.call("sendChatAction", chat_id=chat, action="typing")

    async def fetch(self, file: Mapping[str, Any]) -> bytes:
        """The content of a picture that somebody sent. Raises NotFetched."""
        return await self._api.fetch(str(file.get("id", "")))

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send every part that has not gone out yet. Raises SendFailed."""
        parts = pieces(reply, in_group=message.recipient.startswith("group:"))
        if not parts:
            raise SendFailed("there is nothing in the message", rejected=True)
        done = [part for part in message.remote_id.split(",") if part]
        for piece in parts[len(done) :]:
            try:
                done.append(await self._send_piece(message.chat, piece))
            except ZaloError as error:
                raise await self._translated(error, message, tuple(done)) from None
        return ",".join(done)

    async def _send_piece(self, chat: str, piece: Piece) -> str:
        if piece.photo:
            try:
                return await self._put("sendPhoto", chat, photo=piece.photo, **_captioned(piece.text))
            except ZaloError as error:
                if not _is_refusal(error):
                    raise
                log.error("Zalo does not take a picture: %s", error)
                piece = Piece("\n".join(filter(None, (piece.text, cannot_be_sent("ảnh")))))
        return await self._put("sendMessage", chat, text=piece.text)

    async def _put(self, method: str, chat: str, **content: str) -> str:
        sent = await self._api.call(method, chat_id=chat, **content)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return str(number or "?").replace(",", "")

    async def _translated(self, error: ZaloError, message: Claimed, done: tuple[str, ...]) -> SendFailed:
        """The error as delivery understands it. 403 is "internal server error" on this platform."""
        words = str(error)
        if error.never_left or (error.code == WRONG_TOKEN and error.by_platform):
            return SendFailed(words, delivered=done)
        if not error.by_platform:  # it broke off, or a gateway answered in the platform's place
            surely_not_done = error.code in range(400, 500)
            return SendFailed(words, ambiguous=not surely_not_done, delivered=done)
        if _is_refusal(error):
            gone = error.code == NOT_FOUND or await self._is_gone(message.chat)
            return SendFailed(words, permanent=gone, rejected=not gone, delivered=done)
        return SendFailed(words, retry_after=retry_delay(message.attempts), delivered=done)

    async def _is_gone(self, chat: str) -> bool:
        """400 may mean the chat or the message: the chat is asked about by itself, which costs nothing."""
        try:
            await self._api.call("sendChatAction", chat_id=chat, action="typing")
        except ZaloError as error:
            return _is_refusal(error)
        return False

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Never asked for: the next digest tells what was done."""

    async def arrived(self, message: Claimed) -> Arrived:
        """Zalo does not tell."""
        return Arrived.UNKNOWN

    async def missing_rights(self, chat: str) -> list[str]:
        """Zalo knows no rights of bots in groups."""
        return []


def _is_refusal(error: ZaloError) -> bool:
    """The platform will not take it at another time either."""
    return error.by_platform and error.code in (_BAD_REQUEST, NOT_FOUND)


def _captioned(text: str) -> dict[str, str]:
    return {"caption": text} if text else {}
