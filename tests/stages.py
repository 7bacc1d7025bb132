"""A stage for each channel: its real code, its platform's fake, two people and a way to watch what they get.

To try another channel, write one more stage and add it to `STAGES`; the contract suite runs on it.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from telegram.request import HTTPXRequest

from bot.channels.console import ConsoleChannel, draw
from bot.channels.fetching import Fetch
from bot.channels.pace import Pace
from bot.channels.split import length
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import make_bot
from bot.channels.telegram_updates import incoming_of as from_telegram
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_oa import OaChannel
from bot.channels.zalo_oa_api import OaApi
from bot.channels.zalo_oa_updates import Account
from bot.channels.zalo_oa_updates import incoming_of as from_oa
from bot.channels.zalo_updates import incoming_of as from_zalo
from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.incoming import Incoming
from jobs.channel import Channel
from jobs.daily import start_up
from jobs.delivery import Courier
from plan_data.office import Office
from records.database import transaction
from records.outbox import PUSH, NewMessage, queue
from records.people import add_person, link_account
from tests.builders import moment
from tests.fakes.http_server import Response
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_faults import Fault as OaFault
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_server import Fault as TelegramFault
from tests.fakes.zalo_people import Event
from tests.fakes.zalo_server import FakeZalo
from tests.fakes.zalo_server import Fault as ZaloFault
from tests.oa_town import keeper_of
from wording.message import Reply


class Stage(ABC):
    """The engine and the conversation on one channel. People: "cchc", who is the clerk, and "van-hoa"."""

    name: str
    channel: Channel
    fetch: Fetch  # where people can send files
    longest: int  # UTF-16 units of one message

    def __init__(self, engine: Engine, office: Office) -> None:
        self.engine = engine
        self.office = office
        self.clock = SteppingClock(moment("12/06/2023 09:00"))
        self.addresses: dict[str, str] = {}
        self.people: dict[str, int] = {}

    @abstractmethod
    def meet(self, role: str) -> str:
        """Somebody with an account there; returns the address of their private chat."""

    @abstractmethod
    def texts(self, chat: str) -> list[str]:
        """What has come into a chat."""

    @abstractmethod
    def types(self, role: str, line: str) -> Incoming:
        """What the channel makes of a line."""

    @abstractmethod
    def presses(self, role: str, label: str) -> Incoming:
        """What the channel makes of a press on a button of the last message."""

    def sends_picture(self, role: str, content: bytes, words: str = "") -> Incoming:
        """What the channel makes of a picture, perhaps with words under it."""
        raise NotImplementedError

    def fails(self, how: str) -> None:
        """The next message fails: "later", "lost" (but it was done), "refused", or the chat is "gone"."""
        raise NotImplementedError

    def open(self) -> None:
        """People move in and the parts are put together; again after the process has died."""
        if not self.people:
            with transaction(self.engine) as session:
                for role in ("cchc", "van-hoa"):
                    self.addresses[role] = self.meet(role)
                    self.people[role] = add_person(session, role, frozenset({role}), date(2023, 1, 3))
                    link_account(session, self.people[role], self.name, self.addresses[role], self.clock())
            start_up(self.engine, self.office, self.clock())
            with transaction(self.engine) as session:  # nothing waits for anybody in the beginning
                session.connection().exec_driver_sql("DELETE FROM outbox")
        self.courier = Courier(self.engine, self.office, self.channel, self.clock)
        self.conversation = Conversation(self.engine, self.office, COMMANDS, self.clock)

    async def hear(self, *updates: Incoming) -> None:
        """Updates come in, are handled and answered."""
        self.conversation.receive(self.name, updates)
        for stored in self.conversation.waiting(self.name):
            await asyncio.to_thread(self.conversation.handle, stored)
        await self.courier.deliver()

    def queue(self, role: str, reply: Reply, key: str = "k") -> int:
        """A message to somebody waits to go out."""
        with transaction(self.engine) as session:
            chat = self.addresses[role]
            message = NewMessage(key, "push", self.name, chat, f"person:{self.people[role]}", PUSH, reply.to_dict())
            number = queue(session, message, self.clock())
        assert number is not None
        return number

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


class ConsoleStage(Stage):
    """The keyboard: nothing can go wrong there, and a file tells what has arrived."""

    name = "console"
    longest = 1_000_000

    def __init__(self, engine: Engine, office: Office, file: Path) -> None:
        super().__init__(engine, office)
        self._shown: list[tuple[str, Reply]] = []
        self._count = 0
        self.channel = ConsoleChannel(
            lambda shown: self._shown.append((shown.message.chat, shown.reply)), self.clock, file
        )

    def meet(self, role: str) -> str:
        return role

    def texts(self, chat: str) -> list[str]:
        return [draw(reply) for place, reply in self._shown if place == chat]

    def types(self, role: str, line: str) -> Incoming:
        self._count += 1
        return Incoming(str(self._count), role, role, line)

    def presses(self, role: str, label: str) -> Incoming:
        rows = next(reply.buttons for place, reply in reversed(self._shown) if place == role and reply.buttons)
        return self.types(role, next(each.command for row in rows for each in row if each.label == label))


class TelegramStage(Stage):
    """Telegram through python-telegram-bot."""

    name = "telegram"
    longest = 4096

    def __init__(self, engine: Engine, office: Office, server: FakeTelegram, request: HTTPXRequest) -> None:
        super().__init__(engine, office)
        self.server = server
        self._bot = make_bot(server.token, server.url, request)
        unlimited = (1_000_000, 1.0)
        channel = TelegramChannel(self._bot, Pace(lambda: 0.0, unlimited, unlimited, unlimited))
        self.channel, self.fetch = channel, channel.fetch

    async def log_in(self) -> None:
        await self._bot.initialize()

    async def leave(self) -> None:
        await self._bot.shutdown()
        await self._bot.request.shutdown()

    def meet(self, role: str) -> str:
        return str(self.server.add_user(role, started=True).id)

    def texts(self, chat: str) -> list[str]:
        return [sent.text for sent in self.server.sent_to(int(chat))]

    def types(self, role: str, line: str) -> Incoming:
        self.server.says(int(self.addresses[role]), line)
        return self._latest()

    def presses(self, role: str, label: str) -> Incoming:
        self.server.presses(int(self.addresses[role]), label)
        return self._latest()

    def sends_picture(self, role: str, content: bytes, words: str = "") -> Incoming:
        self.server.says(int(self.addresses[role]), words, photo=content)
        return self._latest()

    def _latest(self) -> Incoming:
        found = from_telegram(self.server.updates.pending.pop(), self._bot)
        assert found is not None
        return found

    def fails(self, how: str) -> None:
        faults = {
            "later": TelegramFault.too_many(7),
            "lost": TelegramFault.drop_after(),
            "refused": TelegramFault.refused("Bad Request: message text is empty"),
            "gone": TelegramFault.refused("Forbidden: bot was blocked by the user", 403),
        }
        self.server.faults.add("sendMessage", faults[how])


class ZaloStage(Stage):
    """The Zalo Bot Platform."""

    name = "zalo"
    longest = 1800

    def __init__(self, engine: Engine, office: Office, server: FakeZalo, api: ZaloApi) -> None:
        super().__init__(engine, office)
        self.server = server
        self._api = api
        channel = ZaloChannel(api)
        self.channel, self.fetch = channel, channel.fetch

    async def log_in(self) -> None:
        self._me = await self._api.me()

    def meet(self, role: str) -> str:
        return self.server.add_user(role, wrote=True).id

    def texts(self, chat: str) -> list[str]:
        return [sent.text for sent in self.server.sent_to(chat)]

    def types(self, role: str, line: str) -> Incoming:
        return self._heard(self.server.says(self.addresses[role], line))

    def _heard(self, event: Event) -> Incoming:
        assert event.update is not None
        found = from_zalo(event.update, self._me)
        assert found is not None
        return found

    def sends_picture(self, role: str, content: bytes, words: str = "") -> Incoming:
        self.server.dispatch.extra["/anh.jpg"] = lambda _: Response(200, content, "image/jpeg")
        return self._heard(self.server.sends_image(self.addresses[role], f"{self.server.url}/anh.jpg", words))

    def presses(self, role: str, label: str) -> Incoming:
        """A number: the list stands behind the last "Trả lời số:"."""
        shown = self.texts(self.addresses[role])[-1].rpartition("Trả lời số:")[2]
        lines = [part.strip().partition(" ") for part in shown.replace(" · ", "\n").splitlines()]
        return self.types(role, next(number for number, _, name in lines if name == label))

    def fails(self, how: str) -> None:
        faults = {
            "later": ZaloFault.refused(403),
            "lost": ZaloFault.drop_after(),
            "refused": ZaloFault.refused(400),
            "gone": ZaloFault.refused(404),
        }
        self.server.faults.add("sendMessage", faults[how])


class OaStage(Stage):
    """A Zalo Official Account."""

    name = "zalo_oa"
    longest = 1800

    def __init__(self, engine: Engine, office: Office, server: FakeOa) -> None:
        super().__init__(engine, office)
        self.server = server
        self._keeper = keeper_of(server, engine, office, self.clock)
        self._api = OaApi(server.url, self._keeper)
        self._account = Account(server.world.id, server.world.name)
        channel = OaChannel(self._api, self._keeper.give_up)
        self.channel, self.fetch = channel, channel.fetch

    async def leave(self) -> None:
        await self._api.close()
        await self._keeper.close()

    def meet(self, role: str) -> str:
        return self.server.add_user(role, interacted=self.server.world.clock()).id

    def texts(self, chat: str) -> list[str]:
        return [sent.text for sent in self.server.sent_to(chat)]

    def types(self, role: str, line: str) -> Incoming:
        return self._heard(self.server.says(self.addresses[role], line))

    def _heard(self, event: dict[str, Any]) -> Incoming:
        found = from_oa(event, self._account, {})
        assert found is not None
        return found

    def sends_picture(self, role: str, content: bytes, words: str = "") -> Incoming:
        self.server.dispatch.extra["/anh.jpg"] = lambda _: Response(200, content, "image/jpeg")
        return self._heard(self.server.sends(self.addresses[role], "image", f"{self.server.url}/anh.jpg", text=words))

    def presses(self, role: str, label: str) -> Incoming:
        """A number: the list stands behind the last "Trả lời số:"."""
        shown = self.texts(self.addresses[role])[-1].rpartition("Trả lời số:")[2]
        lines = [part.strip().partition(" ") for part in shown.replace(" · ", "\n").splitlines()]
        return self.types(role, next(number for number, _, name in lines if name == label))

    def fails(self, how: str) -> None:
        faults = {
            "later": OaFault.refused(-32),
            "lost": OaFault.drop_after(),
            "refused": OaFault.refused(-201),
            "gone": OaFault.refused(-230),
        }
        self.server.faults.add("v3.0/oa/message/cs", faults[how])


@asynccontextmanager
async def console(engine: Engine, office: Office, folder: Path) -> AsyncIterator[Stage]:
    """The console with a file."""
    yield ConsoleStage(engine, office, folder / "màn hình.txt")


@asynccontextmanager
async def telegram(engine: Engine, office: Office, folder: Path) -> AsyncIterator[Stage]:
    """The fake Bot API server and the real library."""
    async with FakeTelegram() as server:
        stage = TelegramStage(engine, office, server, HTTPXRequest(connection_pool_size=4))
        await stage.log_in()
        yield stage
        await stage.leave()


@asynccontextmanager
async def zalo(engine: Engine, office: Office, folder: Path) -> AsyncIterator[Stage]:
    """The fake platform and the real client."""
    async with FakeZalo() as server:
        api = ZaloApi(server.token, server.url)
        stage = ZaloStage(engine, office, server, api)
        await stage.log_in()
        yield stage
        await api.close()


@asynccontextmanager
async def zalo_oa(engine: Engine, office: Office, folder: Path) -> AsyncIterator[Stage]:
    """The fake platform of an Official Account and the real client."""
    async with FakeOa() as server:
        stage = OaStage(engine, office, server)
        yield stage
        await stage.leave()


STAGES: dict[str, Callable[[Engine, Office, Path], Any]] = {
    "console": console,
    "telegram": telegram,
    "zalo": zalo,
    "zalo_oa": zalo_oa,
}
FALLIBLE = ("telegram", "zalo", "zalo_oa")  # channels whose platform can fail


def fits(stage: Stage, texts: list[str]) -> bool:
    """Whether every message is as short as the platform wants it."""
    return all(length(each) <= stage.longest for each in texts)
