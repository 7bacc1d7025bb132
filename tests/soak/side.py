"""What the simulator needs of a platform: everybody's phone there, a group, and what can go wrong on the way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class News:
    """Something new on a screen: a message, or a new text of one; `buttons` by label -> what they stand for.

    A long message comes in parts: `whole` is all of it together with its last part, and empty before.
    """

    what: str
    channel: str
    who: str
    chat: str
    message: str
    text: str
    buttons: Mapping[str, str]
    whole: str


class Side(Protocol):
    """A platform with its people. A fault that it does not know does nothing there."""

    @property
    def channel(self) -> str:
        """Its name in the database."""

    @property
    def group(self) -> str:
        """The name of its group."""

    @property
    def names(self) -> Sequence[str]:
        """Who has an account there."""

    @property
    def settings(self) -> dict[str, str]:
        """What the bot must know."""

    @property
    def nowhere(self) -> dict[str, str]:
        """The same with a host whose name nobody can resolve."""

    @property
    def on_the_way(self) -> Sequence[str]:
        """What can happen to a message there, by name."""

    @property
    def tells_of_blocking(self) -> bool:
        """Whether the bot gets to know that somebody lets it in again, before they write."""

    def chat_of(self, who: str) -> str:
        """The address of a person or of the group."""

    def says(self, who: str, line: str, *, in_group: bool) -> tuple[str, str]:
        """Somebody types; returns the number of the update, and what they typed in the end."""

    def presses(self, who: str, news: News, command: str) -> tuple[str, str]:
        """Somebody presses a button under a message of theirs, or does what is done there in its place; the same."""

    def unread(self, is_stored: Callable[[str], bool]) -> bool:
        """Whether the bot has not taken everything yet; `is_stored`: whether it has written an update down."""

    def lost(self) -> list[str]:
        """The updates that are not written down, and that the platform will not give again. Told once."""

    def news(self) -> Iterator[News]:
        """What has come onto the screens since the last look."""

    def sent_so_far(self) -> int:
        """How many messages have come into the chats; a number that only grows within a moment."""

    def blocks(self, who: str) -> None:
        """A person blocks the bot."""

    def unblocks(self, who: str) -> None:
        """And lets it in again."""

    def migrates(self) -> bool:
        """The group gets a new address; False when it does not."""

    def changes_its_ways(self, draw: Callable[[Sequence[object]], object]) -> str:
        """The platform answers in another of the shapes that were seen; what has changed, or nothing."""

    def replay(self, *, reordered: bool) -> None:
        """What the bot knows comes once more, perhaps in another order."""

    def order(self, fault: str, times: int, seconds: int = 0) -> None:
        """The next messages of the bot go wrong in that way."""

    def order_for_polls(self, fault: str, times: int) -> None:
        """The next polls of the bot go wrong in that way."""

    def works_again(self) -> None:
        """No fault waits any more."""

    async def shut(self) -> None:
        """The platform's port is closed: connections are reset, new ones refused."""

    async def open(self) -> None:
        """It is open again."""
