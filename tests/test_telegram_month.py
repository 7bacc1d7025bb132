"""The office month of June 2023 over Telegram, the process killed ten times in the middle of what it says.

The real service against the Bot API, on a clock that stands still until everything of the moment is said. What the
chats got, and when, is compared with the golden file of `test_office_month`.
"""

import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from plan_data.workdays import ZONE
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram
from tests.telegram_process import BotProcess, running, settings
from tests.telegram_town import TelegramTown
from tests.test_office_month import GOLDEN, SCRIPT
from tests.town import GROUP

KILLS = 10
SEED = 20230601
TOKEN = "4200001:month-test-token-0123456789"
AGAIN = "(nhắc lại) "
HALF_HOUR = timedelta(minutes=30)
HEADING = re.compile(r"^── (\S+ \S+) → (.+)$", re.MULTILINE)
BUTTONS = re.compile(r"^\[.+\]\n?", re.MULTILINE)
Message = tuple[str, str]  # to whom, and the text


@dataclass
class Month:
    """The town and its bot."""

    town: TelegramTown
    folder: Path
    given: dict[str, str]
    lives: AsyncExitStack
    bot: BotProcess | None = None
    lives_lived: int = 0
    commands: int = 0

    async def live(self) -> None:
        """A new life of the bot, at the moment where the last one ended."""
        start = f"{self.town.clock():%Y-%m-%dT%H:%M}"
        life = running(self.folder, self.given, start, program=("tests.stepping_bot",))
        self.bot = await self.lives.enter_async_context(life)
        self.lives_lived += 1

    async def pass_to(self, when: datetime, dies_after: int | None = None) -> None:
        """Time passes; the bot may die after so many messages of this moment, and live again."""
        self.town.clock.now = when
        assert self.bot is not None
        self.bot.type(f"{when.astimezone(ZONE):%Y-%m-%dT%H:%M}")
        await self._all_is_said(dies_after)

    async def says(self, role: str, line: str, dies_after: int | None = None) -> None:
        """Somebody types a line, in private or in the group; the bot may die while it answers."""
        chat = self.town.group if line.startswith("nhóm ") else None
        self.town.server.says(self.town.users[role], line.removeprefix("nhóm "), chat=chat)
        self.commands += 1
        await self._all_is_said(dies_after)

    async def _all_is_said(self, dies_after: int | None) -> None:
        server = self.town.server
        if dies_after is not None and self.bot is not None:
            enough = len(server.sent) + dies_after
            await self.town.asked(lambda: len(server.sent) >= enough or self._is_quiet())
            self.bot.kill()
            await self.bot.ended()
            await self.live()
        await self.town.asked(self._is_quiet)

    def _is_quiet(self) -> bool:
        """The bot has looked at this moment, and nothing is due and unsaid."""
        now = self.town.clock()
        today = now.astimezone(ZONE).date()
        marks = dict(self.town.rows("SELECT name, value FROM mark"))
        past_morning = self.town.office.policy.morning_of(today) <= now
        policy = self.town.office.policy
        review = policy.review_of(today, self.town.office.calendar)
        week = (today - timedelta(days=today.weekday())).isoformat()
        is_reviewed = review is None or now < review or marks.get("weekly_review") == week
        return (
            is_reviewed
            and marks["kept_up_on"] == today.isoformat()
            and (not past_morning or marks.get("silences_looked_for") == today.isoformat())
            and now - datetime.fromisoformat(marks["alive"]) < timedelta(minutes=5)
            and self.town.rows("SELECT coalesce(max(id), 0) FROM inbox")
            == [(self.commands,)]  # old ones are forgotten
            and self._count("inbox WHERE handled_at IS NULL") == 0
            and self._count(f"outbox WHERE state IN ('pending', 'sending') AND not_before <= {_sql(now)}") == 0
            and self._count(f"deadline WHERE NOT withdrawn AND next_look <= {_sql(now)}") == 0
        )

    def _count(self, what: str) -> int:
        number: int = self.town.rows(f"SELECT count(*) FROM {what}")[0][0]
        return number


def _sql(when: datetime) -> str:
    """As SQLite stores it, and as PostgreSQL reads it."""
    return f"'{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00:00'"


@pytest.fixture
async def month(database_url: str, engine: Engine, office: Office, tmp_path: Path) -> AsyncIterator[Month]:
    async with FakeTelegram(TOKEN) as server, AsyncExitStack() as lives:
        server.latency = 0.01
        town = TelegramTown(server, engine, office, SteppingClock(moment("01/06/2023 07:00")))
        given = {**settings(server, database_url), "TICK_SECONDS": "0.02"}
        yield Month(town, tmp_path / "bot", given, lives)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_month_loses_nothing_and_says_nothing_twice_though_the_bot_is_killed_ten_times(
    month: Month,
) -> None:
    golden = list(_read_golden())
    speaking = Counter(when for when, _, _ in golden)
    chance = random.Random(SEED)
    deaths = {when: chance.randint(0, speaking[when] - 1) for when in chance.sample(sorted(speaking), KILLS)}
    await month.live()
    for when, role, line in [*_script(), (moment("30/06/2023 17:00"), "", "")]:
        for step in _steps(month.town, when):
            await month.pass_to(step, deaths.pop(_drawn(step), None) if step < when else None)
        if role:
            await month.says(role, line, deaths.pop(_drawn(when), None))
    expected = Counter((chat, text) for _, chat, text in golden)
    plain, again = _said(month.town)
    assert (deaths, month.lives_lived) == ({}, 1 + KILLS)
    assert (expected - plain - again, plain - expected, again - expected) == (Counter(), Counter(), Counter())
    assert month.bot is not None
    assert "Traceback" not in month.bot.told


def _script() -> Iterator[tuple[datetime, str, str]]:
    for when, role, line in SCRIPT:
        day, clock = when.split(" ")
        yield moment(f"{day}/06/2023 {clock}"), role, line


def _steps(town: TelegramTown, end: datetime) -> Iterator[datetime]:
    """Half-hours up to then, as `Town.run_until` takes them, but for those at which nothing may be said."""
    now = town.clock()
    while now < end:
        now += min(HALF_HOUR, end - now)
        if now == end or town.office.policy.may_push(now, town.office.calendar):
            yield now


def _read_golden() -> Iterator[tuple[str, str, str]]:
    """When, to whom, and the text without its buttons, which go away when the work is done."""
    _, *parts = HEADING.split(GOLDEN.read_text(encoding="utf-8"))
    for when, chat, text in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
        yield when, chat, BUTTONS.sub("", text).strip()


def _said(town: TelegramTown) -> tuple[Counter[Message], Counter[Message]]:
    """What came into the chats: as it should, and marked as said again."""
    chats = {user.id: role for role, user in town.users.items()} | {town.group.id: GROUP}
    plain, again = Counter[Message](), Counter[Message]()
    for sent in town.server.sent:
        text = sent.versions[0].strip()
        if not text:  # a file before its words
            continue
        (again if AGAIN in text else plain)[chats[sent.chat_id], text.replace(AGAIN, "", 1)] += 1
    return plain, again


def _drawn(when: datetime) -> str:
    return f"{when.astimezone(ZONE):%d/%m %H:%M}"
