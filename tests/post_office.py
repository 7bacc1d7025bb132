"""A post office on a line that fails on demand."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import select

from bot.clock import SteppingClock
from jobs.channel import Arrived, SendFailed
from jobs.delivery import Courier
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import PUSH, Claimed, NewMessage, queue
from tests.builders import moment, rule
from tests.small_office import hire, office, open_group
from wording.message import Reply, say

NOW = moment("13/06/2023 08:00")
WHERE = office(rule("continuous"))
TIMED_OUT = SendFailed("quá giờ", ambiguous=True)
LOST = SendFailed("mất mạng")
BLOCKED = SendFailed("đã chặn bot", permanent=True)


@dataclass
class Line:
    """A channel that answers as the test says: `answers` are raised one after the other, None lets it pass."""

    clock: SteppingClock
    name: str = "console"
    can_edit: bool = True
    answers: list[Exception | None] = field(default_factory=list)
    remote_ids: list[str] = field(default_factory=list)
    knows: Arrived = Arrived.UNKNOWN
    rest: frozenset[str] = frozenset()
    sent: list[tuple[str, str]] = field(default_factory=list)
    edited: list[tuple[str, str]] = field(default_factory=list)
    busy: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    most_in_one_chat: int = 0
    seconds: float = 0

    def resting(self) -> frozenset[str]:
        """As the test says."""
        return self.rest

    async def show_work(self, chat: str) -> None:
        """Not looked at here."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Answer as the test says."""
        self.busy[message.chat] = self.busy.get(message.chat, 0) + 1
        self.most_at_once = max(self.most_at_once, sum(self.busy.values()))
        self.most_in_one_chat = max(self.most_in_one_chat, self.busy[message.chat])
        await asyncio.sleep(self.seconds)
        self.busy[message.chat] -= 1
        self._answer()
        self.sent.append((message.chat, reply.plain))
        return self.remote_ids.pop(0) if self.remote_ids else f"tin {len(self.sent)}"

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Answer as the test says."""
        self._answer()
        self.edited.append((message.remote_id, reply.plain))

    async def arrived(self, message: Claimed) -> Arrived:
        """As the test says."""
        return self.knows

    async def missing_rights(self, chat: str) -> list[str]:
        """Everything is allowed."""
        return []

    def _answer(self) -> None:
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer


@dataclass
class Post:
    """An office whose messages go through one line: Lan is the clerk, Hoa on the staff, one group."""

    engine: Engine
    clock: SteppingClock
    line: Line
    courier: Courier

    def put(self, key: str, chat: str = "Hoa", kind: str = "push", priority: int = PUSH, to: str = "person:2") -> int:
        """Queue a message."""
        body = say(f"tin {key}").to_dict()
        with transaction(self.engine) as session:
            number = queue(session, NewMessage(key, kind, "console", chat, to, priority, body), self.clock())
        assert number is not None
        return number

    async def at(self, when: str | datetime) -> list[tuple[str, str]]:
        """Deliver at that moment; what went out."""
        self.clock.now = moment(when) if isinstance(when, str) else when
        before = len(self.line.sent)
        await self.courier.deliver()
        return self.line.sent[before:]

    def row(self, number: int) -> OutboxRow:
        """The message as it is on record."""
        with reading(self.engine) as session:
            return session.get_one(OutboxRow, number)

    def states(self) -> list[str]:
        """The state of each message."""
        with reading(self.engine) as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
            return [row.state for row in rows]

    def notices(self) -> list[str]:
        """What the clerk is told."""
        with reading(self.engine) as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
            return [row.key for row in rows if row.kind == "notice"]


def post(engine: Engine, at_once: int = 1) -> Post:
    """The office at 08:00 on a working day."""
    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk", seen=NOW)
        hire(session, "Hoa", "mot-cua", seen=NOW)
        open_group(session, NOW)
    clock = SteppingClock(NOW)
    line = Line(clock)
    return Post(engine, clock, line, Courier(engine, WHERE, line, clock, at_once))
