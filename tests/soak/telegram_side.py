"""The office's people on Telegram."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.fakes.telegram_world import Group, User
from tests.soak.journal import GROUP
from tests.soak.side import News

NAME = "telegram"
_REPLAYED = 6
_KEPT_SECONDS = 20 * 3600  # the platform forgets an update after a day
_LOOK_BACK = 400  # older messages are not edited any more


@dataclass
class TelegramSide:
    """Everybody's phone, the group, and what can go wrong on the way."""

    server: FakeTelegram
    names: tuple[str, ...]
    channel: str = NAME
    group: str = GROUP
    on_the_way: tuple[str, ...] = (
        "reset before",
        "reset after",
        "502",
        "502 after",
        "half an answer",
        "strange answer",
    )
    tells_of_blocking: bool = True
    users: dict[str, User] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)  # position in the log -> texts seen
    _recent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.names:
            self.users[name] = self.server.add_user(name, started=True)
        self._group: Group = self.server.add_group("Nhóm cơ quan", kind="group")
        self._group.members |= dict.fromkeys((user.id for user in self.users.values()), "member")
        self._owners = {str(user.id): name for name, user in self.users.items()} | {str(self._group.id): self.group}

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
        return str(self._group.id if who == self.group else self.users[who].id)

    def says(self, who: str, line: str, *, in_group: bool) -> tuple[str, str]:
        """Somebody types; returns the number of the update, and the line."""
        event = self.server.says(self.users[who], line, chat=self._group if in_group else None)
        self._remember()
        return str(event.update_id), line

    def presses(self, who: str, news: News, command: str) -> tuple[str, str]:
        """Somebody presses a button under a message of theirs; the same."""
        user, chat = self.users[who], int(news.chat)
        event = self.server.presses(user, chat=chat, message_id=int(news.message), data=command)
        self._remember()
        return str(event.update_id), command

    def _remember(self) -> None:
        newest = [(self.server.world.clock(), update) for update in list(self.server.updates.pending)[-1:]]
        self._recent = [*self._recent, *newest][-_REPLAYED:]

    def unread(self, _is_stored: Callable[[str], bool]) -> bool:
        """Whether updates wait that the bot has not confirmed."""
        return bool(self.server.updates.pending)

    def lost(self) -> list[str]:
        """None: what is not confirmed is given again."""
        return []

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
        return News(what, self.channel, self._owners[chat], chat, str(sent.message_id), text, buttons, whole=text)

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
        if self._group.is_super:
            return False
        self.server.migrates(self._group)
        assert self._group.migrated_to is not None
        self._group = self.server.world.groups[self._group.migrated_to]
        self._owners[str(self._group.id)] = self.group
        return True

    def changes_its_ways(self, _draw: Callable[[Sequence[object]], object]) -> str:
        """Its ways are known."""
        return ""

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
        await self.server.shut()

    async def open(self) -> None:
        """It is open again."""
        with suppress(OSError):
            await self.server.open()


_FAULTS: dict[str, Callable[[int], Fault]] = {
    "reset before": lambda _: Fault.drop_before(),
    "reset after": lambda _: Fault.drop_after(),
    "502": lambda _: Fault.http_error(502),
    "502 after": lambda _: Fault.http_error(502, applied=True),
    "half an answer": lambda _: Fault.garbage(),
    "strange answer": lambda _: Fault.strange([]),
    "429": Fault.too_many,
}
