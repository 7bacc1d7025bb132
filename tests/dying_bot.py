"""A bot that delivers to a file and kills itself at a named point; run as a process by test_kill.

python -m tests.dying_bot DATABASE_URL FILE MOMENT POINT COUNT

POINT: "before-claim", "after-claim", "after-write", "after-record" or "never"; COUNT: at which message.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.channels.console import ConsoleChannel, Shown
from bot.clock import SteppingClock
from jobs.channel import Arrived
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.timetable import tick
from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import migrate, open_database
from records.outbox import Claimed
from tests.builders import moment
from wording.message import Reply


class DyingChannel:
    """The console channel with a place to die in each send."""

    name = "console"
    can_edit = False

    def __init__(self, inner: ConsoleChannel, point: str, count: int) -> None:
        self._inner = inner
        self._point = point
        self._left = count

    def resting(self) -> frozenset[str]:
        """Asked before each claim; the message before it has been recorded by then."""
        if self._point == "before-claim" or (self._point == "after-record" and self._left == 0):
            self._die_if_it_is_time()
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """Not looked at here."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Die before or after the writing."""
        self._left -= 1
        if self._point == "after-claim":
            self._die_if_it_is_time()
        written = await self._inner.send(message, reply)
        if self._point == "after-write":
            self._die_if_it_is_time()
        return written

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Not used here."""

    async def arrived(self, message: Claimed) -> Arrived:
        """The file tells."""
        return await self._inner.arrived(message)

    async def missing_rights(self, chat: str) -> list[str]:
        """The console may do everything."""
        return await self._inner.missing_rights(chat)

    def _die_if_it_is_time(self) -> None:
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _keep_quiet(shown: Shown) -> None:
    """The file is enough."""


async def main(url: str, file: str, when: str, point: str, count: str) -> None:
    """One life of the bot."""
    plans, _ = load(["2023-phuoc-hai"])
    office = Office(plans, load_calendar(), load_policy(EIGHT_HOURS))
    engine = open_database(url)
    migrate(engine)
    clock = SteppingClock(moment(when))
    channel = DyingChannel(ConsoleChannel(_keep_quiet, clock, Path(file)), point, int(count))
    courier = Courier(engine, office, channel, clock)
    start_up(engine, office, clock())
    await courier.recover()
    await tick(engine, office, [courier], clock)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
