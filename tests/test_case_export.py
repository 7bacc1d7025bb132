"""Reading exports: every layout that was seen gives the same cases; what is in doubt is refused with the row."""

import unicodedata
from dataclasses import replace
from datetime import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.case_export import limits, sheets
from bot.case_export.cells import clean, moment_of
from bot.case_export.export import Export, read_export
from plan_data.cases import Kind, Listed, Standing
from plan_data.workdays import EIGHT_HOURS
from tests import exports
from tests.builders import moment
from tests.exports import FOOT, HEADINGS, TITLES, Row, csv_of, far_corner, html_of, serial, table, xls_of, xlsx_of
from tests.small_office import POLICY
from wording import case_files as words
from wording.refusals import Refusal

ROWS = (
    Row("000.00.19.H32-230601-0001"),
    Row("H32.19-230601-0002", "Đăng ký khai sinh", "Hộ tịch", status="Đã trả kết quả",
        finished=moment("05/06/2023 10:00"), online="Trực tiếp", by_post="Qua bưu chính công ích"),
    Row("HS 0003/2023", "Tiếp nhận phản ánh, kiến nghị", "PAKN", status="Yêu cầu bổ sung", officer=""),
)  # fmt: skip
CASES = (
    Listed("000.00.19.H32-230601-0001", Kind.TTHC, "Chứng thực bản sao từ bản chính", "Chứng thực",
           moment("01/06/2023 08:00"), moment("08/06/2023 17:00"), None, "Đang xử lý", Standing.OPEN,
           "Công chức Tư pháp", True, False),
    Listed("H32.19-230601-0002", Kind.TTHC, "Đăng ký khai sinh", "Hộ tịch", moment("01/06/2023 08:00"),
           moment("08/06/2023 17:00"), moment("05/06/2023 10:00"), "Đã trả kết quả", Standing.HANDED_OVER,
           "Công chức Tư pháp", False, True),
    Listed("HS 0003/2023", Kind.PAKN, "Tiếp nhận phản ánh, kiến nghị", "PAKN", moment("01/06/2023 08:00"),
           moment("08/06/2023 17:00"), None, "Yêu cầu bổ sung", Standing.PAUSED, "", True, False),
)  # fmt: skip


def read(raw: bytes, *, keep_applicant: bool = False) -> Export:
    """Read the file as the office does."""
    return read_export(raw, POLICY, EIGHT_HOURS, keep_applicant=keep_applicant)


def refusal(raw: bytes) -> str:
    """Why the file is not read."""
    with pytest.raises(Refusal) as caught:
        read(raw)
    assert not any(marker in caught.value.sentence for marker in exports.MARKERS)
    return caught.value.sentence


def with_moments(cells: list[list[str]], *, serials: bool = False) -> list[list[object]]:
    """The dates of the table as Excel keeps them, or as bare numbers."""
    found: list[list[object]] = []
    for row in cells:
        as_dates = [moment_of(cell, time()) if number in (8, 9, 10) else None for number, cell in enumerate(row)]
        found.append(
            [(serial(day) if serials else day) if day else cell for day, cell in zip(as_dates, row, strict=True)]
        )
    return found


def two_rows_of_headings() -> list[list[str]]:
    """ "Thời gian" over three columns, whose own headings stand below."""
    above = [*HEADINGS[:8], "Ngày", "", "", *HEADINGS[11:]]
    below = ["", "", "", "", "", "", "", "", "tiếp nhận", "hẹn trả", "kết thúc xử lý", "", "", "", ""]
    cells = table(ROWS)
    return [*cells[:4], above, below, *cells[5:]]


