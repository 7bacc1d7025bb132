"""`nhacviec` at the command line: mistakes, the plan, people and the database."""

import json
from typing import Any

import pytest

from tests.machine import Machine

HOW_TO = "Xem cách dùng: nhacviec --help, hoặc thêm --help sau tên lệnh."
ROLES = (
    "Các vị trí: clerk, leader, stranger, chu-tich, lanh-dao, cchc, van-phong, iso, thong-ke, tu-phap, tai-chinh, "
    "van-hoa, mot-cua, pakn, chuyen-mon, khong-chuyen-trach, toan-the."
)

NOW = ("--now", "2023-06-15T09:00")


# --- Mistakes ---


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan",), "Thiếu tên lệnh."),
        (("chay",), "Không có lệnh “chay”."),
        (("plan", "xem"), "Không có lệnh “xem”."),
        (("run", "--nhanh"), "Không có tùy chọn “--nhanh”."),
        (("chat", "--as"), "Thiếu giá trị sau “--as”."),
        (("people", "add"), "Thiếu “NAME”."),
        (("people", "add", "An"), "Thiếu tùy chọn “--role”."),
        (("people", "add", "An", "Bình", "--role", "cchc"), "Thừa “Bình”."),
        (("demo", "--seconds", "lâu"), "Giá trị của “--seconds” không dùng được."),
        (("demo", "--seconds", "0"), "Giá trị của “--seconds” không dùng được."),
    ],
)
def test_command_typed_wrongly_is_told_in_vietnamese(
    machine: Machine, arguments: tuple[str, ...], sentence: str
) -> None:
    assert machine.nhacviec(*arguments).told == (2, [sentence, HOW_TO])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("alerts", "--from", "mai"), "Ngày “mai” không đọc được; mẫu đúng: 2023-06-16."),
        (
            ("alerts", "--from", "2023-06-02", "--to", "2023-06-01"),
            "Ngày kết thúc (--to) không được trước ngày bắt đầu (--from).",
        ),
        (
            ("alerts", "--from", "2031-01-01"),
            "Chưa có lịch ngày nghỉ của năm 2031. Hãy thêm năm 2031 vào tệp days_off.toml rồi khởi động lại.",
        ),
        (
            ("plan", "show", "--from", "2022-12-01"),
            "Chưa có lịch ngày nghỉ của năm 2022. Hãy thêm năm 2022 vào tệp days_off.toml rồi khởi động lại.",
        ),
        (("chat", "--now", "mai"), "Thời điểm “mai” không đọc được; mẫu đúng: 2023-06-16T07:29."),
        (
            ("run", "--now", "0001-01-01"),
            "Chưa có lịch ngày nghỉ của năm 1. Hãy thêm năm 1 vào tệp days_off.toml rồi khởi động lại.",
        ),
        (("chat", "--as", "giám đốc"), f"Không có vị trí “giám đốc”. {ROLES}"),
        (("chat", "--as", ""), f"Không có vị trí “”. {ROLES}"),
        (("people", "add", "An", "--role", "giám đốc"), f"Không có vị trí “giám đốc”. {ROLES}"),
        (("people", "add", "  ", "--role", "cchc"), "Tên cán bộ không được để trống."),
        (
            ("people", "add", "An", "--role", "cchc", "--joined", "hôm qua"),
            "Ngày “hôm qua” không đọc được; mẫu đúng: 2023-06-16.",
        ),
    ],
)
def test_value_that_cannot_be_used_is_told_in_a_sentence(
    machine: Machine, arguments: tuple[str, ...], sentence: str
) -> None:
    assert machine.nhacviec(*arguments).told == (2, [sentence])


@pytest.mark.parametrize("arguments", [("chat", "--as", "giám đốc"), ("chat", "--now", "1999-01-01")])
def test_mistake_is_found_before_a_database_is_made(machine: Machine, arguments: tuple[str, ...]) -> None:
    assert (machine.nhacviec(*arguments).code, list(machine.folder.iterdir())) == (2, [])


