"""Events of both kinds of Zalo, and what must hold of a message there."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels import zalo_drawing, zalo_oa_drawing, zalo_oa_updates, zalo_updates
from bot.channels.split import length
from bot.channels.zalo_api import Me
from bot.channels.zalo_oa import group_chat
from bot.channels.zalo_oa_api import as_object
from bot.incoming import Incoming
from tests.nonsense.mutating import Json
from tests.nonsense.platform import LINKED, STRANGERS, UNLINKED, Said
from wording.message import Reply

_LIMIT = 2000
_MILLISECONDS = 1_686_616_200_000
_OA = "4318657068771012646"
_PEOPLE = ("1001", "1003", *STRANGERS)


class ZaloBot:
    """The Bot platform: numbers for buttons; from a group it hears what mentions it."""

    name = "zalo"
    has_buttons = False
    groups = (LINKED, UNLINKED)
    _me = Me("1948", "Bot Nhắc Việc", "bot.nhacviec", can_join_groups=True)

    def seeds(self) -> list[Json]:
        """One of each kind."""
        found: list[Json] = []
        for sender in _PEOPLE:
            for chat in (sender, *self.groups):
                event = self.update(Said(sender, chat, "/tinhhinh II.1"))
                found.append(event)
                picture = {**event["message"], "photo_url": "https://x/a.jpg", "caption": "/xong II.1"}
                found.append({"event_name": "message.image.received", "message": picture})
                found += [
                    {"event_name": f"message.{kind}.received", "message": event["message"]}
                    for kind in ("sticker", "link", "unsupported", "voice", "file", "location")
                ]
                found.append({"result": [event, {"event_name": "user_submit_info"}], "ok": True})
        return found

    def update(self, said: Said) -> Json:
        """An event; a file arrives as something that the platform does not hand over."""
        message: Json = {
            "message_id": "a1",
            "date": _MILLISECONDS,
            "from": {"id": said.sender, "display_name": "A<b>", "is_bot": False},
            "chat": {"id": said.chat, "chat_type": "GROUP" if said.in_group else "PRIVATE"},
            "text": f"@Bot Nhắc Việc {said.text}" if said.in_group else said.text,
        }
        if said.file:
            return {"event_name": "message.unsupported.received", "message": message}
        return {"event_name": "message.text.received", "message": message}

    def incoming(self, raw: object) -> Incoming | None:
        """As the service reads it; the first of several events."""
        events = zalo_updates.events_of(raw)
        return next((found for each in events if (found := zalo_updates.incoming_of(each, self._me))), None)

    def mistakes(self, reply: Reply, chat: str) -> Iterator[str]:
        """Lengths, and that there is something to send."""
        pieces = zalo_drawing.pieces(reply, in_group=chat in self.groups)
        yield from _mistakes([piece.text for piece in pieces if not piece.photo])


class ZaloOa:
    """The Official Account: webhook events and lines of a history, numbers for buttons."""

    name = "zalo_oa"
    has_buttons = False
    groups = (group_chat(LINKED), group_chat(UNLINKED))
    _account = zalo_oa_updates.Account(_OA, "UBND Phường")

    def seeds(self) -> list[Json]:
        """One of each kind."""
        found = []
        for sender in _PEOPLE:
            for chat in (sender, *self.groups):
                found += list(self._events(sender, chat))
        return found

    def _events(self, sender: str, chat: str) -> Iterator[Json]:
        event = self.update(Said(sender, chat, "/tinhhinh II.1"))
        yield event
        prefix = "user_send_group_" if chat != sender else "user_send_"
        payload = {"url": "https://x/a.xlsx", "name": "../a.xlsx", "size": "10", "type": "xlsx", "thumbnail": "t"}
        for kind in ("image", "file", "link", "location", "sticker", "audio", "video", "business_card", "gif"):
            attachments = [{"type": kind, "payload": payload}]
            yield {
                **event,
                "event_name": f"{prefix}{kind}",
                "message": {**event["message"], "attachments": attachments},
            }
        quote = {"sender": {"id": _OA}, "text": "1. Ghi", "msg_id": "b"}
        yield {**event, "message": {**event["message"], "text": "2", "quote_msg": quote}}
        yield {**event, "message": {**event["message"], "text": "@UBND Phường, xong II.1"}}
        for name in ("follow", "unfollow", "create_group", "delete_group", "oa_send_text", "user_seen_message",
                     "user_submit_info", "user_reacted_message", "add_user_to_group"):  # fmt: skip
            yield {**event, "event_name": name, "follower": {"id": sender}, "group_id": chat.removeprefix("g:")}
        line: dict[str, Any] = {"message_id": "h1", "src": 1, "time": _MILLISECONDS, "type": "text", "to_id": _OA,
                                "from_id": sender, "message": "/viec", "from_display_name": "A<b>"}  # fmt: skip
        for more in ({}, {"src": 0}, {"type": "photo", "url": "u", "thumb": "t"}, {"type": "file", "name": "a.xlsx"}):
            yield {**line, **more, "group_id": chat.removeprefix("g:") if chat != sender else ""}

    def update(self, said: Said) -> Json:
        """An event of the webhook."""
        recipient = said.chat.removeprefix("g:") if said.in_group else _OA
        message: Json = {"text": said.text, "msg_id": "a1"}
        if said.file:
            message["attachments"] = [{"type": "file", "payload": {"url": said.file, "name": said.file}}]
        kind = "file" if said.file else "text"
        return {
            "app_id": "3217896540123456789",
            "event_name": f"user_send_{'group_' if said.in_group else ''}{kind}",
            "sender": {"id": said.sender},
            "recipient": {"id": recipient},
            "message": message,
            "timestamp": str(_MILLISECONDS),
        }

    def incoming(self, raw: object) -> Incoming | None:
        """As the service reads it: an event of the webhook, or else a line of a history."""
        event, titles = as_object(raw), {LINKED: "Nhóm <b>"}
        zalo_oa_updates.time_of(event)
        if "from_id" in event:
            return zalo_oa_updates.from_history(event, str(event.get("group_id") or ""), self._account, titles)
        return zalo_oa_updates.incoming_of(event, self._account, titles)

    def mistakes(self, reply: Reply, chat: str) -> Iterator[str]:
        """Lengths, mentions, and that there is something to send."""
        pieces = zalo_oa_drawing.pieces(reply, in_group=chat.startswith("g:"))
        texts = [piece.text for piece in pieces if piece.file is None]
        if any("[@" in text for text in texts):
            yield "somebody is called"
        if not pieces:
            yield "an empty message"
        yield from _mistakes(texts)


def _mistakes(texts: Sequence[str]) -> Iterator[str]:
    if any(not text.strip() for text in texts):
        yield "an empty message"
    if any(length(text) > _LIMIT for text in texts):
        yield "a message is too long"
