"""What the benchmarks share: the fake Bot API server in this process, a bot in another one, people who type."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import Popen

from bench.archive import fill
from bot.clock import real_clock
from plan_data.workdays import ZONE
from records.database import migrate, open_database, transaction
from records.people import add_person, link_account, link_group
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import Group, User

ROOT = Path(__file__).parents[1]
START_SECONDS = 30
Process = Popen[bytes]


@dataclass
class Fleet:
    """A server and the people who use it."""

    server: FakeTelegram
    people: list[User]
    group: Group
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """For the bot's process."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PTB_TIMEDELTA": "1",
            "TELEGRAM_BOT_TOKEN": self.server.token,
            "TELEGRAM_API_URL": self.server.url,
            "DATA_DIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
            "TICK_SECONDS": "0.2",
        }

    @asynccontextmanager
    async def bot(self, module: str, *arguments: str) -> AsyncIterator[Process]:
        """A bot's process, from its first poll on."""
        process = Process([sys.executable, "-m", module, *arguments], env=self.environment, cwd=self.folder)
        try:
            await self.server.until(lambda: self.server.updates.is_polled, START_SECONDS)
            yield process
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 20)

    async def burst(self, command: str, count: int, within: float) -> float:
        """That many commands, dealt round to the people; seconds from the first command to the last answer."""
        before = len(self.server.sent)
        began = time.monotonic()
        for number in range(count):
            self.server.says(self.people[number % len(self.people)], command)
        await self.server.until(lambda: len(self.server.sent) >= before + count, within)
        return self.server.sent[-1].at - began

    async def one_by_one(self, commands: Sequence[str], count: int) -> list[float]:
        """Seconds from each command to its answer, one after the other, sorted; each person goes through all."""
        times = []
        for number in range(count):
            before = len(self.server.sent)
            began = time.monotonic()
            turn, which = divmod(number, len(commands))
            self.server.says(self.people[turn % len(self.people)], commands[which])
            await self.server.until(lambda before=before: len(self.server.sent) > before, 10)  # type: ignore[misc]
            times.append(self.server.sent[before].at - began)
        return sorted(times)


@asynccontextmanager
async def fleet(
    people: int,
    *,
    limits: bool = False,
    latency: float = 0.0,
    now: datetime | None = None,
    archive: int = 0,
    role: str = "khong-chuyen-trach",
) -> AsyncIterator[Fleet]:
    """A server with so many people of a role, registered in a fresh database with an archive of that many rows.

    The first of them is the clerk; a group is linked. `now`: for a rehearsal.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with FakeTelegram("4200001:bench-bench-bench-bench", limits=limits) as server:
            server.latency = latency
            users = [server.add_user(f"Cán bộ {number}", started=True) for number in range(1, people + 1)]
            engine = open_database(f"sqlite:///{folder / 'nhacviec.db'}")
            migrate(engine)
            now = now or real_clock()
            group = server.add_group("Nhóm cơ quan", members=users)
            with transaction(engine) as session:
                link_group(session, "telegram", str(group.id), group.title, now)
                for number, user in enumerate(users):
                    joined = now.astimezone(ZONE).date().replace(month=1, day=1)
                    person = add_person(
                        session, user.first_name, frozenset({"cchc" if number == 0 else role}), joined
                    )
                    link_account(session, person, "telegram", str(user.id), now)
            if archive:
                fill(engine, deadlines=archive, outbox=0, now=now)
            engine.dispose()
            yield Fleet(server, users, group, folder)
