"""The largest table of a page: many systems call a page ".xls" and let Excel make a sheet of it."""

from html.parser import HTMLParser

_LONGEST_SPAN = 1000


class _Tables(HTMLParser):
    """Collects the rows of every table; a cell of several rows or columns fills its places, the text in the first.

    Of a cell that spans rows, the rows below get an empty cell in its place.
    """

    def __init__(self, most_rows: int, most_columns: int) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._most_rows, self._most_columns = most_rows, most_columns
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._spans: tuple[int, int] = (1, 1)
        self._covered: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, a row or a cell begins; browsers close what was left open."""
        if tag == "table":
            self._end_row()
            self.tables.append([])
            self._covered = {}
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in {"td", "th"}:
            self._end_cell()
            given = dict(attrs)
            self._spans = _span(given.get("colspan")), _span(given.get("rowspan"))
            self._cell = []
            if self._row is None:
                self._row = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        if tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()

    def handle_data(self, data: str) -> None:
        """Text of a cell; what stands outside of cells is nobody's."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._skip_covered()
        columns, rows = self._spans
        for number in range(min(columns, self._most_columns - len(self._row))):
            if rows > 1:
                self._covered[len(self._row)] = rows
            self._row.append("".join(self._cell) if number == 0 else "")
        self._cell = None

    def _skip_covered(self) -> None:
        assert self._row is not None
        while self._covered.get(len(self._row), 0) > 0:
            self._row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        self._skip_covered()
        self._covered = {column: rows - 1 for column, rows in self._covered.items() if rows > 1}
        if not self.tables:
            self.tables.append([])
        if len(self.tables[-1]) <= self._most_rows:
            self.tables[-1].append(self._row)
        self._row = None


def rows_of_html(text: str, most_rows: int, most_columns: int) -> list[list[str]]:
    """The rows of the page's longest table; none when the page has no table."""
    parser = _Tables(most_rows, most_columns)
    parser.feed(text)
    parser.close()
    return max(parser.tables, key=len, default=[])


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _LONGEST_SPAN) if value and value.isdecimal() else 1
