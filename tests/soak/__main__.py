"""python -m tests.soak --seed 1 --years 2 --channels both: drive the bot through it, check, print the figures."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, nullcontext
from datetime import date, timedelta
from pathlib import Path

from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.zalo_server import FakeZalo
from tests.postgres import postgres
from tests.soak.bases import PostgresBase, SqliteBase
from tests.soak.checker.lists import check
from tests.soak.checker.records import Run
from tests.soak.checker.report import report
from tests.soak.driver import Soak
from tests.soak.office import members
from tests.soak.side import Side
from tests.soak.telegram_side import TelegramSide
from tests.soak.zalo_side import ZaloSide

TOKEN = "4200001:soak-token-0123456789abcdef"
CHANNELS = {"telegram": ("telegram",), "zalo": ("zalo",), "both": ("telegram", "zalo")}
_LATENCY_SECONDS = 0.002
A_DAY_WITH_A_FAULT = 0.4
FIRST = date(2023, 1, 3)


async def drive(
    folder: Path,
    seed: int,
    first: date,
    last: date,
    faults: float = A_DAY_WITH_A_FAULT,
    channels: Sequence[str] = CHANNELS["telegram"],
    desk: float = 1.0,
    server: str = "",
) -> Soak:
    """One run from the first day to the last; its journal and database stay in the folder.

    `faults` is the share of working days on which something goes wrong, `desk` how much happens among the staff;
    `server` the URL of a PostgreSQL server, otherwise the database is a SQLite file.
    """

    def clock() -> float:
        return soak.true.timestamp()

    async with AsyncExitStack() as stack:
        sides: list[Side] = []
        if "telegram" in channels:
            telegram = await stack.enter_async_context(FakeTelegram(TOKEN, clock=clock))
            telegram.latency = _LATENCY_SECONDS
            sides.append(TelegramSide(telegram, members("telegram", channels)))
        if "zalo" in channels:
            zalo = await stack.enter_async_context(FakeZalo(TOKEN, clock=clock))
            zalo.latency = _LATENCY_SECONDS
            sides.append(ZaloSide(zalo, members("zalo", channels)))
        base = PostgresBase(folder, server) if server else SqliteBase(folder)
        soak = Soak(folder, base, sides, seed, first, last, faults, desk)
        await soak.run()
    return soak


def main() -> int:
    """Run it; 1 when the checker found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=float, default=2)
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST, help="a day of 2023 or 2024 to begin with")
    parser.add_argument("--days", type=int, help="instead of years")
    parser.add_argument("--channels", choices=CHANNELS, default="both")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--faults", type=float, default=A_DAY_WITH_A_FAULT, help="share of the working days")
    parser.add_argument("--desk", type=float, default=1, help="how much happens among the office's own people")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="only check what a run left in the folder")
    given = parser.parse_args()
    if given.check:
        return tell(given.check)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    last = given.first + timedelta(days=given.days or int(given.years * 365.5) - 4)
    channels = CHANNELS[given.channels]
    with postgres() if given.database == "postgresql" else nullcontext("") as server:
        soak = asyncio.run(drive(folder, given.seed, given.first, last, given.faults, channels, given.desk, server))
    span = f"{given.first:%d/%m/%Y} to {last:%d/%m/%Y}"
    print(f"seed {given.seed}, {given.channels}, {given.database}, {span}, in {folder}")
    print(f"{soak.life.lives:7} lives of the process, {time.monotonic() - began:.0f} s of machine time")
    return tell(folder)


def tell(folder: Path) -> int:
    """Check what a run left, and print it; 1 when anything was wrong."""
    findings = check(Run(folder))
    print("\n".join(report(findings)))
    return 0 if findings.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
