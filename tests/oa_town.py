"""The town hall on a Zalo Official Account: the real channel and service against the fake platform."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine, text

from bot.channels.zalo_oa import OaChannel, group_chat
from bot.channels.zalo_oa_api import App, Exchange, OaApi
from bot.channels.zalo_oa_history import History
from bot.channels.zalo_oa_service import OaService
from bot.channels.zalo_oa_tokens import TokenKeeper, begin_with
from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from bot.webhook import Endpoint, Hook, listen, open_port
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.timetable import tick
from plan_data.office import Office
from records.database import transaction
from records.people import add_person, link_account, link_group
from tests.builders import moment
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_log import Sent
from tests.fakes.oa_world import Group, User
from tests.town import STAFF

CHANNEL = "zalo_oa"
WITHIN = 60.0  # this machine may be busy with something else


@dataclass
class OaTown:
    """People of each position who follow the account, one linked group, and a clock that the test moves."""

    server: FakeOa
    engine: Engine
    office: Office
    clock: SteppingClock
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self.clock().timestamp()
        with transaction(self.engine) as session:
            for role, name in STAFF.items():
                self.users[role] = self.server.add_user(name, interacted=now)
                self.people[role] = add_person(session, name, frozenset({role}), date(2023, 1, 3))
                link_account(session, self.people[role], CHANNEL, self.users[role].id, self.clock())
            self.group: Group = self.server.add_group("Nhóm cơ quan", members=self.users.values())
            link_group(session, CHANNEL, group_chat(self.group.id), self.group.name, self.clock())
        start_up(self.engine, self.office, self.clock())
        with transaction(self.engine) as session:  # nothing waits for anybody in the beginning
            session.connection().exec_driver_sql("DELETE FROM outbox")

    def at(self, when: str) -> "OaTown":
        """Move the clock to "22/06/2023 08:30"."""
        self.clock.now = moment(when)
        return self

    def sent_to(self, role: str) -> list[Sent]:
        """What a person has on the screen."""
        return self.server.sent_to(self.users[role].id)

    def in_group(self) -> list[str]:
        """The first lines of what the group has got."""
        return [sent.text.splitlines()[0] for sent in self.server.sent_to(self.group.id)]

    async def answer_to(self, role: str, line: str, *, group: bool = False, quotes: str = "") -> str:
        """Somebody types a line, in private or in the group; returns the text of the next message there."""
        chat = self.group.id if group else self.users[role].id
        before = len(self.server.sent_to(chat))
        self.server.says(self.users[role], line, self.group if group else None, quotes=quotes)
        await self.asked(lambda: len(self.server.sent_to(chat)) > before)
        return self.server.sent_to(chat)[before].text

    async def asked(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        await self.server.until(condition, WITHIN)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


@dataclass
class Works:
    """The bot's moving parts on the account."""

    keeper: TokenKeeper
    api: OaApi
    channel: OaChannel
    courier: Courier
    service: OaService
    town: OaTown

    async def tick(self) -> None:
        """One look at what is due."""
        await tick(self.town.engine, self.town.office, [self.courier], self.town.clock)


def keeper_of(server: FakeOa, engine: Engine, office: Office, clock: SteppingClock, seed: str = "") -> TokenKeeper:
    """A keeper that begins with the refresh token that the account has given last, or with another."""
    app = App(server.auth.app_id, server.auth.secret, server.url)
    begin_with(engine, app.id, seed or "fake-refresh-0", clock)
    return TokenKeeper(engine, office, Exchange(app, 5.0), clock, (0.01, 0.05))


def assemble(town: OaTown, look_seconds: float = 0.02) -> Works:
    """The parts, put together as `bot.serving` does, in more of a hurry."""
    keeper = keeper_of(town.server, town.engine, town.office, town.clock)
    api = OaApi(town.server.url, keeper, 5.0)
    channel = OaChannel(api, keeper.give_up)
    courier = Courier(town.engine, town.office, channel, town.clock, at_once=8)
    conversation = Conversation(town.engine, town.office, COMMANDS, town.clock)
    history = History(api, town.engine, town.clock)
    service = OaService(
        api,
        keeper,
        history,
        Reception(conversation, courier, pause=0.01),
        town.clock,
        look_seconds=look_seconds,
        watch_seconds=0.2,
        pauses=(0.01, 0.02, 0.05),
    )
    return Works(keeper, api, channel, courier, service, town)


@asynccontextmanager
async def at_work(works: Works, *, webhook: bool = False) -> AsyncIterator[asyncio.Task[None]]:
    """Listen as long as the block runs, and stop in the order of `bot.serving`; yields the listening task."""
    server = works.town.server
    await works.courier.recover()
    carrying = asyncio.create_task(works.courier.run())
    if webhook:
        hook = Hook(works.service.admits(server.auth.app_id, server.webhook.key), works.service.take)
        port = open_port("127.0.0.1", 0)
        server.webhook.url = f"http://127.0.0.1:{port.getsockname()[1]}/zalo-oa"
        endpoint = Endpoint({"/zalo-oa": hook}, lambda: True)
        listening = asyncio.create_task(works.service.wait_for_deliveries(lambda: listen(endpoint, port)))
    else:
        listening = asyncio.create_task(works.service.poll())
    try:
        yield listening
    finally:
        for task in (listening, carrying):
            task.cancel()
            await asyncio.wait([task])
        await works.service.close()
    for task in (listening, carrying):
        if not task.cancelled() and task.exception() is not None:
            await task
