"""Lists of people: in a message with a preview, and from a file at the machine."""

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from records.audit import trail
from records.database import migrate, open_database, transaction
from records.people import add_person, roster
from tests.builders import day
from tests.exports import far_corner
from tests.machine import Machine
from tests.phone import button, labels
from tests.town import Town

LIST = """/canbo nhap
Nguyễn Văn A; tư pháp, một cửa
2. Trần Thị Bé

- cong chuc tai chinh; tài chính, PAKN
3) Công chức Văn hóa; văn hóa"""


def names(town: Town) -> list[tuple[int, str, list[str]]]:
    """Everybody from number 3 on."""
    with transaction(town.engine) as session:
        people = roster(session, town.office.plans).everybody
        return [(person.id, person.name, sorted(person.roles)) for person in people if person.id > 9]


def newcomer(town: Town, name: str, *roles: str) -> int:
    with transaction(town.engine) as session:
        return add_person(session, name, frozenset(roles), day("03/01/2023"))


async def problems(town: Town, *lines: str) -> list[str]:
    answer = await town.says("cchc", "\n".join(["/canbo nhap", *lines]))
    head, *found = answer.text.splitlines()
    assert head == "⚠️ Danh sách có lỗi nên chưa ghi gì. Anh/chị sửa rồi gửi lại cả danh sách:"
    assert answer.reply.buttons == ()
    return found


async def test_list_is_shown_first_and_written_when_it_is_confirmed(town: Town) -> None:
    shown = await town.says("cchc", LIST)
    assert shown.text.splitlines() == [
        "📋 Xem trước: 2 người mới, 1 người thay đổi, 1 người giữ nguyên",
        "➕ Nguyễn Văn A: Tư pháp - Hộ tịch, Bộ phận Một cửa",
        "➕ Trần Thị Bé: chưa có vị trí",
        "✏️ Số 4 Công chức Tài chính: Tài chính - Kế toán → Tài chính - Kế toán, Theo dõi PAKN",
    ]
    assert labels(shown) == [["✅ Ghi vào danh sách", "❌ Bỏ"]]
    assert names(town) == []
    done = await town.says("cchc", button(shown, "Ghi vào danh sách"))
    assert done.text == "✅ Đã ghi vào danh sách cán bộ: 2 người mới, 1 người thay đổi. Xem: /canbo"
    assert names(town) == [(10, "Nguyễn Văn A", ["mot-cua", "tu-phap"]), (11, "Trần Thị Bé", [])]
    with transaction(town.engine) as session:
        assert [(who, action, subject) for _, who, action, subject, _ in trail(session)] == [
            (1, "person_added", "person:10"),
            (1, "person_added", "person:11"),
            (1, "person_roles", "person:4"),
            (1, "roster_import", "roster_import:1"),
        ]
    assert (await town.says("cchc", LIST)).text == (
        "Không có gì thay đổi: 4 người trong danh sách vừa gửi đều đã có, đúng như danh sách cán bộ."
    )


async def test_list_that_is_dropped_or_done_cannot_be_confirmed_again(town: Town) -> None:
    first = await town.says("cchc", LIST)
    assert (await town.says("cchc", button(first, "Bỏ"))).text == "Đã bỏ danh sách vừa gửi; chưa có gì thay đổi."
    closed = "Danh sách này đã được xử lý trước đó, anh/chị không cần làm gì thêm. Xem: /canbo"
    assert (await town.says("cchc", button(first, "Ghi"))).text == closed
    assert (await town.says("cchc", button(first, "Bỏ"))).text == closed
    second, third = await town.says("cchc", LIST), await town.says("cchc", LIST)
    assert (await town.says("cchc", button(second, "Ghi"))).text == closed
    await town.says("cchc", button(third, "Ghi"))
    assert (await town.says("cchc", button(third, "Ghi"))).text == closed
    assert len(names(town)) == 2
    for words in ("#ok", "#ok 99", "#ok abc", "#bo"):
        assert (await town.says("cchc", f"/canbo {words}")).text == closed


async def test_list_of_another_clerk_is_not_confirmed(town: Town) -> None:
    shown = await town.says("cchc", LIST)
    await town.says("cchc", "/canbo 2 vitri cchc")
    assert (await town.says("van-phong", button(shown, "Ghi"))).text.startswith("Danh sách này đã được xử lý")
    assert names(town) == []


async def test_list_is_shown_again_when_the_roster_has_changed_meanwhile(town: Town) -> None:
    shown = await town.says("cchc", LIST)
    await town.says("cchc", "/canbo them Trần Thị Bé; một cửa")
    again = await town.says("cchc", button(shown, "Ghi"))
    assert again.text.splitlines() == [
        "Danh sách cán bộ vừa thay đổi, nên anh/chị xem lại lần nữa:",
        "📋 Xem trước: 1 người mới, 1 người thay đổi, 2 người giữ nguyên",
        "➕ Nguyễn Văn A: Tư pháp - Hộ tịch, Bộ phận Một cửa",
        "✏️ Số 4 Công chức Tài chính: Tài chính - Kế toán → Tài chính - Kế toán, Theo dõi PAKN",
    ]
    assert (await town.says("cchc", button(again, "Ghi"))).text.startswith(
        "✅ Đã ghi vào danh sách cán bộ: 1 người mới"
    )


