"""Drives the real process through simulated days: only to the moments at which something may happen."""

import asyncio
import heapq
import signal
import sqlite3
import time as machine_time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from records.database import migrate, open_database, transaction
from records.people import add_person, link_account, link_group
from tests.soak.bot_life import BotLife, Look
from tests.soak.checker.days import ONE_DAY, at, in_office_hours, is_working_day
from tests.soak.faults import Faults
from tests.soak.journal import GROUP, Journal
from tests.soak.people import Deed, People
from tests.soak.plans_of_years import write_plan
from tests.soak.telegram_side import TelegramSide

STAFF = {
    "cchc": ("cchc",),
    "van-phong": ("van-phong", "iso"),
    "tu-phap": ("tu-phap",),
    "tai-chinh": ("tai-chinh",),
    "van-hoa": ("van-hoa",),
    "mot-cua": ("mot-cua", "pakn"),
    "khong-chuyen-trach": ("khong-chuyen-trach",),
    "lanh-dao": ("lanh-dao",),
    "chu-tich": ("chu-tich",),
}
GROUP_TITLE = "Nhóm cơ quan"
_PATIENCE_SECONDS = 40.0
_DAYS_MOMENTS = (time(7, 30), time(13, 30), time(15, 0))
Do = Callable[[], Awaitable[None]]


