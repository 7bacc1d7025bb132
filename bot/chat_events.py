"""When a chat itself changes: the bot is blocked, added to a group, removed from it, or the group gets a new address."""

from sqlmodel import Session

from records.outbox import move_chat
from records.people import mark_reachable, mark_unreachable, move_address
from wording.message import Reply, say

GREETING = (
    "Xin chào! Đây là bot nhắc việc của cơ quan. Để nhóm này nhận lời nhắc, công chức CCHC gửi lệnh /ketnoi "
    "ngay trong nhóm."
)


def chat_changed(session: Session, channel: str, chat: str, event: str) -> Reply | None:
    """Write down what happened to the chat; a group that the bot was added to gets a greeting."""
    kind, _, detail = event.partition(":")
    if kind == "blocked":
        mark_unreachable(session, channel, chat, "đã chặn bot")
    elif kind == "removed":
        mark_unreachable(session, channel, chat, "bot không còn trong nhóm")
    elif kind == "unblocked":
        mark_reachable(session, channel, chat)
    elif kind == "added":
        mark_reachable(session, channel, chat)
        return say(GREETING)
    elif kind == "moved":
        move_address(session, channel, chat, detail)
        move_chat(session, channel, chat, detail)
    return None
