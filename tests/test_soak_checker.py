"""Every list of the soak's checker can be filled: a defect is planted into a clean run, and listed."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plan_data.workdays import load_calendar
from tests.soak.__main__ import drive
from tests.soak.checker import lists
from tests.soak.checker.days import ONE_DAY, is_working_day, working_hours_after
from tests.soak.checker.lists import Findings, check
from tests.soak.checker.records import Run
from tests.soak.checker.report import report

Entry = dict[str, Any]


@dataclass
class Copy:
    """A copy of the clean run, to spoil."""

    folder: Path
    entries: list[Entry]

    def find(self, *words: str, who: str = "", what: str = "said") -> int:
        """The place of the first entry with these words."""
        return next(
            place
            for place, each in enumerate(self.entries)
            if each["what"] == what and who in ("", each["who"]) and all(word in each["text"] for word in words)
        )

    def say_again_later(self, place: int, days: float = 0, hours: float = 0, **changes: str) -> None:
        """The message of that place comes once more."""
        entry = self.entries[place]
        later = {
            name: (datetime.fromisoformat(entry[name]) + timedelta(days=days, hours=hours)).isoformat()
            for name in ("true", "clock")
        }
        before = next((n for n, each in enumerate(self.entries) if each["true"] > later["true"]), len(self.entries))
        self.entries.insert(before, {**entry, **later, **changes})

    def change(self, statement: str) -> None:
        """Change the database."""
        with closing(sqlite3.connect(self.folder / "nhacviec.db")) as database, database:
            database.execute(statement)

    def check(self) -> Findings:
        """What the checker finds in the spoilt run."""
        lines = [json.dumps({**each, "seq": seq}) for seq, each in enumerate(self.entries)]
        (self.folder / "journal.jsonl").write_text("\n".join(lines), encoding="utf-8")
        return check(Run(self.folder))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four weeks without any fault."""
    folder = tmp_path_factory.mktemp("soak")
    asyncio.run(drive(folder, 3, date(2023, 5, 29), date(2023, 6, 25), faults=0))
    return folder


@pytest.fixture
def copy(clean: Path, tmp_path: Path) -> Copy:
    """The run, for one test alone."""
    folder = tmp_path / "run"
    shutil.copytree(clean, folder)
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return Copy(folder, [json.loads(line) for line in lines])


def test_a_run_without_faults_is_clean_and_was_looked_at(copy: Copy) -> None:
    found = copy.check()
    assert found.is_clean, "\n".join(report(found))
    assert found.figures["steps: said"] > 60
    assert found.figures["boards counted again"] > 2
    assert found.figures["deadlines read anew from the plan"] > 100


def lose_a_digest(copy: Copy) -> None:
    del copy.entries[copy.find("🟡 SẮP ĐẾN HẠN", who="nhóm")]


def repeat_a_digest(copy: Copy) -> None:
    copy.say_again_later(copy.find("🟡 SẮP ĐẾN HẠN", who="nhóm"), hours=0.5)


def repeat_a_repetition(copy: Copy) -> None:
    place = copy.find("🟡 SẮP ĐẾN HẠN", who="nhóm")
    for _ in range(2):
        copy.say_again_later(place, hours=0.5, text=f"(nhắc lại) {copy.entries[place]['text']}")


def nag_about_finished_work(copy: Copy) -> None:
    done = copy.find("✅ Đã ghi nhận hoàn thành: B.1", who="chu-tich")
    title = copy.entries[done]["text"].splitlines()[0].partition(": ")[2]
    nagged = copy.find(f"• {title}", who="chu-tich")
    passed = datetime.fromisoformat(copy.entries[done]["true"]) - datetime.fromisoformat(copy.entries[nagged]["true"])
    copy.say_again_later(nagged, hours=passed / timedelta(hours=1) + 0.2)


def tell_a_stranger_to_the_task(copy: Copy) -> None:
    copy.entries[copy.find("• B.1 ", who="chu-tich")]["who"] = "tai-chinh"


def tell_a_colleague_what_leaders_hear(copy: Copy) -> None:
    place = copy.find("• B.1 ", who="chu-tich")
    copy.say_again_later(
        place,
        days=7,
        who="khong-chuyen-trach",
        text="🔔 Nhắc việc\n\n🚩 BÁO CÁO\n• B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023",
    )


def speak_at_noon(copy: Copy) -> None:
    copy.entries[copy.find("🟡 SẮP ĐẾN HẠN", who="nhóm")]["clock"] = "2023-06-02T12:00:00+07:00"


