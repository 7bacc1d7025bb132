"""Telegram's updates of every kind, and what must hold of a message there."""

from collections.abc import Iterator
from typing import Any

from telegram import Bot, User

from bot.channels import telegram_drawing, telegram_updates
from bot.channels.split import length
from bot.incoming import Incoming
from tests.fakes.telegram_html import parse_html
from tests.nonsense.mutating import Json
from tests.nonsense.platform import LINKED, STRANGERS, UNLINKED, Said, file_of
from wording.message import Reply

_TEXT, _CAPTION, _BUTTON = 4096, 1024, 64
_DATE = 1_686_616_200
_BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "nhacviec_bot"}


class Telegram:
    """Reads with the library that the bot uses."""

    name = "telegram"
    has_buttons = True
    groups = (LINKED, UNLINKED)

    def __init__(self) -> None:
        self._bot = Bot("123456:no-token")
        self._bot._bot_user = User(1, "Bot", is_bot=True, username="nhacviec_bot")

    def seeds(self) -> list[Json]:
        """One of each kind."""
        people = ["1001", "1003", "1008", *STRANGERS]
        said = [Said(each, each, "/tinhhinh II.1") for each in people]
        said += [Said(each, chat, "/viec") for each in people for chat in (LINKED, UNLINKED)]
        said += [Said(each, each, "/canbo nhap", file="../a.xlsx") for each in people]
        said += [Said(each, each, "/xong II.1", pressed=True) for each in people]
        said.append(Said("1001", LINKED, "/tinhhinh", topic=7))
        said.append(Said("1001", "1001", "/thongbao", replied="Mời họp <b>"))
        return [*map(self.update, said), *_messages(), *_others()]

    def update(self, said: Said) -> Json:
        """A message, or a press on one of the bot's."""
        if said.pressed:
            shown = {**_message(said.chat, "1"), "from": _BOT, "text": "Việc"}
            press = {"id": "7", "from": _user(said.sender), "message": shown, "chat_instance": "c", "data": said.text}
            return {"update_id": 1, "callback_query": press}
        message = _message(said.chat, said.sender)
        if said.topic:
            message |= {"is_topic_message": True, "message_thread_id": said.topic}
        if said.replied:
            message["reply_to_message"] = {**_message(said.chat, "1"), "from": _BOT, "text": said.replied}
        if said.file:
            message |= {"document": file_of(file_name=said.file, mime_type="x/y", file_id=said.file)}
            return {"update_id": 1, "message": {**message, "caption": said.text}}
        return {"update_id": 1, "message": {**message, "text": said.text}}

    def incoming(self, raw: object) -> Incoming | None:
        """As the service reads it."""
        return telegram_updates.incoming_of(raw, self._bot)

    def mistakes(self, reply: Reply, chat: str) -> Iterator[str]:
        """Markup, lengths, buttons."""
        pieces = telegram_drawing.pieces(reply)
        if not any(piece.file or piece.plain.strip() for piece in pieces):
            yield "an empty message"
        for piece in pieces:
            shown, entities = parse_html(piece.html)
            if shown != piece.plain or {each["type"] for each in entities} - {"bold"}:
                yield f"markup: {piece.html:.200}"
            if length(shown) > (_CAPTION if piece.file else _TEXT):
                yield "a message is too long"
        drawn = telegram_drawing.keyboard(reply)
        shown_buttons = sum(map(len, drawn.inline_keyboard)) if drawn else 0
        if shown_buttons != sum(map(len, reply.buttons)):
            yield "a button is left out"
        if any(
            len(each.command.encode()) > _BUTTON or not each.label.strip() for row in reply.buttons for each in row
        ):
            yield "a button that the platform does not take"


def _user(number: str) -> Json:
    return {"id": int(number), "is_bot": False, "first_name": "A<b>", "last_name": "&", "language_code": "vi"}


def _message(chat: str, sender: str) -> Json:
    private = not chat.startswith("-")
    place = {"id": int(chat), "type": "private", "first_name": "A"} if private else _group(chat)
    return {"message_id": 5, "date": _DATE, "chat": place, "from": _user(sender)}


def _group(chat: str, kind: str = "supergroup") -> Json:
    return {"id": int(chat), "type": kind, "title": "<Nhóm>"}


