"""`nhacviec cases import` and what `nhacviec alerts` tells of cases: the real program in an empty folder."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import real_clock
from plan_data.workdays import ZONE
from tests.builders import moment
from tests.exports import Row, csv_of, table, xlsx_of
from tests.machine import Machine
from wording import case_files


def tomorrow_at(hour: int) -> datetime:
    """Tomorrow in the calendar; whether it is worked does not matter to an import."""
    return real_clock().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=1)


def export(*rows: Row) -> bytes:
    return xlsx_of(table(rows))


def digest_of(folder: Path) -> dict[str, str]:
    """The files of the database, byte for byte."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "data").glob("*.db*")}


def test_export_is_previewed_then_written_then_known(machine: Machine) -> None:
    rows = [Row(f"H32-{number}", due=tomorrow_at(17) + timedelta(days=30)) for number in range(3)]
    (machine.folder / "ho-so.xlsx").write_bytes(export(*rows))
    seen = machine.nhacviec("cases", "import", "ho-so.xlsx")
    assert seen.code == 0
    assert seen.out.splitlines()[1:] == [
        "📋 Tệp có 3 hồ sơ",
        "➕ 3 hồ sơ mới: 3 đang giải quyết",
        "Chưa ghi gì. Nếu đúng, chạy lại lệnh kèm --yes để ghi.",
    ]
    written = machine.nhacviec("cases", "import", "--yes", "ho-so.xlsx").out.splitlines()
    assert written[3].startswith("✅ Đã ghi 3 thay đổi về hồ sơ.")
    assert written[4].startswith("Xong sau ")
    again = machine.nhacviec("cases", "import", "--yes", "ho-so.xlsx").out.splitlines()
    assert again[1].startswith("Không có gì thay đổi: tệp này đã được nhập lúc ")
    (machine.folder / "khac.csv").write_bytes(csv_of(table(rows)))
    same = machine.nhacviec("cases", "import", "--yes", "khac.csv").out.splitlines()
    assert same[1] == "Không có gì thay đổi: 3 hồ sơ trong tệp đều đúng như bot đang theo dõi."


def test_alerts_of_the_next_working_day_tell_of_the_cases(machine: Machine) -> None:
    due = datetime(2023, 6, 9, 17, 0, tzinfo=ZONE)
    row = Row("H32-1", due=due)
    (machine.folder / "ho-so.xlsx").write_bytes(export(row, replace(row, code="H32-2", status="Tạm dừng")))
    machine.nhacviec("cases", "import", "--yes", "ho-so.xlsx")
    shown = machine.nhacviec("alerts", "--from", "2023-06-09", "--to", "2023-06-09").out
    told = shown[shown.index("Hồ sơ, thứ Sáu 9/6:") :].splitlines()
    assert [line.partition(" (")[0].strip() for line in told] == [
        "Hồ sơ, thứ Sáu 9/6:",
        "07:00 công chức CCHC: 1 hồ sơ",
        "H32-1",
        "07:30 nhóm: 1 hồ sơ",
        "H32-1",
        "11:00 công chức CCHC: 1 hồ sơ",
        "H32-1",
        "13:30 nhóm: 1 hồ sơ",
        "H32-1",
    ]


def test_reminder_calendar_for_programs_has_the_cases_of_the_whole_window(machine: Machine) -> None:
    (machine.folder / "ho-so.xlsx").write_bytes(export(Row("H32-1", due=moment("12/06/2023 17:00"))))
    machine.nhacviec("cases", "import", "--yes", "ho-so.xlsx")
    found = json.loads(machine.nhacviec("alerts", "--json", "--from", "2023-06-09", "--to", "2023-06-13").out)
    cases = [each for each in found if each["reason"].startswith("case_")]
    assert cases[0] == {
        "at": "2023-06-09T07:00:00+07:00",
        "reason": "case_left",
        "code": "H32-1",
        "label": "Chứng thực bản sao từ bản chính",
        "period": "",
        "audience": "clerk",
        "key": "case/1@2023-06-12T17:00|case_left16|clerk",
    }
    assert {each["audience"] for each in cases} == {"clerk", "group"}
    assert cases[-1]["at"] >= "2023-06-13"
    assert len({each["key"] for each in found}) == len(found)
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("trong.xlsx", b"", case_files.EMPTY),
        ("macro.xlsx", xlsx_of([["a", "b"]], extra=[("xl/vbaProject.bin", b"x")]), case_files.MACROS),
        ("hong.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, case_files.BROKEN),
        ("anh.png", b"\x89PNG\r\n", case_files.NOT_UTF8),
        ("bang-khac.csv", b"a;b;c\n1;2;3\n", case_files.NO_HEADINGS),
    ],
)
def test_wrong_file_is_refused_and_the_database_stays_byte_for_byte(
    machine: Machine, name: str, raw: bytes, sentence: str
) -> None:
    (machine.folder / "ho-so.xlsx").write_bytes(export(Row("H32-1")))
    machine.nhacviec("cases", "import", "--yes", "ho-so.xlsx")
    before = digest_of(machine.folder)
    (machine.folder / name).write_bytes(raw)
    assert machine.nhacviec("cases", "import", "--yes", name).told == (2, [f"⚠️ Tệp {name}: {sentence}"])
    assert digest_of(machine.folder) == before


def test_file_that_is_not_there_is_told(machine: Machine) -> None:
    ran = machine.nhacviec("cases", "import", "khong-co.xlsx")
    assert (ran.code, "khong-co.xlsx" in ran.err) == (2, True)