def come_late(copy: Copy) -> None:
    copy.entries[copy.find("Nhắc việc sáng", "🟡 SẮP ĐẾN HẠN", who="nhóm")]["clock"] = "2023-06-02T09:00:00+07:00"


def miscount(copy: Copy) -> None:
    board = copy.entries[copy.find("📊 Tình hình, đến ngày")]
    board["text"] = board["text"].replace("Xong muộn: ", "Xong muộn: 1")


def speak_too_early(copy: Copy) -> None:
    copy.entries[copy.find("🟡 SẮP ĐẾN HẠN", who="nhóm")]["clock"] = "2023-05-29T08:00:00+07:00"


def speak_of_a_last_day_that_is_over(copy: Copy) -> None:
    place = copy.find("🟠 HÔM NAY LÀ HẠN CUỐI", who="chu-tich")
    copy.say_again_later(place, days=1)


def speak_too_often(copy: Copy) -> None:
    for _ in range(3):
        repeat_a_digest(copy)


def lose_an_answer(copy: Copy) -> None:
    del copy.entries[copy.find("✅ Đã ghi nhận hoàn thành")]


def answer_twice(copy: Copy) -> None:
    copy.say_again_later(copy.find("✅ Đã ghi nhận hoàn thành"))


def forget_what_was_done(copy: Copy) -> None:
    copy.change("DELETE FROM completion")


def leave_a_doubt(copy: Copy) -> None:
    copy.change("UPDATE outbox SET state = 'unconfirmed' WHERE id = 3")


def leave_a_message_half_sent(copy: Copy) -> None:
    copy.change("UPDATE outbox SET state = 'sending' WHERE id = 3")


def never_rest(copy: Copy) -> None:
    copy.entries.append({"what": "stuck", "true": copy.entries[-1]["true"], "why": "outbox"})


def move_a_deadline(copy: Copy) -> None:
    copy.change("UPDATE deadline SET last_day = '2023-06-16' WHERE task = 'III.16' AND period = '2023-Q2'")


def lose_a_deadline(copy: Copy) -> None:
    copy.change("UPDATE deadline SET withdrawn = 1 WHERE task = 'III.16' AND period = '2023-Q2'")


@pytest.mark.parametrize(
    ("plant", "listed"),
    [
        (lose_a_digest, lists.NEVER),
        (repeat_a_digest, lists.TWICE),
        (repeat_a_repetition, lists.TWICE),
        (nag_about_finished_work, lists.AFTER_DONE),
        (tell_a_stranger_to_the_task, lists.WRONG_ONE),
        (tell_a_colleague_what_leaders_hear, lists.WRONG_ONE),
        (speak_at_noon, lists.OFF_HOURS),
        (come_late, lists.LATE),
        (miscount, lists.COUNTED),
        (speak_too_early, lists.NO_REASON),
        (speak_of_a_last_day_that_is_over, lists.NO_REASON),
        (speak_too_often, lists.TOO_OFTEN),
        (lose_an_answer, lists.ANSWERS),
        (answer_twice, lists.ANSWERS),
        (forget_what_was_done, lists.RECORDED),
        (leave_a_doubt, lists.UNCONFIRMED),
        (leave_a_message_half_sent, lists.STUCK),
        (never_rest, lists.STUCK),
        (move_a_deadline, lists.DATES),
        (lose_a_deadline, lists.DATES),
    ],
)
def test_a_planted_defect_is_listed(copy: Copy, plant: Callable[[Copy], None], listed: str) -> None:
    plant(copy)
    found = copy.check()
    assert found.lists[listed], "\n".join(report(found))


def test_the_days_written_by_hand_are_those_of_the_office() -> None:
    calendar, day, differ = load_calendar(), date(2023, 1, 3), []
    while day < date(2025, 5, 31):
        if calendar.is_working_day(day) != is_working_day(day):
            differ.append(day)
        day += ONE_DAY
    assert differ == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2023-05-08T09:00+07:00", "2023-05-09T09:00+07:00"),
        ("2023-04-28T16:00+07:00", "2023-05-04T16:00+07:00"),
        ("2023-05-12T18:20+07:00", "2023-05-15T17:00+07:00"),
    ],
)
def test_eight_working_hours_counted_by_the_minute_end_as_the_law_has_it(start: str, end: str) -> None:
    assert working_hours_after(datetime.fromisoformat(start), 8) == datetime.fromisoformat(end)
