"""`nhacviec chat` and `nhacviec run` as processes of their own."""

import re
import signal
import subprocess
import sys
import time

import pytest

from tests.machine import PATIENCE, Machine, environment
from wording.refusals import STRANGER

NOW = ("--now", "2023-06-15T09:00")
REHEARSAL = "⚠️ DIỄN TẬP: đồng hồ mô phỏng bắt đầu từ 09:00 thứ Năm 15/6/2023; đây không phải giờ thật.\n"
REAL_WORK = (
    "Cơ sở dữ liệu này đang dùng cho công việc thật nên không chạy thử với --now được. "
    "Hãy đặt DATABASE_URL hoặc DATA_DIR khác để diễn tập."
)
OF_A_REHEARSAL = (
    "Cơ sở dữ liệu này thuộc về một buổi diễn tập (--now). "
    "Hãy đặt DATABASE_URL hoặc DATA_DIR khác cho công việc thật, hoặc xóa tệp diễn tập."
)


def headings(transcript: str) -> list[str]:
    """The line above each message of a transcript, without its number."""
    return [line.partition(" (tin số")[0] for line in transcript.splitlines() if line.startswith("── ")]


# --- The conversation at the keyboard ---


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


# --- The service ---


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


# --- Two clocks never share a database ---


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
