"""The layout of an administrative document (Decree 30/2020), as a template that the office may edit.

A4, margins of 20, 20, 30 and 20 mm, Times New Roman of 13 and 14 points; national heading, issuing body, number and
symbol, place and date, title, body, recipients and signature. What stands in double braces is filled in later.
"""

from collections.abc import Collection, Sequence
from io import BytesIO

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

_CENTRE, _LEFT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


class Layout:
    """A document under construction."""

    def __init__(self) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
        section.left_margin = Mm(30)
        section.start_type = WD_SECTION.NEW_PAGE
        section.different_first_page_header_footer = True
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(14)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
        style.paragraph_format.space_after = Pt(0)
        _page_number(section.header.paragraphs[0])

    def heading(self, symbol: str) -> None:
        """National heading, issuing body, number and symbol, place and date: two columns without lines."""
        table = self.document.add_table(2, 2)
        _widths(table, (5.9, 10.1))
        left, right = table.rows[0].cells
        _put(left, "{{ noi_ban_hanh_1 }}", 13, bold=True)
        _put(left, "{{ noi_ban_hanh_2 }}", 13, bold=True, under=True)
        _put(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
        _put(right, "Độc lập - Tự do - Hạnh phúc", 14, bold=True, under=True)
        left, right = table.rows[1].cells
        _put(left, f"Số:        /{symbol}", 13)
        _put(right, "{{ dia_danh }}, ngày      tháng {{ thang }} năm {{ nam }}", 14, italic=True)

    def title(self, kind: str, about: str = "") -> None:
        """The name of the document and what it is about."""
        self.line(kind, bold=True, align=_CENTRE, before=14)
        if about:
            self.line(about, bold=True, align=_CENTRE, after=12)

    def addressee(self, words: str) -> None:
        """Whom a letter is for."""
        self.line(words, align=_CENTRE, before=6, after=12)

    def line(
        self,
        words: str,
        *,
        bold: bool = False,
        italic: bool = False,
        align: WD_ALIGN_PARAGRAPH = _BOTH,
        before: int = 0,
        after: int = 0,
    ) -> None:
        """A paragraph without an indent."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
        run = paragraph.add_run(words)
        run.bold, run.italic = bold, italic

    def text(self, words: str, *, bold: bool = False, italic: bool = False) -> None:
        """A paragraph of the body."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = _BOTH
        form = paragraph.paragraph_format
        form.first_line_indent, form.space_before, form.space_after = Cm(1.27), Pt(3), Pt(3)
        form.keep_with_next = bold
        run = paragraph.add_run(words)
        run.bold, run.italic = bold, italic

    def tag(self, words: str) -> None:
        """A line that only steers the filling in; it disappears."""
        self.document.add_paragraph(words)

    def table(
        self,
        heads: Sequence[str],
        each: str,
        cells: Sequence[str],
        wide: Sequence[float],
        centred: Collection[str] = (),
    ) -> None:
        """A table with a row for `each` ("row in rows"); widths in centimetres, some cells centred."""
        table = self.document.add_table(4, len(heads))
        table.style = "Table Grid"
        _widths(table, wide)
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            _put(cell, head, 12, bold=True)
        _repeat(table)
        table.rows[1].cells[0].text = f"{{%tr for {each} %}}"
        for cell, words in zip(table.rows[2].cells, cells, strict=True):
            _put(cell, words, 12, align=_CENTRE if words in centred else _LEFT)
        for row in table.rows:
            _keep_together(row)
        table.rows[3].cells[0].text = "{%tr endfor %}"

    def signature(self, kept: str = "VT") -> None:
        """Recipients and where copies are kept on the left, who signs on the right."""
        self.line("", after=6)
        table = self.document.add_table(1, 2)
        _widths(table, (8.0, 8.0))
        left, right = table.rows[0].cells
        _put(left, "Nơi nhận:", 12, bold=True, italic=True, align=_LEFT)
        left.add_paragraph("{%p for noi in noi_nhan %}")
        _put(left, "- {{ noi }};", 11, align=_LEFT)
        left.add_paragraph("{%p endfor %}")
        _put(left, f"- Lưu: {kept}.", 11, align=_LEFT)
        _put(right, "TM. ỦY BAN NHÂN DÂN", 14, bold=True)
        _put(right, "{{ chuc_vu_ky }}", 14, bold=True)

    def content(self) -> bytes:
        """The file."""
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()


def _put(
    cell: _Cell,
    words: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    under: bool = False,
    align: WD_ALIGN_PARAGRAPH = _CENTRE,
) -> None:
    """A line in a cell; `under`: with a short rule below, as the decree asks for."""
    is_empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].text
    paragraph = cell.paragraphs[0] if is_empty else cell.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(words)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if under:
        rule = cell.add_paragraph()
        rule.alignment = _CENTRE
        rule.paragraph_format.line_spacing = Pt(6)
        rule.add_run("_" * 14).font.size = Pt(6)


def _widths(table: Table, centimetres: Sequence[float]) -> None:
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, centimetres, strict=True):
            cell.width = Cm(width)


def _keep_together(row: _Row) -> None:
    """A row does not break over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(table: Table) -> None:
    """The first row stands on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _page_number(paragraph: Paragraph) -> None:
    """The number of the page, in the middle above the text; not on the first page."""
    paragraph.alignment = _CENTRE
    for kind, words in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()
        if kind:
            sign = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
        else:
            sign = OxmlElement("w:instrText")
            sign.text = words
        run._r.append(sign)
