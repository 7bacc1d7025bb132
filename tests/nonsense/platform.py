"""What the fuzzer asks of each platform."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.incoming import Incoming
from tests.nonsense.mutating import Json
from wording.message import Reply

LINKED, UNLINKED = "-500", "-600"
STRANGERS = ("9001", "9002", "9003")
STAFF = tuple(str(1000 + number) for number in range(1, 10))


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody does on the screen: types, presses, sends a file; `chat` is a group's or the sender's."""

    sender: str
    chat: str
    text: str = ""
    pressed: bool = False
    file: str = ""
    topic: int = 0
    replied: str = ""

    @property
    def in_group(self) -> bool:
        """Whether it is said in a group."""
        return self.chat != self.sender


class Platform(Protocol):
    """One channel as the bot sees it."""

    name: str
    has_buttons: bool
    groups: tuple[str, str]  # the chats of the linked group, and of another one

    def seeds(self) -> Sequence[Json]:
        """One update of each kind that the platform sends, by people of every kind, everywhere."""

    def update(self, said: Said) -> Json:
        """What the platform tells the bot of it."""

    def incoming(self, raw: object) -> Incoming | None:
        """What the bot reads in it."""

    def mistakes(self, reply: Reply, chat: str) -> Iterator[str]:
        """What is wrong with the messages that the reply becomes."""


def file_of(**more: object) -> Json:
    """A file as a message brings it."""
    return {"file_id": "f1", "file_unique_id": "u1", "file_size": 10, **more}
