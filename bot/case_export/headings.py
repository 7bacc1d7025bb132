"""Finding the row of headings by what it says, in one row or two, and which column is which."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.case_export.cells import clean
from bot.case_export.limits import Rows
from wording import case_files as words
from wording.message import folded
from wording.refusals import Refusal

_WITHIN = 40
# The first name that a table has is the column's; folded, without signs.
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("ma ho so", "so ho so", "ma so ho so", "ma bien nhan", "so bien nhan", "ma tiep nhan"),
    "procedure": ("ten thu tuc", "ten tthc", "thu tuc", "thu tuc hanh chinh", "ten dich vu cong", "noi dung pakn",
                  "noi dung phan anh"),
    "field": ("linh vuc", "ten linh vuc"),
    "received": ("ngay tiep nhan", "thoi gian tiep nhan", "thoi diem tiep nhan", "ngay nhan", "ngay nop",
                 "thoi gian nop"),
    "due": ("ngay hen tra", "han tra", "thoi gian hen tra", "han xu ly", "han giai quyet", "ngay hen"),
    "finished": ("ngay ket thuc", "ngay hoan tat", "ngay hoan thanh", "ngay co ket qua", "ngay xu ly xong",
                 "thoi gian ket thuc", "ngay tra"),
    "status": ("trang thai", "tinh trang"),
    "officer": ("can bo xu ly", "can bo thu ly", "can bo giai quyet", "can bo dang xu ly", "nguoi xu ly",
                "nguoi thu ly", "don vi ca nhan giai quyet", "don vi ca nhan xu ly", "can bo phu trach"),
    "online": ("hinh thuc nop", "hinh thuc tiep nhan", "kenh nop", "kenh tiep nhan"),
    "by_post": ("bcci", "buu chinh cong ich", "hinh thuc tra", "hinh thuc nhan ket qua", "nhan ket qua"),
    "applicant": ("chu ho so", "nguoi nop", "ten nguoi nop", "ho ten nguoi nop", "to chuc ca nhan",
                  "ten to chuc ca nhan", "ca nhan to chuc"),
    "address": ("dia chi",),
}  # fmt: skip
REQUIRED = {
    "code": words.CODE,
    "procedure": words.PROCEDURE,
    "received": words.RECEIVED,
    "due": words.DUE,
    "status": words.STATUS,
}
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the cases begin, the column of each field that the table has, and how the table calls it."""

    first_row: int
    columns: dict[str, int]
    called: dict[str, str]
    cells: tuple[tuple[str, ...], ...]


def find_headings(rows: Rows) -> Headings:
    """The headings of the table. Raises Refusal when there are none, or a column that is needed is missing."""
    best = max(_candidates(rows), key=lambda found: len(found.columns), default=None)
    if best is None or len(best.columns) < _ENOUGH:
        raise Refusal(words.NO_HEADINGS)
    missing = [name for field, name in REQUIRED.items() if field not in best.columns]
    if missing:
        raise Refusal(words.missing_columns(missing))
    return best


def _candidates(rows: Rows) -> Iterator[Headings]:
    """One row is preferred to two, an earlier one to a later: `max` keeps the first of the best."""
    for height in (1, 2):
        for start in range(min(len(rows), _WITHIN)):
            block = rows[start : start + height]
            if len(block) == height:
                yield _read(start + height, block)


def _read(first_row: int, block: Sequence[Sequence[str]]) -> Headings:
    names = _names(block)
    columns: dict[str, int] = {}
    called: dict[str, str] = {}
    for field, known in NAMES.items():
        for is_exact in (True, False):
            found = _column(names, known, is_exact=is_exact)
            if found is not None and found not in columns.values():
                columns[field] = found
                called[field] = clean(next((row[found] for row in reversed(block) if _at(row, found)), ""))
                break
    return Headings(first_row, columns, called, tuple(tuple(map(clean, row)) for row in block))


def _names(block: Sequence[Sequence[str]]) -> list[list[str]]:
    """What each column may be called: the lower heading, the upper one, and both together."""
    upper = [_bare(cell) for cell in block[0]]
    if len(block) == 1:
        return [[name] for name in upper]
    lower = [_bare(cell) for cell in block[1]]
    names, over = [], ""
    for column in range(max(len(upper), len(lower))):
        top, below = _at(upper, column), _at(lower, column)
        over = top or (over if below else "")
        names.append([below, f"{over} {below}"] if below else [top])
    return names


def _column(names: Sequence[Sequence[str]], known: Sequence[str], *, is_exact: bool) -> int | None:
    for name in known:
        for column, own in enumerate(names):
            if any(each == name or (not is_exact and each.startswith(f"{name} ")) for each in own):
                return column
    return None


def _bare(cell: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", folded(clean(cell))).split())


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
