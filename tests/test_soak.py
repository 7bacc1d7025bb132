"""A few weeks of the soak: the real process, faults on most days, and nothing for the checker to list.

`make soak SEED=1 YEARS=2` is the whole of it.
"""

from datetime import date
from pathlib import Path

from tests.soak.__main__ import drive
from tests.soak.checker.lists import check
from tests.soak.checker.records import Run
from tests.soak.checker.report import report


async def test_weeks_full_of_faults_lose_nothing_say_nothing_twice_and_nothing_wrong(tmp_path: Path) -> None:
    soak = await drive(tmp_path, 7, date(2023, 5, 29), date(2023, 6, 25), faults=0.9)
    found = check(Run(tmp_path))
    assert found.is_clean, "\n".join(report(found))
    assert (soak.life.lives > 5, found.figures["faults"] > 10, found.figures["steps: said"] > 50) == (True,) * 3
