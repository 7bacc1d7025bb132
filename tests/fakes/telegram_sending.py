"""The methods that put something into a chat or change it: send, edit, copy, forward, delete, pin."""

import time
from typing import Any

from tests.fakes.http_params import Params
from tests.fakes.telegram_entities import read_text
from tests.fakes.telegram_errors import NOT_MODIFIED, ApiError, Json, Method, refused, too_many_requests
from tests.fakes.telegram_keyboards import read_markup
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_log import Log, Sent
from tests.fakes.telegram_shapes import (
    attachment_json,
    chat_json,
    entities_of,
    is_picture,
    text_of,
    user_json,
    without_reply,
)
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import Group, StoredFile, User, World
from tests.fakes.utf16 import utf16_length

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_UPLOAD_BYTES = 50 * 1024 * 1024
_KINDS = ("text", "document", "photo")


class Sending:
    """Applies them to the world, within the limits, and records them. Each method takes the name it was called by."""

    def __init__(self, world: World, log: Log, limits: Limits, updates: Updates) -> None:
        self._world = world
        self._log = log
        self._limits = limits
        self._updates = updates
        self.methods: dict[str, Method] = {
            "sendmessage": self._send,
            "senddocument": self._send,
            "sendphoto": self._send,
            "copymessage": self._copy,
            "forwardmessage": self._copy,
            "editmessagetext": self._edit,
            "editmessagecaption": self._edit,
            "editmessagereplymarkup": self._edit,
            "deletemessage": self._delete,
            "pinchatmessage": self._pin,
        }

    def _send(self, method: str, params: Params) -> Json:
        kind = method.removeprefix("send").replace("message", "text")
        if kind == "text" and not params.text("text"):
            raise refused("message text is empty")
        content = self._content(kind, params)
        thread = max(params.integer("message_thread_id"), 0)
        chat = self._world.writable(params.text("chat_id"), thread)
        if kind != "text":
            content |= attachment_json(self._file(kind, params))
        return self._deliver(method, params, chat, thread, kind, content)

    def _copy(self, method: str, params: Params) -> Json:
        origin = self._world.readable(params.text("from_chat_id"))
        what = "message to copy" if method == "copymessage" else "message to forward"
        source = self._world.message(origin.id, params.integer("message_id"), what)
        kind = next((kind for kind in _KINDS if kind in source), None)
        if kind is None:
            raise refused("message can't be copied" if method == "copymessage" else "message can't be forwarded")
        taken = ("text", "entities", "caption", "caption_entities", "document", "photo")
        content = {name: source[name] for name in taken if name in source}
        if method == "copymessage" and "caption" in params.values and kind != "text":
            content.pop("caption_entities", None)
            content |= self._content(kind, params)
        if method == "forwardmessage":
            date = source["date"]
            content["forward_origin"] = {"type": "user", "date": date, "sender_user": source["from"]}
        thread = max(params.integer("message_thread_id"), 0)
        chat = self._world.writable(params.text("chat_id"), thread)
        message = self._deliver(method, params, chat, thread, kind, content)
        return message if method == "forwardmessage" else {"message_id": message["message_id"]}

    def _edit(self, method: str, params: Params) -> Json:
        if method == "editmessagetext" and not params.text("text"):
            raise refused("message text is empty")
        markup = read_markup(params)
        chat = self._world.readable(params.text("chat_id"), members=True)
        old = self._world.message(chat.id, params.integer("message_id"), "message to edit")
        sent = self._log.find(chat.id, old["message_id"])
        if sent is None or "forward_origin" in old:
            raise refused("message can't be edited")
        if method == "editmessagetext" and sent.kind != "text":
            raise refused("there is no text in the message to edit")
        if method == "editmessagecaption" and sent.kind == "text":
            raise refused("there is no caption in the message to edit")
        changed = ("text", "entities", "caption", "caption_entities", "reply_markup")
        kept = changed if method != "editmessagereplymarkup" else ("reply_markup",)
        new = {name: value for name, value in old.items() if name not in kept}
        if method != "editmessagereplymarkup":
            new |= self._content(sent.kind, params)
        if markup and "inline_keyboard" in markup:
            new["reply_markup"] = markup
        if all(new.get(name) == old.get(name) for name in changed):
            raise refused(NOT_MODIFIED)
        self._pace(method, chat.id)
        new["edit_date"] = int(self._world.clock())
        self._world.keep(new)
        sent.text = text_of(new)
        sent.entities = entities_of(new)
        sent.markup = new.get("reply_markup")
        sent.edited_at.append(time.monotonic())
        if method != "editmessagereplymarkup":
            sent.versions.append(sent.text)
        return new

    def _delete(self, method: str, params: Params) -> bool:
        chat = self._world.readable(params.text("chat_id"), members=True)
        message = self._world.message(chat.id, params.integer("message_id"), "message to delete")
        sent = self._log.find(chat.id, message["message_id"])
        is_admin = isinstance(chat, User) or chat.bot_status == "administrator"
        if sent is None and not is_admin:
            raise refused("message can't be deleted")
        del self._world.messages[chat.id][message["message_id"]]
        if sent is not None:
            sent.deleted = True
        return True

    def _pin(self, method: str, params: Params) -> bool:
        chat = self._world.writable(params.text("chat_id"))
        if isinstance(chat, Group) and chat.is_super and chat.bot_status != "administrator":
            raise refused("not enough rights to manage pinned messages in the chat")
        message = self._world.message(chat.id, params.integer("message_id"), "message to pin")
        sent = self._log.find(chat.id, message["message_id"])
        if sent is not None:
            sent.pinned = True
        notice = self._message(chat, 0, {"pinned_message": without_reply(message)})
        self._updates.add("message", notice)
        return True

    def _content(self, kind: str, params: Params) -> Json:
        """The text or the caption of a request, parsed and measured."""
        name, most = ("text", MOST_TEXT) if kind == "text" else ("caption", MOST_CAPTION)
        text, entities = read_text(params.text(name), params.text("parse_mode"), self._known)
        if kind == "text" and not text:
            raise refused("text must be non-empty")
        if utf16_length(text) > most:
            raise refused("message is too long" if kind == "text" else "message caption is too long")
        content: Json = {name: text} if text else {}
        if entities:
            content["entities" if kind == "text" else "caption_entities"] = entities
        return content

    def _file(self, kind: str, params: Params) -> StoredFile:
        upload = params.upload(kind)
        if upload is not None:
            if not upload.content:
                raise refused("file must be non-empty")
            if len(upload.content) > MOST_UPLOAD_BYTES:
                raise ApiError(413, "Request Entity Too Large")
            if kind == "photo" and not is_picture(upload.content):
                raise refused("IMAGE_PROCESS_FAILED")
            return self._world.add_file(kind, upload.name, upload.content, upload.mime)
        file_id = params.text(kind)
        if not file_id:
            raise refused(f"there is no {kind} in the request")
        if "://" in file_id:
            raise refused("failed to get HTTP URL content")
        stored = self._world.file(file_id)
        if stored is None:
            raise refused("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if stored.kind != kind:
            raise refused(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
        return stored

    def _deliver(
        self, method: str, params: Params, chat: User | Group, thread: int, kind: str, content: Json
    ) -> Json:
        """Put a message of the bot into a chat."""
        markup = read_markup(params)
        reply = self._replied(chat, params)
        self._pace(method, chat.id)
        if markup and "inline_keyboard" in markup:
            content["reply_markup"] = markup
        if reply is not None:
            content["reply_to_message"] = without_reply(reply)
        message = self._message(chat, thread, content)
        self._log.told(
            Sent(
                at=time.monotonic(),
                chat_id=chat.id,
                message_id=message["message_id"],
                kind=kind,
                text=text_of(message),
                markup=markup,
                thread=message.get("message_thread_id"),
                reply_to=reply["message_id"] if reply else None,
                entities=entities_of(message),
                file=self._attached(message),
                silent=params.flag("disable_notification"),
            )
        )
        return message

    def _message(self, chat: User | Group, thread: int, content: Json) -> Json:
        message: Json = {
            "message_id": self._world.next_message_id(chat.id),
            "from": user_json(self._world.bot),
            "chat": chat_json(chat),
            "date": int(self._world.clock()),
            **content,
        }
        if thread and isinstance(chat, Group) and chat.is_forum:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        return self._world.keep(message)

    def _replied(self, chat: User | Group, params: Params) -> Json | None:
        given: Any = params.parsed("reply_parameters") or {}
        message_id = int(given.get("message_id") or params.integer("reply_to_message_id"))
        found = self._world.messages[chat.id].get(message_id)
        lenient = given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
        if message_id and found is None and not lenient:
            raise refused("message to be replied not found")
        return found

    def _attached(self, message: Json) -> StoredFile | None:
        shape = message.get("document") or (message["photo"][-1] if "photo" in message else None)
        return self._world.file(shape["file_id"]) if shape else None

    def _pace(self, method: str, chat_id: int) -> None:
        wait = self._limits.take(method, chat_id, time.monotonic())
        if wait:
            raise too_many_requests(wait)

    def _known(self, user_id: int) -> Json | None:
        user = self._world.users.get(user_id)
        return user_json(user) if user is not None and (user.met or user.started) else None
