"""The figures of cases as .xlsx. A text that a spreadsheet would run as a formula is written as text."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

_WIDTHS = (48, 12, 20, 20, 24, 24, 14)


def draw(rows: Sequence[Sequence[str | int | float]]) -> bytes:
    """The file."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Hồ sơ")
    bold = book.add_format({"bold": True, "text_wrap": True})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            form = bold if number < 2 else None
            if isinstance(value, str):
                sheet.write_string(number, column, harmless(value), form)
            else:
                sheet.write_number(number, column, value, form)
    book.close()
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
