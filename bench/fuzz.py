"""Nonsense at length: mutated updates and conversations of each channel, random command lines, broken files.

.venv/bin/python -m bench.fuzz --updates 200000 --lines 50000 --seed 1
"""

import argparse
import asyncio
import gc
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import migrate
from tests.databases import PostgresStock, SqliteStock, open_for_test
from tests.nonsense.aftermath import imports, mornings
from tests.nonsense.files import FileFuzz
from tests.nonsense.fuzz import Fuzz
from tests.nonsense.office import PLATFORMS, furnish
from tests.postgres import postgres

_PART = 2000
_SHOWN = 20


def main(
    folder: Path, updates: int, lines: int, files: int, seed: int, channels: Collection[str], *, on_postgresql: bool
) -> int:
    """Run in that folder, print the figures; returns 1 when something was found."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # it is a text stream here
    for name in ("bot.channels", "bot.conversation", "jobs", "bot.case_desk"):  # they tell of what they cannot read
        logging.getLogger(name).setLevel(logging.CRITICAL)
    plans, _ = load(["2023-phuoc-hai"])
    office = Office(plans, load_calendar(), load_policy(EIGHT_HOURS))
    began, spent, found = time.monotonic(), time.process_time(), 0
    counts, slowest = Counter[str](), list[tuple[float, str]]()
    broken = FileFuzz(office, random.Random(seed), folder)
    gc.freeze()
    with _town_halls(office, folder, on_postgresql=on_postgresql) as town_halls:
        for part in range(0, max(updates, lines), _PART):  # a fresh one for each part: fuzzing changes it
            with tempfile.TemporaryDirectory() as papers, town_halls.copied("furnished", Path(papers)) as url:
                engine = open_for_test(url)
                with closing(Fuzz(engine, office, random.Random(seed * 1_000_003 + part))) as fuzz:
                    for platform in PLATFORMS:
                        if platform.name in channels:
                            fuzz.updates(platform, max(0, min(_PART, updates - part)))
                    fuzz.lines(max(0, min(_PART, lines - part)))
                    asyncio.run(imports(fuzz, broken))
                    asyncio.run(mornings(fuzz, Path(papers)))
                engine.dispose()
            found += len(fuzz.found)
            counts += fuzz.counts
            slowest = sorted([*slowest, *fuzz.slowest])[-_SHOWN:]
            for each in fuzz.found[:_SHOWN]:
                print(f"seed {seed}, part {part}: {each}")
            clock = f"{time.monotonic() - began:.0f} s, {time.process_time() - spent:.0f} s of processor"
            print(f"{part + _PART}: {dict(counts)}, {found} found, {clock}", flush=True)
    broken.files(files)
    for each in broken.found[:_SHOWN]:
        print(f"seed {seed}, files: {each}")
    found += len(broken.found)
    print(f"files: {dict(broken.counts)}; {found} found in all, {time.monotonic() - began:.0f} s")
    for seconds, what in slowest:
        print(f"  slow: {seconds:.2f} s {what}")
    return 1 if found else 0


@contextmanager
def _town_halls(office: Office, folder: Path, *, on_postgresql: bool) -> Iterator[SqliteStock | PostgresStock]:
    """What a fresh town hall is copied from: that is much quicker than migrating each."""

    def furnished(engine: Engine) -> None:
        migrate(engine)
        furnish(engine, office)

    originals = {"furnished": furnished}
    if not on_postgresql:
        yield SqliteStock(originals, folder)
        return
    with postgres() as url, closing(PostgresStock(originals, url)) as stock:
        yield stock


if __name__ == "__main__":
    names = [each.name for each in PLATFORMS]
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=200_000, help="for each channel")
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--channels", nargs="+", default=names, choices=names)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        code = main(
            Path(name), given.updates, given.lines, given.files, given.seed, given.channels,
            on_postgresql=given.database == "postgresql",
        )  # fmt: skip
    sys.exit(code)
