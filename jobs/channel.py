"""What delivery needs of a channel: put text out, and say in one way what went wrong."""

from datetime import timedelta
from enum import Enum
from typing import Protocol

from records.outbox import Claimed
from wording.message import Reply


class Arrived(Enum):
    """Whether a message that was claimed by a process that died has reached the chat."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SendFailed(Exception):
    """A channel could not deliver.

    `permanent`: this chat cannot be written to any more. `ambiguous`: nobody knows whether it arrived.
    `retry_after`: the platform asks for silence in this chat for that long. `moved_to`: the chat's new address.
    `rejected`: the platform does not take this message, whatever the chat. `delivered`: ids of the parts of a long
    message that went out before it failed.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: timedelta | None = None,
        moved_to: str = "",
        rejected: bool = False,
        delivered: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.rejected = rejected
        self.delivered = delivered


class Channel(Protocol):
    """What delivery needs of a channel."""

    name: str
    can_edit: bool

    def resting(self) -> frozenset[str]:
        """Chats that should be left alone for now, because the platform limits how often they are written to."""

    async def show_work(self, chat: str) -> None:
        """Show in the chat that something is being made, where the platform can. May raise anything: it is a sign."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Put it out; returns the platform's id of the message. Raises SendFailed."""

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Replace the text of a posted message. Raises SendFailed."""

    async def arrived(self, message: Claimed) -> Arrived:
        """Whether a message claimed by a process that died has arrived."""

    async def missing_rights(self, chat: str) -> list[str]:
        """What the bot may not do in a group, and how that is put right: Vietnamese sentences. Raises SendFailed."""
