"""Bytes → rows of texts, by what is in the file and not by what it is called: .xlsx, .xls, HTML, CSV.

Runs in the reading process only. Days of a sheet become "dd/mm/yyyy hh:mm"; a cell that holds a formula gets a
leading "=", because what a formula shows is not what somebody entered.
"""

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from bot.case_export.html_table import rows_of_html
from bot.case_export.limits import LARGEST, MOST_COLUMNS, MOST_ROWS, Rows

_UNPACKED = 400 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_OLE_LOCKED = "EncryptedPackage".encode("utf-16-le")
_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MARKUP = re.compile(r"<\s*(?:!doctype|html|table|head|body|meta|style)", re.IGNORECASE)


class Unreadable(Exception):
    """The file cannot be read; `why` is a word for it, see `reading.py`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def rows_of(raw: bytes) -> Rows:
    """The rows of the first visible sheet that holds anything. Raises Unreadable."""
    if not raw.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise Unreadable("empty")
    if len(raw) > LARGEST:
        raise Unreadable("too_big")
    try:
        rows = _sheet(raw) if raw.startswith((b"PK", _OLE)) else _text(_decoded(raw))
    except (BadZipFile, ElementTree.ParseError, KeyError):
        raise Unreadable("broken") from None
    except MemoryError:
        raise Unreadable("too_big") from None
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many_rows")
    return rows


def _sheet(raw: bytes) -> Rows:
    zipped = raw.startswith(b"PK")
    if zipped:
        _check_archive(raw)
    elif _OLE_MACROS in raw:
        raise Unreadable("macros")
    elif _OLE_LOCKED in raw:
        raise Unreadable("locked")
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(raw))
        for data in book.sheets_metadata:
            sheet = book.get_sheet_by_name(data.name) if data.visible == SheetVisibleEnum.Visible else None
            if sheet is None or sheet.total_height == 0:
                continue
            if sheet.total_height > MOST_ROWS:
                raise Unreadable("too_many_rows")
            if sheet.total_width > MOST_COLUMNS:
                raise Unreadable("too_wide")
            rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            return _with_formulas(rows, _formulas(raw, data.name)) if zipped else rows
    except PasswordError:
        raise Unreadable("locked") from None
    except CalamineError:
        raise Unreadable("broken") from None
    raise Unreadable("empty")


def _check_archive(raw: bytes) -> None:
    """What an .xlsx may not be: a program, another kind of archive, or far larger than it looks."""
    with ZipFile(BytesIO(raw)) as archive:
        names = archive.namelist()
        if any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in names):
            raise Unreadable("macros")
        if "xl/workbook.xml" not in names:
            raise Unreadable("not_a_table")
        if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
            raise Unreadable("too_big")


def _formulas(raw: bytes, sheet: str) -> list[tuple[int, int]]:
    """Row and column, from 0, of each cell of the sheet that holds a formula."""
    with ZipFile(BytesIO(raw)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relation = next((each.get(_RELATION) for each in book.iter() if each.get("name") == sheet), None)
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        target = next((each.get("Target", "") for each in relations if each.get("Id") == relation), "")
        found = _FORMULA.findall(archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    return [(int(row) - 1, _column(letters.decode())) for letters, row in found]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _with_formulas(rows: Rows, formulas: Iterable[tuple[int, int]]) -> Rows:
    for row, column in formulas:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = f"={rows[row][column]}"
    return rows


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("not_utf8") from None


def _text(text: str) -> Rows:
    if "\0" in text:
        raise Unreadable("not_a_table")
    if _MARKUP.search(text[:4096]):
        rows = rows_of_html(text, MOST_ROWS, MOST_COLUMNS)
        if not rows:
            raise Unreadable("not_a_table")
        return rows
    csv.field_size_limit(100_000)
    head = text[:20_000]
    delimiter = max(";\t,", key=head.count)
    try:
        rows = [list(row) for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise Unreadable("not_a_table") from None
    if max(map(len, rows), default=0) < 2:
        raise Unreadable("not_a_table")
    return rows
