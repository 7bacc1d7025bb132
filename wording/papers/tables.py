"""The tables of a consolidated report: one sheet for each section, and a summary that counts their rows.

Every number of the summary is a formula over the rows that it counts. What people have typed is text and never a
formula.
"""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from plan_data.workdays import ZONE
from records.case_figures import CaseFigures
from records.figures import State, Tally
from wording.accounts import title_of, window_words
from wording.case_stats import HEADINGS
from wording.dates import full_day, period_name, title
from wording.papers.readable import readable
from wording.sheets import Account, CaseAccount, Row
from wording.states import NAMES

_SUMMARY, _ROLES, _PEOPLE, _CASES = "Tổng hợp", "Theo vị trí", "Báo cáo cá nhân", "Hồ sơ"
_HEAD = ("TT", "Mã", "Nội dung", "Phụ trách", "Hạn", "Trạng thái", "Ngày xong", "Văn bản", "Người ghi nhận")
_WIDE = (5, 8, 46, 34, 12, 16, 12, 20, 24)
_STATE_COLUMN = "F"


class _Book:
    """The workbook with its few formats."""

    def __init__(self, book: Workbook) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
        self.book = book
        self.title: Format = book.add_format({**font, "bold": True, "font_size": 14})
        self.note: Format = book.add_format({**font, "italic": True})
        self.head: Format = book.add_format(
            {**font, "bold": True, "border": 1, "text_wrap": True, "bg_color": "#E7EAED"}
        )
        self.text: Format = book.add_format({**font, "border": 1, "text_wrap": True, "quote_prefix": True})
        self.day: Format = book.add_format({**font, "border": 1, "num_format": "dd/mm/yyyy"})
        self.number: Format = book.add_format({**font, "border": 1})

    def sheet(self, name: str, heading: str, wide: Sequence[int]) -> Worksheet:
        """A sheet on A4 across, as wide as the page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.6, 0.6, 0.6, 0.6)
        for column, width in enumerate(wide):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, readable(heading), self.title)
        return sheet


def draw(account: Account) -> bytes:
    """The workbook."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        book = _Book(workbook)
        summary = book.sheet(_SUMMARY, title_of(account), (8, 46, 14, 14, 14, 14, 14))
        for part in account.overview.parts:
            _section(book, f"{part.section.code}. {part.section.title}", part.section.code, part.rows)
        _summary(book, summary, account)
        _roles(book, account)
        if account.received:
            _people(book, account)
        if account.cases:
            _cases(book, account.cases)
    return file.getvalue()


def _heads(book: _Book, sheet: Worksheet, row: int, heads: Sequence[str]) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(row, column, head, book.head)


def _section(book: _Book, heading: str, name: str, rows: Sequence[Row]) -> None:
    sheet = book.sheet(name, heading, _WIDE)
    _heads(book, sheet, 2, _HEAD)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    for line, row in enumerate(rows, start=3):
        deadline = row.deadline
        sheet.write_number(line, 0, line - 2, book.number)
        for column, text in ((1, deadline.task.code), (2, title(deadline)), (3, row.holders), (5, NAMES[row.state]),
                             (7, row.documents), (8, row.recorded_by)):  # fmt: skip
            sheet.write_string(line, column, readable(text), book.text)
        sheet.set_row(line, _height((title(deadline), row.holders), (_WIDE[2], _WIDE[3])))
        sheet.write_datetime(line, 4, deadline.last_day, book.day)
        if row.done_on is None:
            sheet.write_blank(line, 6, None, book.day)
        else:
            sheet.write_datetime(line, 6, row.done_on, book.day)


def _summary(book: _Book, sheet: Worksheet, account: Account) -> None:
    sheet.write_string(1, 0, readable(window_words(account)), book.note)
    _heads(book, sheet, 3, ("Phần", "Tên phần", *(NAMES[state] for state in State), "Cộng"))
    line = 4
    for line, part in enumerate(account.overview.parts, start=4):
        sheet.write_string(line, 0, part.section.code, book.text)
        sheet.write_string(line, 1, part.section.title, book.text)
        cells = f"'{part.section.code}'!${_STATE_COLUMN}:${_STATE_COLUMN}"
        for column, state in enumerate(State, start=2):
            number = getattr(part.numbers, state.value)
            sheet.write_formula(line, column, f'=COUNTIF({cells},"{NAMES[state]}")', book.number, number)
        sheet.write_formula(line, 6, f"=SUM(C{line + 1}:F{line + 1})", book.number, part.numbers.total)
    if account.overview.parts:
        _total(book, sheet, 4, line, account.overview.numbers)