LAYOUTS = {
    "xlsx with texts": xlsx_of(table(ROWS), merged="A1:O1"),
    "xlsx with dates": xlsx_of(with_moments(table(ROWS))),
    "xlsx with numbers for dates": xlsx_of(with_moments(table(ROWS), serials=True)),
    "xls": xls_of(with_moments(table(ROWS))),
    "xls with texts": xls_of(table(ROWS)),
    "xls that is a page": html_of(table(ROWS)),
    "csv with semicolons": csv_of(table(ROWS)),
    "csv with commas, no byte order mark": csv_of(table(ROWS), ",", bom=False),
    "csv with tabs": csv_of(table(ROWS), "\t"),
    "csv as Excel's Unicode text": csv_of(table(ROWS), "\t", bom=False).decode().encode("utf-16"),
    "decomposed letters": unicodedata.normalize("NFD", csv_of(table(ROWS)).decode("utf-8-sig")).encode(),
    "no-break spaces": csv_of(table(ROWS)).decode().replace(" ", "\N{NO-BREAK SPACE}").encode(),
    "two rows of headings": xlsx_of(two_rows_of_headings()),
    "numbers under the headings": csv_of([*table(ROWS)[:5], [f"({n})" for n in range(1, 16)], *table(ROWS)[5:]]),
    "headings again on a second page": csv_of([*table(ROWS)[:7], list(HEADINGS), *table(ROWS)[7:]]),
    "no titles, no foot": csv_of(table(ROWS)[4:8]),
    "a code twice": csv_of([*table(ROWS)[:5], Row("H32.19-230601-0002").cells(9), *table(ROWS)[5:]]),
}


@pytest.mark.parametrize("raw", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_every_layout_gives_the_same_cases(raw: bytes) -> None:
    assert sorted(read(raw).cases, key=lambda case: case.code) == list(CASES)


def test_the_last_row_of_a_code_counts() -> None:
    found = read(LAYOUTS["a code twice"])
    assert (found.rows, found.twice) == (4, 1)
    assert {case.code: case.status for case in found.cases}["H32.19-230601-0002"] == "Đã trả kết quả"


def test_applicant_is_dropped_unless_the_office_wants_it_and_numbers_are_dropped_always() -> None:
    raw = LAYOUTS["xlsx with texts"]
    assert not any(marker in repr(read(raw)) for marker in exports.MARKERS)
    kept = repr(read(raw, keep_applicant=True))
    assert [marker in kept for marker in exports.MARKERS] == [True, False, False, True]


@pytest.mark.parametrize(
    ("heading", "synonym"),
    [
        ("Mã hồ sơ", "Số hồ sơ"),
        ("Mã hồ sơ", "Mã biên nhận"),
        ("Tên thủ tục hành chính", "Tên thủ tục"),
        ("Ngày tiếp nhận", "Ngày nhận"),
        ("Ngày tiếp nhận", "Ngày nộp"),
        ("Ngày hẹn trả", "Hạn xử lý"),
        ("Ngày hẹn trả", "NGÀY HẸN TRẢ KẾT QUẢ"),
        ("Ngày kết thúc xử lý", "Ngày hoàn tất"),
        ("Ngày kết thúc xử lý", "Ngày có kết quả"),
        ("Ngày kết thúc xử lý", "Ngày trả"),
        ("Cán bộ xử lý (hiện tại)", "Đơn vị/cá nhân giải quyết"),
        ("Trạng thái", "Tình trạng hồ sơ"),
    ],
)
def test_columns_are_known_by_their_other_names(heading: str, synonym: str) -> None:
    cells = [[synonym if cell == heading else cell for cell in row] for row in table(ROWS)]
    assert read(csv_of(cells)).cases == CASES


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("Mới đăng ký", Standing.REGISTERED),
        ("Được tiếp nhận", Standing.OPEN),
        ("Đang xử lý", Standing.OPEN),
        ("Đã bổ sung, đang xử lý", Standing.OPEN),
        ("Chờ ký duyệt", Standing.LAST_STEP),
        ("Yêu cầu bổ sung", Standing.PAUSED),
        ("Chờ bổ sung", Standing.PAUSED),
        ("Chờ thực hiện nghĩa vụ tài chính", Standing.PAUSED),
        ("Tạm dừng", Standing.PAUSED),
        ("Dừng xử lý", Standing.PAUSED),
        ("Không tiếp nhận", Standing.REFUSED),
        ("Từ chối", Standing.REFUSED),
        ("Công dân rút hồ sơ", Standing.WITHDRAWN),
        ("Đã xử lý xong", Standing.FINISHED),
        ("Đã xử lý xong, chờ trả kết quả", Standing.FINISHED),
        ("Đã trả kết quả", Standing.HANDED_OVER),
    ],
)
def test_statuses_are_told_by_their_words(status: str, standing: Standing) -> None:
    row = replace(ROWS[0], status=status, finished=moment("05/06/2023 10:00"))
    assert read(csv_of(table([row]))).cases[0].standing == standing


