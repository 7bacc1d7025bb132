"""A small town hall for tests: people of each position who type commands, and everything that was said."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Engine

from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.incoming import Incoming
from jobs.channel import Arrived, SendFailed
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.press import Press
from jobs.timetable import tick
from plan_data.office import Office
from records.database import transaction
from records.outbox import Claimed
from records.people import add_person, link_account, link_group
from tests.builders import moment
from wording.message import Reply

STAFF = {
    "cchc": "Công chức CCHC",
    "van-phong": "Công chức Văn phòng",
    "tu-phap": "Công chức Tư pháp",
    "tai-chinh": "Công chức Tài chính",
    "van-hoa": "Công chức Văn hóa",
    "mot-cua": "Cán bộ Một cửa",
    "khong-chuyen-trach": "Người không chuyên trách",
    "lanh-dao": "Lãnh đạo phường",
    "chu-tich": "Chủ tịch phường",
}
PEOPLE = {role: number for number, role in enumerate(STAFF, 1)}  # in a database with nobody else
STRANGER = "người lạ"
GROUP = "nhóm"
GROUP_TITLE = "Nhóm cơ quan"
CHANNEL = "console"
START = "01/06/2023 07:00"
_AT_THE_CONSOLE = {role: role for role in STAFF}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as the chat got it."""

    at: datetime
    chat: str
    kind: str
    reply: Reply

    @property
    def text(self) -> str:
        """Its text."""
        return self.reply.plain


@dataclass
class Recorder:
    """A channel that keeps what it is given, and fails on demand: `failures` are raised one after the other."""

    clock: SteppingClock
    name: str = CHANNEL
    can_edit: bool = True
    sent: list[Sent] = field(default_factory=list)
    edits: list[Sent] = field(default_factory=list)
    failures: list[SendFailed] = field(default_factory=list)
    knows: Arrived = Arrived.UNKNOWN
    lacks: list[str] = field(default_factory=list)
    shown_work: list[str] = field(default_factory=list)
    no_signs: bool = False

    def resting(self) -> frozenset[str]:
        """No chat is limited."""
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """As the test says."""
        self.shown_work.append(chat)
        if self.no_signs:
            raise OSError("no network")

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Keep it."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(Sent(self.clock(), message.chat, message.kind, reply))
        return str(len(self.sent))

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Keep the new text."""
        self.edits.append(Sent(self.clock(), message.chat, message.kind, reply))

    async def arrived(self, message: Claimed) -> Arrived:
        """As the test says."""
        return self.knows

    async def missing_rights(self, chat: str) -> list[str]:
        """As the test says."""
        return self.lacks


def settle(
    engine: Engine,
    office: Office,
    now: datetime,
    channel: str = CHANNEL,
    addresses: Mapping[str, str] = _AT_THE_CONSOLE,
    group: str = GROUP,
) -> dict[str, int]:
    """The town moves in at that moment, and the bot starts; returns everybody's number by position."""
    people = {}
    with transaction(engine) as session:
        for role, name in STAFF.items():
            people[role] = add_person(session, name, frozenset({role}), date(2023, 1, 3))
            link_account(session, people[role], channel, addresses[role], now)
        link_group(session, channel, group, GROUP_TITLE, now)
    start_up(engine, office, now)
    return people


class Town:
    """The engine, the conversation and a recording channel, on a clock that the test moves."""

    def __init__(
        self,
        engine: Engine,
        office: Office,
        start: str = START,
        files: Path | None = None,
        people: dict[str, int] | None = None,
    ) -> None:
        self.engine = engine
        self.office = office
        self.clock = SteppingClock(moment(start))
        self.channel = Recorder(self.clock)
        press = Press(engine, office, files) if files else None
        self.courier = Courier(engine, office, self.channel, self.clock, press=press)
        self.conversation = Conversation(engine, office, COMMANDS, self.clock)
        self.people = people or settle(engine, office, self.clock())
        self._updates = count(1)

    def at(self, when: str) -> "Town":
        """Move the clock to "22/06/2023 08:30"."""
        self.clock.now = moment(when)
        return self

    async def says(
        self,
        role: str,
        text: str,
        *,
        in_group: bool = False,
        attachments: Sequence[dict[str, str]] = (),
        replied_text: str = "",
    ) -> Sent:
        """Somebody types a line; returns the answer. Fails when there is none."""
        answers = await self.hears(role, text, in_group=in_group, attachments=attachments, replied_text=replied_text)
        assert len(answers) == 1, answers
        return answers[0]

    async def hears(
        self,
        role: str,
        text: str,
        *,
        in_group: bool = False,
        attachments: Sequence[dict[str, str]] = (),
        replied_text: str = "",
    ) -> list[Sent]:
        """Somebody types a line; returns every answer to it, which may be none."""
        before = len(self.channel.sent)
        chat = GROUP if in_group else role
        incoming = Incoming(
            str(next(self._updates)),
            role,
            chat,
            text,
            in_group,
            attachments=tuple(attachments),
            replied_text=replied_text,
        )
        self.conversation.receive(CHANNEL, [incoming])
        for stored in self.conversation.waiting(CHANNEL):
            await asyncio.to_thread(self.conversation.handle, stored)
        await self.courier.deliver()
        return [sent for sent in self.channel.sent[before:] if sent.kind == "answer"]

    async def tick(self) -> list[Sent]:
        """One look at what is due; returns what was said unasked."""
        before = len(self.channel.sent)
        await tick(self.engine, self.office, [self.courier], self.clock)
        return self.channel.sent[before:]

    async def run_until(self, when: str, every: timedelta | None = None) -> list[Sent]:
        """Let time pass with a look each half an hour by day, seldom by night; returns what was said unasked."""
        before = len(self.channel.sent)
        end = moment(when)
        while self.clock() < end:
            usual = timedelta(minutes=30) if 6 <= self.clock().hour < 18 else timedelta(hours=2)
            self.clock.step(min(every or usual, end - self.clock()))
            await self.tick()
        return [sent for sent in self.channel.sent[before:] if sent.kind != "answer"]

    def said_to(self, chat: str) -> list[Sent]:
        """Everything that a chat got."""
        return [sent for sent in self.channel.sent if sent.chat == chat]
