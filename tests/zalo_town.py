"""The town hall on Zalo: the real channel and service against the fake platform, people with phones."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine, text

from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_service import ZaloService
from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from bot.webhook import Endpoint, Headers, Hook, listen, open_port
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.timetable import tick
from plan_data.office import Office
from records.database import transaction
from records.people import add_person, link_account, link_group
from tests.builders import moment
from tests.fakes.zalo_log import Sent
from tests.fakes.zalo_server import FakeZalo
from tests.fakes.zalo_world import Group, User
from tests.town import STAFF

CHANNEL = "zalo"
WITHIN = 60.0  # this machine may be busy with something else


@dataclass
class ZaloTown:
    """People of each position with Zalo, one linked group, the engine, and a clock that the test moves."""

    server: FakeZalo
    engine: Engine
    office: Office
    clock: SteppingClock
    forget_the_start: bool = True  # then nothing waits for anybody in the beginning
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with transaction(self.engine) as session:
            for role, name in STAFF.items():
                self.users[role] = self.server.add_user(name, wrote=True)
                self.people[role] = add_person(session, name, frozenset({role}), date(2023, 1, 3))
                link_account(session, self.people[role], CHANNEL, self.users[role].id, self.clock())
            self.group: Group = self.server.add_group("Nhóm cơ quan", members=self.users.values())
            link_group(session, CHANNEL, self.group.id, self.group.name, self.clock())
        start_up(self.engine, self.office, self.clock())
        if self.forget_the_start:
            with transaction(self.engine) as session:
                session.connection().exec_driver_sql("DELETE FROM outbox")

    def at(self, when: str) -> "ZaloTown":
        """Move the clock to "22/06/2023 08:30"."""
        self.clock.now = moment(when)
        return self

    def sent_to(self, role: str) -> list[Sent]:
        """What a person has on the screen."""
        return self.server.sent_to(self.users[role].id)

    def texts(self, role: str) -> list[str]:
        """The first lines of it."""
        return [sent.text.splitlines()[0] for sent in self.sent_to(role)]

    def in_group(self) -> list[str]:
        """The first lines of what the group has got."""
        return [sent.text.splitlines()[0] for sent in self.server.sent_to(self.group.id)]

    async def answer_to(self, role: str, line: str, *, group: bool = False, reply: bool = False) -> str:
        """Somebody types a line, in private or in the group; returns the text of the next message there."""
        chat = self.group.id if group else self.users[role].id
        before = len(self.server.sent_to(chat))
        self.server.says(self.users[role], line, self.group if group else None, reply=reply)
        await self.asked(lambda: len(self.server.sent_to(chat)) > before)
        return self.server.sent_to(chat)[before].text

    async def asked(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        await self.server.until(condition, WITHIN)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def all_is_handled(self) -> bool:
        """Whether nothing waits in the inbox or in the outbox."""
        waiting = "SELECT (SELECT count(*) FROM inbox WHERE handled_at IS NULL) + (SELECT count(*) FROM outbox "
        return self.rows(f"{waiting} WHERE state IN ('pending', 'sending'))") == [(0,)]


@dataclass
class Works:
    """The bot's moving parts on Zalo."""

    api: ZaloApi
    channel: ZaloChannel
    courier: Courier
    conversation: Conversation
    service: ZaloService
    town: ZaloTown

    async def tick(self) -> None:
        """One look at what is due."""
        await tick(self.town.engine, self.town.office, [self.courier], self.town.clock)


def assemble(
    town: ZaloTown,
    *,
    floor: float = 0.01,
    monotonic: Callable[[], float] = time.monotonic,
    token: str = "",
    url: str = "",
) -> Works:
    """The parts, put together as `bot.serving` does, in more of a hurry."""
    api = ZaloApi(token or town.server.token, url or town.server.url, read_seconds=5.0)
    channel = ZaloChannel(api)
    courier = Courier(town.engine, town.office, channel, town.clock, at_once=16)
    conversation = Conversation(town.engine, town.office, COMMANDS, town.clock)
    reception = Reception(conversation, courier, pause=0.01)
    service = ZaloService(
        api,
        reception,
        monotonic,
        poll_seconds=5,
        grace_seconds=2.0,
        floor_seconds=floor,
        pauses=(0.01, 0.02, 0.05),
    )
    return Works(api, channel, courier, conversation, service, town)


def _endpoint(works: Works) -> Callable[[], Coroutine[Any, Any, None]]:
    """The real endpoint, to which the platform delivers from now on."""
    port, server = open_port("127.0.0.1", 0), works.town.server
    server.webhook.url, server.webhook.secret = "https://bot.phuong.vn/zalo", "a-secret-of-the-webhook"
    server.tunnel("https://bot.phuong.vn", f"http://127.0.0.1:{port.getsockname()[1]}")

    def from_zalo(headers: Headers, _body: bytes) -> bool:
        return headers.get(b"x-bot-api-secret-token") == server.webhook.secret.encode()

    endpoint = Endpoint({"": Hook(from_zalo, works.service.take)}, lambda: True)
    return lambda: listen(endpoint, port)


@asynccontextmanager
async def at_work(works: Works, *, webhook: bool = False) -> AsyncIterator[asyncio.Task[None]]:
    """Receive as long as the block runs, and stop in the order of `bot.serving`; yields the listening task."""
    await works.courier.recover()
    carrying = asyncio.create_task(works.courier.run())
    receive = works.service.wait_for_deliveries(_endpoint(works)) if webhook else works.service.poll()
    listening = asyncio.create_task(receive)
    try:
        yield listening
    finally:
        for task in (listening, carrying):
            task.cancel()
            await asyncio.wait([task])
        await works.api.close()
    for task in (listening, carrying):
        if not task.cancelled() and task.exception() is not None:
            await task
