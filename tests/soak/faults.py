"""What goes wrong, drawn from a seed: most working days nothing, on the others one thing, at a moment of speaking."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from tests.soak.bases import Base
from tests.soak.bot_life import BotLife
from tests.soak.checker.days import at
from tests.soak.journal import Journal
from tests.soak.mortal_bot import POINTS
from tests.soak.people import Deed
from tests.soak.side import Side

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_RETRIES_TAKE = 75 * MINUTE  # the longest pause between two tries is an hour
_FOR_POLLS = ("reset before", "reset after", "502", "502 after", "half an answer")


class Stage(Protocol):
    """What faults need of the run."""

    true: datetime
    ahead: timedelta
    dead_until: datetime | None
    well_again: dict[str, datetime]
    shut: dict[str, datetime]
    cut_off: set[str]
    writes_fail: bool
    settings_of_life: dict[str, str]
    sides: Sequence[Side]
    life: BotLife
    journal: Journal
    base: Base

    @property
    def clock(self) -> datetime:
        """What the bot's clock shows."""

    def at(self, when: datetime, do: Callable[[], Awaitable[None]]) -> None:
        """Something is to happen then."""

    def will_do(self, deed: Deed) -> None:
        """Somebody is going to do something."""

    def trouble(self, name: str, until: datetime, *only: str) -> None:
        """A fault is at work, perhaps on some channels only; by then the bot must have recovered from it."""


