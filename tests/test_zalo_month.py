"""June 2023 with nothing but Zalo says the same to the same people at the same times as the console does."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.zalo_drawing import pieces
from bot.channels.zalo_updates import incoming_of
from bot.clock import SteppingClock
from plan_data.office import Office
from plan_data.workdays import ZONE
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo
from tests.test_office_month import SCRIPT
from tests.town import GROUP, Town
from tests.zalo_town import CHANNEL, Works, ZaloTown, assemble

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
START, END = "01/06/2023 07:00", "30/06/2023 17:00"
STEP = timedelta(minutes=30)
# What the group's messages still showed as open: there is no editing, so the next one tells.
TOLD_IN_THE_GROUP = [
    ("12/06 07:30", "III.15 Công khai kết quả trả lời PAKN: ban hành văn bản trả lời PAKN ngày 8/6, số 12/UBND"),
    ("14/06 07:40", "I.3 Báo cáo CCHC 6 tháng đầu năm 2023"),
    ("16/06 15:05", "III.13 Tổng hợp đánh giá giải quyết TTHC quý II/2023"),
    ("16/06 15:05", "III.16 Báo cáo kiểm soát TTHC quý II/2023"),
    ("23/06 15:00", "B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023"),
    ("27/06 07:35", "B.3 Theo dõi, tổng hợp kết quả tháng 6/2023"),
]
Said = list[tuple[datetime, str, str]]  # when, to whom, a message


@dataclass
class Month:
    """The month on the fake platform, half-hour by half-hour, without a poll: events are handed over as they are."""

    works: Works
    said: Said = field(default_factory=list)

    async def until(self, when: str) -> None:
        town = self.works.town
        while town.clock() < moment(when):
            town.clock.step(min(STEP, moment(when) - town.clock()))
            await self.works.tick()
            self._note()

    async def says(self, role: str, line: str, *, in_group: bool) -> None:
        town, me = self.works.town, await self.works.api.me()
        update = town.server.says(town.users[role], line, town.group if in_group else None).update
        assert update is not None
        incoming = incoming_of(update, me)
        assert incoming is not None
        for stored in self.works.conversation.store(CHANNEL, [incoming]):
            await asyncio.to_thread(self.works.conversation.handle, stored)
        await self.works.courier.deliver()
        self._note()

    def _note(self) -> None:
        town = self.works.town
        names = {user.id: role for role, user in town.users.items()} | {town.group.id: GROUP}
        new = town.server.sent[len(self.said) :]
        self.said += [(town.clock(), names[sent.chat_id], sent.text) for sent in new]


@pytest.fixture
async def month(engine: Engine, office: Office) -> AsyncIterator[Month]:
    async with FakeZalo() as server:
        clock = SteppingClock(moment(START))
        works = assemble(ZaloTown(server, engine, office, clock, forget_the_start=False))
        yield Month(works)
        await works.api.close()


async def test_the_month_on_zalo_is_the_month_of_the_console(month: Month, console: Town) -> None:
    for when, role, line in SCRIPT:
        day, clock = when.split(" ")
        for run in (console.run_until, month.until):
            await run(f"{day}/06/2023 {clock}")
        in_group = line.startswith("nhóm ")
        await console.says(role, line.removeprefix("nhóm "), in_group=in_group)
        await month.says(role, line.removeprefix("nhóm /").removeprefix("/"), in_group=in_group)
    await console.run_until(END)
    await month.until(END)
    expected = [
        (sent.at, sent.chat, piece.text)
        for sent in console.channel.sent
        for piece in pieces(sent.reply, in_group=sent.chat == GROUP and sent.kind == "push")
    ]
    said = [(at, chat, *_without_news(words)) for at, chat, words in month.said]
    assert sorted((at, chat, words) for at, chat, words, _ in said) == sorted(expected)
    news = [
        (f"{at.astimezone(ZONE):%d/%m %H:%M}", name) for at, chat, _, names in said if chat == GROUP for name in names
    ]
    assert news == TOLD_IN_THE_GROUP


def _without_news(words: str) -> tuple[str, list[str]]:
    """The message without what only Zalo must say, since it cannot edit; and that."""
    found = re.search(r"\n\n✅ ĐÃ XONG TỪ LỜI NHẮC TRƯỚC((?:\n• .*)+)", words)
    if found is None:
        return words, []
    return words.replace(found[0], ""), [line.removeprefix("• ") for line in found[1].strip().splitlines()]
