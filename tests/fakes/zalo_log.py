"""What the bot did: every request, every message it sent, every sign of typing."""

from dataclasses import dataclass
from pathlib import Path

from tests.fakes.call_log import CallLog
from tests.fakes.zalo_errors import Json


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot: a text, photo (with `text` as caption), sticker or voice (with `url` or the id in it)."""

    at: float
    chat_id: str
    message_id: str
    kind: str
    text: str = ""
    url: str = ""
    parse_mode: str = ""
    styles: tuple[Json, ...] = ()
    is_lost: bool = False


class Log(CallLog[Sent]):
    """The record of one server; in it the status of a refused request is its error_code, whatever HTTP said."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self.actions: list[tuple[str, str]] = []  # chat and action

    def clear(self) -> None:
        """Forget requests, messages and actions (the quota keeps its count)."""
        super().clear()
        self.actions.clear()
