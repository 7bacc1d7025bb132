"""What comes in, in the words of no channel."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from records.inbox import Stored


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel, in the words of no channel.

    `sender` and `chat` are the channel's addresses; a topic of a group is "group/topic". `attachments` are
    references to files of this message and of the one it replies to, `replied_text` is that one's text. `event`
    is set instead of a text when the chat itself changed: "blocked", "unblocked", "added", "removed", "moved:…",
    or when somebody sent what nobody can read: "unreadable".

    `addressed`: the platform delivers from a group only what is meant for the bot, so a command needs no slash there;
    `mentioned`: it was called by name, so it answers in any case. `numbered`: the platform shows buttons as numbers.
    """

    update_id: str
    sender: str
    chat: str
    text: str
    in_group: bool = False
    sender_name: str = ""
    chat_title: str = ""
    attachments: tuple[Mapping[str, Any], ...] = ()
    replied_text: str = ""
    event: str = ""
    addressed: bool = False
    mentioned: bool = False
    numbered: bool = False


def incoming_of(stored: Stored) -> Incoming:
    """The update as it was stored, perhaps by another version of the program."""
    known = {field.name for field in fields(Incoming)}
    payload = {name: value for name, value in stored.payload.items() if name in known}
    return Incoming(**{**payload, "attachments": tuple(payload.get("attachments", ()))})
