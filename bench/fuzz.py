"""Nonsense at length: mutated updates of each channel and random command lines; what must not be is printed.

.venv/bin/python -m bench.fuzz --updates 200000 --lines 50000 --seed 1
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import migrate, open_database
from tests.fuzzing import LIMITS, Fuzz

_PART = 1000


def main(updates: int, lines: int, seed: int) -> int:
    """Run, print the figures; returns 1 when something was found."""
    logging.getLogger("bot.channels").setLevel(logging.CRITICAL)  # it tells of each update that it cannot read
    logging.basicConfig(level=logging.ERROR)
    plans, _ = load(["2023-phuoc-hai"])
    office = Office(plans, load_calendar(), load_policy(EIGHT_HOURS))
    began, found = time.monotonic(), 0
    for part in range(0, max(updates, lines), _PART):  # a fresh town hall for each part: fuzzing changes it
        with tempfile.TemporaryDirectory() as folder:
            engine = open_database(f"sqlite:///{Path(folder) / 'fuzz.db'}")
            migrate(engine)
            fuzz = Fuzz(engine, office, random.Random(seed * 1_000_003 + part))
            for channel in LIMITS:
                fuzz.updates(channel, max(0, min(_PART, updates - part)))
            fuzz.lines(max(0, min(_PART, lines - part)))
            engine.dispose()
        found += len(fuzz.found)
        for each in fuzz.found[:20]:
            print(f"seed {seed}, part {part}: {each}")
        print(f"{part + _PART}: {dict(fuzz.counts)}, {found} found, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=200_000, help="for each channel")
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.updates, given.lines, given.seed))
