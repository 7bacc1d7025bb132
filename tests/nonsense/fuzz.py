"""Nonsense for the bot, and what must hold then.

No crash, no message over the platform's limit, no markup that somebody typed, no data to strangers, no Python in a
sentence, and nobody who writes in private is left without an answer.
"""

import heapq
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from sqlalchemy import Engine, create_engine, text

from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.incoming import Incoming
from bot.typed import storable
from plan_data.office import Office
from tests.nonsense import words
from tests.nonsense.mutating import Json, by_byte, by_value
from tests.nonsense.office import PLATFORMS, SECRET, START
from tests.nonsense.platform import STAFF, STRANGERS, Platform, Said
from wording.message import Button, Reply
from wording.refusals import BROKEN

_PYTHON = ("Traceback", "None", "True", "False", "datetime.", "object at 0x", "Error", "['", "{'", "<function")
_PAUSES = (0, 0, 0, 2, 2, 5, 40, 90, 90, 2000)  # seconds, the last more than numbers are good for
_SLOWEST = 8
_SOMETIMES = 0.15
_KNOWN = text(
    "SELECT channel, address FROM account UNION SELECT channel, address FROM group_chat WHERE unlinked_at IS NULL"
)
_NEW = text("SELECT id, channel, chat, CAST(body AS TEXT) FROM outbox WHERE id > :last ORDER BY id")
_SENT = text(
    """UPDATE outbox SET state = 'sent', claimed_at = created_at, finished_at = created_at, remote_id = '7'
           WHERE id > :last AND state = 'pending' AND CAST(body AS TEXT) NOT LIKE '%"paper"%'"""
)  # papers are made in the morning


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the bot wants to say it."""

    channel: str
    chat: str
    reply: Reply


@dataclass
class Fuzz:
    """A town hall on every platform that is told nonsense; `found` is what must not be."""

    engine: Engine
    office: Office
    chance: random.Random
    found: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SteppingClock(START)
        self.conversation = Conversation(self.engine, self.office, COMMANDS, self.clock)
        self._numbers = count(1)
        self._titles = [task.title for plan in self.office.plans.all for task in plan.tasks]
        self.shown: dict[tuple[str, str], Reply] = {}
        self._looking = create_engine(self.engine.url, isolation_level="AUTOCOMMIT")
        self._outbox = self._looking.connect()
        self._known = self._places()
        self._last = self._outbox.execute(text("SELECT coalesce(max(id), 0) FROM outbox")).scalar_one()

    def close(self) -> None:
        """Look no more."""
        self._outbox.close()
        self._looking.dispose()

    def updates(self, platform: Platform, many: int) -> None:
        """So many updates of the platform: single ones, and the steps of conversations, many of them mutated."""
        seeds = platform.seeds()
        told = 0
        while told < many:
            steps = min(self.chance.randrange(3, 9), many - told)
            told += steps
            if self.chance.random() < 0.5:  # as one poll brings them
                self.tell(platform, [self._mutated(self.chance.choice(seeds), always=True) for _ in range(steps)])
                continue
            for said in self._conversation(platform, steps):
                self.tell(platform, [self._mutated(platform.update(said), always=False)])

    def lines(self, many: int) -> None:
        """So many command lines, by everybody, in private and in groups."""
        for _ in range(many):
            platform = self.chance.choice(PLATFORMS)
            sender = self.chance.choice((*STAFF, *STRANGERS))
            chat = self.chance.choice((sender, sender, *platform.groups))
            line = self._line(platform, sender)
            self.counts["lines"] += 1
            self._hear(platform, [(Incoming("", sender, chat, storable(line), in_group=chat != sender), line)])

    def tell(self, platform: Platform, updates: Sequence[object]) -> None:
        """The platform tells the bot of something."""
        heard: list[tuple[Incoming, object]] = []
        for raw in updates:
            try:
                incoming = platform.incoming(raw)
            except Exception as error:  # noqa: BLE001  (any at all is what we look for)
                self.found.append(f"cannot read ({type(error).__name__}): {raw!r:.600}")
                continue
            self.counts[f"{platform.name}: {'read' if incoming else 'passed over'}"] += 1
            if incoming is not None:
                heard.append((incoming, raw))
        self._hear(platform, heard)

    def _hear(self, platform: Platform, heard: Sequence[tuple[Incoming, object]]) -> None:
        """The bot stores what it has heard and handles it, and everything that it wants to say is looked at."""
        new = {}
        for incoming, raw in heard:
            number = f"{incoming.update_id[:99]}|{next(self._numbers)}"
            new[number] = replace(incoming, update_id=number), raw
        try:
            waiting = self.conversation.store(platform.name, [incoming for incoming, _ in new.values()])
        except Exception as error:  # noqa: BLE001  (any at all is what we look for)
            self.found.append(f"crash {type(error).__name__}: {error!r:.200} by {heard!r:.900}")
            return
        for stored in waiting:
            incoming, raw = new[stored.payload["update_id"]]
            began = time.perf_counter()
            try:
                self.conversation.handle(stored)
            except Exception as error:  # noqa: BLE001  (any at all is what we look for)
                self.found.append(f"crash {type(error).__name__}: {error!r:.200} by {raw!r:.600}")
            self._note(time.perf_counter() - began, f"{platform.name} {incoming.text!r:.80}")
            told = self.look(incoming, repr(raw), platform.name)
            if not incoming.in_group and not incoming.event and (platform.name, incoming.chat) not in told:
                self.found.append(f"no answer by {raw!r:.600}")

    def look(self, by: Incoming, raw: str, channel: str = "") -> set[tuple[str, str]]:
        """Look at what is new in the outbox, which counts as sent then; returns the chats that it is for."""
        rows = self._outbox.execute(_NEW, {"last": self._last}).all()
        if not rows:
            return set()
        self._outbox.execute(_SENT, {"last": self._last})
        known = self._known = self._places()
        outside = by.in_group or (channel, by.sender) not in known  # the platforms vouch for who speaks
        for self._last, channel, chat, body in rows:
            shown = Shown(channel, chat, Reply.from_dict(json.loads(body)))
            self.shown[shown.channel, shown.chat] = shown.reply
            stranger = outside and (shown.channel, _root(shown.chat)) not in known
            self.found += [
                f"{what} by {raw:.400} of {by.sender}" for what in self.mistakes(shown, raw, stranger=stranger)
            ]
        return {(channel, chat) for _, channel, chat, _ in rows}

    def _places(self) -> set[tuple[str, str]]:
        """Accounts and groups that the office knows now."""
        return {(channel, _root(chat)) for channel, chat in self._outbox.execute(_KNOWN)}

    def _conversation(self, platform: Platform, steps: int) -> Iterator[Said]:
        """What one person does in one chat, seeing what the bot answers, with pauses."""
        sender = self.chance.choice((*STAFF[:3], *STAFF, *STRANGERS))  # the clerk more often
        chat = self.chance.choice((sender, sender, sender, *platform.groups))
        topic = self.chance.choice((0, 0, 0, 7))
        for _ in range(steps):
            seconds = self.chance.choice(_PAUSES)
            self.clock.step(timedelta(seconds=seconds))
            yield self._step(platform, Said(sender, chat, topic=topic))

    def _step(self, platform: Platform, said: Said) -> Said:
        """The next thing: a press on what was shown, something typed, a file."""
        shown = self.shown.get((platform.name, said.chat))
        what = self.chance.random()
        if shown is not None and shown.buttons and what < 0.5:
            return self.press(platform, said, shown)
        if what < 0.6:
            file = self.chance.choice(("hồ sơ.xlsx", "a.csv", "ảnh.jpg", "../x.XLS", "b.docx", "\u202ecod.exe"))
            return replace(
                said, text=self.chance.choice(("", "/hoso nhap", self._line(platform, said.sender))), file=file
            )
        if shown is not None and what < 0.65:
            return replace(said, text=self._line(platform, said.sender), replied=shown.plain[:4000])
        if shown is not None and what < 0.75 and shown.plain.split():
            return replace(said, text=self.chance.choice(shown.plain.split()))
        return replace(said, text=self._line(platform, said.sender))

    def _line(self, platform: Platform, sender: str) -> str:
        """A line; what a stranger is not to be told, a stranger does not type, because some of it is said back."""
        line = words.line(self.chance)
        return line if (platform.name, sender) in self._known else line.replace(SECRET, "Nguyễn Văn")

    def press(self, platform: Platform, said: Said, shown: Reply) -> Said:
        """A button of the last answer, or one that never was; by its number where there are no buttons."""
        buttons: list[Button] = [button for row in shown.buttons for button in row]
        number = self.chance.randrange(len(buttons))
        if platform.has_buttons:
            data = buttons[number].command
            return replace(
                said, text=words.mangled(data, self.chance) if self.chance.random() < 0.3 else data, pressed=True
            )
        wrong = self.chance.choice((0, len(buttons) + 1, 99, number + 1, number + 1))
        typed = self.chance.choice(
            (f"{wrong}", f"{number + 1}", f"{number + 1}.", f"số {number + 1}", f"/{number + 1}")
        )
        return replace(said, text=typed)

    def _mutated(self, seed: Json, *, always: bool) -> object:
        """The update with something else in it; or now and then, if not `always`."""
        if not always and self.chance.random() > _SOMETIMES:
            return seed
        return by_value(seed, self.chance) if self.chance.random() < 0.6 else by_byte(seed, self.chance)

    def mistakes(self, shown: Shown, raw: str = "", *, stranger: bool = False) -> Iterator[str]:
        """What is wrong with a message; `raw` is what it answers."""
        plain = shown.reply.plain
        if BROKEN in plain:
            yield "the command broke"
        if stranger and (SECRET in plain or any(title in plain for title in self._titles)):
            yield f"told a stranger: {plain:.200}"
        if strange := [sign for sign in _PYTHON if sign in plain and sign not in raw]:
            yield f"Python {strange} in {plain:.300}"
        if any(len(each.command.encode()) > 64 for buttons in shown.reply.buttons for each in buttons):
            yield "a button is too long"
        platform = next(each for each in PLATFORMS if each.name == shown.channel)
        yield from platform.mistakes(shown.reply, shown.chat)

    def _note(self, seconds: float, what: str) -> None:
        heapq.heappush(self.slowest, (seconds, what))
        if len(self.slowest) > _SLOWEST:
            heapq.heappop(self.slowest)


def _root(chat: str) -> str:
    """The group of a topic."""
    return chat.partition("/")[0]
