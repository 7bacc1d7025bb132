"""What happens around a Zalo Official Account in the words of no channel: events of the webhook, lines of a history.

From a group the platform delivers everything that is said there, so only what begins with a slash, or calls the
account by its name, is meant for us.
"""

import hmac
import json
import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.channels.zalo_oa import group_chat
from bot.channels.zalo_oa_api import as_object
from bot.channels.zalo_oa_drawing import NAME
from bot.incoming import Incoming
from bot.typed import storable

log = logging.getLogger(__name__)

_IN_GROUP, _IN_PRIVATE = "user_send_group_", "user_send_"
_CHANGES = {"follow": "unblocked", "unfollow": "blocked", "create_group": "added", "delete_group": "removed"}
_SLASH_NUMBER = re.compile(r"[/／]\s*(\d{1,3})\s*")
_ANY_MENTION = r"[^/\n]{1,100}?(?=\s+/)"
_KINDS = {"image": "photo", "photo": "photo", "file": "document"}


@dataclass(frozen=True, slots=True)
class Account:
    """The Official Account itself; empty where the platform has not told it."""

    id: str = ""
    name: str = ""


def is_signed(body: bytes, signature: bytes, key: str, ids: Collection[str]) -> bool:
    """Whether the platform has sent it: plain SHA-256 of id, body, timestamp and key, with or without "mac=".

    The id is that of the app, or that of the account: observers disagree, so each of `ids` will do.
    """
    try:
        timestamp = str(json.loads(body)["timestamp"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return False
    given = signature.strip().removeprefix(b"mac=").lower()
    expected = [sha256(each.encode() + body + timestamp.encode() + key.encode()).hexdigest() for each in ids]
    return any(hmac.compare_digest(given, each.encode()) for each in expected)


def time_of(raw: Mapping[str, Any]) -> int:
    """When it happened, in milliseconds; 0 when it does not tell. Older shapes tell seconds."""
    for name in ("timestamp", "time"):
        found = str(raw.get(name) or "")
        if found.isdecimal():
            return int(found) if len(found) > 11 else int(found) * 1000
    return 0


def incoming_of(event: Mapping[str, Any], account: Account, titles: Mapping[str, str]) -> Incoming | None:
    """One event of the webhook; None when there is nothing in it for us, or when it cannot be read."""
    try:
        name = str(event.get("event_name") or "")
        if name in _CHANGES:
            return _change(event, name)
        if name.startswith(_IN_PRIVATE):
            return _sent(event, account, titles, in_group=name.startswith(_IN_GROUP))
    except Exception:  # a shape that nobody knows; those behind it must not wait for it
        log.exception("an event of the Official Account cannot be read and is passed over")
    return None


def from_history(line: Mapping[str, Any], group: str, account: Account, titles: Mapping[str, str]) -> Incoming | None:
    """One line of a history: of a group, or of a private chat. None when it is not for us."""
    number, sender = _id(line.get("message_id")), _id(line.get("from_id"))
    if not number or not sender or str(line.get("src")) == "0" or sender == account.id:
        return None
    text = str(line.get("message") or "") if line.get("type") in ("text", "link", None) else ""
    kind = _KINDS.get(str(line.get("type")), "")
    files = [{"kind": kind, "id": line.get("url") or line.get("thumb"), "name": line.get("name")}] if kind else []
    quote = as_object(line.get("quote_msg"))
    said = _Said(number, sender, text, storable(str(line.get("from_display_name") or "")), files, quote)
    return _incoming(said, group, account, titles)


@dataclass(frozen=True, slots=True)
class _Said:
    number: str
    sender: str
    text: str
    name: str
    files: list[dict[str, Any]]
    quote: Mapping[str, Any]


def _sent(
    event: Mapping[str, Any], account: Account, titles: Mapping[str, str], *, in_group: bool
) -> Incoming | None:
    message, sender = as_object(event.get("message")), _id(as_object(event.get("sender")).get("id"))
    number, place = _id(message.get("msg_id")), _id(as_object(event.get("recipient")).get("id"))
    if not number or not sender or sender == account.id or (in_group and not place):
        return None
    quote = as_object(message.get("quote_msg"))
    said = _Said(number, sender, str(message.get("text") or ""), "", _files(message), quote)
    return _incoming(said, place if in_group else "", account, titles)


def _incoming(said: _Said, group: str, account: Account, titles: Mapping[str, str]) -> Incoming | None:
    text, numbered, mentioned = storable(said.text).strip(), not group, False
    if group:
        text, mentioned = _without_mention(text, account.name)
        if found := _SLASH_NUMBER.fullmatch(text):
            text, numbered = found[1], True
        elif said.quote and _quotes_us(said.quote, account):
            numbered = True
        if not text:
            return None
    return Incoming(
        update_id=said.number,
        sender=said.sender,
        chat=storable(group_chat(group)) if group else said.sender,
        text=text,
        in_group=bool(group),
        sender_name=said.name,
        chat_title=storable(titles.get(group, "")),
        attachments=tuple({**file, "channel": NAME} for file in said.files if file["id"]),
        addressed=mentioned,
        mentioned=mentioned,
        numbered=numbered,
    )


def _change(event: Mapping[str, Any], name: str) -> Incoming | None:
    if name in ("follow", "unfollow"):
        chat = _id(as_object(event.get("follower")).get("id")) or _id(as_object(event.get("sender")).get("id"))
    else:
        group = as_object(event.get("group"))
        found = event.get("group_id") or group.get("group_id") or group.get("id")
        group_id = _id(found or as_object(event.get("recipient")).get("id"))
        chat = group_chat(group_id) if group_id else ""
    number = storable(f"{name}|{chat}|{event.get('timestamp')}")
    in_group = name not in ("follow", "unfollow")
    return Incoming(number, "", chat, "", in_group, event=_CHANGES[name]) if chat else None


def _without_mention(text: str, name: str) -> tuple[str, bool]:
    """The text without the account's name at its beginning, and whether it stood there.

    While the name is not known, any mention before a slash is taken for ours.
    """
    words = [re.escape(word) for word in storable(name).split()]
    pattern = r"\s+".join(words) + r"(?!\w)" if words else _ANY_MENTION
    if found := re.match(rf"@{pattern}[\s,:.]*", text, re.IGNORECASE):
        return text[found.end() :], True
    return text, False


def _quotes_us(quote: Mapping[str, Any], account: Account) -> bool:
    """Whether the quoted message is ours; where its sender is not told, it is taken for that."""
    sender = quote.get("sender") or quote.get("from_id") or quote.get("owner_id")
    number = _id(sender.get("id") if isinstance(sender, dict) else sender)
    return not number or not account.id or number == account.id


def _files(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """References to the pictures and files of a message."""
    found = message.get("attachments")
    files = []
    for each in found if isinstance(found, list) else []:
        kind, payload = _KINDS.get(str(as_object(each).get("type")), ""), as_object(as_object(each).get("payload"))
        if kind:
            name = storable(str(payload.get("name") or "")) or ("ảnh" if kind == "photo" else "tệp")
            files.append({"kind": kind, "id": str(payload.get("url") or ""), "name": name})
    return files


def _id(value: object) -> str:
    """An id is an opaque text; a number is taken too."""
    return storable(str(value)) if isinstance(value, str | int) and value else ""
