"""Every list of the soak's checker can be filled: a defect is planted into a clean run, and listed."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from plan_data.workdays import load_calendar
from tests.soak.__main__ import CHANNELS, drive
from tests.soak.checker import lists
from tests.soak.checker.days import ONE_DAY, is_working_day, working_hours_after
from tests.soak.checker.lists import Findings, check
from tests.soak.checker.records import Run
from tests.soak.checker.report import report
from tests.soak.checker.ways import Rest, Ways
from tests.soak.journal import ZALO_GROUP

Entry = dict[str, Any]
CASES = "⏰ Hồ sơ của anh/chị cần xử lý"


@dataclass
class Copy:
    """A copy of the clean run, to spoil."""

    folder: Path
    entries: list[Entry]

    def find(self, *words: str, who: str = "", channel: str = "") -> int:
        """The place of the first message with these words."""
        return next(
            place
            for place, each in enumerate(self.entries)
            if each["what"] == "said"
            and who in ("", each["who"])
            and channel in ("", each["channel"])
            and all(word in each["text"] for word in words)
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
    asyncio.run(drive(folder, 3, date(2023, 5, 29), date(2023, 6, 25), faults=0, desk=0))
    return folder


@pytest.fixture
def copy(clean: Path, tmp_path: Path) -> Copy:
    """The run, for one test alone."""
    return copy_of(clean, tmp_path)


def copy_of(run: Path, folder: Path) -> Copy:
    shutil.copytree(run, folder / "run")
    lines = (folder / "run" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return Copy(folder / "run", [json.loads(line) for line in lines])


def test_a_run_without_faults_is_clean_and_was_looked_at(copy: Copy) -> None:
    found = copy.check()
    assert found.is_clean, "\n".join(report(found))
    assert found.figures["steps: said"] > 60
    assert found.figures["steps of cases: said"] > 30
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


def lose_a_reminder_of_a_case(copy: Copy) -> None:
    del copy.entries[copy.find(CASES)]


def repeat_a_reminder_of_a_case(copy: Copy) -> None:
    copy.say_again_later(copy.find(CASES), hours=0.1)


def remind_of_a_settled_case(copy: Copy) -> None:
    copy.say_again_later(copy.find(CASES), days=20)


def tell_a_colleague_of_a_case(copy: Copy) -> None:
    copy.entries[copy.find(CASES)]["who"] = "khong-chuyen-trach"


def name_a_sensitive_case_in_the_group(copy: Copy) -> None:
    place = copy.find(CASES, "Đăng ký khai sinh")
    copy.say_again_later(place, who="nhóm")


@pytest.mark.parametrize(
    ("plant", "listed"),
    [
        (lose_a_reminder_of_a_case, lists.NEVER),
        (repeat_a_reminder_of_a_case, lists.TWICE),
        (remind_of_a_settled_case, lists.AFTER_DONE),
        (tell_a_colleague_of_a_case, lists.WRONG_ONE),
        (name_a_sensitive_case_in_the_group, lists.WRONG_ONE),
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


@pytest.fixture(scope="module")
def clean_on_both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks on both channels without any fault."""
    folder = tmp_path_factory.mktemp("both")
    asyncio.run(drive(folder, 3, date(2023, 5, 29), date(2023, 6, 18), faults=0, channels=CHANNELS["both"]))
    return folder


@pytest.fixture
def on_both(clean_on_both: Path, tmp_path: Path) -> Copy:
    """The run, for one test alone."""
    return copy_of(clean_on_both, tmp_path)


def lose_the_digest_of_the_other_group(copy: Copy) -> None:
    del copy.entries[copy.find("🟡 SẮP ĐẾN HẠN", who=ZALO_GROUP)]


def say_it_on_the_other_channel_too(copy: Copy) -> None:
    place = copy.find("🔔 Nhắc việc", "🟡 SẮP ĐẾN HẠN", who="cchc")
    other = {"zalo": "telegram", "telegram": "zalo"}[copy.entries[place]["channel"]]
    copy.say_again_later(place, hours=0.1, channel=other)


def swap_two_accounts(copy: Copy) -> None:
    copy.entries[copy.find("• B.1 ", who="chu-tich", channel="zalo")]["who"] = "van-hoa"


def answer_where_nobody_asked(copy: Copy) -> None:
    place = copy.find("✅ Đã ghi nhận hoàn thành", who="van-phong")
    other = {"zalo": "telegram", "telegram": "zalo"}[copy.entries[place]["channel"]]
    copy.entries[place]["channel"] = other


def lose_the_second_part(copy: Copy) -> None:
    split_in_two(copy)
    del copy.entries[copy.find("(2/2) ", who=ZALO_GROUP)]


def send_the_second_part_of_nothing(copy: Copy) -> None:
    split_in_two(copy)
    del copy.entries[copy.find("(1/2) ", who=ZALO_GROUP)]


def take_a_number_for_another(copy: Copy) -> None:
    place = next(
        n
        for n, (said, answer) in enumerate(pairwise(copy.entries))
        if said.get("line", "").isdigit() and "✅ Đã ghi nhận" in answer.get("text", "")
    )
    copy.entries[place]["means"] = "/xong #IX.9"


