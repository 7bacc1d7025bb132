"""A few weeks of the soak: the real process, faults on most days, and nothing for the checker to list.

`make soak SEED=1 YEARS=2` is the whole of it.
"""

from datetime import date
from pathlib import Path

import pytest

from tests.soak.__main__ import CHANNELS, drive
from tests.soak.checker.lists import check
from tests.soak.checker.records import Run
from tests.soak.checker.report import report
from tests.soak.driver import Soak

FIRST, LAST = date(2023, 5, 29), date(2023, 6, 18)


@pytest.mark.parametrize("channels", ["telegram", "both"])
async def test_weeks_full_of_faults_lose_nothing_say_nothing_twice_and_nothing_wrong(
    tmp_path: Path, channels: str
) -> None:
    judge(tmp_path, await drive(tmp_path, 7, FIRST, LAST, faults=0.9, channels=CHANNELS[channels]))


async def test_on_postgresql_they_do_no_more_harm(tmp_path: Path, postgres_url: str) -> None:
    given = CHANNELS["both"]
    judge(tmp_path, await drive(tmp_path, 8, FIRST, LAST, faults=0.9, channels=given, server=postgres_url))


def judge(folder: Path, soak: Soak) -> None:
    found = check(Run(folder))
    assert found.is_clean, "\n".join(report(found))
    assert (soak.life.lives > 4, found.figures["faults"] > 8, found.figures["steps: said"] > 50) == (True,) * 3
