"""When a chat itself changes: the bot is blocked, added to a group, removed from it, or the group moves."""

from sqlmodel import Session

from records.outbox import move_chat
from records.people import is_linked, mark_reachable, mark_unreachable, move_address
from wording.groups import greeting
from wording.message import Reply


def chat_changed(session: Session, channel: str, chat: str, event: str) -> Reply | None:
    """Write down what happened to the chat; a group that the bot does not know gets a greeting when it is added."""
    kind, _, detail = event.partition(":")
    if kind == "blocked":
        mark_unreachable(session, channel, chat, "đã chặn bot")
    elif kind == "removed":
        mark_unreachable(session, channel, chat, "bot không còn trong nhóm")
    elif kind == "unblocked":
        mark_reachable(session, channel, chat)
    elif kind == "added":
        mark_reachable(session, channel, chat)
        return None if is_linked(session, channel, chat) else greeting()
    elif kind == "moved":  # the platform may have said before that the bot is no longer in the old one
        move_address(session, channel, chat, detail)
        move_chat(session, channel, chat, detail)
        mark_reachable(session, channel, detail)
    return None