def tick_what_is_not_done(copy: Copy) -> None:
    entry = copy.entries[copy.find("✅ ĐÃ XONG TỪ LỜI NHẮC TRƯỚC", who=ZALO_GROUP)]
    entry["text"] += "\n• III.16 Báo cáo kiểm soát TTHC quý II/2023"
    copy.change(
        "DELETE FROM completion WHERE deadline_id IN (SELECT id FROM deadline WHERE task = 'III.16' AND period = "
        "'2023-Q2')"
    )


def lose_a_command_without_a_fault(copy: Copy) -> None:
    place = copy.find("✅ Đã ghi nhận hoàn thành", who="van-hoa")
    copy.entries[place] = {
        "what": "lost", "true": copy.entries[place]["true"], "where": "van-hoa", "channel": "zalo", "line": "xong"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("plant", "listed"),
    [
        (lose_the_digest_of_the_other_group, lists.NEVER),
        (say_it_on_the_other_channel_too, lists.TWICE),
        (swap_two_accounts, lists.WRONG_ONE),
        (answer_where_nobody_asked, lists.ANSWERS),
        (lose_the_second_part, lists.NEVER),
        (send_the_second_part_of_nothing, lists.NEVER),
        (take_a_number_for_another, lists.MISTAKEN),
        (tick_what_is_not_done, lists.COUNTED),
        (lose_a_command_without_a_fault, lists.ANSWERS),
    ],
)
def test_a_defect_of_two_channels_is_listed(on_both: Copy, plant: Callable[[Copy], None], listed: str) -> None:
    plant(on_both)
    found = on_both.check()
    assert found.lists[listed], "\n".join(report(found))


def split_in_two(copy: Copy) -> None:
    """As the channel does with a long message: the second part begins with a line of its own."""
    place = copy.find("🟡 SẮP ĐẾN HẠN", who=ZALO_GROUP)
    first, _, second = copy.entries[place]["text"].partition("\n\n🟡")
    entry = copy.entries[place]
    copy.entries[place : place + 1] = [
        {**entry, "text": f"(1/2) {first}"},
        {**entry, "text": f"(2/2) 🟡{second}"},
    ]


def repeat_on_the_other_channel_and_say_so(copy: Copy) -> None:
    place = copy.find("🔔 Nhắc việc", "🟡 SẮP ĐẾN HẠN", who="cchc")
    other = {"zalo": "telegram", "telegram": "zalo"}[copy.entries[place]["channel"]]
    copy.say_again_later(place, hours=0.01, channel=other, text=f"(nhắc lại) {copy.entries[place]['text']}")


def lose_a_command_in_a_fault(copy: Copy) -> None:
    lose_a_command_without_a_fault(copy)
    place = next(n for n, each in enumerate(copy.entries) if each["what"] == "lost")
    moment = copy.entries[place]["true"]
    copy.entries.insert(place, {"what": "fault", "true": moment, "name": "poll", "until": moment, "clock": moment})


@pytest.mark.parametrize(
    "allowed",
    [lambda copy: None, split_in_two, repeat_on_the_other_channel_and_say_so, lose_a_command_in_a_fault],
    ids=["nothing", "two parts", "a marked repetition", "a command that Zalo lost in a fault"],
)
def test_what_two_channels_may_do_is_not_listed(on_both: Copy, allowed: Callable[[Copy], None]) -> None:
    allowed(on_both)
    found = on_both.check()
    assert found.is_clean, "\n".join(report(found))


NINE, CUT_AT_EIGHT = datetime.fromisoformat("2023-06-05T09:00+07:00"), "2023-06-05T08:00+07:00"
BLOCKED = {"what": "blocked", "true": "2023-06-05T07:00+07:00", "who": "cchc", "channel": "zalo"}


@pytest.mark.parametrize(
    ("who", "well", "cut", "minutes", "blocked", "must_be_said"),
    [
        ("cchc", "telegram zalo", False, 0, False, True),
        ("cchc", "zalo", True, 5, False, True),  # Telegram is cut off: it has gone by Zalo
        ("cchc", "zalo", True, 4, False, False),  # it is still being tried on Telegram
        ("cchc", "zalo", False, 60, False, False),  # something else is wrong with Telegram
        ("cchc", "zalo", True, 60, True, False),  # and on Zalo they have blocked the bot
        ("tu-phap", "zalo", True, 60, False, False),  # nothing but Telegram
        ("tu-phap", "telegram", False, 0, False, True),
        (ZALO_GROUP, "zalo", True, 0, False, True),
    ],
)
def test_with_a_channel_cut_off_it_must_have_been_said_by_the_other(
    on_both: Copy, who: str, well: str, cut: bool, minutes: int, blocked: bool, must_be_said: bool
) -> None:
    entries = [*on_both.entries, *([BLOCKED] if blocked else [])]
    ways = Ways(entries, Run(on_both.folder).staff.ways_of)
    since = {"telegram": datetime.fromisoformat(CUT_AT_EIGHT)} if cut else {}
    rest = Rest(NINE, 1, frozenset(well.split()), since)
    assert ways.lead_to(who, rest, NINE - timedelta(minutes=minutes)) == must_be_said


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
