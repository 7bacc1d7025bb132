"""June 2023 on both channels, with Telegram cut off on the 15th: everybody hears everything once, in time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import make_bot, polling_request
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_drawing import pieces
from bot.clock import SteppingClock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.incoming import Incoming
from jobs.delivery import Courier
from jobs.elsewhere import put_to_work
from jobs.press import Press
from jobs.timetable import tick
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.channels import AtWork
from records.database import transaction
from records.people import link_account, link_group
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import User
from tests.fakes.zalo_server import FakeZalo
from tests.test_office_month import SCRIPT
from tests.town import GROUP, Sent, Town
from tests.zalo_town import ZaloTown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
START, END = "01/06/2023 07:00", "30/06/2023 17:00"
UNLIMITED = (1_000_000, 1.0)
CUT_OFF = moment("15/06/2023 07:00")
WITHIN = timedelta(minutes=5)
LOST_GROUP = ("cchc", "⚠️ Không gửi được tin")
LOOK = timedelta(minutes=1)
Said = tuple[str, str, datetime]  # to whom, the first line, when


@dataclass
class Month:
    """Everybody has both; Telegram was used last, until nothing comes through there any more."""

    zalo: ZaloTown
    telegram: FakeTelegram
    couriers: list[Courier]
    users: dict[str, User]
    group: int
    line: AsyncExitStack
    said: dict[str, list[Said]] = field(default_factory=lambda: {"telegram": [], "zalo": []})
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def is_cut(self) -> bool:
        return self.zalo.clock() >= CUT_OFF

    async def until(self, when: str) -> None:
        clock = self.zalo.clock
        while clock() < moment(when):
            if not self.is_cut and moment(when) >= CUT_OFF:
                await self.line.aclose()  # the wire is cut: from now on connections are refused
            clock.step(LOOK if self._on_its_way() else moment(when) - clock())
            await tick(self.zalo.engine, self.zalo.office, self.couriers, clock)
            self._note()

    async def says(self, role: str, line: str, *, in_group: bool) -> None:
        channel = "zalo" if self.is_cut else "telegram"
        person = self.zalo.users[role].id if self.is_cut else str(self.users[role].id)
        group = self.zalo.group.id if self.is_cut else str(self.group)
        incoming = Incoming(str(next(self.numbers)), person, group if in_group else person, line, in_group=in_group)
        conversation = Conversation(self.zalo.engine, self.zalo.office, COMMANDS, self.zalo.clock)
        for stored in conversation.store(channel, [incoming]):
            await asyncio.to_thread(conversation.handle, stored)
        for courier in self.couriers:
            await courier.deliver()
        self._note()

    def heard(self, channel: str, *, in_group: bool) -> list[Said]:
        """What was said there, by recipient."""
        return sorted(each for each in self.said[channel] if (each[0] == GROUP) == in_group)

    def _on_its_way(self) -> bool:
        waiting = "SELECT count(*) FROM outbox WHERE state = 'pending' AND error <> '' AND recipient LIKE 'person:%'"
        return self.is_cut and self.zalo.rows(waiting) != [(0,)]

    def _note(self) -> None:
        zalo = {user.id: role for role, user in self.zalo.users.items()} | {self.zalo.group.id: GROUP}
        telegram = {user.id: role for role, user in self.users.items()} | {self.group: GROUP}
        now = self.zalo.clock()
        for channel, sent in (
            ("zalo", [(zalo[each.chat_id], each.text) for each in self.zalo.server.sent]),
            (
                "telegram",
                [(telegram[each.chat_id], each.versions[0]) for each in self.telegram.sent if each.versions[0]],
            ),
        ):
            new = sent[len(self.said[channel]) :]
            self.said[channel] += [(who, first_line(text), now) for who, text in new]


def _to_the_half_hour(now: datetime) -> timedelta:
    return timedelta(minutes=30 - now.minute % 30)


@pytest.fixture
async def month(engine: Engine, office: Office, tmp_path: Path) -> AsyncIterator[Month]:
    async with FakeZalo() as server, AsyncExitStack() as line:
        telegram = await line.enter_async_context(FakeTelegram())
        clock = SteppingClock(moment(START))
        town = ZaloTown(server, engine, office, clock, forget_the_start=False)
        group = telegram.add_group("Nhóm cơ quan", kind="group")
        users = {role: telegram.add_user(role, started=True) for role in town.users}
        with transaction(engine) as session:
            for role, user in users.items():
                link_account(session, town.people[role], "telegram", str(user.id), clock() + timedelta(seconds=1))
            link_group(session, "telegram", str(group.id), group.title, clock())
        put_to_work(engine, [AtWork("telegram")])  # what waited on Zalo goes there
        put_to_work(engine, [AtWork("telegram"), AtWork("zalo")])
        api = ZaloApi(server.token, server.url)
        bot = make_bot(telegram.token, telegram.url, polling_request())
        channels = TelegramChannel(bot, Pace(time.monotonic, UNLIMITED, UNLIMITED, UNLIMITED)), ZaloChannel(api)
        press = Press(engine, office, tmp_path / "files")
        couriers = [Courier(engine, office, channel, clock, at_once=16, press=press) for channel in channels]
        yield Month(town, telegram, couriers, users, group.id, line)
        await api.close()
        await bot.shutdown()


async def test_nobody_misses_anything_when_telegram_is_cut_off_on_the_15th(month: Month, console: Town) -> None:
    async def pass_time(end: str) -> None:
        while month.zalo.clock() < moment(end):
            mark = min(month.zalo.clock() + _to_the_half_hour(month.zalo.clock()), moment(end))
            for run in (console.run_until, month.until):
                await run(f"{mark.astimezone(ZONE):%d/%m/%Y %H:%M}")

    for when, role, line in SCRIPT:
        day, clock = when.split(" ")
        await pass_time(f"{day}/06/2023 {clock}")
        for says in (console.says, month.says):
            await says(role, line.removeprefix("nhóm "), in_group=line.startswith("nhóm "))
    await pass_time(END)
    said = console.channel.sent
    private = [sent for sent in said if sent.chat != GROUP]
    before = [(sent.chat, first_line(sent.reply.plain), sent.at) for sent in private if sent.at < CUT_OFF]
    after = [(sent.chat, line, sent.at) for sent in private if sent.at >= CUT_OFF for line in on_zalo(sent)]
    digests = [(GROUP, line) for sent in said if (sent.chat, sent.kind) == (GROUP, "push") for line in on_zalo(sent)]
    heard = [each for each in month.heard("zalo", in_group=False) if each[:2] != LOST_GROUP]
    complaints = [each[2] for each in month.heard("zalo", in_group=False) if each[:2] == LOST_GROUP]
    assert month.heard("telegram", in_group=False) == sorted(before)
    assert [each[:2] for each in heard] == sorted(each[:2] for each in after)
    delays = [
        (other[2] - CUT_OFF, each[:2], each[2] - other[2]) for each, other in zip(heard, sorted(after), strict=True)
    ]
    assert [delay for delay in delays if delay[2] > WITHIN] == []
    assert [each[:2] for each in month.heard("zalo", in_group=True)] == sorted(digests)
    assert complaints  # of the Telegram group, which nobody can write to any more


def first_line(words: str) -> str:
    return words.splitlines()[0]


def on_zalo(sent: Sent) -> list[str]:
    in_group = (sent.chat, sent.kind) == (GROUP, "push")
    return [first_line(piece.text) for piece in pieces(sent.reply, in_group=in_group)]
