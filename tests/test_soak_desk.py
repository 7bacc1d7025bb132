"""What the soak's checker says about the office's own people: a defect of each kind is planted, and listed."""

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.soak.__main__ import drive
from tests.soak.checker import lists
from tests.soak.checker.report import report
from tests.test_soak_checker import Copy


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four weeks without any fault in an office where much happens among the people."""
    folder = tmp_path_factory.mktemp("soak")
    asyncio.run(drive(folder, 8, date(2023, 5, 29), date(2023, 6, 25), faults=0, desk=3))
    return folder


@pytest.fixture
def copy(busy: Path, tmp_path: Path) -> Copy:
    """The run, for one test alone."""
    folder = tmp_path / "run"
    shutil.copytree(busy, folder)
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return Copy(folder, [json.loads(line) for line in lines])


def test_busy_office_without_faults_is_clean_and_was_looked_at(copy: Copy) -> None:
    found = copy.check()
    assert found.is_clean, "\n".join(report(found))
    looked_at = ("copies of notices", "news of absences", "nudges that were asked for")
    assert all(found.figures[name] > 3 for name in looked_at), "\n".join(report(found))


def lose_a_copy_of_a_notice(copy: Copy) -> None:
    del copy.entries[copy.find("📢 Thông báo số 2", who="tai-chinh")]


def repeat_a_copy_of_a_notice(copy: Copy) -> None:
    copy.say_again_later(copy.find("📢 Thông báo số 2", who="tai-chinh"), hours=1)


def lose_the_news_for_a_substitute(copy: Copy) -> None:
    del copy.entries[copy.find("🤝 Anh/chị thay chu-tich", who="van-hoa")]


def tell_another_that_he_stands_in(copy: Copy) -> None:
    copy.entries[copy.find("🤝 Anh/chị thay chu-tich", who="van-hoa")]["who"] = "tai-chinh"


def remind_who_is_away(copy: Copy) -> None:
    copy.entries[copy.find("• B.1 ", who="van-hoa")]["who"] = "chu-tich"


def write_to_who_has_left(copy: Copy) -> None:
    copy.say_again_later(copy.find("📢 Thông báo số 4", who="van-phong"), hours=6)


def lose_a_nudge(copy: Copy) -> None:
    del copy.entries[copy.find("đôn đốc, ")]


def nudge_a_stranger_to_the_task(copy: Copy) -> None:
    copy.entries[copy.find("📣 lanh-dao đôn đốc, ")]["who"] = "khong-chuyen-trach"


def repeat_a_nudge(copy: Copy) -> None:
    copy.say_again_later(copy.find("đôn đốc, "), hours=0.2)


def tell_of_outages_in_a_bunch(copy: Copy) -> None:
    place = copy.find("📨 Đang gửi thông báo số 2")
    text = "ℹ️ Đã liên lạc lại được với Telegram\nBot mất liên lạc với Telegram từ 07:38 hôm nay đến 10:01 hôm nay."
    for _ in range(3):
        copy.say_again_later(place, text=text)


@pytest.mark.parametrize(
    ("plant", "listed"),
    [
        (lose_a_copy_of_a_notice, lists.NEVER),
        (repeat_a_copy_of_a_notice, lists.TWICE),
        (lose_the_news_for_a_substitute, lists.NEVER),
        (tell_another_that_he_stands_in, lists.WRONG_ONE),
        (remind_who_is_away, lists.WRONG_ONE),
        (write_to_who_has_left, lists.WRONG_ONE),
        (lose_a_nudge, lists.NEVER),
        (nudge_a_stranger_to_the_task, lists.WRONG_ONE),
        (repeat_a_nudge, lists.TWICE),
        (tell_of_outages_in_a_bunch, lists.TOO_OFTEN),
    ],
)
def test_a_planted_defect_is_listed(copy: Copy, plant: Callable[[Copy], None], listed: str) -> None:
    plant(copy)
    found = copy.check()
    assert found.lists[listed], "\n".join(report(found))
