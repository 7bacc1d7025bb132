"""What a bot asked of a platform and what it sent; each platform records its own kind of message."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TextIO, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot: when it came (monotonic seconds), what it asked, what it got; status 0: no answer."""

    at: float
    method: str
    args: dict[str, str]
    files: tuple[str, ...]
    status: int
    description: str = ""
    fault: str = ""


class CallLog(Generic[S]):
    """The record of one server; `file` gets each request as a line of JSON."""

    def __init__(self, path: Path | None = None) -> None:
        self.calls: list[Call] = []
        self.sent: list[S] = []
        self.statuses: Counter[int] = Counter()
        self.on_call: Callable[[], None] = lambda: None
        self._file: TextIO | None = path.open("a", encoding="utf-8", buffering=1) if path else None

    def called(self, call: Call) -> None:
        """Record a request that was handled."""
        self.calls.append(call)
        self.statuses[call.status] += 1
        if self._file is not None:
            self._file.write(json.dumps(asdict(call), ensure_ascii=False) + "\n")
        self.on_call()

    def clear(self) -> None:
        """Forget requests and messages (the chats keep them)."""
        self.calls.clear()
        self.sent.clear()
        self.statuses.clear()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
