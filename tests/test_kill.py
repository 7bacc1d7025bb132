"""A process killed with -9 between any two steps of claim, send and record: nothing lost, nothing twice."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.town import GROUP, Town

MORNING = "13/06/2023 07:30"


async def live(url: str, file: Path, point: str, count: int) -> int:
    """One life of the process; returns its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.dying_bot", url, str(file), MORNING, point, str(count)
    )
    return await process.wait()


def chats_written_to(file: Path) -> list[str]:
    """The chat of each message in the file, in order."""
    written = file.read_text(encoding="utf-8") if file.exists() else ""
    return re.findall(r"→ (.+?) \(tin số \d+\)", written)


@pytest.mark.parametrize("point", ["before-claim", "after-claim", "after-write", "after-record"])
async def test_a_bot_killed_at_any_step_says_everything_exactly_once(
    town: Town, database_url: str, tmp_path: Path, point: str
) -> None:
    file = tmp_path / "said.txt"
    deaths = [await live(database_url, file, point, count) for count in (3, 2, 1)]
    assert deaths == [-signal.SIGKILL] * 3
    assert await live(database_url, file, "never", 0) == 0
    assert sorted(chats_written_to(file)) == sorted(
        ["cchc", "cchc", "cchc", "cchc", "chu-tich", GROUP, "van-phong", "tu-phap", "tai-chinh", "van-hoa", "mot-cua"]
    )


async def test_a_bot_that_lives_says_the_same(town: Town, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    assert await live(database_url, file, "never", 0) == 0
    assert await live(database_url, file, "never", 0) == 0
    assert len(chats_written_to(file)) == 11