def test_bad_settings_are_all_told(machine: Machine) -> None:
    machine.env("TICK_SECONDS=0", "LOG_LEVEL=loud")
    assert machine.nhacviec("health").told == (
        2,
        [
            "Cấu hình chưa đúng:",
            "TICK_SECONDS: phải lớn hơn 0.",
            "LOG_LEVEL: phải là một trong DEBUG, INFO, WARNING, ERROR.",
        ],
    )


def test_mistakes_of_all_data_files_are_told_together(machine: Machine) -> None:
    machine.env("PLAN=khong-co,hong.toml", "POLICY_FILE=policy.toml", "DAYS_OFF_FILE=nghi.toml")
    (machine.folder / "hong.toml").write_text("[plan]\nid = 1 2\n", encoding="utf-8")
    (machine.folder / "policy.toml").write_text("morning = \n", encoding="utf-8")
    code, told = machine.nhacviec("plan", "check").told
    assert (code, [line.partition(":")[0] for line in told]) == (
        2,
        ["Dữ liệu chưa đúng nên bot chưa chạy", "khong-co", "hong.toml", "nghi.toml", "policy.toml"],
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("chat", *NOW),
        ("run", *NOW),
        ("demo",),
        ("db", "upgrade"),
        ("people", "list"),
        ("people", "add", "A", "--role", "cchc"),
    ],
)
def test_data_folder_that_cannot_be_written_to_is_a_sentence(machine: Machine, arguments: tuple[str, ...]) -> None:
    (machine.folder / "tep").write_text("", encoding="utf-8")
    machine.env("DATA_DIR=tep/data")
    code, told = machine.nhacviec(*arguments).told
    assert (code, len(told), told[-1].startswith("Không mở được ")) == (2, 1, True)


def test_database_file_that_is_none_is_a_sentence(machine: Machine) -> None:
    (machine.folder / "thu.db").write_text(
        "đây là một tệp văn bản, không phải cơ sở dữ liệu\n" * 99, encoding="utf-8"
    )
    machine.env("DATABASE_URL=sqlite:///thu.db")
    code, told = machine.nhacviec("db", "upgrade").told
    assert (code, len(told), "Không" in told[0]) == (2, 1, True)


def test_server_that_does_not_answer_is_a_sentence_without_the_password(machine: Machine) -> None:
    machine.env("DATABASE_URL=postgresql://nguoi:mat-khau-rieng@127.0.0.1:1/x")
    ran = machine.nhacviec("db", "upgrade")
    assert (ran.code, len(ran.err.splitlines()), "mat-khau-rieng" in ran.err) == (2, 1, False)


def test_console_file_that_cannot_be_written_to_is_a_sentence(machine: Machine) -> None:
    machine.env("CONSOLE_FILE=khong-co/tin.txt")
    code, told = machine.nhacviec("chat", *NOW).told
    assert (code, told) == (
        2,
        ["Không mở được “khong-co/tin.txt” (No such file or directory). Hãy kiểm tra đường dẫn và quyền ghi."],
    )


# --- The plan and the reminder calendar ---


def test_command_without_arguments_shows_what_there_is(machine: Machine) -> None:
    ran = machine.nhacviec()
    commands = ("run", "chat", "demo", "alerts", "plan", "db", "people", "health")
    assert (ran.code, ran.err, [name for name in commands if name not in ran.out]) == (0, "", [])


def test_plan_in_order_is_said_so(machine: Machine) -> None:
    ran = machine.nhacviec("plan", "check")
    assert (ran.code, ran.out) == (
        0,
        "2023-phuoc-hai: 50 nhiệm vụ, 71 quy tắc hạn, 14 vị trí. Không có lỗi.\n"
        "Lưu ý: Lịch ngày nghỉ năm 2027 mới là dự kiến (days_off.toml).\n",
    )


def plan_of_2023(machine: Machine) -> list[dict[str, Any]]:
    ran = machine.nhacviec("plan", "show", "--json", "--from", "2023-04-25", "--to", "2024-01-31")
    assert ran.code == 0
    entries: list[dict[str, Any]] = json.loads(ran.out)
    return entries


