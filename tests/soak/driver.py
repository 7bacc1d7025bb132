"""Drives the real process through simulated days: only to the moments at which something may happen."""

import asyncio
import heapq
import random
import signal
import time as machine_time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from tests.soak.bases import Base, Busy
from tests.soak.bot_life import BotLife
from tests.soak.checker.days import ONE_DAY, at, in_office_hours, is_working_day
from tests.soak.desk import Desk
from tests.soak.faults import Faults
from tests.soak.journal import Journal
from tests.soak.office import STAFF, hire
from tests.soak.people import Deed, People
from tests.soak.plans_of_years import write_plan
from tests.soak.registry import Registry
from tests.soak.side import Side

_LIVES_IN_A_MOMENT = 20  # each is killed at most once by chance
_PATIENCE_SECONDS = 40.0  # without any progress: a busy machine may take long over a busy moment
_DEED_WITHIN_SECONDS = 120.0  # a fault or a step that takes longer is a mistake of the simulator
_DAYS_MOMENTS = (time(7, 30), time(7, 45), time(13, 30), time(15, 0))
_MINUTE = timedelta(minutes=1)
Do = Callable[[], Awaitable[None]]


@dataclass
class Soak:
    """One run. `true` is the simulated time, `ahead` how far the bot's clock is off.

    `well_again`: when the last fault of each channel is over. `shut`: the channels whose port is closed, and since
    when nothing else is in the way; on those that are `cut_off` nobody writes either.
    """

    folder: Path
    base: Base
    sides: Sequence[Side]
    seed: int
    first: date
    last: date
    faulty_days: float
    desk_share: float = 1.0  # how much happens among the office's own people
    journal: Journal = field(init=False)
    true: datetime = field(init=False)
    ahead: timedelta = timedelta()
    dead_until: datetime | None = None
    well_again: dict[str, datetime] = field(init=False)
    shut: dict[str, datetime] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    writes_fail: bool = False
    settings_of_life: dict[str, str] = field(default_factory=dict)
    _ahead: list[tuple[datetime, int, Do]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _written: dict[tuple[str, str], Deed] = field(default_factory=dict)  # by channel and update
    _next_try: datetime | None = None

    def __post_init__(self) -> None:
        self.true = at(self.first, time(7, 0))
        self.well_again = {side.channel: self.true for side in self.sides}
        self.journal = Journal(self.folder / "journal.jsonl")
        self.people = People(tuple(STAFF), self.seed)
        self.desk = Desk(STAFF, self.seed, self.desk_share)
        self.faults = Faults(self, self.seed, self.faulty_days)
        self.registry = Registry(self.folder, self.seed)
        settings = {
            "DATABASE_URL": self.base.url,
            "CASES_INBOX": str(self.registry.inbox),
            "TICK_SECONDS": "0.03",
            "PTB_TIMEDELTA": "1",  # its log is silent about a change to come in the library, and warnings are errors
        }
        for side in self.sides:
            settings |= side.settings
        self.life = BotLife(self.folder, settings)

    @property
    def clock(self) -> datetime:
        """What the bot's clock shows."""
        return self.true + self.ahead

    async def run(self) -> None:
        """From the first day to the last."""
        office = hire(self.base.url, self.sides, self.true)
        self.journal.write("start", self.true, **office, seed=self.seed)
        self.base.open()
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
            self.journal.close()
            await self.life.kill()
            self.base.close()

    def _take_plan(self, year: int) -> None:
        file = write_plan(self.folder / "plans", year)
        self.life.settings["PLAN"] = str(file)
        self.journal.write("plan", self.true, file=f"plans/{file.name}")

    def _plan_day(self, day: date) -> None:
        if day.year != self.true.year or (day.month, day.day) == (1, 2):
            self.at(at(day, time(6, 50)), self._new_year) if day > self.first and day.day == 2 else None
        if day > self.first:
            self.at(at(day, time(0, 1)), self._nothing)  # the bot sees each new day begin, as if it were never asleep
        working = is_working_day(day)
        for moment in _DAYS_MOMENTS if working else (time(9, 0),):
            self.at(at(day, moment), self._nothing)
            if self.shut:  # by then what cannot go here has gone elsewhere
                self.at(at(day, moment) + 6 * _MINUTE, self._nothing)
        if day.day % 10 == 0:
            self.at(at(day, time(20, 0)), self._nothing)
        if working:
            midnight = at(day, time(0, 0))
            for deed in (*self.people.day(midnight), *self.desk.day(midnight)):
                self.will_do(deed)
            self.faults.plan_day(day)
            if export_at := self.registry.day(day):
                self.at(export_at, self._export)

    async def _new_year(self) -> None:
        """The office takes the plan of the new year: stop, change PLAN, start."""
        if self.life.is_alive:
            await self.life.kill(signal.SIGTERM)
        self._take_plan(self.true.year)

    async def _export(self) -> None:
        """The clerk puts an export of the cases into the folder that the bot watches."""
        if not self.ahead:
            self.journal.write("export", self.true, **self.registry.export(self.true))

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
        side = self._side_of(deed)
        if side is None or self.desk.does_nothing(deed):
            return
        await self.life.tell_time(f"{self.clock:%Y-%m-%dT%H:%M:%S}")
        where = side.group if deed.in_group else deed.who
        if deed.pressed is None:
            number, line = side.says(deed.who, deed.line, in_group=deed.in_group)
        elif deed.pressed.chat == side.chat_of(where):
            number, line = side.presses(deed.who, deed.pressed, deed.line)
        else:  # in a group that has moved since
            return
        self._written[side.channel, number] = deed
        means = deed.line if deed.pressed else ""
        self.journal.write("did", self.true, who=deed.who, where=where, channel=side.channel, line=line, means=means)

    def _side_of(self, deed: Deed) -> Side | None:
        """Where they do it: under the message that they press, or where they write today; None: they cannot."""
        ways = [
            side
            for side in self.sides
            if deed.who in side.names
            and side.channel not in self.cut_off
            and (deed.who, side.channel) not in self.faults.blocking
            and (deed.pressed.channel if deed.pressed else deed.channel) in ("", side.channel)
        ]
        today = random.Random(f"{self.seed} {deed.who} {deed.when.date()}")
        return today.choice(ways) if ways else None

    async def _pass_to(self, end: datetime) -> None:
        while self._ahead and self._ahead[0][0] < end:
            when, _, do = heapq.heappop(self._ahead)
            self.true = when
            async with asyncio.timeout(_DEED_WITHIN_SECONDS):
                await do()
            self.tell_time()
            await self._rest()

    def tell_time(self) -> None:
        """The bot's clock shows this moment."""
        self.life.tell(f"at {self.clock:%Y-%m-%dT%H:%M:%S}")

    def trouble(self, name: str, until: datetime, *only: str) -> None:
        """A fault is at work, perhaps on some channels only; by then the bot must have recovered from it."""
        for channel in only or self.well_again:
            self.well_again[channel] = max(self.well_again[channel], until)
        self.shut = {channel: since if only else max(since, until) for channel, since in self.shut.items()}
        name = f"{', '.join(only)}: {name}" if only else name
        self.journal.write("fault", self.true, name=name, until=until.isoformat(), clock=self.clock.isoformat())
        gaps = (10, 30, 70, 180, 400, 1000, 2000)
        for moment in (self.true + timedelta(seconds=gap) for gap in gaps):
            if moment < until:
                self.at(moment, self._nothing)
        self.at(until, self._nothing)

    async def _rest(self) -> None:
        """Wait until the bot has nothing left to do at this moment, or cannot do anything."""
        began = moved = machine_time.monotonic()
        progress: object = None
        lives = 0
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
                self.journal.write("life", self.true)
                lives += 1
                if lives > _LIVES_IN_A_MOMENT:
                    raise RuntimeError(f"the process ends as soon as it begins, see {self.folder}/bot.log")
                await self.life.begin(self.clock, **self.settings_of_life)
            if self._is_quiet():
                self._look_at_screens()
                break
            now, before = machine_time.monotonic(), progress
            progress = self._number(self.base.progress)
            moved = moved if progress == before else now
            if now - moved > _PATIENCE_SECONDS or now - began > 10 * _PATIENCE_SECONDS:
                self.journal.write("stuck", self.true, why=self._why())
                await self.life.kill()
                return
            self._note_lost()
            await asyncio.sleep(0.012)
        well = [each for each, when in self.well_again.items() if self.true >= when and each not in self.shut]
        if well and not self.ahead:
            cut = {channel: since.isoformat() for channel, since in self.shut.items()}
            self.journal.write("rest", self.true, well=well, cut=cut)
        if well and self.shut:
            self._look_at_next_try()

    def _look_at_screens(self) -> None:
        for news in (news for side in self.sides for news in side.news()):
            self.journal.write(
                news.what, self.true, clock=self.clock.isoformat(), who=news.who, channel=news.channel,
                chat=news.chat, id=news.message, text=news.text,
            )  # fmt: skip
            if news.whole:
                whole = replace(news, text=news.whole)
                for deed in (*self.people.hear(whole, self.true), *self.desk.hear(whole, self.true)):
                    self.will_do(deed)

    def _note_lost(self) -> None:
        """Who gets no answer writes again."""
        for side in self.sides:
            for number in side.lost():
                deed = self._written[side.channel, number]
                where = side.group if deed.in_group else deed.who
                self.journal.write("lost", self.true, who=deed.who, where=where, channel=side.channel, line=deed.line)
                self.will_do(replace(deed, when=self.true + 7 * _MINUTE, channel=side.channel))

    def _look_at_next_try(self) -> None:
        """While a port is closed the bot's own tries are moments that matter."""
        query = "SELECT CAST(min(not_before) AS TEXT) FROM outbox WHERE state = 'pending' AND not_before > "
        ((found,),) = self.base.ask(query + self._now)
        when = datetime.fromisoformat(found).replace(tzinfo=UTC).astimezone(self.true.tzinfo) if found else None
        if when != self._next_try and when is not None:
            self._next_try = when
            self.at(when - self.ahead, self._nothing)

    def _is_quiet(self) -> bool:
        try:
            return all(self._done_with().values())
        except Busy:
            return False

    def _why(self) -> str:
        return ", ".join(name for name, done in self._done_with().items() if not done)

    def _done_with(self) -> dict[str, bool]:
        """In the order in which work moves on, so that nothing slips past between two looks."""
        now = self.clock
        may_push = in_office_hours(now)
        unasked = "" if may_push else "AND kind NOT IN ('push', 'nudge', 'chase', 'case', 'review', 'news')"
        many = self._number
        marks = dict(self.base.ask("SELECT name, value FROM mark"))
        alive = datetime.fromisoformat(marks.get("alive", "2000-01-01T00:00:00+00:00"))
        return {
            "updates": bool(self.settings_of_life) or not any(self._unread(side) for side in self.sides),
            "files": not self.registry.waits,
            "inbox": not many("SELECT count(*) FROM inbox WHERE handled_at IS NULL"),
            "sign of life": abs(now - alive) < timedelta(minutes=5),
            "decisions": not may_push
            or not many(f"SELECT count(*) FROM deadline WHERE NOT withdrawn AND next_look <= {self._now}"),
            "cases": not may_push or not many(f"SELECT count(*) FROM case_file WHERE next_look <= {self._now}"),
            "outbox": not many(
                "SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'pending' "
                f"AND not_before <= {self._now} {unasked})"
            ),
            "edits": not many(
                "SELECT count(*) FROM outbox WHERE edit_due AND state = 'sent' AND channel = 'telegram'"
            ),
        }

    @property
    def _now(self) -> str:
        """The moment that the bot's clock shows, as its database writes it."""
        return f"'{self.clock.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00:00'"

    def _unread(self, side: Side) -> bool:
        stored = partial(self._has_stored, side.channel)
        return side.channel not in self.shut and side.unread(stored)

    def _has_stored(self, channel: str, update: str) -> bool:
        query = "SELECT count(*) FROM inbox WHERE channel = ? AND update_id = ?"
        return bool(self.base.ask(query, channel, update)[0][0])

    def _number(self, query: str) -> int:
        number: int = self.base.ask(query)[0][0]
        return number