async def test_list_with_mistakes_writes_nothing_and_names_every_line(town: Town) -> None:
    await town.says("cchc", "/canbo 6 nghi")
    newcomer(town, "Lê Văn Hai"), newcomer(town, "Lê Văn Hai")
    assert await problems(
        town,
        "Nguyễn Văn A; tư pháp, trưởng thôn, bí thư",
        "12345; tư pháp",
        "",
        "nguyễn văn a",
        "Cán bộ Một cửa; một cửa",
        "Lê Văn Hai; một cửa",
        "Phạm Văn Đúng; một cửa",
    ) == [
        "Dòng 1 (Nguyễn Văn A): chưa rõ vị trí “trưởng thôn”, “bí thư”.",
        "Dòng 2: thiếu họ tên, hoặc họ tên chưa đúng. Mỗi dòng có dạng: Họ và tên; vị trí, vị trí",
        "Dòng 5: Cán bộ Một cửa trùng tên với cán bộ số 6 đã nghỉ. Nếu trở lại: /canbo 6 lai",
        "Dòng 6: có nhiều cán bộ tên Lê Văn Hai (số 10, số 11). Anh/chị sửa từng người bằng /canbo kèm số.",
    ]
    assert await problems(town, "Nguyễn Văn A; một cửa", "", "nguyễn văn a") == [
        "Dòng 3: nguyễn văn a đã có ở dòng 1."
    ]
    assert len(names(town)) == 2


async def test_list_that_would_leave_no_clerk_is_refused(town: Town) -> None:
    assert await problems(town, "Công chức CCHC; tư pháp") == [
        "Công chức CCHC là công chức CCHC duy nhất đang dùng bot, nên danh sách phải giữ vị trí CCHC cho người này."
    ]
    assert await problems(town, "Công chức CCHC; tư pháp", "Người Mới; cchc") == [
        "Công chức CCHC là công chức CCHC duy nhất đang dùng bot, nên danh sách phải giữ vị trí CCHC cho người này."
    ]
    handed_over = await town.says("cchc", "/canbo nhap\nCông chức CCHC; tư pháp\nCông chức Văn phòng; cchc")
    assert labels(handed_over) == [["✅ Ghi vào danh sách", "❌ Bỏ"]]


