"""When a chat itself changes: the bot is blocked, added to a group, removed from it, or the group moves."""

from sqlmodel import Session

from records.addresses import is_linked, mark_reachable, mark_unreachable, move_address
from records.audit import mark, set_mark
from records.outbox import move_chat
from records.people import account_of
from wording.groups import greeting
from wording.message import Reply, say
from wording.refusals import STRANGER
from wording.unreadable import unreadable, unreadable_perhaps_a_link

UNREADABLE = "unreadable"  # somebody sent in private what the platform keeps back, or what is no text


def chat_changed(session: Session, channel: str, chat: str, event: str) -> Reply | None:
    """Write down what happened to the chat; a group that the bot does not know gets a greeting when it is added."""
    kind, _, detail = event.partition(":")
    if kind == UNREADABLE:
        return _what_to_send(session, channel, chat)
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


def _what_to_send(session: Session, channel: str, chat: str) -> Reply:
    """What to send instead; that links empty a message is told once in a chat."""
    if account_of(session, channel, chat) is None:
        return say(STRANGER)
    told = f"told_of_links|{channel}|{chat}"
    if mark(session, told):
        return unreadable()
    set_mark(session, told, "told")
    return unreadable_perhaps_a_link()