def changed(column: int, cell: str, row: int = 5) -> list[list[str]]:
    """The table with another text in one cell."""
    cells = table(ROWS)
    cells[row][column] = cell
    return cells


def shifted() -> list[list[str]]:
    """Cells one column to the left of their headings, from the second case on."""
    cells = table(ROWS)
    return [*cells[:6], *([*row[1:], ""] for row in cells[6:8]), *cells[8:]]


def nine_cells_under_twelve_headings() -> list[list[str]]:
    """As one live system prints them."""
    cells = [row[:9] if len(row) > 9 and number > 4 else row[:12] for number, row in enumerate(table(ROWS))]
    return cells[:8]


SHIFTED = "Có thể các cột bị lệch so với tiêu đề; anh/chị xuất lại tệp rồi gửi lại. Bot chưa ghi gì."
IN_DOUBT = [
    ("shifted", shifted(), f"Dòng 7: ô dưới cột “Mã hồ sơ” không phải mã hồ sơ. {SHIFTED}"),
    ("nine cells", nine_cells_under_twelve_headings(),
     f"Dòng 6: bảng có 12 tiêu đề nhưng dòng này chỉ có 9 ô. {SHIFTED}"),
    ("a word for a day", changed(9, "sớm nhất có thể"),
     f"Dòng 6: ô dưới cột “Ngày hẹn trả” không phải ngày dạng 17/06/2023. {SHIFTED}"),
    ("an impossible day", changed(9, "31/06/2023"),
     f"Dòng 6: ô dưới cột “Ngày hẹn trả” không phải ngày dạng 17/06/2023. {SHIFTED}"),
    ("no due day", changed(9, ""),
     f"Dòng 6: hồ sơ đang giải quyết hoặc đã xong mà cột “Ngày hẹn trả” để trống. {SHIFTED}"),
    ("no day of the finish", changed(10, "", 6),
     f"Dòng 7: hồ sơ đang giải quyết hoặc đã xong mà cột “Ngày kết thúc xử lý” để trống. {SHIFTED}"),
    ("due before received", changed(9, "31/05/2023"), f"Dòng 6: “Ngày hẹn trả” sớm hơn “Ngày tiếp nhận”. {SHIFTED}"),
    ("no code", changed(1, ""), f"Dòng 6: có ngày nhưng thiếu mã hồ sơ. {SHIFTED}"),
    ("a day for a code", changed(1, "01/06/2023"), f"Dòng 6: ô dưới cột “Mã hồ sơ” không phải mã hồ sơ. {SHIFTED}"),
    ("a phone for an officer", changed(12, "0900 000 000"),
     f"Dòng 6: ô dưới cột “Cán bộ xử lý (hiện tại)” không phải tên cán bộ hoặc đơn vị. {SHIFTED}"),
    ("a status nobody knows", changed(11, "Chuyển trạng thái 7"),
     "Dòng 6: bot chưa biết trạng thái ghi ở cột “Trạng thái”. Nếu cột không bị lệch, nhờ người quản trị thêm trạng "
     "thái này vào mục [cases.statuses] của tệp chính sách. Bot chưa ghi gì."),
    ("no column for the due day", [row[:9] + row[10:] for row in table(ROWS)],
     "Bảng thiếu cột “Ngày hẹn trả”. Anh/chị xuất lại tệp có đủ các cột này. Bot chưa ghi gì."),
    ("finished, nobody says when", [row[:10] + row[11:] for row in table(ROWS)],
     "Dòng 7: hồ sơ đã xong nhưng bảng không có cột “Ngày kết thúc xử lý”. Anh/chị xuất lại tệp có cột này. "
     "Bot chưa ghi gì."),
    ("no headings", [*map(list, TITLES), *map(list, FOOT)], words.NO_HEADINGS),
    ("no cases", [*map(list, TITLES), list(HEADINGS), *map(list, FOOT)], words.NO_CASES),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "sentence"), [each[1:] for each in IN_DOUBT], ids=[each[0] for each in IN_DOUBT])
