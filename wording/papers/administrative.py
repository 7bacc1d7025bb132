"""The layout of an administrative paper (Nghị định 30/2020/NĐ-CP, Phụ lục I): heading block, number, place and date,
title, text, recipients and signature."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from plan_data.workdays import ZONE

_FONT = "Times New Roman"
_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_RULE = "_______"


def blank_paper() -> Paper:
    """A4 with the margins and the typeface of the decree."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    return paper


def heading_block(paper: Paper, office: str, symbol: str, place: str, day: datetime) -> None:
    """Issuing body and number on the left, the state's name and motto, place and date on the right.

    The number and the day are left open: the registry fills them in.
    """
    left, right = paper.add_table(rows=1, cols=2).rows[0].cells
    left.width, right.width = Mm(65), Mm(95)
    body = office.upper().replace("UBND", "ỦY BAN NHÂN DÂN", 1)
    first, _, second = body.partition("ỦY BAN NHÂN DÂN ")
    lines = ["ỦY BAN NHÂN DÂN", second] if second else [first or body]
    for line in lines:
        _line(left, line, 13, bold=True)
    _line(left, _RULE, 10, bold=True)
    _line(left, f"Số: ……/{symbol}", 13)
    _line(right, _STATE, 12, bold=True)
    _line(right, _MOTTO, 13, bold=True)
    _line(right, _RULE * 3, 10, bold=True)
    local = day.astimezone(ZONE)
    _line(right, f"{place}, ngày …… tháng {local.month:02} năm {local.year}", 13, italic=True)


def title(paper: Paper, text: str, below: str = "") -> None:
    """The name of the paper, and the line under it."""
    _format(paper.add_paragraph(), text, 14, bold=True).paragraph_format.space_before = Pt(18)
    if below:
        _format(paper.add_paragraph(), below, 14).paragraph_format.space_after = Pt(12)


def text(paper: Paper, paragraphs: Sequence[str]) -> None:
    """The text: justified, with the first line indented."""
    for words in paragraphs:
        paragraph = _format(paper.add_paragraph(), words, 14)
        paragraph.alignment = ALIGN.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.space_after = Pt(6)


def signature_block(paper: Paper, signer: Sequence[str], recipients: Sequence[str]) -> None:
    """Recipients on the left, the signer's office on the right with room for a signature and a name."""
    left, right = paper.add_table(rows=1, cols=2).rows[0].cells
    _line(left, "Nơi nhận:", 12, bold=True, italic=True).alignment = ALIGN.LEFT
    for recipient in recipients:
        _line(left, f"- {recipient}", 11).alignment = ALIGN.LEFT
    for words in signer:
        _line(right, words, 14, bold=True)
    for _ in range(4):
        _line(right, "", 14)
    _line(right, "……………………", 14, bold=True)


def content(paper: Paper) -> bytes:
    """The file."""
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _line(cell: _Cell, words: str, size: int, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """A line of a cell, centred; a new cell already has an empty one."""
    first = cell.paragraphs[0]
    is_new = len(cell.paragraphs) == 1 and not first.runs
    return _format(first if is_new else cell.add_paragraph(), words, size, bold=bold, italic=italic)


def _format(paragraph: Paragraph, words: str, size: int, *, bold: bool = False, italic: bool = False) -> Paragraph:
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size, run.font.name = bold, italic, Pt(size), _FONT
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph
