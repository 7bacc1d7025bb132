"""The platform's pace: 30 messages a second over all, about 1 a second to one person, 20 a minute to one group."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

COUNTED = frozenset({
    "sendmessage", "senddocument", "sendphoto", "copymessage", "forwardmessage",
    "editmessagetext", "editmessagecaption", "editmessagereplymarkup",
})  # fmt: skip


@dataclass(slots=True)
class _Window:
    """At most so many in so many seconds, the seconds sliding."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is now."""
        while self.taken and now - self.taken[0] >= self.seconds:
            self.taken.popleft()
        return 0.0 if len(self.taken) < self.most else self.taken[0] + self.seconds - now

    def take(self, now: float) -> None:
        self.taken.append(now)


@dataclass(slots=True)
class _Bucket:
    """So many at once, then one each so many seconds."""

    size: int
    seconds: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is now."""
        self.tokens = min(self.size, self.tokens + (now - self.at) / self.seconds)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) * self.seconds

    def take(self, now: float) -> None:
        self.tokens -= 1


@dataclass(slots=True)
class Limits:
    """Counts what is sent. Off unless switched on; change a number before the first message.

    `speed` makes the platform's time run faster: with 60, the minute of a group lasts one second, and a second 1/60.
    What is refused is not counted against the limit. An edit counts like a message; take it out of `counted` if not.
    """

    on: bool = False
    speed: float = 1.0
    overall: int = 30
    burst_to_person: int = 20
    to_group: int = 20
    counted: frozenset[str] = COUNTED
    refused: int = 0
    _all: _Window | None = None
    _chats: dict[int, _Window | _Bucket] = field(default_factory=dict)

    def take(self, method: str, chat_id: int, now: float) -> int:
        """Count one message to a chat; 0, or the whole seconds to wait when it is refused."""
        if not self.on or method.lower() not in self.counted:
            return 0
        if self._all is None:
            self._all = _Window(self.overall, 1 / self.speed)
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = self._new_chat(chat_id, now)
        wait = max(self._all.wait(now), chat.wait(now))
        if wait > 0:
            self.refused += 1
            return max(1, math.ceil(wait))
        self._all.take(now)
        chat.take(now)
        return 0

    def reset(self) -> None:
        """Forget what was counted."""
        self._all = None
        self._chats.clear()
        self.refused = 0

    def _new_chat(self, chat_id: int, now: float) -> _Window | _Bucket:
        if chat_id < 0:
            return _Window(self.to_group, 60 / self.speed)
        return _Bucket(self.burst_to_person, 1 / self.speed, self.burst_to_person, now)


def busiest_second(times: list[float], seconds: float = 1.0) -> int:
    """The most of these times that lie within one stretch of so many seconds."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(times):
        window.append(at)
        while at - window[0] >= seconds:
            window.popleft()
        most = max(most, len(window))
    return most


def busiest_by_chat(times: list[tuple[int, float]], seconds: float) -> dict[int, int]:
    """`busiest_second` for each chat by itself."""
    by_chat = defaultdict(list)
    for chat_id, at in times:
        by_chat[chat_id].append(at)
    return {chat_id: busiest_second(moments, seconds) for chat_id, moments in by_chat.items()}
