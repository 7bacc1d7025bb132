"""Papers at the command line."""

from pathlib import Path

import pytest

from tests.machine import Machine
from tests.test_consolidated import older
from wording.accounts import sections_missing
from wording.papers import documents

NOW = ("--now", "2023-06-15T09:00")


def test_board_is_written_to_the_output(machine: Machine) -> None:
    machine.pipe("/xong I.3 H1\n", "chat", "--as", "clerk", *NOW)
    ran = machine.nhacviec("board", *NOW)
    assert (ran.code, ran.out[:15], ran.out[-7:]) == (0, "<!doctype html>", "</html>")
    assert "Báo cáo CCHC 6 tháng đầu năm 2023" in ran.out


def test_paper_sent_at_the_console_is_a_file_in_the_data_folder(machine: Machine) -> None:
    ran = machine.pipe("/bang\n", "chat", "--as", "leader", *NOW)
    (file,) = (machine.folder / "data" / "files").iterdir()
    assert f"[tệp: {Path('data') / 'files' / file.name}]" in ran.out
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_picture_is_written_to_the_output(machine: Machine) -> None:
    machine.pipe("/xong I.3 H1\n", "chat", "--as", "clerk", *NOW)
    process = machine.start("picture", "--month", "2023-06", *NOW)
    process.type("")
    ran = process.end()
    assert (ran.code, ran.out[:3], "IEND" in ran.out[-12:]) == (0, "PNG", True)


def test_reports_are_written_as_files(machine: Machine) -> None:
    machine.pipe("/xong I.3 H1\n", "chat", "--as", "clerk", *NOW)
    ran = machine.nhacviec("report", "cchc", "2023-H1", *NOW)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        ["Đã ghi bao-cao-cchc-2023-H1.docx", "Đã ghi bao-cao-cchc-2023-H1.xlsx"],
    )
    assert (machine.folder / "bao-cao-cchc-2023-H1.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("kind", "period", "told"),
    [
        ("tuan", "2023-06", "Không có loại báo cáo “tuan”; có: month, cchc, tthc."),
        ("month", "thang 6", "kỳ “thang 6” không đọc được; mẫu đúng: 2023, 2023-H1, 2023-Q2 hoặc 2023-06."),
    ],
)
def test_report_that_there_is_not_is_a_sentence(machine: Machine, kind: str, period: str, told: str) -> None:
    ran = machine.nhacviec("report", kind, period, *NOW)
    assert ran.told == (2, [told])


def test_templates_are_written_once_and_then_checked(machine: Machine) -> None:
    first, second = machine.nhacviec("report", "templates"), machine.nhacviec("report", "templates")
    assert [line.split(";")[0] for line in first.out.splitlines()] == [
        f"Đã ghi tệp mẫu {Path('data') / 'templates' / name}.docx" for name in ("month", "cchc", "tthc")
    ]
    assert [line.rpartition(": ")[2] for line in second.out.splitlines()] == ["dùng được."] * 3
    (machine.folder / "data" / "templates" / "tthc.docx").write_bytes(older(documents.template("tthc")))
    told = machine.nhacviec("report", "templates").out.splitlines()
    assert told[3] == sections_missing(["Giải quyết hồ sơ thủ tục hành chính"])
    (machine.folder / "data" / "templates" / "cchc.docx").write_bytes(b"?")
    ran = machine.nhacviec("report", "templates")
    assert (ran.code, ran.told[1][0]) == (2, "Tệp mẫu có chỗ điền mà bot không biết:")
