"""The JSON of the platform: people, chats, members, files and messages, with every field the Bot API promises."""

import struct

from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_world import Bot, Group, StoredFile, User

_ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
_NOT_GIVEN = ("can_be_edited", "is_anonymous", "can_promote_members")
_RESTRICTED_RIGHTS = (
    "can_change_info", "can_invite_users", "can_pin_messages", "can_send_messages", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_manage_topics", "can_send_audios",
    "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def user_json(user: User | Bot) -> Json:
    """A User."""
    is_bot = isinstance(user, Bot)
    shape: Json = {"id": user.id, "is_bot": is_bot, "first_name": user.first_name}
    if isinstance(user, User):
        if user.last_name:
            shape["last_name"] = user.last_name
        shape["language_code"] = "vi"
    if user.username:
        shape["username"] = user.username
    return shape


def chat_json(chat: User | Group) -> Json:
    """A Chat."""
    if isinstance(chat, User):
        shape: Json = {"id": chat.id, "type": "private", "first_name": chat.first_name}
        if chat.last_name:
            shape["last_name"] = chat.last_name
    else:
        shape = {"id": chat.id, "type": chat.type, "title": chat.title}
        if chat.is_forum:
            shape["is_forum"] = True
    if chat.username:
        shape["username"] = chat.username
    return shape


def full_chat_json(chat: User | Group) -> Json:
    """A ChatFullInfo."""
    gifts = dict.fromkeys(_GIFTS, False)
    shape = {**chat_json(chat), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if isinstance(chat, Group):
        shape["permissions"] = {**dict.fromkeys(_RESTRICTED_RIGHTS, True), **dict.fromkeys(chat.forbidden, False)}
    return shape


def member_json(user: User | Bot, status: str) -> Json:
    """A ChatMember with this status."""
    shape: Json = {"user": user_json(user), "status": status}
    if status == "creator":
        shape["is_anonymous"] = False
    elif status == "administrator":
        shape |= {right: right not in _NOT_GIVEN for right in _ADMIN_RIGHTS}
    elif status == "restricted":
        shape |= {"is_member": True, "until_date": 0, **dict.fromkeys(_RESTRICTED_RIGHTS, False)}
    elif status == "kicked":
        shape["until_date"] = 0
    return shape


def file_json(stored: StoredFile) -> Json:
    """A File as getFile gives it."""
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def attachment_json(stored: StoredFile) -> Json:
    """The field of a message that holds a file: document, or photo in two sizes."""
    if stored.kind == "document":
        named = {"file_name": stored.name, "mime_type": stored.mime}
        return {
            "document": {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": stored.size, **named}
        }
    width, height = _dimensions(stored.content)
    small = {"file_id": f"{stored.id}-s", "file_unique_id": f"{stored.unique_id}s", "width": 90, "height": 67}
    large = {"file_id": stored.id, "file_unique_id": stored.unique_id, "width": width, "height": height}
    return {"photo": [{**small, "file_size": 1200}, {**large, "file_size": stored.size}]}


def is_picture(content: bytes) -> bool:
    """Whether these bytes begin like a PNG, JPEG, GIF or WebP picture."""
    starts = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
    return content.startswith(starts)


def text_of(message: Json) -> str:
    """The text or the caption of a message."""
    return str(message.get("text") or message.get("caption") or "")


def entities_of(message: Json) -> list[Json]:
    """The entities of its text or caption."""
    return message.get("entities") or message.get("caption_entities") or []


def without_reply(message: Json) -> Json:
    """A message as it stands inside another one: without the message it replied to itself."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _dimensions(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    return 1280, 960
