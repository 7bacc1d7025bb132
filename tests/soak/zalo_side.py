"""The office's people on Zalo: no buttons, no edits, nothing is confirmed, and nobody tells who blocks."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.fakes.zalo_errors import Json
from tests.fakes.zalo_log import Sent
from tests.fakes.zalo_server import FakeZalo, Fault
from tests.fakes.zalo_world import Group, User
from tests.soak.journal import ZALO_GROUP
from tests.soak.side import News

NAME = "zalo"
_REPLAYED = 6
_KEPT_SECONDS = 20 * 3600
_NUMBERS_HOLD_SECONDS = 25 * 60  # people know that numbers are not for later
_GIVEN_UP_AFTER = 6.0  # real seconds in which a bot that has got an update writes it down
_PART = re.compile(r"\((\d+)/(\d+)\) ")
_LIST = re.compile(r"^Trả lời (?:tin này bằng )?số:\s", re.MULTILINE)
_ITEM = re.compile(r"(?:^|\n| · )\d{1,3} (.+?)(?=\n| · \d|$)")
_TASK = re.compile(r"#([IVXB]+\.\d+.*)")
# What the numbers stand for, as their labels say: the first that fits.
_MEANINGS = {
    "✅ Đã nhận": "/danhan", "✅ Gửi": "/baocao gui", "✅ Ghi nhận lại": "/xong #lại", "✅ Ghi": "/hoso #ok",
    "✅ ": "/xong #", "↩️ Hoàn tác lần nhập": "/hoso hoantac", "↩️": "/hoantac", "📨 Gửi": "/thongbao gui",
}  # fmt: skip
_WAYS: dict[str, tuple[object, ...]] = {
    "idle_http": (200, 408), "error_http": (200, "same"), "success_code": (False, True),
    "delivery": ("once", "replay"), "result": ("object", "list"), "empty": ("error", "{}", "null", "missing", "[]"),
    "date_unit": ("ms", "s"), "bare_sender": (False, True), "echo": (False, True), "unreachable": (400, 404),
}  # fmt: skip


@dataclass
class ZaloSide:
    """Everybody's phone, the group, and what can go wrong on the way."""

    server: FakeZalo
    names: tuple[str, ...]
    channel: str = NAME
    group: str = ZALO_GROUP
    on_the_way: tuple[str, ...] = ("reset before", "reset after", "502", "502 after", "half an answer", "403")
    tells_of_blocking: bool = False
    users: dict[str, User] = field(default_factory=dict)
    _seen: int = 0
    _parts: dict[str, str] = field(default_factory=dict)  # by chat, what is not complete
    _lists: dict[str, tuple[float, str]] = field(default_factory=dict)  # by chat, when and which was the last
    _recent: list[tuple[float, Json]] = field(default_factory=list)
    _unread: dict[str, float] = field(default_factory=dict)  # by update, when it was handed out; 0: it was not

    def __post_init__(self) -> None:
        for name in self.names:
            self.users[name] = self.server.add_user(name, wrote=True)
        self._group: Group = self.server.add_group("Nhóm Zalo", members=self.users.values())
        self._owners = {user.id: name for name, user in self.users.items()} | {self._group.id: self.group}

    @property
    def settings(self) -> dict[str, str]:
        """What the bot must know."""
        return {"ZALO_BOT_TOKEN": self.server.token, "ZALO_API_URL": self.server.url}

    @property
    def nowhere(self) -> dict[str, str]:
        """The same with a host whose name nobody can resolve."""
        return {"ZALO_API_URL": "http://no-such-host.invalid"}

    def chat_of(self, who: str) -> str:
        """The address of a person or of the group."""
        return self._group.id if who == self.group else self.users[who].id

    def says(self, who: str, line: str, *, in_group: bool) -> tuple[str, str]:
        """Somebody types, in private without a slash; returns the number of the update, and what they typed."""
        return self._types(who, line if in_group else line.removeprefix("/"), in_group=in_group)

    def presses(self, who: str, news: News, command: str) -> tuple[str, str]:
        """Somebody answers with the number while it is fresh and the last list on the screen, else by the task."""
        in_group = news.who == self.group
        shown_at, message = self._lists.get(news.chat, (0.0, ""))
        is_fresh = message == news.message and self.server.world.clock() - shown_at < _NUMBERS_HOLD_SECONDS
        task = _TASK.search(command)
        if is_fresh or not (task or command == "/hoantac"):
            number = list(news.buttons.values()).index(command) + 1
            return self._types(who, str(number), in_group=in_group, reply=True)
        return self.says(who, f"/xong {task[1]}" if task else command, in_group=in_group)

    def _types(self, who: str, line: str, *, in_group: bool, reply: bool = False) -> tuple[str, str]:
        event = self.server.says(self.users[who], line, self._group if in_group else None, reply=reply)
        assert event.update is not None
        self._recent = [*self._recent, (self.server.world.clock(), event.update)][-_REPLAYED:]
        self._unread[event.message_id] = 0.0
        while len(self.server.updates.delivered) > _REPLAYED:
            self.server.updates.delivered.popleft()
        return event.message_id, line

    def unread(self, is_stored: Callable[[str], bool]) -> bool:
        """Whether something is not in the bot's inbox: nothing else tells that it has been taken."""
        waiting, now = {_id(update) for update in self._still_given()}, time.monotonic()
        for number in list(self._unread):
            if is_stored(number):
                del self._unread[number]
            elif number in waiting:
                self._unread[number] = 0.0
            else:
                self._unread[number] = self._unread[number] or now
        return bool(self._unread)

    def lost(self) -> list[str]:
        """What was handed out with an answer that never arrived, or to a bot that died before it wrote it down."""
        now = time.monotonic()
        found = [number for number, since in self._unread.items() if since and now - since > _GIVEN_UP_AFTER]
        for number in found:
            del self._unread[number]
        self._recent = [(when, update) for when, update in self._recent if _id(update) not in found]
        kept = [update for update in self.server.updates.delivered if _id(update) not in found]
        self.server.updates.delivered.clear()
        self.server.updates.delivered.extend(kept)
        return found

    def _still_given(self) -> list[Json]:
        updates = self.server.updates
        return [*updates.pending, *(updates.delivered if self.server.switches.delivery == "replay" else ())]

    def news(self) -> Iterator[News]:
        """What has come onto the screens since the last look."""
        while self._seen < len(self.server.sent):
            sent = self.server.sent[self._seen]
            self._seen += 1
            yield self._news(sent)

    def _news(self, sent: Sent) -> News:
        part = _PART.match(sent.text)
        whole = sent.text[part.end() :] if part else sent.text
        if part and part[1] != "1":
            whole = f"{self._parts.get(sent.chat_id, '')}\n{whole}"
        if part and part[1] != part[2]:
            self._parts[sent.chat_id], whole = whole, ""
        buttons = _buttons(whole)
        if buttons:
            self._lists[sent.chat_id] = (self.server.world.clock(), sent.message_id)
        who = self._owners[sent.chat_id]
        return News("said", self.channel, who, sent.chat_id, sent.message_id, sent.text, buttons, whole)

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
        """Groups keep their address."""
        return False

    def changes_its_ways(self, draw: Callable[[Sequence[object]], object]) -> str:
        """The platform answers in another of the shapes that were seen."""
        name = str(draw(tuple(_WAYS)))
        value = draw(_WAYS[name])
        self.server.switches.change(**{name: value})
        return f"{name}={value}"

    def replay(self, *, reordered: bool) -> None:
        """What was handed out lately comes once more, perhaps in another order."""
        pending, since = self.server.updates.pending, self.server.world.clock() - _KEPT_SECONDS
        waiting = {_id(update) for update in pending}
        recent = [update for when, update in self._recent if when > since and _id(update) not in waiting]
        pending.extendleft(reversed(recent))
        if reordered:
            pending.reverse()

    def order(self, fault: str, times: int, seconds: int = 0) -> None:
        """The next messages of the bot go wrong in that way; nothing ever says for how long."""
        self.server.faults.add("sendMessage", _FAULTS[fault], times)

    def order_for_polls(self, fault: str, times: int) -> None:
        """The next polls of the bot go wrong in that way."""
        self.server.faults.add("getUpdates", _FAULTS[fault], times)

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


_FAULTS = {
    "reset before": Fault.drop_before(),
    "reset after": Fault.drop_after(),
    "502": Fault.http_error(502),
    "502 after": Fault.http_error(502, applied=True),
    "half an answer": Fault.garbage(),
    "403": Fault.refused(403),
    "429": Fault.refused(429),
}


def _id(update: Json) -> str:
    return str(update["message"]["message_id"])


def _buttons(text: str) -> Mapping[str, str]:
    """The numbered list at the end of a message: label -> what it stands for."""
    found = list(_LIST.finditer(text))
    labels = _ITEM.findall(text[found[-1].end() :]) if found else []
    return {label: _meaning(label) for label in labels}


def _meaning(label: str) -> str:
    for start, meaning in _MEANINGS.items():
        if label.startswith(start):
            return meaning + label.removeprefix(start) if meaning == "/xong #" else meaning
    return label
