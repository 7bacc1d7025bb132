"""Exports of the one-stop software as they come: the same cases in every layout, and files that are broken.

Codes, procedures and officers are made up of roles and numbers; the applicant's columns hold marker words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import xlwt

from tests.builders import moment

MARKERS = ("NGUOINOPBIMAT", "0900000000", "000000000000", "DIACHIBIMAT")
HEADINGS = (
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Lĩnh vực",
    "Chủ hồ sơ",
    "Số điện thoại",
    "Số CCCD",
    "Địa chỉ",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
    "Trạng thái",
    "Cán bộ xử lý (hiện tại)",
    "Hình thức nộp",
    "Hình thức trả kết quả",
)
TITLES = (
    ("ỦY BAN NHÂN DÂN",),
    ("DANH SÁCH HỒ SƠ",),
    ("Từ ngày 01/01/2023 đến ngày 31/12/2023",),
    (),
)
FOOT = (
    ("", "Tổng cộng: 3 hồ sơ"),
    (),
    ("", "", "", "", "", "", "", "", "Nha Trang, ngày 01 tháng 6 năm 2023"),
    ("", "NGƯỜI LẬP BIỂU", "", "", "", "", "", "", "THỦ TRƯỞNG ĐƠN VỊ"),
)


_RECEIVED, _DUE = moment("01/06/2023 08:00"), moment("08/06/2023 17:00")


@dataclass(frozen=True, slots=True)
class Row:
    """One case of an export."""

    code: str
    procedure: str = "Chứng thực bản sao từ bản chính"
    field: str = "Chứng thực"
    received: datetime | None = _RECEIVED
    due: datetime | None = _DUE
    finished: datetime | None = None
    status: str = "Đang xử lý"
    officer: str = "Công chức Tư pháp"
    online: str = "Trực tuyến"
    by_post: str = "Tại bộ phận một cửa"

    def cells(self, number: int) -> list[str]:
        """As text, in the order of `HEADINGS`."""
        dates = [_text(self.received), _text(self.due), _text(self.finished)]
        about = [self.status, self.officer, self.online, self.by_post]
        return [str(number), self.code, self.procedure, self.field, *MARKERS, *dates, *about]


def _text(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y %H:%M}" if moment else ""


def table(rows: Sequence[Row]) -> list[list[str]]:
    """The whole sheet: titles, headings, cases, total and signatures."""
    cases = [row.cells(number) for number, row in enumerate(rows, start=1)]
    return [*map(list, TITLES), list(HEADINGS), *cases, *map(list, FOOT)]


def csv_of(cells: Sequence[Sequence[str]], delimiter: str = ";", *, bom: bool = True) -> bytes:
    """A CSV file."""
    text = "\r\n".join(delimiter.join(_quoted(cell) for cell in row) for row in cells)
    return text.encode("utf-8-sig" if bom else "utf-8")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def html_of(cells: Sequence[Sequence[str]], attributes: str = "") -> bytes:
    """A page that calls itself .xls; titles span the table."""
    lines = ["<html><head><meta charset='utf-8'></head><body><table><tr><td>menu</td></tr></table><table border=1>"]
    for row in cells:
        if len(row) == 1:
            lines.append(f"<tr><td colspan='15'><b>{row[0]}</b></td></tr>")
        else:
            lines.append("<tr>" + "".join(f"<td{attributes}>{_escaped(cell)}</td>" for cell in row))
    return "\n".join([*lines, "</table></body></html>"]).encode()


def _escaped(cell: str) -> str:
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "&nbsp;")


def xls_of(cells: Sequence[Sequence[object]]) -> bytes:
    """An Excel 97 workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    as_date = xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm")
    for number, row in enumerate(cells):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write(number, column, cell.replace(tzinfo=None), as_date)
            elif cell != "":
                sheet.write(number, column, cell)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_of(
    cells: Sequence[Sequence[object]], extra: Sequence[tuple[str, bytes]] = (), merged: str = "", sheet: bytes = b""
) -> bytes:
    """An Excel workbook: texts inline, numbers as numbers, moments as numbers in date format, "=…" as a formula."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet or _sheet(cells, merged))
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()


def far_corner() -> bytes:
    """A sheet of two cells, the second in the farthest corner: billions of empty ones in between."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return xlsx_of([], sheet=f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>".encode())


def _sheet(cells: Sequence[Sequence[object]], merged: str) -> bytes:
    rows = []
    for number, row in enumerate(cells, start=1):
        drawn = "".join(_drawn(f"{_letters(column)}{number}", cell) for column, cell in enumerate(row))
        rows.append(f'<row r="{number}">{drawn}</row>')
    merge = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return (
        f'<?xml version="1.0"?><worksheet {_MAIN}><sheetData>{"".join(rows)}</sheetData>{merge}</worksheet>'.encode()
    )


def _drawn(place: str, cell: object) -> str:
    if cell == "":
        return ""
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="1"><v>{serial(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    if str(cell).startswith("="):
        return f'<c r="{place}"><f>{str(cell)[1:]}</f><v>45100</v></c>'
    text = str(cell).replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def serial(moment: datetime) -> float:
    """How Excel numbers a moment."""
    passed = moment.replace(tzinfo=None) - datetime(1899, 12, 30)  # noqa: DTZ001  # Excel knows no zones
    return passed / timedelta(days=1)


def _letters(column: int) -> str:
    return chr(ord("A") + column)


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<?xml version="1.0"?><workbook {_MAIN} xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="Hồ sơ" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<?xml version="1.0"?><styleSheet {_MAIN}><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