def _messages() -> Iterator[Json]:
    """Messages with anything but a plain text in them, in private and in a group."""
    contents: list[dict[str, Any]] = [
        {"photo": [file_of(width=1, height=1), file_of(width=90, height=90)], "caption": "/xong II.1 <b>"},
        {"document": file_of(file_name="hồ sơ.XLSX")},
        {"document": file_of(file_name="quyết định.docx"), "caption": "/xong II.1"},
        {"video": file_of(width=1, height=1, duration=3), "caption": "/viec"},
        {"voice": file_of(duration=3)},
        {"video_note": file_of(length=3, duration=3)},
        {"audio": file_of(duration=3, file_name="a.mp3")},
        {"animation": file_of(width=1, height=1, duration=1), "document": file_of(file_name="a.gif")},
        {"sticker": file_of(width=1, height=1, is_animated=False, is_video=False, type="regular", emoji="👍")},
        {"contact": {"phone_number": "0", "first_name": "B", "user_id": 9002}},
        {"location": {"latitude": 10.2, "longitude": 107.1}},
        {"venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "T", "address": "A"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"poll": _POLL},
        {"text": "/viec@nhacviec_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 18}]},
        {"text": "/viec@other_bot"},
        {"text": "xong", "forward_origin": {"type": "hidden_user", "date": _DATE, "sender_user_name": "X"}},
        {"text": "/viec", "via_bot": _BOT},
        {"text": "/viec", "sender_chat": _group(LINKED)},
        {"text": "/viec", "quote": {"text": "q", "position": 0}},
        {
            "text": "/xong II.1",
            "reply_to_message": {**_message(LINKED, "1001"), "photo": [file_of(width=1, height=1)]},
        },
        {"text": "/viec", "media_group_id": "m", "is_topic_message": True, "message_thread_id": 9},
        {"text": "/viec", "business_connection_id": "b"},
        {"new_chat_members": [_BOT, _user("9001")]},
        {"left_chat_member": _BOT},
        {"new_chat_title": "Nhóm mới"},
        {"pinned_message": {**_message(LINKED, "1001"), "text": "x"}},
        {"forum_topic_created": {"name": "T", "icon_color": 1}},
        {"group_chat_created": True},
        {"migrate_to_chat_id": -700},
        {"migrate_from_chat_id": -500},
        {"successful_payment": {"currency": "VND", "total_amount": 1, "invoice_payload": "/xong II.1"}},
        {"web_app_data": {"data": "/xong II.1", "button_text": "x"}},
        {"text": "/viec", "from": {**_user("9001"), "is_bot": True}},
        {},
    ]
    for content in contents:
        for chat, sender in (("1001", "1001"), ("9001", "9001"), (LINKED, "1003"), (UNLINKED, "9001")):
            yield {"update_id": 1, "message": {**_message(chat, sender), **content}}


_POLL = {
    "id": "1", "question": "Họp?", "total_voter_count": 1, "is_closed": False,
    "options": [{"text": "x", "voter_count": 1, "persistent_id": "1"}], "is_anonymous": False,
    "type": "regular", "allows_multiple_answers": False,
}  # fmt: skip


def _others() -> Iterator[Json]:
    """Updates that are no new message."""
    text = {**_message("1001", "1001"), "text": "/xong II.1"}
    channel = {**_message(LINKED, "1001"), "chat": _group("-900", "channel"), "text": "/viec"}
    member = {"user": _BOT, "status": "member"}
    for kind, content in (
        ("edited_message", {**text, "edit_date": _DATE}),
        ("channel_post", channel),
        ("edited_channel_post", {**channel, "edit_date": _DATE}),
        ("business_message", {**text, "business_connection_id": "b"}),
        ("edited_business_message", text),
        ("deleted_business_messages", {"business_connection_id": "b", "chat": text["chat"], "message_ids": [1]}),
        ("inline_query", {"id": "1", "from": _user("1001"), "query": "/viec", "offset": ""}),
        ("chosen_inline_result", {"result_id": "1", "from": _user("1001"), "query": "/viec"}),
        ("poll", _POLL),
        ("poll_answer", {"poll_id": "1", "user": _user("1001"), "option_ids": [0]}),
        ("message_reaction", {"chat": _group(LINKED), "message_id": 5, "user": _user("1001"), "date": _DATE,
                              "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}),
        ("chat_join_request", {"chat": _group(LINKED), "from": _user("9001"), "user_chat_id": 9001, "date": _DATE}),
        ("callback_query", {"id": "7", "from": _user("1001"), "inline_message_id": "i", "chat_instance": "c",
                            "data": "/xong II.1"}),
        ("callback_query", {"id": "7", "from": _user("1001"), "chat_instance": "c", "data": "/xong II.1",
                            "message": {"chat": _group(LINKED), "message_id": 5, "date": 0}}),
        ("callback_query", {"id": "7", "from": _user("1001"), "chat_instance": "c", "game_short_name": "g"}),
    ):  # fmt: skip
        yield {"update_id": 1, kind: content}
    for chat in (_group(UNLINKED), _group("-700", "group"), text["chat"]):
        for before, after in (("member", "left"), ("left", "member"), ("kicked", "restricted"), ("member", "kicked")):
            states = {"old_chat_member": {**member, "status": before},
                      "new_chat_member": {**member, "status": after, "until_date": 0}}  # fmt: skip
            change = {"chat": chat, "from": _user("9001"), "date": _DATE, **states}
            yield {"update_id": 1, "my_chat_member": change}
