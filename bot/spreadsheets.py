"""Lists of people in a file: .csv or .xlsx, with headings or without."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from bot.case_export.reading import read_rows
from bot.mistakes import BadArgument
from bot.roster_import import Line
from wording.message import folded
from wording.people_lists import BROKEN_FILE, CLOSED_FILE, NO_FILE, NO_ROWS, NOT_A_TABLE, NOT_UTF8, unreadable
from wording.refusals import Refusal

_NAME = ("ho ten", "ho va ten", "ten can bo")
_ROLES = ("vi tri", "chuc vu", "chuc danh", "phan cong", "nhiem vu")
_HEADING_WITHIN = 15

Row = Sequence[str]


def lines_of_file(file: Path) -> list[Line]:
    """The people in the file, each with the number of its row. Raises BadArgument."""
    try:
        rows = _read(file)
    except FileNotFoundError:
        raise BadArgument(unreadable(str(file), NO_FILE)) from None
    except OSError:
        raise BadArgument(unreadable(str(file), CLOSED_FILE)) from None
    except (Refusal, csv.Error):
        raise BadArgument(unreadable(str(file), BROKEN_FILE)) from None
    lines = [line for line in _people(rows) if line[1]]
    if not lines:
        raise BadArgument(unreadable(str(file), NO_ROWS))
    return lines


def _read(file: Path) -> list[Row]:
    if file.suffix.lower() == ".csv":
        return _csv(_decoded(file))
    if file.suffix.lower() == ".xlsx":
        return [[cell.removeprefix("=") for cell in row] for row in read_rows(file.read_bytes())]
    raise BadArgument(unreadable(str(file), NOT_A_TABLE))


def _decoded(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise BadArgument(unreadable(str(file), NOT_UTF8)) from None


def _csv(text: str) -> list[Row]:
    """Roles are parted by commas inside a cell: where most lines hold a tab or a semicolon, that parts the cells."""
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = next((each for each in ("\t", ";") if sum(each in line for line in lines) * 2 > len(lines)), ",")
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


def _people(rows: Sequence[Row]) -> list[Line]:
    for number, row in enumerate(rows[:_HEADING_WITHIN]):
        name = _column(row, _NAME)
        if name is not None:
            return _below(rows, number + 1, name, _column(row, _ROLES))
    counted = all(row[0].strip().isdecimal() for row in rows if any(map(str.strip, row)))
    return _below(rows, 0, 1, 2) if counted else _below(rows, 0, 0, 1)


def _column(row: Row, names: tuple[str, ...]) -> int | None:
    return next((column for column, cell in enumerate(row) if folded(cell).startswith(names)), None)


def _below(rows: Sequence[Row], start: int, name: int, roles: int | None) -> list[Line]:
    return [(number, _at(row, name), _at(row, roles)) for number, row in enumerate(rows[start:], start=start + 1)]


def _at(row: Row, column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""
