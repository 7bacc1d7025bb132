"""The reminder policy as a file: the shipped one, every mistake told, and when the bot may speak."""

from datetime import timedelta
from pathlib import Path

import pytest

from plan_data.policy import POLICY_FILE, load_policy
from plan_data.problems import DataError
from plan_data.workdays import EIGHT_HOURS, OfficeHours
from tests.builders import CALENDAR, moment

TEXT = POLICY_FILE.read_text(encoding="utf-8")
POLICY = load_policy(EIGHT_HOURS)
SEVEN_AND_A_HALF_HOURS = OfficeHours.parse("08:00-11:30,13:30-17:30")


def changed(folder: Path, old: str, new: str) -> Path:
    """The shipped policy with one thing changed."""
    assert old in TEXT
    file = folder / "chinh-sach.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return file


def mistakes(file: Path, hours: OfficeHours = EIGHT_HOURS) -> list[str]:
    """What is wrong with the file, line by line."""
    with pytest.raises(DataError) as caught:
        load_policy(hours, file)
    return [str(problem) for problem in caught.value.problems]


def test_shipped_policy_says_what_the_office_was_promised() -> None:
    assert (POLICY.morning.isoformat(), POLICY.last_call.isoformat()) == ("07:30:00", "15:00:00")
    assert (POLICY.pushes_a_day, POLICY.group_hears_late_after, POLICY.late_after) == (3, 2, timedelta(hours=1))
    shown = {
        kind: (each.upcoming, each.overdue, each.escalate_after, each.group) for kind, each in POLICY.kinds.items()
    }
    often = (1, 2, 4, 8)
    assert shown == {
        "fixed": ((10, 3, 1), often, 2, True),
        "milestones": ((10, 3, 1), often, 2, True),
        "within": ((10, 3), often, 2, True),
        "monthly": ((5, 2), often, 2, True),
        "period_end": ((10, 3, 1), often, 2, True),
        "weekly": ((), (1,), 0, False),
        "biweekly": ((1,), (1,), 0, False),
        "after_event": ((1,), often, 2, True),
        "before_expiry": ((2, 1), often, 2, True),
        "on_direction": ((10, 3, 1), often, 2, True),
    }


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('morning = "07:30"', 'morning = "7h30"', 'morning: phải là giờ dạng "07:30".'),
        ('morning = "07:30"', "morning = 27000", 'morning: phải là giờ dạng "07:30".'),
        ('morning = "07:30"', 'morning = "07:30+07:00"', 'morning: phải là giờ dạng "07:30".'),
        ('morning = "07:30"', 'morning = "15:30"', "morning phải sớm hơn last_call."),
        ('morning = "07:30"', 'morning = "06:30"', "morning: 06:30 nằm ngoài giờ làm việc hoặc trong giờ nghỉ."),
        (
            'last_call = "15:00"',
            'last_call = "17:00"',
            "last_call: 17:00 nằm ngoài giờ làm việc hoặc trong giờ nghỉ.",
        ),
        (
            '"11:30-13:30"',
            '"07:00-07:40"',
            "morning: 07:30 nằm ngoài giờ làm việc hoặc trong giờ nghỉ.",
        ),
        (
            '"11:30-13:30"',
            '"buổi trưa"',
            "quiet: Giờ làm việc “buổi trưa” không đọc được; mẫu đúng: 07:00-11:30,13:30-17:00.",
        ),
        ("review_day = 2", "review_day = 1", "review_day: phải từ 2 trở lên."),
        ("review_day = 2", "review_day = 8", "review_day: không được quá 7."),
        ('review = "07:45"', 'review = "8h"', 'review: phải là giờ dạng "07:30".'),
        ('review = "07:45"', 'review = "12:00"', "review: 12:00 nằm ngoài giờ làm việc hoặc trong giờ nghỉ."),
        ("pushes_a_day = 3", "pushes_a_day = 0", "pushes_a_day: phải từ 1 trở lên."),
        ("late_after_minutes = 60", 'late_after_minutes = "lâu"', "late_after_minutes: phải là số nguyên."),
        ("late_after_minutes = 60", "late_after_minutes = 1441", "late_after_minutes: không được quá 1440."),
        ("upcoming = [10, 3, 1]", "upcoming = [10, 3, 0]", "kinds.fixed.upcoming thứ 3: phải từ 1 trở lên."),
        ("upcoming = [10, 3, 1]", "upcoming = [3, 3]", "kinds.fixed.upcoming: mỗi số ngày chỉ ghi một lần."),
        ("upcoming = [10, 3, 1]", "upcoming = 3", "kinds.fixed.upcoming: phải là danh sách trong ngoặc vuông."),
        ("escalate_after = 2", "escalate_after = 61", "kinds.fixed.escalate_after: không được quá 60."),
        ("group = true", 'group = "co"', "kinds.fixed.group: phải là true hoặc false."),
        ("[kinds.fixed]", "[kinds.fixe]", "thiếu bảng kinds của loại: fixed."),
        ("[kinds.weekly]", "[[kinds.weekly]]", "kinds.weekly: phải là một bảng gồm các mục tên = giá trị."),
    ],
)
def test_policy_with_a_mistake_is_refused_with_its_place_and_a_sentence(
    tmp_path: Path, old: str, new: str, mistake: str
) -> None:
    assert mistakes(changed(tmp_path, old, new)) == [f"chinh-sach.toml: {mistake}"]