@pytest.mark.parametrize(
    ("known", "listed", "becomes"),
    [
        ("Nguyen Thi Hoa", "Nguyễn Thị Hòa", "Nguyễn Thị Hòa"),
        ("Nguyễn Thị Hòa", "nguyen thi hoa", "Nguyễn Thị Hòa"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoà", "Nguyễn Thị Hòa"),
    ],
)
async def test_one_name_in_two_spellings_is_one_person(town: Town, known: str, listed: str, becomes: str) -> None:
    newcomer(town, known)
    shown = await town.says("cchc", f"/canbo nhap\n{listed}; một cửa")
    await town.says("cchc", button(shown, "Ghi"))
    assert names(town) == [(10, becomes, ["mot-cua"])]


async def test_names_that_differ_in_a_diacritic_are_two_people(town: Town) -> None:
    newcomer(town, "Lê Thị Thủy")
    shown = await town.says("cchc", "/canbo nhap\nLê Thị Thúy; một cửa")
    assert shown.text.splitlines()[1] == "➕ Lê Thị Thúy: Bộ phận Một cửa"


async def test_clerk_who_sends_no_list_is_told_how(town: Town) -> None:
    assert (await town.says("cchc", "/canbo nhap")).text.splitlines() == [
        "Anh/chị gửi /canbo nhap, xuống dòng rồi ghi mỗi người một dòng: Họ và tên; vị trí, vị trí. Ví dụ:",
        "/canbo nhap",
        "Nguyễn Văn A; Bộ phận Một cửa, Theo dõi PAKN",
        "Trần Thị B; Không chuyên trách",
    ]


async def test_long_list_is_shown_in_part(town: Town) -> None:
    lines = [f"Cán bộ Thứ {number}; một cửa" for number in range(1, 51)]
    shown = (await town.says("cchc", "\n".join(["/canbo nhap", *lines]))).text.splitlines()
    assert (len(shown), shown[-1]) == (42, "… và 10 người nữa.")


NO_ROWS = "không có dòng nào ghi họ tên. Cần cột Họ và tên, và cột Vị trí."
PREVIEW = [
    "📋 Xem trước: 2 người mới, 0 người thay đổi, 0 người giữ nguyên",
    "➕ Nguyễn Văn A: Tư pháp - Hộ tịch, Bộ phận Một cửa",
    "➕ Trần Thị Bé: chưa có vị trí",
]
FILES = {
    "dấu phẩy.csv": 'STT,Họ và tên,Vị trí\n1,Nguyễn Văn A,"tư pháp, một cửa"\n2,Trần Thị Bé,\n'.encode(),
    "excel.csv": "\ufeffDanh sách cán bộ, công chức;;\r\n;Họ tên;Chức vụ\r\n"
                 ";Nguyễn Văn A;tư pháp, một cửa\r\n;Trần Thị Bé;\r\n".encode(),
    "utf16.csv": "Họ tên\tVị trí\nNguyễn Văn A\ttư pháp, một cửa\nTrần Thị Bé\t\n".encode("utf-16"),
    "không tiêu đề.csv": "Nguyễn Văn A;tư pháp, một cửa\nTrần Thị Bé;\n".encode(),
    "đánh số.csv": "1;Nguyễn Văn A;tư pháp, một cửa\n2;Trần Thị Bé;\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_csv_file_is_read_however_it_was_saved(machine: Machine, name: str) -> None:
    (machine.folder / name).write_bytes(FILES[name])
    ran = machine.nhacviec("people", "import", name)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [*PREVIEW, "Chưa ghi gì. Nếu đúng, chạy lại lệnh kèm --yes để ghi vào danh sách cán bộ."],
    )
    assert machine.nhacviec("people", "list").out.startswith("Chưa có cán bộ nào.")


def test_spreadsheet_is_read_and_written_with_yes(machine: Machine) -> None:
    sheet: list[list[str | int]] = [
        ["DANH SÁCH"],
        [],
        ["STT", "Họ và tên", "Nhiệm vụ"],
        [1, "Nguyễn Văn A", "tư pháp\nmột cửa"],
        [2, "Trần Thị Bé"],
    ]
    write_xlsx(machine.folder / "ds.xlsx", sheet)
    ran = machine.nhacviec("people", "import", "ds.xlsx", "--yes")
    done = "✅ Đã ghi vào danh sách cán bộ: 2 người mới, 0 người thay đổi. Xem: /canbo"
    assert (ran.code, ran.out.splitlines()) == (0, [*PREVIEW, done])
    engine = open_database(f"sqlite:///{machine.folder / 'data' / 'nhacviec.db'}")
    migrate(engine)
    with transaction(engine) as session:
        assert [(who, action, subject) for _, who, action, subject, _ in trail(session)] == [
            (None, "person_added", "person:1"),
            (None, "person_added", "person:2"),
            (None, "roster_import", "ds.xlsx"),
        ]
    engine.dispose()
    assert machine.nhacviec("people", "import", "ds.xlsx", "--yes").out.splitlines() == [
        "Không có gì thay đổi: 2 người trong danh sách vừa gửi đều đã có, đúng như danh sách cán bộ."
    ]


def test_mistakes_of_a_file_are_told_by_row_and_nothing_is_written(machine: Machine) -> None:
    write_xlsx(machine.folder / "ds.xlsx", [["Họ tên", "Vị trí"], ["Nguyễn Văn A", "tư pháp"], ["Trần B", "bí thư"]])
    ran = machine.nhacviec("people", "import", "ds.xlsx", "--yes")
    assert ran.told == (2, ["Tệp có lỗi nên chưa ghi gì:", "Dòng 3 (Trần B): chưa rõ vị trí “bí thư”."])
    assert machine.nhacviec("people", "list").out.startswith("Chưa có cán bộ nào.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("ds.docx", b"PK", "tệp phải là .csv hoặc .xlsx."),
        ("ds.xlsx", b"PK rubbish", "tệp hỏng hoặc không phải bảng tính Excel."),
        ("bom.xlsx", far_corner(), "tệp hỏng hoặc không phải bảng tính Excel."),
        ("dài.csv", b"a" * 200_000, "tệp hỏng hoặc không phải bảng tính Excel."),
        ("ds.csv", "Họ tên;Vị trí\nTrần;".encode("cp1258", "replace") + b"\xd0\xe3", (
            "tệp không ở dạng UTF-8; hãy lưu lại dạng “CSV UTF-8” hoặc Excel (.xlsx)."
        )),
        ("trống.csv", b"", NO_ROWS),
        ("tiêu đề.csv", "Họ tên;Vị trí\n;\n".encode(), NO_ROWS),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_told_in_a_sentence(
    machine: Machine, name: str, content: bytes, sentence: str
) -> None:
    (machine.folder / name).write_bytes(content)
    assert machine.nhacviec("people", "import", name).told == (2, [f"Không đọc được tệp {name}: {sentence}"])


def test_file_that_is_not_there_is_told_in_a_sentence(machine: Machine) -> None:
    (machine.folder / "thư mục.csv").mkdir()
    assert [machine.nhacviec("people", "import", name).told for name in ("ds.csv", "thư mục.csv")] == [
        (2, ["Không đọc được tệp ds.csv: không có tệp này; anh/chị kiểm tra lại đường dẫn."]),
        (2, ["Không đọc được tệp thư mục.csv: không mở được; anh/chị kiểm tra quyền đọc tệp."]),
    ]


def write_xlsx(file: Path, rows: Sequence[Sequence[str | int]]) -> None:
    """A spreadsheet of the least that a reader needs."""
    cells = "".join(
        f'<row r="{r}">' + "".join(_cell(f"{'ABC'[c]}{r}", value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>",
    }
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def _cell(place: str, value: str | int) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
