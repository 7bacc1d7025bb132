"""The console channel: the same bot at the keyboard, for a rehearsal, a pipe, or an office without a chat yet.

A private chat is named by the person, a group by its title. With a file, messages are appended to it, and the
file itself tells after a crash whether a message had been written.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jobs.delivery import Arrived
from plan_data.workdays import ZONE
from records.outbox import Claimed
from wording.message import Reply

NAME = "console"
_MARK = "tin số"


class ConsoleChannel:
    """Writes messages as text. `shown` says which chats are written in full; others get one line."""

    name = NAME
    can_edit = True

    def __init__(
        self,
        write: Callable[[str], None],
        clock: Callable[[], datetime],
        file: Path | None = None,
        shown: Callable[[str], bool] = lambda chat: True,
    ) -> None:
        self._write = write
        self._clock = clock
        self._file = file
        self._shown = shown

    def resting(self) -> frozenset[str]:
        """Nobody limits the console."""
        return frozenset()

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Write it, with its number, the chat and the time."""
        self._put(message, reply, "🤖" if message.kind == "answer" else "💬")
        return str(message.id)

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """A screen cannot be edited: write which lines of the message are ticked now."""
        ticked = tuple(block for block in reply.blocks if block.text.startswith("✅"))
        self._put(message, Reply(ticked or reply.blocks), "✎ sửa")

    async def arrived(self, message: Claimed) -> Arrived:
        """A file can be searched for the message's number; nobody knows what a screen has shown."""
        if self._file is None:
            return Arrived.UNKNOWN
        written = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return Arrived.YES if f"({_MARK} {message.id})" in written else Arrived.NO

    def _put(self, message: Claimed, reply: Reply, sign: str) -> None:
        moment = self._clock().astimezone(ZONE)
        head = f"{sign} {moment:%H:%M %d/%m} → {message.chat} ({_MARK} {message.id})"
        text = f"\n── {head} ──\n{draw(reply)}\n" if self._shown(message.chat) else f"── {head}: {_gist(reply)}\n"
        if self._file is None:
            self._write(text)
        else:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(text)


def draw(reply: Reply) -> str:
    """The message as plain text; a button is shown with the command that it stands for."""
    rows = ["   ".join(f"[{button.label} → {button.command}]" for button in row) for row in reply.buttons]
    return "\n".join([reply.plain, *rows])


def _gist(reply: Reply) -> str:
    return reply.blocks[0].text.strip() if reply.blocks else ""
