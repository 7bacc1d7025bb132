"""The console channel: the same bot at the keyboard, for a rehearsal, a pipe, or an office without a chat yet.

A private chat is named by the person, a group by its title. With a file, messages are also appended to it, and
the file itself tells after a crash whether a message had been written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobs.channel import Arrived
from records.outbox import Claimed
from wording.console import heading
from wording.message import Block, Reply, file_name

NAME = "console"
ANSWER, PUSH, EDIT = "🤖", "💬", "✎ sửa"
_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it goes to the screen: what kind it is, when, which one, and what to show of it."""

    sign: str
    at: datetime
    message: Claimed
    reply: Reply

    def __str__(self) -> str:
        """The whole message."""
        return f"\n{heading(self.sign, self.at, self.message.chat, _mark(self.message))}\n{draw(self.reply)}\n"


class ConsoleChannel:
    """Writes messages as text. `show` puts one on the screen."""

    name = NAME
    can_edit = True

    def __init__(
        self, show: Callable[[Shown], None], clock: Callable[[], datetime], file: Path | None = None
    ) -> None:
        self._show = show
        self._clock = clock
        self._file = file
        if file is not None:
            file.open("a", encoding="utf-8").close()  # a path that cannot be written to is told at the start
        self._written: dict[int, frozenset[Block]] = {}

    def resting(self) -> frozenset[str]:
        """Nobody limits the console."""
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """Nobody waits at a screen."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Write it, with its number, the chat and the time."""
        self._put(Shown(ANSWER if message.kind == "answer" else PUSH, self._clock(), message, reply))
        self._remember(message.id, reply)
        return str(message.id)

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """A screen cannot be edited: write what is new in the message."""
        before = self._written.get(message.id)
        if before is None:
            new = tuple(block for block in reply.blocks if block.text.startswith("✅"))
        else:
            new = tuple(block for block in reply.blocks if block not in before)
        self._put(Shown(EDIT, self._clock(), message, Reply(new or reply.blocks)))
        self._remember(message.id, reply)

    async def arrived(self, message: Claimed) -> Arrived:
        """A file can be searched for the message's number; nobody knows what a screen has shown."""
        if self._file is None:
            return Arrived.UNKNOWN
        written = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return Arrived.YES if f"({_mark(message)})" in written else Arrived.NO

    async def missing_rights(self, chat: str) -> list[str]:
        """At the console the bot may do everything."""
        return []

    def _put(self, shown: Shown) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(str(shown))
        self._show(shown)

    def _remember(self, number: int, reply: Reply) -> None:
        self._written[number] = frozenset(reply.blocks)
        if len(self._written) > _REMEMBERED:
            del self._written[next(iter(self._written))]


def draw(reply: Reply) -> str:
    """The message as plain text; a button is shown with the command that it stands for."""
    rows = ["   ".join(f"[{button.label} → {button.command}]" for button in row) for row in reply.buttons]
    files = [f"[tệp: {each.get('path') or file_name(each)}]" for each in reply.attachments]
    return "\n".join([reply.plain, *files, *rows])


def _mark(message: Claimed) -> str:
    return f"tin số {message.id}"
