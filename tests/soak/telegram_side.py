"""The office's people on a fake platform. Another channel joins with a class that has the same members."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.fakes.telegram_world import Group, User
from tests.soak.journal import GROUP

NAME = "telegram"
_REPLAYED = 6
_KEPT_SECONDS = 20 * 3600  # the platform forgets an update after a day
_LOOK_BACK = 400  # older messages are not edited any more


@dataclass(frozen=True, slots=True)
class News:
    """Something new on a screen: a message, or a new text of one; `buttons` by label -> what they stand for."""

    what: str
    who: str
    chat: str
    message: int
    text: str
    buttons: Mapping[str, str]


@dataclass
class TelegramSide:
    """Everybody's phone, the group, and what can go wrong on the way."""

    server: FakeTelegram
    names: tuple[str, ...]
    users: dict[str, User] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)  # position in the log -> texts seen
    _recent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.names:
            self.users[name] = self.server.add_user(name, started=True)
        self.group: Group = self.server.add_group("Nhóm cơ quan", kind="group")
        self.group.members |= dict.fromkeys((user.id for user in self.users.values()), "member")
        self._owners = {str(user.id): name for name, user in self.users.items()} | {str(self.group.id): GROUP}

    @property
    def channel(self) -> str:
        """Its name in the database."""
        return NAME

    @property
    def settings(self) -> dict[str, str]:
        """What the bot must know."""
        return {"TELEGRAM_BOT_TOKEN": self.server.token, "TELEGRAM_API_URL": self.server.url}

    @property
    def nowhere(self) -> dict[str, str]:
        """The same with a host whose name nobody can resolve."""
        return {"TELEGRAM_API_URL": "http://no-such-host.invalid"}

    def chat_of(self, who: str) -> str:
        """The address of a person or of the group."""
        return str(self.group.id if who == GROUP else self.users[who].id)

    def says(self, who: str, line: str, *, in_group: bool) -> None:
        """Somebody types."""
        self.server.says(self.users[who], line, chat=self.group if in_group else None)
        self._remember()

    def presses(self, who: str, news: News, command: str) -> None:
        """Somebody presses a button under a message of theirs."""
        self.server.presses(self.users[who], chat=int(news.chat), message_id=news.message, data=command)
        self._remember()

    def _remember(self) -> None:
        newest = [(self.server.world.clock(), update) for update in list(self.server.updates.pending)[-1:]]
        self._recent = [*self._recent, *newest][-_REPLAYED:]

    @property
    def has_unread(self) -> bool:
        """Whether updates wait that the bot has not confirmed."""
        return bool(self.server.updates.pending)

    def news(self) -> Iterator[News]:
        """What has come onto the screens since the last look."""
        for place in range(max(0, len(self.server.sent) - _LOOK_BACK), len(self.server.sent)):
            sent = self.server.sent[place]
            seen = self._known.get(place, 0)
            for number in range(seen, len(sent.versions)):
                yield self._news("edited" if number else "said", sent, sent.versions[number])
            self._known[place] = len(sent.versions)

    def _news(self, what: str, sent: Sent, text: str) -> News:
        rows = (sent.markup or {}).get("inline_keyboard", [])
        buttons = {each["text"]: each["callback_data"] for row in rows for each in row if "callback_data" in each}
        chat = str(sent.chat_id)
        return News(what, self._owners[chat], chat, sent.message_id, text, buttons)

    def sent_so_far(self) -> int:
        """How many messages have come into the chats; a number that only grows within a moment."""
        return len(self.server.sent)

    # What goes wrong

    def blocks(self, who: str) -> None:
        """A person blocks the bot."""
        self.server.blocks(self.users[who])

    def unblocks(self, who: str) -> None:
        """And lets it in again."""
        self.server.unblocks(self.users[who])

    def migrates(self) -> bool:
        """The group gets a new address; False when it has had its one move."""
        if self.group.is_super:
            return False
        self.server.migrates(self.group)
        assert self.group.migrated_to is not None
        self.group = self.server.world.groups[self.group.migrated_to]
        self._owners[str(self.group.id)] = GROUP
        return True

    def replay(self, *, reordered: bool) -> None:
        """A confirmation was lost: what is known comes once more, perhaps in another order."""
        pending = self.server.updates.pending
        known, since = {update["update_id"] for update in pending}, self.server.world.clock() - _KEPT_SECONDS
        recent = [update for when, update in self._recent if when > since and update["update_id"] not in known]
        pending.extendleft(reversed(recent))
        if reordered:
            pending.reverse()

    def order(self, fault: str, times: int, seconds: int = 0) -> None:
        """The next messages of the bot go wrong in that way."""
        self.server.faults.add("sendMessage", _FAULTS[fault](seconds), times)

    def order_for_polls(self, fault: str, times: int) -> None:
        """The next polls of the bot go wrong in that way."""
        self.server.faults.add("getUpdates", _FAULTS[fault](1), times)

    def works_again(self) -> None:
        """No fault waits any more."""
        self.server.faults.clear()

    async def shut(self) -> None:
        """The platform's port is closed: connections are reset, new ones refused."""
        await self.server._http.stop()

    async def open(self) -> None:
        """It is open again."""
        with suppress(OSError):
            await self.server._http.start(self.server._http.port)


_FAULTS: dict[str, Callable[[int], Fault]] = {
    "reset before": lambda _: Fault.drop_before(),
    "reset after": lambda _: Fault.drop_after(),
    "502": lambda _: Fault.http_error(502),
    "502 after": lambda _: Fault.http_error(502, applied=True),
    "half an answer": lambda _: Fault.garbage(),
    "strange answer": lambda _: Fault.strange([]),
    "429": Fault.too_many,
}


def clock_of(now: Callable[[], datetime]) -> Callable[[], float]:
    """The simulated time as the platform stamps its messages."""
    return lambda: now().timestamp()