def test_policy_for_a_kind_of_rule_that_has_no_dates_is_refused(tmp_path: Path) -> None:
    table = "[kinds.continuous]\nupcoming = []\noverdue = []\nescalate_after = 0\ngroup = false\n\n[kinds.fixed]"
    file = changed(tmp_path, "[kinds.fixed]", table)
    assert mistakes(file) == ["chinh-sach.toml: không có loại quy tắc: continuous."]


def test_every_mistake_of_a_policy_is_told_at_once(tmp_path: Path) -> None:
    file = changed(tmp_path, 'last_call = "15:00"', "last_calls = 15\npushes_a_week = 2023-02-30")
    assert mistakes(file) == [
        "chinh-sach.toml: dòng 6: ngày 2023-02-30 không có thật.",
        "chinh-sach.toml: last_call: thiếu mục này.",
        "chinh-sach.toml: last_calls: không có mục nào mang tên này; xem lại chính tả.",
        "chinh-sach.toml: pushes_a_week: không có mục nào mang tên này; xem lại chính tả.",
    ]


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        (None, "không mở được tệp chính sách nhắc việc."),
        (b"morning = 07h", "dòng 1: viết sai cú pháp TOML (Expected newline or end of document after a statement)."),
        ("morning = 'sáng'".encode("utf-16"), "tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8."),
    ],
)
def test_policy_that_cannot_be_read_is_refused(tmp_path: Path, written: bytes | None, mistake: str) -> None:
    file = tmp_path / "chinh-sach.toml"
    if written is not None:
        file.write_bytes(written)
    assert mistakes(file) == [f"chinh-sach.toml: {mistake}"]


def test_policy_is_measured_against_the_hours_of_the_office_it_serves() -> None:
    assert mistakes(POLICY_FILE, SEVEN_AND_A_HALF_HOURS) == [
        "policy.toml: morning: 07:30 nằm ngoài giờ làm việc hoặc trong giờ nghỉ.",
        "policy.toml: review: 07:45 nằm ngoài giờ làm việc hoặc trong giờ nghỉ.",
    ]


def test_policy_from_a_windows_editor_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "chinh-sach.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_policy(EIGHT_HOURS, file) == POLICY


@pytest.mark.parametrize(
    ("when", "allowed"),
    [
        ("22/06/2023 06:59", False),
        ("22/06/2023 07:00", True),
        ("22/06/2023 11:29", True),
        ("22/06/2023 11:30", False),
        ("22/06/2023 13:29", False),
        ("22/06/2023 13:30", True),
        ("22/06/2023 16:59", True),
        ("22/06/2023 17:00", False),
        ("24/06/2023 09:00", False),
        ("02/01/2026 09:00", False),
        ("10/01/2026 09:00", True),
    ],
)
def test_bot_may_speak_unasked_only_in_office_hours_of_a_working_day(when: str, allowed: bool) -> None:
    assert POLICY.may_push(moment(when), CALENDAR) is allowed


def test_quiet_time_silences_the_bot_within_office_hours(tmp_path: Path) -> None:
    policy = load_policy(EIGHT_HOURS, changed(tmp_path, '"11:30-13:30"', '"09:00-10:00"'))
    asked = ("08:59", "09:00", "09:59", "10:00")
    assert [policy.may_push(moment(f"22/06/2023 {clock}"), CALENDAR) for clock in asked] == [True, False, False, True]
