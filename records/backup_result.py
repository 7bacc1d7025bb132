"""What came of the last backup: kept in a mark, told by health and to the clerk."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from records.audit import mark, set_mark

TOO_OLD = timedelta(days=2)
_NAME = "backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """What is known of backups.

    `since`: when the database was first seen; `tried`: the last attempt; `good`: the last copy that was made, its
    `file` and `rows`. `proven`: that copy was restored and checked. `trouble`: why the last attempt failed or could
    not be proven; empty when all is well.
    """

    since: datetime
    tried: datetime
    good: datetime | None = None
    file: str = ""
    rows: int = 0
    proven: bool = False
    trouble: str = ""

    def is_too_old(self, now: datetime) -> bool:
        """Whether there is no copy of the last two days."""
        return now - (self.good or self.since) > TOO_OLD


def last_backup(session: Session) -> Backup | None:
    """What is known of backups; None before the bot has ever looked after them."""
    kept = mark(session, _NAME)
    if kept is None:
        return None
    known = json.loads(kept)
    moments = {name: datetime.fromisoformat(known[name]) for name in ("since", "tried", "good") if known[name]}
    return Backup(**{**known, **moments})


def keep_backup(session: Session, backup: Backup) -> None:
    """Write down what came of it."""
    set_mark(session, _NAME, json.dumps(asdict(backup), default=datetime.isoformat))