@pytest.mark.parametrize("write", [csv_of, xlsx_of], ids=["csv", "xlsx"])
def test_table_in_doubt_is_refused_with_the_first_bad_row(
    write: object, cells: list[list[str]], sentence: str
) -> None:
    assert callable(write)
    if "dòng này chỉ có" in sentence and write is xlsx_of:
        pytest.skip("a sheet is a rectangle: every row has as many cells")
    assert refusal(write(cells)) == sentence


def test_formula_in_place_of_a_day_is_refused_although_it_shows_one() -> None:
    assert refusal(xlsx_of(changed(9, "=TODAY()+7"))) == (
        "Dòng 6: ô dưới cột “Ngày hẹn trả” chứa công thức, không phải ngày. "
        "Anh/chị dùng tệp gốc do phần mềm xuất ra, chưa sửa bằng Excel. Bot chưa ghi gì."
    )


def bomb() -> bytes:
    """A small archive that unpacks to half a gigabyte."""
    return xlsx_of(table(ROWS), extra=[("xl/media/x.bin", b"\0" * (450 * 1024 * 1024))])


def other_archive() -> bytes:
    """A zip file that is no workbook."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("ghi-chu.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", words.EMPTY),
        (b"\xef\xbb\xbf\r\n", words.EMPTY),
        (xlsx_of([]), words.EMPTY),
        (xlsx_of(table(ROWS), extra=[("xl/vbaProject.bin", b"x")]), words.MACROS),
        (xls_of([[1]]) + "_VBA_PROJECT".encode("utf-16-le"), words.MACROS),
        (bomb(), words.TOO_BIG),
        (far_corner(), words.TOO_BIG),
        (b"x" * (limits.LARGEST + 1), words.TOO_BIG),
        (other_archive(), words.NOT_A_TABLE),
        (xlsx_of(table(ROWS))[:-200], words.BROKEN),
        (sheets._OLE + b"x" * 2000, words.BROKEN),
        (b"%PDF-1.7 " + bytes(range(256)), words.NOT_UTF8),
        (b"Xin ch\xc3\xa0o", words.NOT_A_TABLE),
        (b"\x89PNG\r\n\0\0", words.NOT_UTF8),
        (b"<html><body>B\xe1\xba\xa3o tr\xc3\xac</body></html>", words.NOT_A_TABLE),
        (csv_of([list(HEADINGS), *([["1"] * 15] * 100_001)]), words.TOO_MANY_ROWS),
    ],
    ids=range(16),
)
def test_file_that_is_no_table_is_refused_with_what_to_do(raw: bytes, sentence: str) -> None:
    assert refusal(raw) == sentence


def test_sheet_of_two_hundred_thousand_rows_is_refused() -> None:
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 200_000
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{row}</sheetData></worksheet>'.encode()
    assert refusal(xlsx_of([], sheet=sheet)) == words.TOO_MANY_ROWS


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("17/06/2023", "17/06/2023 17:00"),
        ("7/6/2023 8:05", "07/06/2023 08:05"),
        ("17-06-2023 16:30:59", "17/06/2023 16:30"),
        ("2023-06-17T16:30", "17/06/2023 16:30"),
        ("16:30 17/06/2023", "17/06/2023 16:30"),
        ("16:30 ngày 17/06/2023", "17/06/2023 16:30"),
        ("45094", "17/06/2023 17:00"),
        ("45094.6875", "17/06/2023 16:30"),
    ],
)
def test_days_are_read_in_the_ways_that_people_and_excel_write_them(cell: str, read_as: str) -> None:
    assert moment_of(clean(cell), time(17)) == moment(read_as)


@pytest.mark.parametrize(
    "cell", ["", "x", "32/01/2023", "17/13/2023", "06/17/2023", "1/1/1900", "123", "=A1", "25:00 1/1/2023"]
)
def test_what_is_no_day_is_not_taken_for_one(cell: str) -> None:
    assert moment_of(clean(cell), time(17)) is None


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode) | st.binary(max_size=200).map(b"PK".__add__))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read(raw)
    assert caught.value.sentence
