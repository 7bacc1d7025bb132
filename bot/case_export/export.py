"""An export as typed cases. Every row is checked by what it holds; on doubt the whole file is refused, with the row.

Cells are never repeated in a refusal: under a wrong heading they may be a citizen's data.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.case_export.cells import clean, moment_of
from bot.case_export.headings import REQUIRED, Headings, find_headings
from bot.case_export.limits import Rows
from bot.case_export.reading import read_rows
from plan_data.cases import RUNNING, SETTLED, Kind, Listed, Standing, kind_of, standing_of
from plan_data.policy import Policy
from plan_data.workdays import OfficeHours
from wording import case_files as words
from wording.message import folded
from wording.refusals import Refusal

_CODE = re.compile(r"(?=.*\d)[^\s,;]{3,60}|(?=.*\d)[A-Za-z0-9][A-Za-z0-9./ -]{2,59}")
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")
_MANY_DIGITS = re.compile(r"(?:\d[ .-]?){6,}")
_LONGEST = 500
_FEW = 2


@dataclass(frozen=True, slots=True)
class Export:
    """What a file lists: every case once, the last row of a code; `twice` counts the rows that this left out."""

    digest: str
    cases: tuple[Listed, ...]
    rows: int
    twice: int


def read_export(raw: bytes, policy: Policy, hours: OfficeHours, *, keep_applicant: bool) -> Export:
    """Read a file. Takes seconds for a large one: not for the event loop. Raises Refusal."""
    found = cases_of(read_rows(raw), policy, hours, keep_applicant=keep_applicant)
    by_code = {case.code: case for case in found}
    return Export(hashlib.sha256(raw).hexdigest(), tuple(by_code.values()), len(found), len(found) - len(by_code))


def cases_of(rows: Rows, policy: Policy, hours: OfficeHours, *, keep_applicant: bool) -> list[Listed]:
    """The case of each row that holds one. Raises Refusal, also when there is none."""
    headings = find_headings(rows)
    reader = _Reader(headings, policy, hours.intervals[-1][1], keep_applicant)
    found = list(reader.cases(rows))
    if not found:
        raise Refusal(words.NO_CASES)
    return found


@dataclass(frozen=True)
class _Reader:
    headings: Headings
    policy: Policy
    closing: time
    keep_applicant: bool

    def cases(self, rows: Sequence[Sequence[str]]) -> Iterator[Listed]:
        """The case of each row that holds one; titles repeated on a new page, totals and signatures are passed by."""
        known: dict[str, Standing | None] = {}
        procedures: dict[str, str] = {}
        for number, raw in enumerate(rows[self.headings.first_row :], start=self.headings.first_row + 1):
            row = [clean(cell) for cell in raw]
            if self._is_case(number, row):
                yield self._case(number, row, known, procedures)

    def _at(self, row: Sequence[str], field: str) -> str:
        column = self.headings.columns.get(field)
        return row[column] if column is not None and column < len(row) else ""

    def _is_case(self, number: int, row: Sequence[str]) -> bool:
        filled = [cell for cell in row if cell]
        if tuple(row) in self.headings.cells or all(map(_NUMBERING.fullmatch, filled)):
            return False
        code = self._at(row, "code")
        dated = any(moment_of(self._at(row, field), self.closing) for field in ("received", "due"))
        if dated and not code and len(filled) > _FEW:
            raise Refusal(words.no_code(number))
        if dated and code:
            return True
        if any(folded(cell).startswith(("tong", "cong")) for cell in filled):
            return False
        named = bool(_CODE.fullmatch(code) and self._at(row, "procedure") and self._at(row, "status"))
        return named or len(filled) > 2 * _FEW  # more than a signature under the table holds

    def _case(
        self, number: int, row: Sequence[str], known: dict[str, Standing | None], procedures: dict[str, str]
    ) -> Listed:
        code, procedure, field = self._at(row, "code"), self._at(row, "procedure"), self._at(row, "field")
        called = self.headings.called
        if len(row) <= max(self.headings.columns[field] for field in REQUIRED):
            raise Refusal(words.too_few_cells(number, len(row), len(self.headings.cells[-1])))
        if not _CODE.fullmatch(code) or moment_of(code, self.closing):
            raise Refusal(words.not_a_code(number, called["code"]))
        if not _is_words(procedure):
            raise Refusal(words.not_a_procedure(number, called["procedure"]))
        received = self._moment(number, row, "received", time())
        due = self._moment(number, row, "due", self.closing)
        finished = self._moment(number, row, "finished", time())
        status = self._at(row, "status")
        if status not in known:
            known[status] = standing_of(folded(status), self.policy.cases.statuses) if status else None
        standing = known[status]
        if standing is None:
            raise Refusal(words.unknown_status(number, called["status"]))
        officer = self._at(row, "officer")
        if officer and (not any(map(str.isalpha, officer)) or _MANY_DIGITS.search(officer)):
            raise Refusal(words.not_an_officer(number, called["officer"]))
        self._check_days(number, standing, received, due, finished)
        if procedure not in procedures:
            procedures[procedure] = kind_of(folded(procedure), folded(field))
        return Listed(
            code=code,
            kind=Kind(procedures[procedure]),
            procedure=procedure[:_LONGEST],
            field=field[:_LONGEST],
            received=received,
            due=due,
            finished=finished if standing not in RUNNING and standing is not Standing.PAUSED else None,
            status=status[:_LONGEST],
            standing=standing,
            officer=officer[:_LONGEST],
            online=_says(self._at(row, "online"), "truc tuyen", "online", "dvc", "mang"),
            by_post=_says(self._at(row, "by_post"), "buu chinh", "bcci", "buu dien", "co", "x"),
            applicant=self._at(row, "applicant")[:_LONGEST] if self.keep_applicant else "",
            address=self._at(row, "address")[:_LONGEST] if self.keep_applicant else "",
        )

    def _moment(self, number: int, row: Sequence[str], field: str, hour: time) -> datetime | None:
        cell = self._at(row, field)
        if not cell or cell == "-":
            return None
        moment = moment_of(cell, hour)
        if moment is None:
            refuse = words.formula if cell.startswith("=") else words.not_a_day
            raise Refusal(refuse(number, self.headings.called[field]))
        return moment

    def _check_days(
        self,
        number: int,
        standing: Standing,
        received: datetime | None,
        due: datetime | None,
        finished: datetime | None,
    ) -> None:
        called = self.headings.called
        accepted = standing in RUNNING | SETTLED and standing is not Standing.REGISTERED
        if accepted and received is None:
            raise Refusal(words.no_day(number, called["received"]))
        if accepted and due is None:
            raise Refusal(words.no_day(number, called["due"]))
        if received and due and due.date() < received.date():
            raise Refusal(words.out_of_order(number, called["received"], called["due"]))
        if standing in SETTLED and finished is None:
            if "finished" not in called:
                raise Refusal(words.no_finish_column(number))
            raise Refusal(words.no_day(number, called["finished"]))
        if received and finished and finished.date() < received.date():
            raise Refusal(words.out_of_order(number, called["received"], called["finished"]))


def _is_words(text: str) -> bool:
    """A procedure is named with several words and is mostly letters."""
    letters = sum(map(str.isalpha, text))
    return len(text.split()) > 1 and letters * 2 > len(text)


def _says(cell: str, *signs: str) -> bool | None:
    if not cell:
        return None
    text = folded(cell)
    return any(sign == text if len(sign) < 3 else sign in text for sign in signs)
