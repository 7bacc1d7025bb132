"""Who the officers in the files are: a name is matched or asked about once, and remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from records.case_tables import CaseOfficerRow


@dataclass(frozen=True, slots=True)
class Officer:
    """A name of the files; `person` is None for nobody of the office, and as long as nobody has decided."""

    id: int
    name: str
    person: int | None
    decided: bool


def officers(session: Session) -> list[Officer]:
    """Every name that the files have brought."""
    rows = session.exec(select(CaseOfficerRow).order_by(col(CaseOfficerRow.id)))
    return [Officer(row.id or 0, row.name, row.person_id, row.decided_at is not None) for row in rows]


def new_names(session: Session, names: Iterable[str]) -> list[str]:
    """Those of the names that no file has brought before."""
    known = set(session.exec(select(CaseOfficerRow.name)))
    return sorted({name for name in names if name} - known)


def keep_names(session: Session, matched: Mapping[str, int | None], now: datetime) -> list[Officer]:
    """Remember new names with their persons; returns those that nobody could be found for."""
    rows = [
        CaseOfficerRow(name=name, person_id=person, decided_at=now if person is not None else None)
        for name, person in matched.items()
    ]
    session.add_all(rows)
    session.flush()
    return [Officer(row.id or 0, row.name, None, False) for row in rows if row.person_id is None]


def decide(session: Session, number: int, person: int | None, by: int, now: datetime) -> str | None:
    """Say who a name is; returns the name, None when there is no such number."""
    row = session.get(CaseOfficerRow, number)
    if row is None:
        return None
    row.person_id, row.decided_at, row.decided_by = person, now, by
    session.flush()
    return row.name
