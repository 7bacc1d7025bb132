"""The consolidated reports: figures, layout, tables, and the mornings on which the clerk gets them."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from jobs.accounts import days_of, latest_period
from jobs.delivery import Courier
from jobs.press import Press, make
from tests.builders import day
from tests.one_month import lived
from tests.test_figures_agree import by_hand
from tests.town import Sent, Town
from wording.accounts import TO_FILL, sections_missing
from wording.papers import documents
from wording.sheets import REPORT_KINDS, ReportKind
from wording.states import NAMES

JUNE = {"kind": "month", "period": "2023-06"}


def written(town: Town, what: str, about: dict[str, str], templates: Path | None = None) -> BytesIO:
    """A paper as of now."""
    return BytesIO(make(town.engine, town.office, what, town.clock(), about, templates))


def text_of(file: BytesIO) -> str:
    """The paragraphs of a document, those in tables too."""
    document = Document(file)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def sheets(file: BytesIO) -> dict[str, list[list[Any]]]:
    """The rows of each sheet."""
    book = CalamineWorkbook.from_filelike(file)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def names(sent: Sent) -> list[str]:
    """The files of a message."""
    return [file["name"] for file in sent.reply.attachments]


async def test_document_and_workbook_have_the_figures_of_a_count_by_hand(town: Town) -> None:
    await lived(town)
    expected = by_hand(town, date(2023, 6, 1))
    tables = Document(written(town, "document", JUNE)).tables
    sections = {
        row.cells[0].text.partition(".")[0]: [int(cell.text) for cell in row.cells[1:5]] for row in tables[1].rows[1:]
    }
    assert sections == {section: numbers for section, numbers in expected.items() if section}
    assert len(tables[3].rows) - 1 == sum(expected[""])
    book = sheets(written(town, "workbook", JUNE))
    summary = {row[0]: [int(number) for number in row[2:6]] for row in book["Tổng hợp"][4:]}
    assert summary == {section or "": numbers for section, numbers in expected.items()}
    for section in sections:
        states = [row[5] for row in book[section][3:]]
        assert [states.count(name) for name in NAMES.values()] == sections[section]


async def test_every_number_of_the_summary_is_a_formula_over_its_rows(town: Town) -> None:
    await lived(town)
    with ZipFile(written(town, "workbook", JUNE)) as parts:
        summary = parts.read("xl/worksheets/sheet1.xml").decode()
        others = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert summary.count("<f>COUNTIF") == 4 * 4
    assert sum(sheet.count("<f>") for sheet in others) == summary.count("<f>")


async def test_what_people_have_typed_is_text_and_neither_formula_nor_markup(town: Town) -> None:
    town.at("20/06/2023 09:00")
    awkward = '=HYPERLINK("x") <b>&amp; {{ chung }} \x0b\x00'
    await town.says("tu-phap", f"/baocao đề xuất: {awkward}")
    await town.says("tu-phap", "/baocao gui")
    kept = awkward.replace("\x0b", "").replace("\x00", "").strip()
    assert f"- Công chức Tư pháp: {kept}" in text_of(written(town, "document", JUNE))
    rows = sheets(written(town, "workbook", JUNE))["Báo cáo cá nhân"]
    assert [row[4] for row in rows if row[0] == "Công chức Tư pháp"] == [kept]


async def test_who_has_sent_is_what_the_closing_list_says(town: Town) -> None:
    await lived(town, "23/06/2023 07:30")
    await town.says("tai-chinh", "/baocao khó khăn: thiếu kinh phí")
    await town.says("tai-chinh", "/baocao gui")
    text = text_of(written(town, "document", JUNE))
    assert "Đã gửi: 3/7 người. Gửi muộn: Công chức Tài chính. Chưa gửi: Công chức CCHC, Công chức Văn phòng, " in text
    assert "- Công chức Tài chính: thiếu kinh phí" in text
    assert "3/7 người đã gửi" in (await town.says("lanh-dao", "/tinhhinh 6/2023")).text


async def test_document_is_laid_out_as_the_decree_asks(town: Town) -> None:
    document = Document(written(town, "document", JUNE))
    page = document.sections[0]
    sides = (page.page_width, page.page_height)
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(length.mm) for length in (*sides, *margins) if length] == [210, 297, 20, 20, 30, 20]
    heading = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    for words in ("ỦY BAN NHÂN DÂN\nPHƯỜNG PHƯỚC HẢI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "/BC-UBND",
                  "Phước Hải, ngày      tháng 6 năm 2023"):  # fmt: skip
        assert words in heading
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text][:2] == [
        "BÁO CÁO",
        "Kết quả thực hiện nhiệm vụ tháng 6/2023",
    ]
    assert "{" not in text_of(written(town, "document", JUNE))


@pytest.mark.parametrize(("kind", "period"), [("cchc", "2023-H1"), ("tthc", "2023-Q2")])
async def test_what_the_bot_does_not_hold_is_marked(town: Town, kind: ReportKind, period: str) -> None:
    await lived(town, "12/06/2023 16:00")
    text = text_of(written(town, "document", {"kind": kind, "period": period}))
    assert text.count("[điền số liệu]") == len(TO_FILL[kind])
    first = {"cchc": "15/12/2022", "tthc": "15/3/2023"}[kind]
    assert f"Các hạn từ ngày {first} đến ngày 12/6/2023; số liệu trích từ bot Nhắc Việc lúc 16:00" in text


@pytest.mark.parametrize(
    ("kind", "period", "today", "first", "last"),
    [
        ("month", "2023-06", "23/06/2023", "01/06/2023", "30/06/2023"),
        ("cchc", "2023-H1", "13/06/2023", "15/12/2022", "13/06/2023"),
        ("cchc", "2023-H1", "20/06/2023", "15/12/2022", "14/06/2023"),
        ("cchc", "2023-Q3", "13/09/2023", "15/06/2023", "13/09/2023"),
        ("cchc", "2023", "13/12/2023", "15/12/2022", "13/12/2023"),
        ("tthc", "2023-Q2", "16/06/2023", "15/03/2023", "14/06/2023"),
    ],
)
def test_days_of_a_report(kind: ReportKind, period: str, today: str, first: str, last: str) -> None:
    found = days_of(kind, period, day(today))
    assert (found.first, found.last) == (day(first), day(last))


@pytest.mark.parametrize(
    ("kind", "today", "period"),
    [
        ("month", "01/06/2023", "2023-06"),
        ("cchc", "13/06/2023", "2023-H1"),
        ("cchc", "13/09/2023", "2023-Q3"),
        ("cchc", "13/12/2023", "2023"),
        ("tthc", "16/06/2023", "2023-Q2"),
        ("tthc", "15/12/2023", "2023"),
    ],
)
def test_period_whose_report_is_written_now(kind: ReportKind, today: str, period: str) -> None:
    assert latest_period(kind, day(today)) == period


async def test_clerk_gets_picture_report_and_tables_on_the_25th_or_the_working_day_before(town: Town) -> None:
    town.at("22/06/2023 17:00")
    told = await town.run_until("23/06/2023 08:00")
    assert [(each.chat, f"{each.at:%H:%M}", names(each)) for each in told if each.reply.attachments] == [
        ("cchc", "07:30", ["tinh-hinh-2023-06.png", "bao-cao-thang-2023-06.docx", "bao-cao-thang-2023-06.xlsx"])
    ]


async def test_clerk_finds_the_drafts_on_the_mornings_of_the_13th_and_the_17th(town: Town) -> None:
    town.at("12/06/2023 17:00")
    told = await town.run_until("16/06/2023 08:00")
    drafts = [each for each in told if each.reply.attachments]
    assert [(each.chat, f"{each.at:%d %H:%M}", names(each)[0]) for each in drafts] == [
        ("cchc", "13 07:30", "bao-cao-cchc-2023-H1.docx"),
        ("cchc", "16 07:30", "bao-cao-tthc-2023-Q2.docx"),
    ]
    assert "Bot không có, cần điền vào chỗ “[điền số liệu]”:" in drafts[0].text


async def test_report_that_is_done_needs_no_draft(town: Town) -> None:
    await town.at("12/06/2023 09:00").says("cchc", "/xong I.3 H1")
    told = await town.run_until("13/06/2023 09:00")
    assert [each for each in told if each.reply.attachments] == []


@pytest.mark.parametrize(
    ("typed", "file"),
    [
        ("tổng hợp", "bao-cao-thang-2023-06.docx"),
        ("tong hop thang 5", "bao-cao-thang-2023-05.docx"),
        ("cchc", "bao-cao-cchc-2023-H1.docx"),
        ("CCHC quý III/2022", "bao-cao-cchc-2022-Q3.docx"),
        ("tổng hợp tthc Q2", "bao-cao-tthc-2023-Q2.docx"),
        ("kiểm soát TTHC", "bao-cao-tthc-2023-Q2.docx"),
    ],
)
async def test_those_who_run_the_office_get_drafts_on_demand(town: Town, typed: str, file: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", f"/baocao {typed}")
    assert names(answer)[0] == file
    assert all(Path(each["path"]).stat().st_size > 5000 for each in answer.reply.attachments)  # noqa: ASYNC240 - a look


async def test_staff_are_told_which_report_is_theirs(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("tu-phap", "/baocao tổng hợp")
    assert answer.text == (
        "Báo cáo tổng hợp dành cho lãnh đạo và công chức CCHC. Anh/chị gửi báo cáo của mình: /baocao"
    )


@pytest.mark.parametrize("kind", REPORT_KINDS)
def test_our_templates_have_no_mistakes(kind: ReportKind) -> None:
    assert documents.mistakes(documents.template(kind), kind) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("{{ co_quan }}", "{{ co_qan }}", "không có chỗ điền “co_qan”; có phải “co_quan”?"),
        ("{{ chung.qua_han }}", "{{ chung.qua_hn }}", "không có chỗ điền “qua_hn”; có phải “qua_han”?"),
        ("{{ dong.noi_dung }}", "{{ dong.noidung }}", "không có chỗ điền “noidung”; có phải “noi_dung”?"),
    ],
)
def test_unknown_placeholder_of_a_template_is_named(right: str, wrong: str, told: str) -> None:
    assert documents.mistakes(changed(documents.template("month"), right, wrong), "month") == [told]


def test_template_that_is_no_document_is_a_sentence() -> None:
    unreadable = ["tệp mẫu hỏng hoặc không phải tệp Word; anh/chị mở bằng Word, lưu lại dạng .docx."]
    whole = documents.template("month")
    assert documents.mistakes(b"PK nothing", "month") == unreadable
    assert documents.mistakes(whole[: len(whole) // 2], "month") == unreadable
    assert documents.mistakes(changed(whole, "<w:body>", "<w:body"), "month") == unreadable


async def test_office_s_own_template_is_used(town: Town, tmp_path: Path) -> None:
    own = changed(documents.template("month"), "Trên đây là báo cáo", "Kính trình xem xét báo cáo")
    (tmp_path / "month.docx").write_bytes(own)
    assert "Kính trình xem xét báo cáo kết quả" in text_of(written(town, "document", JUNE, tmp_path))


def older(template: bytes) -> bytes:
    """The template as it was before there were cases."""
    without = changed(template, "{%p if ho_so %}", "{%p if ky %}")
    return changed(without, "for dong in ho_so", "for dong in noi_nhan")


def test_section_that_an_older_template_lacks_is_named(tmp_path: Path) -> None:
    assert documents.lacking("month", tmp_path) == []
    (tmp_path / "month.docx").write_bytes(documents.template("month"))
    assert documents.lacking("month", tmp_path) == []
    (tmp_path / "month.docx").write_bytes(older(documents.template("month")))
    assert documents.lacking("month", tmp_path) == ["Giải quyết hồ sơ thủ tục hành chính"]
    (tmp_path / "month.docx").write_bytes(b"PK nothing")
    assert documents.lacking("month", tmp_path) == []


async def test_draft_says_which_section_the_office_s_template_lacks(town: Town, tmp_path: Path) -> None:
    (tmp_path / "month.docx").write_bytes(older(documents.template("month")))
    press = Press(town.engine, town.office, tmp_path / "files", tmp_path)
    town.courier = Courier(town.engine, town.office, town.channel, town.clock, press=press)
    answer = await town.at("23/06/2023 09:00").says("cchc", "/baocao tổng hợp tháng 6")
    said = [line for line in answer.text.splitlines() if line.startswith("ℹ️ Tệp mẫu")]
    assert said == [sections_missing(["Giải quyết hồ sơ thủ tục hành chính"])]
    assert len(answer.reply.attachments) == 2


def changed(template: bytes, old: str, new: str) -> bytes:
    """The template as the office has edited it."""
    source, file = ZipFile(BytesIO(template)), BytesIO()
    with ZipFile(file, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert old in content.decode()
                content = content.decode().replace(old, new).encode()
            target.writestr(name, content)
    return file.getvalue()
