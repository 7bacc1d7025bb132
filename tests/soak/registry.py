"""The one-stop software: the case files that officers work on, and exports in the folder that is watched."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.exports import Row, csv_of, table
from tests.soak.checker.days import at, working_days_from

OFFICERS = ("tu-phap", "tai-chinh", "van-hoa", "mot-cua")
_EXPORT_AT = time(8, 20, 20)
_EXPORT_ON = (0, 2, 4)
_KINDS = (
    ("Chứng thực bản sao từ bản chính", "Chứng thực", False),
    ("Đăng ký khai sinh", "Hộ tịch", True),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", False),
)


@dataclass(frozen=True)
class CaseFile:
    """A case as it will go: who works on it, when it is due, and when it is finished."""

    code: str
    officer: str
    kind: tuple[str, str, bool]
    received: datetime
    due: datetime
    finished: datetime

    def row(self, now: datetime) -> Row:
        """As an export shows it."""
        procedure, field, _ = self.kind
        is_done = self.finished <= now
        return Row(
            self.code, procedure, field, self.received, self.due, self.finished if is_done else None,
            "Đã trả kết quả" if is_done else "Đang xử lý", self.officer,
        )  # fmt: skip


class Registry:
    """Cases come in on working days; most are finished in time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self._seed = seed
        self._cases: list[CaseFile] = []

    @property
    def waits(self) -> bool:
        """Whether the bot has not taken in every file yet."""
        return any(self.inbox.glob("*.csv"))

    def day(self, day: date) -> datetime | None:
        """What comes in on a working day; when an export is put into the folder, if one is."""
        self._cases += self._new(day)
        moment = at(day, _EXPORT_AT)
        is_something_known = any(case.received <= moment for case in self._cases)
        return moment if day.weekday() in _EXPORT_ON and is_something_known else None

    def export(self, now: datetime) -> dict[str, Any]:
        """Put one there; returns what the journal tells of it."""
        known = [case for case in self._cases if case.received <= now]
        raw = csv_of(table([case.row(now) for case in known]))
        (self.inbox / f"ho-so-{now:%Y%m%d}.csv").write_bytes(raw)
        cases = {
            case.code: [case.officer, case.due.isoformat(), case.finished <= now, case.kind[2]] for case in known
        }
        return {"digest": hashlib.sha256(raw).hexdigest(), "cases": cases}

    def _new(self, day: date) -> Iterator[CaseFile]:
        chance = random.Random(f"{self._seed} cases {day}")
        for number in range(chance.choice((0, 0, 1, 1, 2))):
            received = at(day, time(chance.choice((7, 9, 14)), chance.randint(1, 58)))
            due = at(working_days_from(day, chance.randint(2, 9)), time(chance.choice((8, 10, 14, 16)), 17))
            days_over = chance.choice((-2, -1, -1, -1, 0, 0, 1, 2, 6))
            finished = max(due + timedelta(days=days_over, minutes=-chance.randint(30, 90)), received)
            code = f"H32.19-{day:%y%m%d}-{number + 1:04}"
            yield CaseFile(code, chance.choice(OFFICERS), chance.choice(_KINDS), received, due, finished)
