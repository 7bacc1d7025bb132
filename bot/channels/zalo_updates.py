"""Zalo's events in the words of no channel.

The platform delivers from a group only what mentions the bot or answers it, so every text there is meant for us. The
mention stands in the text as "@Bot name "; nothing else marks it.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.zalo_api import Me
from bot.chat_events import UNREADABLE
from bot.incoming import Incoming
from bot.typed import storable

log = logging.getLogger(__name__)

_TEXT, _LINK, _PICTURE = "message.text.received", "message.link.received", "message.image.received"
_MENTION_BEFORE_SLASH = re.compile(r"@[^/\n]{1,100}?\s(?=/)")


def events_of(body: object) -> list[Mapping[str, Any]]:
    """The events in a poll's result or a webhook's body: one, a list, wrapped in {"result": …}, or none."""
    if isinstance(body, dict) and "event_name" not in body and "result" in body:
        return events_of(body["result"])
    found = body if isinstance(body, list) else [body]
    return [event for event in found if isinstance(event, dict) and event]


def incoming_of(event: Mapping[str, Any], me: Me) -> Incoming | None:
    """One event; None when there is nothing in it for us, or when it cannot be read."""
    try:
        return _incoming(event, me)
    except Exception:  # a shape that nobody knows; those behind it must not wait for it
        log.exception("an event of Zalo cannot be read and is passed over")
        return None


def _incoming(event: Mapping[str, Any], me: Me) -> Incoming | None:
    message = event.get("message")
    if not isinstance(message, dict):  # a protected sender, or an event without any chat
        return None
    by, chat = message.get("from") or {}, message.get("chat") or {}
    number, sender = _id(message.get("message_id")), _id(by.get("id"))
    if not number or not sender or by.get("is_bot") is True or sender == me.id:
        return None
    in_group = str(chat.get("chat_type") or "").upper() == "GROUP"
    content, photo = _content(str(event.get("event_name")), message)
    if not content and in_group:
        return None
    text, mentioned = without_mention(content, me.name) if in_group else (content, False)
    return Incoming(
        update_id=number,
        sender=sender,
        chat=_id(chat.get("id")) or sender,
        text=text,
        in_group=in_group,
        sender_name=storable(str(by.get("display_name") or by.get("name") or "")),
        attachments=({"kind": "photo", "id": photo, "name": "ảnh"},) if photo else (),
        event="" if content or photo else UNREADABLE,
        addressed=in_group,
        mentioned=mentioned,
        numbered=True,
    )


def _content(name: str, message: Mapping[str, Any]) -> tuple[str, str]:
    """The text, and the picture's URL; neither means that there is nothing to read."""
    if name in (_TEXT, _LINK):
        return storable(str(message.get("text") or "")).strip(), ""
    if name == _PICTURE:
        photo = message.get("photo_url") or message.get("photo")
        return storable(str(message.get("caption") or "")).strip(), photo if isinstance(photo, str) else ""
    return "", ""


def _id(value: object) -> str:
    """An id is an opaque text; a number is taken too."""
    return storable(str(value)) if isinstance(value, str | int) and value else ""


def without_mention(text: str, name: str) -> tuple[str, bool]:
    """The text without the bot's name, and whether that stood in it; an empty name is not known."""
    pattern = r"\s+".join(re.escape(word) for word in storable(name).split())
    if pattern and (found := re.search(rf"@{pattern}(?!\w)[\s,:.]*", text, re.IGNORECASE)):
        return f"{text[: found.start()]} {text[found.end() :]}".strip(), True
    if found := _MENTION_BEFORE_SLASH.match(text):
        return text[found.end() :], True
    return (text, False) if name or not text.startswith("@") else (_without_capitals(text), True)


def _without_capitals(text: str) -> str:
    """A name that nobody has told us: "@Bot Nhắc Việc xong III.16", as far as words have capitals."""
    words = text.split()
    count = next((number for number, word in enumerate(words[1:], start=1) if not word[0].isupper()), len(words))
    return " ".join(words[count:])
