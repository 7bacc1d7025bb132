"""What the command line promises: sentences for mistakes, exit codes, JSON for programs, real processes that end."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.machine import PATIENCE, Machine, environment
from wording.refusals import STRANGER

NOW = ("--now", "2023-06-15T09:00")
HOW_TO = "Xem cách dùng: nhacviec --help, hoặc thêm --help sau tên lệnh."
REHEARSAL = "⚠️ DIỄN TẬP: đồng hồ mô phỏng bắt đầu từ 09:00 thứ Năm 15/6/2023; đây không phải giờ thật.\n"
REAL_WORK = (
    "Cơ sở dữ liệu này đang dùng cho công việc thật nên không chạy thử với --now được. "
    "Hãy đặt DATABASE_URL hoặc DATA_DIR khác để diễn tập."
)
OF_A_REHEARSAL = (
    "Cơ sở dữ liệu này thuộc về một buổi diễn tập (--now). "
    "Hãy đặt DATABASE_URL hoặc DATA_DIR khác cho công việc thật, hoặc xóa tệp diễn tập."
)
ROLES = (
    "Các vị trí: clerk, leader, stranger, chu-tich, lanh-dao, cchc, van-phong, iso, thong-ke, tu-phap, tai-chinh, "
    "van-hoa, mot-cua, pakn, chuyen-mon, khong-chuyen-trach, toan-the."
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path, monkeypatch, capsys)


def headings(transcript: str) -> list[str]:
    """The line above each message of a transcript, without its number."""
    return [line.partition(" (tin số")[0] for line in transcript.splitlines() if line.startswith("── ")]


# Mistakes -------------------------------------------------------------------------------------------------------


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


# The plan and the reminder calendar -----------------------------------------------------------------------------


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


# People and the database ----------------------------------------------------------------------------------------


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


# The conversation at the keyboard -------------------------------------------------------------------------------


def test_clerk_completes_and_takes_back_in_a_pipe(machine: Machine) -> None:
    ran = machine.pipe("/status\n/done III.16 Q2 so 12/BC-UBND\n/status III.16\n/undo", "chat", "--as", "clerk", *NOW)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(REHEARSAL)
    assert headings(ran.out) == [
        "── 💬 09:00 thứ Năm 15/6 → Văn phòng - Thống kê (CCHC)",
        *["── 🤖 09:00 thứ Năm 15/6 → Văn phòng - Thống kê (CCHC)"] * 4,
    ]
    told = [line for line in ran.out.splitlines() if line.startswith(("✅ Đã", "↩️ Đã"))]
    assert [(line[0], line.partition(": ")[2]) for line in told] == [
        ("✅", "III.16 Báo cáo kiểm soát TTHC quý II/2023"),
        ("↩", "III.16 Báo cáo kiểm soát TTHC quý II/2023"),
    ]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("tu-phap", "Tư pháp - Hộ tịch"),
        ("tư pháp", "Tư pháp - Hộ tịch"),
        ("leader", "Chủ tịch"),
        ("lãnh đạo", "Lãnh đạo phường"),
    ],
)
def test_chat_speaks_as_a_person_of_the_role(machine: Machine, words: str, name: str) -> None:
    ran = machine.pipe("/batdau\n", "chat", "--as", words, *NOW)
    assert (ran.code, f"Xin chào {name}!" in ran.out) == (0, True)


def test_stranger_is_told_how_to_register_and_nothing_else(machine: Machine) -> None:
    ran = machine.pipe("/tinhhinh\n", "chat", "--as", "stranger", *NOW)
    assert ran.out.splitlines()[2:] == [
        "── 🤖 09:00 thứ Năm 15/6 → người lạ (tin số 1) ──",
        STRANGER,
    ]


def test_chat_in_the_group_is_answered_in_the_group(machine: Machine) -> None:
    ran = machine.pipe("chào cả nhà\n/xong III.16 Q2\n", "chat", "--group", *NOW)
    assert headings(ran.out)[-1:] == ["── 🤖 09:00 thứ Năm 15/6 → Nhóm UBND phường Phước Hải"]


def test_chat_bears_bytes_that_are_no_text(machine: Machine) -> None:
    assert machine.pipe(b"\xff\xfe\n", "chat", *NOW).code == 0


def test_chat_as_a_process_of_its_own_answers_a_pipe(machine: Machine) -> None:
    process = machine.start("chat", *NOW)
    process.type("/viec")
    ran = process.end()
    assert (ran.code, ran.err, ran.out.startswith(REHEARSAL)) == (0, "", True)
    assert headings(ran.out)[-1] == "── 🤖 09:00 thứ Năm 15/6 → Văn phòng - Thống kê (CCHC)"


def test_chat_bears_an_input_that_is_closed(machine: Machine) -> None:
    closed = f'exec "{sys.executable}" -m bot chat --now 2023-06-15T09:00 <&-'
    assert subprocess.run(["sh", "-c", closed], cwd=machine.folder, env=environment({}), check=False).returncode == 0


def test_two_rehearsals_at_the_same_moment_are_both_answered(machine: Machine) -> None:
    said = [headings(machine.pipe("/viec\n", "chat", *NOW).out)[-1] for _ in range(2)]
    assert said == ["── 🤖 09:00 thứ Năm 15/6 → Văn phòng - Thống kê (CCHC)"] * 2


def test_chat_at_a_terminal_says_who_speaks_and_ends_with_the_input(machine: Machine) -> None:
    terminal = machine.terminal("chat", *NOW)
    terminal.wait_for("Anh/chị đang nói với tư cách Văn phòng - Thống kê (CCHC).")
    terminal.wait_for("> ")
    terminal.type("/lich 7\n")
    terminal.wait_for("📅 Lịch")
    terminal.wait_for("> ")
    terminal.type("\x04")
    assert terminal.end() == 0


def test_chat_at_a_terminal_is_left_by_ctrl_c_without_a_traceback(machine: Machine) -> None:
    terminal = machine.terminal("chat", *NOW)
    terminal.wait_for("> ")
    terminal.tell(signal.SIGINT)
    assert (terminal.end(), "Traceback" in terminal.shown) == (130, False)


# The service ----------------------------------------------------------------------------------------------------


def test_service_says_what_is_due_and_stops_cleanly_when_told(machine: Machine) -> None:
    service = machine.start("run", "--now", "2023-06-16T07:29:58", TICK_SECONDS="0.2")
    service.wait_for("→ Nhóm UBND phường Phước Hải")
    ran = service.end(signal.SIGTERM)
    assert (ran.code, "Traceback" in ran.err) == (0, False)
    assert ran.out.startswith("⚠️ DIỄN TẬP: đồng hồ mô phỏng bắt đầu từ 07:29 thứ Sáu 16/6/2023;")
    assert {line for line in headings(ran.out) if "07:30" in line} == {
        "── 💬 07:30 thứ Sáu 16/6 → Văn phòng - Thống kê (CCHC)",
        "── 💬 07:30 thứ Sáu 16/6 → Nhóm UBND phường Phước Hải",
    }


def test_service_with_a_console_file_writes_there_and_nowhere_else(machine: Machine) -> None:
    file = machine.folder / "tin.txt"
    service = machine.start("run", *NOW, TICK_SECONDS="0.2", CONSOLE_FILE=str(file))
    service.wait_for(REHEARSAL)
    until = time.monotonic() + PATIENCE
    while not (file.exists() and file.stat().st_size) and time.monotonic() < until:
        time.sleep(0.05)
    ran = service.end(signal.SIGINT)
    assert (ran.code, ran.out) == (0, REHEARSAL)
    assert headings(file.read_text(encoding="utf-8")) == ["── 💬 09:00 thứ Năm 15/6 → Văn phòng - Thống kê (CCHC)"]


def test_service_without_a_terminal_goes_on_when_its_input_ends(machine: Machine) -> None:
    service = machine.start("run", *NOW, TICK_SECONDS="0.2")
    service.type("")
    service.wait_for("── 💬 ")
    assert service.runs
    assert service.end(signal.SIGTERM).code == 0


def test_service_at_a_terminal_talks_and_stops_without_waiting_for_a_key(machine: Machine) -> None:
    terminal = machine.terminal("run", *NOW)
    terminal.wait_for("> ")
    terminal.type("/status III.16\n")
    terminal.wait_for("Phụ trách: Văn phòng - Thống kê (CCHC).")
    terminal.tell(signal.SIGTERM)
    assert terminal.end() == 0


# Two clocks never share a database ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "chat", "health"])
def test_rehearsal_refuses_the_database_of_real_work(machine: Machine, command: str) -> None:
    assert machine.pipe("", "chat").code == 0
    code, told = machine.nhacviec(command, *NOW).told
    assert (code, told[-1:]) == (2, [REAL_WORK])


@pytest.mark.parametrize("command", ["run", "chat", "health"])
def test_real_work_refuses_the_database_of_a_rehearsal(machine: Machine, command: str) -> None:
    assert machine.pipe("", "chat", *NOW).code == 0
    code, told = machine.nhacviec(command).told
    assert (code, told[-1:]) == (2, [OF_A_REHEARSAL])


def test_office_hours_of_another_length_are_warned_about_in_the_log(machine: Machine) -> None:
    service = machine.start("run", *NOW, OFFICE_HOURS="07:30-11:30,13:30-17:00")
    service.wait_for(REHEARSAL)
    ran = service.end(signal.SIGTERM)
    assert [line.partition("WARNING bot.cli: ")[2] for line in ran.err.splitlines()] == [
        "OFFICE_HOURS cộng lại 7,5 giờ một ngày, không phải 8 giờ; hạn tính theo giờ sẽ lệch.",
        "Lịch ngày nghỉ năm 2027 mới là dự kiến (days_off.toml).",
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_log_at_its_most_talkative_holds_no_password(machine: Machine, database_url: str) -> None:
    hidden = "mat-khau%40rieng"
    with_password = re.sub(r"//(\w+)(:\w*)?@", rf"//\1:{hidden}@", database_url)
    assert hidden in with_password
    service = machine.start("run", *NOW, DATABASE_URL=with_password, LOG_LEVEL="DEBUG", TICK_SECONDS="0.2")
    service.wait_for("── 💬 ")
    ran = service.end(signal.SIGTERM)
    assert (ran.code, " DEBUG " in ran.err) == (0, True)
    assert [line for line in ran.err.splitlines() if "mat-khau" in line] == []
