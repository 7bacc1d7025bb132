"""One of several workers that deliver to a file until nothing is left; run as a process, and killed, by test_workers.

python -m tests.worker_bot DATABASE_URL FILE
"""

import asyncio
import os
import sys
from pathlib import Path

from bot.clock import SteppingClock
from bot.crew import Crew, one_of_many
from jobs.channel import Arrived
from jobs.delivery import Courier
from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import open_database, reading
from records.outbox import Claimed, states
from tests.builders import moment
from tests.turns import events
from wording.message import Reply

MORNING = "13/06/2023 08:00"
AT_ONCE = 8


class Ledger:
    """A channel that knows what has arrived: two lines for each message, written at one stroke each."""

    name = "console"
    can_edit = False

    def __init__(self, file: Path) -> None:
        self._file = file
        self._number = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def resting(self) -> frozenset[str]:
        """No chat is limited."""
        return frozenset()

    async def show_work(self, chat: str) -> None:
        """Not looked at here."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Write that it is begun, and that it is said; it takes a moment on the way there and on the way back."""
        self.write("begun", message.id)
        await asyncio.sleep(0.002)
        self.write("said", message.id)
        await asyncio.sleep(0.002)
        return str(message.id)

    def write(self, what: str, number: int) -> None:
        """Put it on record."""
        os.write(self._number, f"{what} {number}\n".encode())

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Not used here."""

    async def arrived(self, message: Claimed) -> Arrived:
        """The file tells."""
        written = await asyncio.to_thread(events, self._file)
        return Arrived.YES if ("said", message.id) in written else Arrived.NO

    async def missing_rights(self, chat: str) -> list[str]:
        """A file may do everything."""
        return []


async def lead(crew: Crew, ledger: Ledger) -> None:
    """Note that this worker leads, when it is its turn."""
    await crew.lead()
    ledger.write("leads", os.getpid())


async def main(url: str, file: str) -> None:
    """One life of a worker."""
    plans, _ = load(["2023-phuoc-hai"])
    office = Office(plans, load_calendar(), load_policy(EIGHT_HOURS))
    engine = open_database(url)
    with one_of_many(engine) as crew:
        clock = SteppingClock(moment(MORNING))
        ledger = Ledger(Path(file))
        courier = Courier(engine, office, ledger, clock, AT_ONCE, worker=crew.worker)
        works = (courier.run(), crew.look_after([courier]), lead(crew, ledger))
        tasks = [asyncio.create_task(each) for each in works]
        left = True
        while left:
            await asyncio.sleep(0.1)
            with reading(engine) as session:
                left = bool({"pending", "sending"} & states(session).keys())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
