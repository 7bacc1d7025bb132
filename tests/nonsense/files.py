"""Files that are broken: lists and templates with changed bytes, archives that lie; and who has to read them."""

import faulthandler
import os
import pickle
import random
import resource
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bot.case_export.export import cases_of
from bot.case_export.limits import MEMORY, Rows
from bot.case_export.sheets import Unreadable, rows_of
from bot.mistakes import BadArgument
from bot.roster_import import compare
from bot.spreadsheets import lines_of_file
from plan_data.office import Office
from records.people import Roster
from tests.exports import Row, csv_of, html_of, table, xls_of, xlsx_of
from tests.nonsense.mutating import changed
from tests.nonsense.words import WORDS
from wording.papers import documents
from wording.refusals import Refusal
from wording.sheets import REPORT_KINDS

_OWN_MEMORY = 2 * 1024**3  # address space of the fuzzer itself
_WORKBOOKS = 0.03
_ROWS = [Row(f"H32.19-230601-00{number:02}") for number in range(8)]
_PEOPLE = [["STT", "Họ và tên", "Chức vụ"], *([str(n), f"Công chức {n}", "tư pháp; một cửa"] for n in range(1, 6))]


def in_a_child(read: Callable[[], Rows]) -> Rows | Exception | int:
    """What a process of its own reads, or what stopped it, or the signal that killed it; quick, because it forks."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        os.close(2)  # a library that panics writes pages
        faulthandler.disable()
        limit = MEMORY + _OWN_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            done: Rows | BaseException = read()
        except BaseException as error:  # noqa: BLE001  (a panic is no Exception)
            done = error if isinstance(error, Exception) else Unreadable("broken")
        with os.fdopen(into, "wb") as pipe:
            pickle.dump(done, pipe)
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        content = pipe.read()
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else pickle.loads(content)


@dataclass
class FileFuzz:
    """Reads mutated files with the bot's own readers; `found` is what must not be."""

    office: Office
    chance: random.Random
    folder: Path
    found: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        cells = table(_ROWS)
        self._cases = [csv_of(cells), csv_of(cells, "\t", bom=False), html_of(cells), xls_of(cells), xlsx_of(cells)]
        self._lists = [("csv", csv_of(_PEOPLE)), ("xlsx", xlsx_of(_PEOPLE)), ("csv", csv_of(_PEOPLE, ","))]
        self._templates = [(kind, documents.template(kind)) for kind in REPORT_KINDS]

    def files(self, many: int) -> None:
        """So many files, for each of the three readers in turn."""
        readers: Sequence[Callable[[], None]] = (
            self._read_cases,
            self._read_cases,
            self._read_people,
            self._read_template,
        )
        for number in range(many):
            readers[number % len(readers)]()

    def of_cases(self) -> bytes:
        """A file of cases, in every second case as it should be."""
        raw = self.chance.choice(self._cases)
        return raw if self.chance.random() < 0.5 else self._mutated(raw)

    def _read_cases(self) -> None:
        raw = self._mutated(self.chance.choice(self._cases))
        done = in_a_child(lambda: rows_of(raw))
        if isinstance(done, int):  # the library was killed: the reading process is there for that
            self.counts["cases: the reader died"] += 1
            return
        if isinstance(done, BaseException):
            if not isinstance(done, Unreadable):
                self.found.append(f"cases: {type(done).__name__} {done!s:.200}: {raw.hex():.3000}")
            self.counts["cases: refused"] += 1
            return
        try:
            cases_of(done, self.office.policy, self.office.calendar.hours, keep_applicant=False)
            self.counts["cases: read"] += 1
        except Refusal as refusal:
            self.counts["cases: refused"] += 1
            self._check(refusal.sentence, raw)
        except Exception as error:  # noqa: BLE001  (any at all is what we look for)
            self.found.append(f"cases: {type(error).__name__} {error!s:.200}: {raw.hex():.3000}")

    def _read_people(self) -> None:
        workbook = self.chance.random() < _WORKBOOKS  # each starts the reading process
        ending, original = self.chance.choice([each for each in self._lists if (each[0] == "xlsx") == workbook])
        raw = self._mutated(original)
        file = self.folder / f"list.{ending}"
        file.write_bytes(raw)
        try:
            lines = lines_of_file(file)
            compare(self.office.plans, Roster(()), (), lines)
            self.counts["people: read"] += 1
        except BadArgument as refusal:
            self.counts["people: refused"] += 1
            self._check(str(refusal), raw)
        except BaseException as error:  # noqa: BLE001  (see above)
            self.found.append(f"people: {type(error).__name__} {error!s:.200}: {raw.hex():.3000}")

    def _read_template(self) -> None:
        kind, original = self.chance.choice(self._templates)
        raw = self._mutated(original)
        try:
            mistakes = documents.mistakes(raw, kind)
            self.counts[f"template: {'refused' if mistakes else 'read'}"] += 1
            self._check(" ".join(mistakes), raw)
        except BaseException as error:  # noqa: BLE001  (see above)
            self.found.append(f"template: {type(error).__name__} {error!s:.200}: {raw.hex():.3000}")

    def _check(self, sentence: str, raw: bytes) -> None:
        if any(sign in sentence for sign in ("Traceback", "object at 0x", "Error(", "<class")):
            self.found.append(f"Python in {sentence:.300}: {raw.hex():.3000}")

    def _mutated(self, raw: bytes) -> bytes:
        """Bytes changed, in the file or inside a part of the archive; cut off; or nothing of the kind."""
        dice = self.chance.random()
        if dice < 0.4:
            return changed(raw, self.chance, 8)
        if dice < 0.8 and raw.startswith(b"PK"):
            return self._inside(raw)
        if dice < 0.9:
            return raw[: self.chance.randrange(len(raw))]
        if dice < 0.95:
            return self.chance.choice(WORDS).encode(errors="replace") * self.chance.randrange(40)
        return self.chance.choice(
            (raw[:4], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        ) + self.chance.randbytes(300)

    def _inside(self, raw: bytes) -> bytes:
        """The same archive with a part changed, left out, twice, or of an unexpected name."""
        out = BytesIO()
        with ZipFile(BytesIO(raw)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
            names = source.namelist()
            chosen = self.chance.choice(names)
            for name in names:
                content = source.read(name)
                if name == chosen:
                    if self.chance.random() < 0.1:
                        continue
                    content = changed(content, self.chance, 4)
                    if self.chance.random() < 0.05:
                        name = self.chance.choice(("../../x", "/etc/passwd", "xl/vbaProject.bin", "x" * 300))
                target.writestr(name, content)
        return out.getvalue()
