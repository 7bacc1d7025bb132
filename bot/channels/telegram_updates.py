"""Telegram's updates in the words of no channel."""

import logging
import re
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Document,
    Message,
    PhotoSize,
    Update,
)

from bot.incoming import Incoming
from bot.typed import storable

log = logging.getLogger(__name__)

ALLOWED = ["message", "callback_query", "my_chat_member"]
_ADDRESSED = re.compile(r"\s*/\w+@(\w+)")


def incoming_of(raw: object, bot: Bot) -> Incoming | None:
    """One raw update; None when there is nothing in it for us, or when it cannot be read."""
    if not isinstance(raw, dict):
        log.error("an update of Telegram is no object and is passed over")
        return None
    try:
        update = Update.de_json(raw, bot)
        if update.callback_query is not None:
            return _press(_id(update.update_id), update.callback_query)
        if update.my_chat_member is not None:
            return _membership(_id(update.update_id), update.my_chat_member)
        if update.message is not None:
            return _message(_id(update.update_id), update.message, bot.username)
    except Exception:  # a shape that the library does not know; those behind it must not wait for it
        log.exception("update %r of Telegram cannot be read and is passed over", raw.get("update_id"))
    return None


def _message(number: str, message: Message, bot_name: str) -> Incoming | None:
    if message.migrate_to_chat_id is not None:
        return _event(number, message.chat, f"moved:{_id(message.migrate_to_chat_id)}")
    if message.from_user is None or message.from_user.is_bot:
        return None
    text = storable(message.text or message.caption or "")
    replied = message.reply_to_message
    if (not text and not _files(message)) or _is_for_another_bot(text, bot_name):
        return None
    return Incoming(
        update_id=number,
        sender=_id(message.from_user.id),
        chat=_chat_of(message),
        text=text,
        in_group=message.chat.type in {Chat.GROUP, Chat.SUPERGROUP},
        sender_name=storable(message.from_user.full_name),
        attachments=(*_files(message), *(_files(replied) if replied else [])),
        replied_text=storable(replied.text or replied.caption or "") if replied else "",
        chat_title=storable(message.chat.title or ""),
    )


def _press(number: str, query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or query.data is None:
        return None
    return Incoming(
        update_id=number,
        sender=_id(query.from_user.id),
        chat=_chat_of(message) if isinstance(message, Message) else _id(message.chat.id),
        text=storable(query.data),
        in_group=message.chat.type in {Chat.GROUP, Chat.SUPERGROUP},
        sender_name=storable(query.from_user.full_name),
        chat_title=storable(message.chat.title or ""),
    )


def _membership(number: str, change: ChatMemberUpdated) -> Incoming | None:
    private = change.chat.type == Chat.PRIVATE
    was_gone, is_gone = _is_gone(change.old_chat_member), _is_gone(change.new_chat_member)
    if is_gone and not was_gone:
        return _event(number, change.chat, "blocked" if private else "removed")
    if was_gone and not is_gone:
        return _event(number, change.chat, "unblocked" if private else "added")
    return None


def _is_gone(member: ChatMember) -> bool:
    outside = member.status == ChatMember.RESTRICTED and not getattr(member, "is_member", True)
    return member.status in {ChatMember.LEFT, ChatMember.BANNED} or outside


def _event(number: str, chat: Chat, event: str) -> Incoming:
    title = storable(chat.title or "")
    return Incoming(number, "", _id(chat.id), "", chat.type != Chat.PRIVATE, chat_title=title, event=event)


def _is_for_another_bot(text: str, bot_name: str) -> bool:
    """In a group with several bots a command may name the one it is for."""
    found = _ADDRESSED.match(text)
    return found is not None and found[1].lower() != bot_name.lower()


def _chat_of(message: Message) -> str:
    """The chat, with its topic when it is a forum's; the General topic has no number of its own."""
    topic = message.message_thread_id if message.is_topic_message else None
    chat = _id(message.chat.id)
    return f"{chat}/{_id(topic)}" if topic else chat


def _id(value: object) -> str:
    """The library takes anything for a number; what is none belongs to no chat. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("an id is no number")
    return str(value)


def _files(message: Message) -> list[dict[str, Any]]:
    """References to the photo or document of a message."""
    if message.photo:
        return [_file("photo", message.photo[-1], "ảnh")]
    if message.document:
        file = message.document
        return [_file("document", file, file.file_name or "tệp", type=storable(str(file.mime_type or "")))]
    return []


def _file(kind: str, file: PhotoSize | Document, name: str, **more: str) -> dict[str, Any]:
    size = file.file_size if isinstance(file.file_size, int) else 0
    return {"kind": kind, "id": storable(str(file.file_id)), "name": storable(str(name)), **more, "size": size}
