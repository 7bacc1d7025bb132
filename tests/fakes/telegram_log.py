"""What the bot did: every request, every message it sent, every answer to a pressed button."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.call_log import CallLog
from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_keyboards import buttons_of
from tests.fakes.telegram_world import StoredFile


@dataclass(slots=True)
class Sent:
    """A message of the bot as it stands in the chat now; `versions` are its texts from the first to the last."""

    at: float
    chat_id: int
    message_id: int
    kind: str
    text: str
    markup: Json | None = None
    thread: int | None = None
    reply_to: int | None = None
    entities: list[Json] = field(default_factory=list)
    file: StoredFile | None = None
    versions: list[str] = field(default_factory=list)
    edited_at: list[float] = field(default_factory=list)
    silent: bool = False
    deleted: bool = False
    pinned: bool = False

    @property
    def buttons(self) -> list[str]:
        """The texts of the buttons under it, row after row."""
        return [button["text"] for button in buttons_of(self.markup)]

    def as_json(self) -> Json:
        """For the control API: the file by name and size only."""
        shape = {name: getattr(self, name) for name in self.__slots__ if name != "file"}
        if self.file is not None:
            shape["file"] = {"name": self.file.name, "size": self.file.size, "path": self.file.path}
        return {**shape, "buttons": self.buttons}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a pressed button."""

    at: float
    query_id: str
    text: str
    alert: bool


class Log(CallLog[Sent]):
    """The record of one server, with the answers to pressed buttons."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self.answers: list[Answer] = []
        self._by_id: dict[tuple[int, int], Sent] = {}

    def told(self, sent: Sent) -> None:
        """Record a message of the bot."""
        sent.versions.append(sent.text)
        self.sent.append(sent)
        self._by_id[sent.chat_id, sent.message_id] = sent

    def find(self, chat_id: int, message_id: int) -> Sent | None:
        """A message of the bot by its place."""
        return self._by_id.get((chat_id, message_id))

    def clear(self) -> None:
        """Forget requests, messages and answers (the chats keep them)."""
        super().clear()
        self.answers.clear()