def _total(book: _Book, sheet: Worksheet, first: int, last: int, numbers: Tally) -> None:
    sheet.write_string(last + 1, 0, "", book.head)
    sheet.write_string(last + 1, 1, "Cộng", book.head)
    values = [*(getattr(numbers, state.value) for state in State), numbers.total]
    for column, value in zip("CDEFG", values, strict=True):
        sheet.write_formula(f"{column}{last + 2}", f"=SUM({column}{first + 1}:{column}{last + 1})", book.head, value)


def _roles(book: _Book, account: Account) -> None:
    """Numbers by role; they may add up to more than there is, because some duties belong to several roles."""
    sheet = book.sheet(_ROLES, "Kết quả theo vị trí", (50, 14, 14, 14, 14, 14))
    sheet.write_string(1, 0, "Việc của nhiều vị trí được tính cho từng vị trí.", book.note)
    _heads(book, sheet, 3, ("Vị trí", *(NAMES[state] for state in State), "Cộng"))
    for line, (role, numbers) in enumerate(account.roles, start=4):
        sheet.write_string(line, 0, readable(role), book.text)
        for column, state in enumerate(State, start=1):
            sheet.write_number(line, column, getattr(numbers, state.value), book.number)
        sheet.write_number(line, 5, numbers.total, book.number)


def _people(book: _Book, account: Account) -> None:
    sheet = book.sheet(_PEOPLE, f"Báo cáo cá nhân {period_name(account.period)}", (30, 24, 50, 40, 40))
    _heads(book, sheet, 2, ("Họ tên", "Đã gửi", "Kết quả", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị"))
    for line, each in enumerate(account.received, start=3):
        sent = full_day(each.sent_at.astimezone(ZONE).date()) if each.sent_at else "chưa gửi"
        report = each.report
        own = (report.results, report.difficulties, report.proposals) if report else ("", "", "")
        cells = (each.name, f"{sent}{' (muộn)' if each.is_late else ''}", *own)
        for column, text in enumerate(cells):
            sheet.write_string(line, column, readable(text), book.text)
        sheet.set_row(line, _height(cells, (30, 24, 50, 40, 40)))


def _cases(book: _Book, cases: CaseAccount) -> None:
    """The officers one by one; the office's numbers are the sums of theirs."""
    sheet = book.sheet(_CASES, "Hồ sơ thủ tục hành chính", (50, 14, 14, 14, 14, 14, 14))
    sheet.write_string(1, 0, f"Kỳ trước chuyển sang: {cases.carried} hồ sơ.", book.note)
    _heads(book, sheet, 3, HEADINGS)
    sheet.set_row(3, 34)
    line = 3
    for line, (name, each) in enumerate(cases.officers, start=4):
        sheet.write_string(line, 0, readable(name), book.text)
        for column, number in enumerate(_case_numbers(each), start=1):
            sheet.write_number(line, column, number, book.number)
        sheet.write_number(line, 6, round(each.late_percent, 2), book.number)
    sheet.write_string(line + 1, 0, "Cơ quan", book.head)
    for letter, number in zip("BCDEF", _case_numbers(cases.office), strict=True):
        formula = f"=SUM({letter}5:{letter}{line + 1})" if cases.officers else "=0"
        sheet.write_formula(f"{letter}{line + 2}", formula, book.head, number)
    sheet.write_number(line + 1, 6, round(cases.office.late_percent, 2), book.head)


def _case_numbers(each: CaseFigures) -> tuple[int, ...]:
    return each.received, each.done_in_time, each.done_late, each.open_in_time, each.open_late


def _height(cells: Sequence[str], wide: Sequence[int]) -> int:
    """Points that the longest of the texts needs in a column of that many letters."""
    lines = [
        sum(max(1, -(-len(part) // max(1, width - 4))) for part in text.split("\n"))
        for text, width in zip(cells, wide, strict=True)
    ]
    return min(400, 16 * max(lines) + 2)
