"""The town hall on a Zalo Official Account: the real channel and service against the fake platform."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from bot.channels.zalo_oa import OaChannel, group_chat
from bot.channels.zalo_oa_api import App, Exchange, OaApi
from bot.channels.zalo_oa_history import History
from bot.channels.zalo_oa_service import OaService
from bot.channels.zalo_oa_tokens import TokenKeeper, begin_with
from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from bot.web.server import listen
from bot.webhook import Endpoint, Hook, open_port
from jobs.delivery import Courier
from plan_data.office import Office
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_log import Sent
from tests.fakes.oa_world import Group, User
from tests.platform_town import PlatformTown, PlatformWorks, serving
from tests.town import GROUP_TITLE, STAFF, settle

CHANNEL = "zalo_oa"


@dataclass
class OaTown(PlatformTown[FakeOa, User]):
    """The town whose people follow the account."""

    def __post_init__(self) -> None:
        now = self.clock()
        self.users = {role: self.server.add_user(name, interacted=now.timestamp()) for role, name in STAFF.items()}
        self.group: Group = self.server.add_group(GROUP_TITLE, members=self.users.values())
        addresses = {role: user.id for role, user in self.users.items()}
        self.people = settle(self.engine, self.office, now, CHANNEL, addresses, group_chat(self.group.id))
        self.forget_what_waits()

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


@dataclass
class Works(PlatformWorks):
    """The bot's moving parts on the account."""

    town: OaTown
    keeper: TokenKeeper
    api: OaApi
    channel: OaChannel
    service: OaService


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
    return Works(town, courier, keeper, api, channel, service)


def _endpoint(works: Works) -> Callable[[], Coroutine[Any, Any, None]]:
    """The real endpoint, to which the platform delivers from now on."""
    port, server = open_port("127.0.0.1", 0), works.town.server
    server.webhook.url = f"http://127.0.0.1:{port.getsockname()[1]}/zalo-oa"
    hook = Hook(works.service.admits(server.auth.app_id, server.webhook.key), works.service.take)
    return lambda: listen(Endpoint({"/zalo-oa": hook}, lambda: True), port)


def at_work(works: Works, *, webhook: bool = False) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """The service and the courier at work as long as a block runs; it gets the receiving task."""
    receive = works.service.wait_for_deliveries(_endpoint(works)) if webhook else works.service.poll()
    return serving(works.courier, receive, works.service.close)
