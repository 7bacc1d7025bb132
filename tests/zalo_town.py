"""The town hall on Zalo: the real channel and service against the fake platform, people with phones."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_service import ZaloService
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.reception import Reception
from bot.web.server import listen
from bot.webhook import Endpoint, Headers, Hook, open_port
from jobs.delivery import Courier
from tests.fakes.zalo_log import Sent
from tests.fakes.zalo_server import FakeZalo
from tests.fakes.zalo_world import Group, User
from tests.platform_town import PlatformTown, PlatformWorks, serving
from tests.town import GROUP_TITLE, STAFF, settle

CHANNEL = "zalo"


@dataclass
class ZaloTown(PlatformTown[FakeZalo, User]):
    """The town with Zalo."""

    forget_the_start: bool = True  # then nothing waits for anybody in the beginning

    def __post_init__(self) -> None:
        self.users = {role: self.server.add_user(name, wrote=True) for role, name in STAFF.items()}
        self.group: Group = self.server.add_group(GROUP_TITLE, members=self.users.values())
        addresses = {role: user.id for role, user in self.users.items()}
        self.people = settle(self.engine, self.office, self.clock(), CHANNEL, addresses, self.group.id)
        if self.forget_the_start:
            self.forget_what_waits()

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

    def all_is_handled(self) -> bool:
        """Whether nothing waits in the inbox or in the outbox."""
        waiting = "SELECT (SELECT count(*) FROM inbox WHERE handled_at IS NULL) + (SELECT count(*) FROM outbox "
        return self.rows(f"{waiting} WHERE state IN ('pending', 'sending'))") == [(0,)]


@dataclass
class Works(PlatformWorks):
    """The bot's moving parts on Zalo."""

    town: ZaloTown
    api: ZaloApi
    channel: ZaloChannel
    conversation: Conversation
    service: ZaloService


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
    return Works(town, courier, api, channel, conversation, service)


def _endpoint(works: Works) -> Callable[[], Coroutine[Any, Any, None]]:
    """The real endpoint, to which the platform delivers from now on."""
    port, server = open_port("127.0.0.1", 0), works.town.server
    server.webhook.url, server.webhook.secret = "https://bot.phuong.vn/zalo", "a-secret-of-the-webhook"
    server.tunnel("https://bot.phuong.vn", f"http://127.0.0.1:{port.getsockname()[1]}")

    def from_zalo(headers: Headers, _body: bytes) -> bool:
        return headers.get(b"x-bot-api-secret-token") == server.webhook.secret.encode()

    endpoint = Endpoint({"": Hook(from_zalo, works.service.take)}, lambda: True)
    return lambda: listen(endpoint, port)


def at_work(works: Works, *, webhook: bool = False) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """The service and the courier at work as long as a block runs; it gets the receiving task."""
    receive = works.service.wait_for_deliveries(_endpoint(works)) if webhook else works.service.poll()
    return serving(works.courier, receive, works.api.close)