@dataclass
class Soak:
    """One run. `true` is the simulated time, `ahead` how far the bot's clock is off."""

    folder: Path
    side: TelegramSide
    seed: int
    first: date
    last: date
    faulty_days: float
    journal: Journal = field(init=False)
    true: datetime = field(init=False)
    ahead: timedelta = timedelta()
    trouble_until: datetime = field(init=False)
    dead_until: datetime | None = None
    is_shut: bool = False
    writes_fail: bool = False
    settings_of_life: dict[str, str] = field(default_factory=dict)
    _ahead: list[tuple[datetime, int, Do]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.true = at(self.first, time(7, 0))
        self.trouble_until = self.true
        self.journal = Journal(self.folder / "journal.jsonl")
        self.people = People(tuple(STAFF), self.seed)
        self.faults = Faults(self, self.seed, self.faulty_days)
        self.database = self.folder / "nhacviec.db"
        # its log is silent about a change to come in the library, and warnings are errors here
        settings = {"DATABASE_URL": f"sqlite:///{self.database}", "TICK_SECONDS": "0.03", "PTB_TIMEDELTA": "1"}
        settings |= self.side.settings
        self.life = BotLife(self.folder, settings)

    @property
    def clock(self) -> datetime:
        """What the bot's clock shows."""
        return self.true + self.ahead

    async def run(self) -> None:
        """From the first day to the last."""
        self._hire()
        self.look = Look(self.database)
        try:
            self._take_plan(self.first.year)
            await self._rest()
            day = self.first
            while day <= self.last:
                self._plan_day(day)
                day += ONE_DAY
                await self._pass_to(at(day, time(0, 0)))
            await self.life.kill(signal.SIGTERM)
        finally:
            self.look.close()
            self.journal.close()
            await self.life.kill()

    def _hire(self) -> None:
        engine = open_database(f"sqlite:///{self.database}")
        migrate(engine)
        staff = {}
        with transaction(engine) as session:
            for name, roles in STAFF.items():
                number = add_person(session, name, frozenset(roles), date(2022, 1, 3))
                chat = self.side.chat_of(name)
                link_account(session, number, self.side.channel, chat, self.true)
                staff[name] = {"person": number, "chat": chat, "roles": roles}
            link_group(session, self.side.channel, self.side.chat_of(GROUP), GROUP_TITLE, self.true)
        engine.dispose()
        self.journal.write(
            "start", self.true, staff=staff, group=self.side.chat_of(GROUP), title=GROUP_TITLE, seed=self.seed
        )

    def _take_plan(self, year: int) -> None:
        file = write_plan(self.folder / "plans", year)
        self.life.settings["PLAN"] = str(file)
        self.journal.write("plan", self.true, file=f"plans/{file.name}")

    def _plan_day(self, day: date) -> None:
        if day.year != self.true.year or (day.month, day.day) == (1, 2):
            self.at(at(day, time(6, 50)), self._new_year) if day > self.first and day.day == 2 else None
        working = is_working_day(day)
        for moment in _DAYS_MOMENTS if working else (time(9, 0),):
            self.at(at(day, moment), self._nothing)
        if day.day % 10 == 0:
            self.at(at(day, time(20, 0)), self._nothing)
        if working:
            for deed in self.people.day(at(day, time(0, 0))):
                self.will_do(deed)
            self.faults.plan_day(day)

    async def _new_year(self) -> None:
        """The office takes the plan of the new year: stop, change PLAN, start."""
        if self.life.is_alive:
            await self.life.kill(signal.SIGTERM)
        self._take_plan(self.true.year)

    async def _nothing(self) -> None:
        """A moment to look at, no more."""

    def at(self, when: datetime, do: Do) -> None:
        """Something is to happen then."""
        heapq.heappush(self._ahead, (max(when, self.true), next(self._numbers), do))

    def will_do(self, deed: Deed) -> None:
        """Somebody is going to do something."""
        self.at(deed.when, lambda: self._do(deed))

    async def _do(self, deed: Deed) -> None:
        if self.ahead:  # the office waits until the bot's clock is right again
            self.at(self.true + timedelta(minutes=45), lambda: self._do(deed))
            return
        if deed.who in self.faults.blocking:
            return
        await self.life.tell_time(f"{self.clock:%Y-%m-%dT%H:%M:%S}")
        if deed.pressed is not None:
            if deed.in_group and deed.pressed.chat != self.side.chat_of(GROUP):
                return
            self.side.presses(deed.who, deed.pressed, deed.line)
        else:
            self.side.says(deed.who, deed.line, in_group=deed.in_group)
        where = GROUP if deed.in_group else deed.who
        self.journal.write("did", self.true, who=deed.who, where=where, line=deed.line)

    async def _pass_to(self, end: datetime) -> None:
        while self._ahead and self._ahead[0][0] < end:
            when, _, do = heapq.heappop(self._ahead)
            self.true = when
            await do()
            self.tell_time()
            await self._rest()

    def tell_time(self) -> None:
        """The bot's clock shows this moment."""
        self.life.tell(f"at {self.clock:%Y-%m-%dT%H:%M:%S}")

    def trouble(self, name: str, until: datetime) -> None:
        """A fault is at work; by then the bot must have recovered from it."""
        self.trouble_until = max(self.trouble_until, until)
        self.journal.write("fault", self.true, name=name, until=until.isoformat(), clock=self.clock.isoformat())
        gaps = (10, 30, 70, 180, 400, 1000, 2000)
        for moment in (self.true + timedelta(seconds=gap) for gap in gaps):
            if moment < until:
                self.at(moment, self._nothing)
        self.at(until, self._nothing)

    async def _rest(self) -> None:
        """Wait until the bot has nothing left to do at this moment, or cannot do anything."""
        began = machine_time.monotonic()
        if self.writes_fail:
            await asyncio.sleep(1.5)
            self._look_at_screens()
            return
        while True:
            self._look_at_screens()
            if not self.life.is_alive:
                if self.dead_until is not None and self.dead_until > self.true:
                    return
                self.dead_until = None
                await self.life.begin(self.clock, **self.settings_of_life)
            if self._is_quiet():
                self._look_at_screens()
                break
            if machine_time.monotonic() - began > _PATIENCE_SECONDS:
                self.journal.write("stuck", self.true, why=self._why())
                await self.life.kill()
                return
            await asyncio.sleep(0.012)
        if self.true >= self.trouble_until and not self.ahead and not self.is_shut:
            self.journal.write("rest", self.true)

    def _look_at_screens(self) -> None:
        for news in self.side.news():
            self.journal.write(
                news.what, self.true, clock=self.clock.isoformat(), who=news.who, chat=news.chat, id=news.message,
                text=news.text,
            )  # fmt: skip
            for deed in self.people.hear(news, self.true):
                self.will_do(deed)

    def _is_quiet(self) -> bool:
        try:
            return all(self._done_with().values())
        except sqlite3.OperationalError:
            return False

    def _why(self) -> str:
        return ", ".join(name for name, done in self._done_with().items() if not done)

    def _done_with(self) -> dict[str, bool]:
        """In the order in which work moves on, so that nothing slips past between two looks."""
        now = self.clock
        may_push = in_office_hours(now)
        moment = f"'{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00:00'"
        unasked = "" if may_push else "AND kind NOT IN ('push', 'nudge', 'chase')"
        none = self.look.number
        alive = datetime.fromisoformat(self.look.marks().get("alive", "2000-01-01T00:00:00+00:00"))
        return {
            "updates": self.is_shut or bool(self.settings_of_life) or not self.side.has_unread,
            "inbox": not none("SELECT count(*) FROM inbox WHERE handled_at IS NULL"),
            "sign of life": abs(now - alive) < timedelta(minutes=5),
            "decisions": not may_push
            or not none(f"SELECT count(*) FROM deadline WHERE NOT withdrawn AND next_look <= {moment}"),
            "outbox": not none(
                "SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'pending' "
                f"AND not_before <= {moment} {unasked})"
            ),
            "edits": not none("SELECT count(*) FROM outbox WHERE edit_due AND state = 'sent'"),
        }