def test_plan_is_shown_to_programs_with_the_documented_keys(machine: Machine) -> None:
    entries = plan_of_2023(machine)
    assert len(entries) == 50
    assert {tuple(entry) for entry in entries} == {
        ("code", "section", "title", "roles", "kinds", "source_words", "deadlines")
    }
    assert {tuple(entry["roles"]) for entry in entries} == {("lead", "support", "monitor")}
    assert {tuple(deadline) for entry in entries for deadline in entry["deadlines"]} == {
        ("label", "period", "named_day", "bound", "last_day", "last_working_day", "target")
    }
    assert {deadline["bound"] for entry in entries for deadline in entry["deadlines"]} == {"before", "by", "on"}


def test_plan_is_shown_in_the_order_of_the_document(machine: Machine) -> None:
    sections = [entry["section"] for entry in plan_of_2023(machine)]
    assert list(dict.fromkeys(sections)) == ["B", "I", "II", "III", "IV", "V", "VI", "VII", "VIII"]


def test_the_17th_of_june_2023_is_a_saturday_in_the_plan(machine: Machine) -> None:
    control = next(entry for entry in plan_of_2023(machine) if entry["code"] == "III.16")
    assert control["deadlines"][0] == {
        "label": "Báo cáo kiểm soát TTHC",
        "period": "2023-Q2",
        "named_day": "2023-06-17",
        "bound": "by",
        "last_day": "2023-06-17",
        "last_working_day": "2023-06-16",
        "target": None,
    }


def test_alerts_are_shown_to_programs_with_the_documented_keys(machine: Machine) -> None:
    ran = machine.nhacviec("alerts", "--json", "--from", "2023-06-13", "--to", "2023-06-13")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert {tuple(each) for each in found} == {("at", "reason", "code", "label", "period", "audience", "key")}
    assert len({each["key"] for each in found}) == len(found)
    group = next(each for each in found if (each["code"], each["audience"]) == ("I.3", "group"))
    assert group.pop("key").endswith("|last_day|group")
    assert group == {
        "at": "2023-06-13T07:30:00+07:00",
        "reason": "last_day",
        "code": "I.3",
        "label": "Báo cáo CCHC",
        "period": "2023-H1",
        "audience": "group",
    }


def test_preview_makes_no_database(machine: Machine) -> None:
    assert (machine.nhacviec("alerts").code, list(machine.folder.iterdir())) == (0, [])


# --- People and the database ---


def test_people_are_added_by_the_words_of_their_roles_and_listed(machine: Machine) -> None:
    assert machine.nhacviec("people", "list").out == (
        'Chưa có cán bộ nào. Thêm bằng: nhacviec people add "Họ tên" --role cchc\n'
    )
    first = machine.nhacviec("people", "add", "Cán  bộ A", "--role", "clerk", "--role", "iso", "--joined", "3/1/2023")
    second = machine.nhacviec("people", "add", "Cán bộ B", "--role", "tư pháp")
    assert (first.out, second.out) == ("Đã thêm cán bộ số 1: Cán bộ A.\n", "Đã thêm cán bộ số 2: Cán bộ B.\n")
    assert machine.nhacviec("people", "list").out == (
        "1. Cán bộ A: Văn phòng - Thống kê (CCHC), Văn phòng - Thống kê (Thư ký ISO) · chưa có tài khoản chat\n"
        "2. Cán bộ B: Tư pháp - Hộ tịch · chưa có tài khoản chat\n"
    )


def test_person_who_is_there_already_is_not_added_twice(machine: Machine) -> None:
    machine.nhacviec("people", "add", "Cán bộ A", "--role", "tu-phap")
    assert machine.nhacviec("people", "add", "can bo a", "--role", "tu-phap").told == (
        2,
        ["Đã có cán bộ can bo a (số 1) với đúng các vị trí này; không thêm lần nữa."],
    )
    assert machine.nhacviec("people", "add", "Cán bộ A", "--role", "tai-chinh").code == 0


def test_database_is_made_and_brought_up_to_date(machine: Machine) -> None:
    ran = machine.nhacviec("db", "upgrade")
    assert (ran.code, ran.out) == (0, "Cơ sở dữ liệu đã ở phiên bản mới nhất.\n")
    assert (machine.folder / "data" / "nhacviec.db").exists()