class Faults:
    """Strikes the run."""

    def __init__(self, stage: Stage, seed: int, faulty_days: float) -> None:
        self.stage = stage
        self.seed = seed
        self.chance = random.Random(seed)
        self.faulty_days = faulty_days
        self.blocking: set[tuple[str, str]] = set()  # who, on which channel
        kinds: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (6, self._dies_at_a_step), (2, self._is_killed), (2, self._is_away), (1, self._is_restarted),
            (1, self._stands_still), (2, self._clock_is_wrong), (2, self._port_is_closed), (0.5, self._no_dns),
            (5, self._on_the_way), (2, self._too_many), (1, self._polls_fail), (1, self._is_blocked),
            (0.4, self._migrates), (1, self._is_locked), (1, self._cannot_be_written), (0.7, self._second_instance),
            (1, self._changes_its_ways),
        ]  # fmt: skip
        if len(stage.sides) > 1:
            kinds.append((2, self._is_cut_off))
        self._weights = [weight for weight, _ in kinds]
        self._kinds = [kind for _, kind in kinds]

    def plan_day(self, day: date) -> None:
        """Perhaps something goes wrong on this day: just before the bot speaks, or at any office minute."""
        self.chance = random.Random(f"{self.seed} {day}")
        if self.chance.random() < self.faulty_days:
            anywhere = time(self.chance.choice((8, 9, 10, 14, 15, 16)), self.chance.randint(0, 59), 30)
            speaking = (time(7, 29, 59), time(7, 29, 59), time(14, 59, 59), anywhere)
            (strike,) = self.chance.choices(self._kinds, self._weights)
            self.stage.at(at(day, self.chance.choice(speaking)), strike)

    async def _dies_at_a_step(self) -> None:
        point, nth = self.chance.choice(POINTS), self.chance.randint(1, 5)
        self.stage.life.tell(f"die {point} {nth}")
        self.stage.trouble(f"killed at {point}", self.stage.true)

    async def _is_killed(self) -> None:
        asyncio.get_running_loop().call_later(self.chance.uniform(0.02, 0.3), self._kill_now)
        self.stage.trouble("killed at random", self.stage.true + 2 * SECOND)

    def _kill_now(self) -> None:
        self.stage.life.strike()

    async def _is_away(self) -> None:
        """An outage; what was confirmed last comes once more when it is back, perhaps out of order."""
        await self.stage.life.kill()
        length = self.chance.choice((10 * MINUTE, 40 * MINUTE, 3 * HOUR, 8 * HOUR, DAY, 3 * DAY))
        self.stage.dead_until = self.stage.true + length
        self.stage.trouble(f"away for {length}", self.stage.true + length)
        reordered = self.chance.random() < 0.5

        async def replay() -> None:
            for side in self.stage.sides:
                side.replay(reordered=reordered)

        self.stage.at(self.stage.true + length - SECOND, replay)

    async def _is_restarted(self) -> None:
        if self.stage.life.is_alive:
            await self.stage.life.kill(signal.SIGTERM)
        for side in self.stage.sides:
            side.replay(reordered=False)
        self.stage.trouble("restarted", self.stage.true)

    async def _stands_still(self) -> None:
        self.stage.life.tell(f"block {self.chance.uniform(0.5, 3):.1f}")
        self.stage.trouble("event loop blocked", self.stage.true)

    async def _clock_is_wrong(self) -> None:
        if self.stage.ahead:
            return
        by = self.chance.choice((5 * MINUTE, 40 * MINUTE, 3 * HOUR, DAY)) * self.chance.choice((1, -1))
        lasts = self.chance.choice((2 * MINUTE, 30 * MINUTE, 4 * HOUR))
        self.stage.ahead = by
        self.stage.trouble(f"clock off by {by}", self.stage.true + lasts + MINUTE)

        async def mend() -> None:
            self.stage.ahead = timedelta()

        self.stage.at(self.stage.true + lasts, mend)

    async def _port_is_closed(self) -> None:
        """Of one platform, or of all of them: then it is the bot's own line that is dead."""
        which = self.chance.choice([*([side] for side in self.stage.sides), self.stage.sides])
        await self._shut(which, self.chance.choice((MINUTE, 20 * MINUTE, 2 * HOUR)), "connections refused")

    async def _is_cut_off(self) -> None:
        """A platform is gone for everybody and for long: who has another account is told there."""
        side = self.chance.choice(self.stage.sides)
        if not self.stage.cut_off and await self._shut(
            [side], self.chance.choice((4 * HOUR, DAY, 2 * DAY, 4 * DAY)), "cut off"
        ):
            self.stage.cut_off.add(side.channel)

    async def _shut(self, which: Sequence[Side], lasts: timedelta, name: str) -> bool:
        sides = [side for side in which if side.channel not in self.stage.shut]
        for side in sides:
            self.stage.shut[side.channel] = max(self.stage.true, self.stage.well_again[side.channel])
            await side.shut()

        async def mend() -> None:
            for side in sides:
                await side.open()
                del self.stage.shut[side.channel]
                self.stage.cut_off.discard(side.channel)

        if sides:
            names = [side.channel for side in sides]
            self.stage.trouble(f"{name} for {lasts}", self.stage.true + lasts + _RETRIES_TAKE, *names)
            self.stage.at(self.stage.true + lasts, mend)
        return bool(sides)

    async def _no_dns(self) -> None:
        if self.stage.settings_of_life:
            return
        lasts = self.chance.choice((5 * MINUTE, 50 * MINUTE))
        for side in self.stage.sides:
            self.stage.settings_of_life |= side.nowhere
        await self.stage.life.kill()
        self.stage.trouble("no name resolution", self.stage.true + lasts + _RETRIES_TAKE)

        async def mend() -> None:
            self.stage.settings_of_life.clear()
            await self.stage.life.kill()

        self.stage.at(self.stage.true + lasts, mend)

    async def _on_the_way(self) -> None:
        side = self._side()
        fault = self.chance.choice(side.on_the_way)
        side.order(fault, self.chance.randint(1, 6))
        self._mend_later(side, fault, _RETRIES_TAKE)

    async def _too_many(self) -> None:
        side, seconds = self._side(), self.chance.choice((20, 600, 3600, 10800))
        side.order("429", self.chance.randint(1, 3), seconds)
        self._mend_later(side, f"429, retry after {seconds} s", timedelta(seconds=seconds) + _RETRIES_TAKE)

    async def _polls_fail(self) -> None:
        side, fault = self._side(), self.chance.choice(_FOR_POLLS)
        side.order_for_polls(fault, self.chance.randint(1, 4))
        self._mend_later(side, f"poll: {fault}", MINUTE)

    def _side(self) -> Side:
        return self.chance.choice(self.stage.sides)

    def _mend_later(self, side: Side, name: str, recovered: timedelta) -> None:
        """What was ordered and not used up waits no longer than a minute."""
        self.stage.trouble(name, self.stage.true + MINUTE + recovered, side.channel)

        async def mend() -> None:
            side.works_again()

        self.stage.at(self.stage.true + MINUTE, mend)

    async def _is_blocked(self) -> None:
        side = self._side()
        who = self.chance.choice([name for name in side.names if (name, side.channel) not in self.blocking])
        self.blocking.add((who, side.channel))
        side.blocks(who)
        self.stage.journal.write("blocked", self.stage.true, who=who, channel=side.channel)

        async def mend() -> None:
            side.unblocks(who)
            self.blocking.discard((who, side.channel))
            told = side.tells_of_blocking
            self.stage.journal.write("unblocked", self.stage.true, who=who, channel=side.channel, told=told)
            if not told:  # the clerk has asked them to
                self.stage.will_do(Deed(self.stage.true + MINUTE, who, "/batdau", channel=side.channel))

        self.stage.at(self.stage.true + self.chance.choice((2 * HOUR, DAY, 4 * DAY)), mend)

    async def _migrates(self) -> None:
        for side in self.stage.sides:
            if side.migrates():
                self.stage.trouble("the group has migrated", self.stage.true + 2 * MINUTE, side.channel)

    async def _changes_its_ways(self) -> None:
        for side in self.stage.sides:
            if changed := side.changes_its_ways(self.chance.choice):
                self.stage.trouble(f"from now on {changed}", self.stage.true, side.channel)

    async def _is_locked(self) -> None:
        self.stage.base.lock()
        self._cannot_write("database locked")

        async def mend() -> None:
            self.stage.base.unlock()
            self.stage.writes_fail = False

        self.stage.at(self.stage.true + 2 * SECOND, mend)

    async def _cannot_be_written(self) -> None:
        self.stage.base.fail(self.stage.life)
        self._cannot_write(self.stage.base.failure)

        async def mend() -> None:
            self.stage.base.work(self.stage.life)
            self.stage.writes_fail = False

        self.stage.at(self.stage.true + 2 * SECOND, mend)

    def _cannot_write(self, name: str) -> None:
        self.stage.writes_fail = True
        self.stage.trouble(name, self.stage.true + _RETRIES_TAKE)

    async def _second_instance(self) -> None:
        code = await self.stage.life.second_instance(self.stage.clock) if self.stage.life.is_alive else 2
        self.stage.trouble("second instance", self.stage.true)
        if code == 0:
            self.stage.journal.write("stuck", self.stage.true, why="a second bot worked beside the first")
