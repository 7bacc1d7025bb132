"""The channel of a Zalo Official Account: groups that the account owns (GMF), and people who write to it.

A chat is "g:ID" for a group, or the id of a person. To a person the platform carries messages only for 7 days after
they wrote; to a group at any time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.channels.fetching import NotFetched
from bot.channels.zalo_oa_api import OaApi, OaError, TokensUnusable
from bot.channels.zalo_oa_drawing import NAME, Piece, pieces
from bot.channels.zalo_oa_errors import is_about_the_account, is_about_the_chat, is_about_the_message, translated
from jobs.channel import Arrived, SendFailed
from records.outbox import Claimed
from wording.files import cannot_be_sent
from wording.message import Reply, file_name
from wording.rights import NOT_IN_GROUP
from wording.zalo_oa import account_is_refused

log = logging.getLogger(__name__)

_GROUP = "g:"
_MOST_BYTES = {"photo": 1_000_000, "document": 5_000_000}
_DOCUMENTS = (".pdf", ".doc", ".docx")


def group_chat(group: str) -> str:
    """The chat of a group."""
    return f"{_GROUP}{group}"


class OaChannel:
    """Sends through the OpenAPI. `give_up` is told why when the whole account is refused."""

    name = NAME
    can_edit = False

    def __init__(self, api: OaApi, give_up: Callable[[str], None]) -> None:
        self._api = api
        self._give_up = give_up

    def resting(self) -> frozenset[str]:
        """No limit of a single chat is known."""
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """An Official Account has no such sign."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send every part that has not gone out yet. Raises SendFailed."""
        parts = pieces(reply, in_group=message.chat.startswith(_GROUP))
        if not parts:
            raise SendFailed("there is nothing in the message", rejected=True)
        done = [part for part in message.remote_id.split(",") if part]
        for piece in parts[len(done) :]:
            try:
                done.append(await self._send_piece(message.chat, piece))
            except OaError as error:
                if is_about_the_account(error):
                    self._give_up(account_is_refused(str(error)))
                raise translated(error, message.attempts, tuple(done)) from None
            except TokensUnusable as error:
                raise SendFailed(str(error), delivered=tuple(done)) from None
        return ",".join(done)

    async def _send_piece(self, chat: str, piece: Piece) -> str:
        if piece.file is None:
            return await self._put(chat, {"text": piece.text})
        try:
            attachment = await self._attachment(piece.file)
            if attachment is not None:
                return await self._put(chat, {"attachment": attachment})
        except OaError as error:
            if not is_about_the_message(error):
                raise
            log.error("the Official Account does not take the file %s: %s", file_name(piece.file), error)
        return await self._put(chat, {"text": cannot_be_sent(file_name(piece.file))})

    async def _put(self, chat: str, content: Mapping[str, Any]) -> str:
        if chat.startswith(_GROUP):
            path, recipient = "v3.0/oa/group/message", {"group_id": chat.removeprefix(_GROUP)}
        else:
            path, recipient = "v3.0/oa/message/cs", {"user_id": chat}
        sent = await self._api.post(path, {"recipient": recipient, "message": content})
        return str(sent.get("message_id") or "?").replace(",", "")

    async def _attachment(self, file: Mapping[str, Any]) -> dict[str, Any] | None:
        """The file as the platform takes it; None when it does not take such files, or the file is gone."""
        kind, name = str(file["kind"]), file_name(file)
        if kind == "document" and not name.lower().endswith(_DOCUMENTS):
            return None
        content = await self._content(file, _MOST_BYTES[kind])
        if content is None:
            return None
        if kind == "document":
            return {"type": "file", "payload": {"token": await self._api.upload("file", name, content)}}
        element = {"media_type": "image", "attachment_id": await self._api.upload("image", name, content)}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}

    async def _content(self, file: Mapping[str, Any], most: int) -> bytes | None:
        if "path" in file:
            content = await asyncio.to_thread(Path(file["path"]).read_bytes)
            return content if len(content) <= most else None
        try:
            return await self._api.fetch(str(file.get("id", "")), most)
        except NotFetched:
            return None

    async def fetch(self, file: Mapping[str, Any]) -> bytes:
        """The content of a file that somebody sent. Raises NotFetched."""
        return await self._api.fetch(str(file.get("id", "")))

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Never asked for: the next digest tells what was done."""

    async def arrived(self, message: Claimed) -> Arrived:
        """Nobody knows."""
        return Arrived.UNKNOWN

    async def missing_rights(self, chat: str) -> list[str]:
        """Whether the account is in the group, which must be alive. Raises SendFailed."""
        try:
            await self._api.get("v3.0/oa/group/getgroup", group_id=chat.removeprefix(_GROUP))
        except OaError as error:
            if is_about_the_chat(error):
                return [NOT_IN_GROUP]
            failure = translated(error, 1)
            failure.ambiguous = False  # nothing was said yet
            raise failure from None
        except TokensUnusable as error:
            raise SendFailed(str(error)) from None
        return []
