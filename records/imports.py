"""Lists of people that a clerk has sent and must still confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from records.people_tables import RosterImportRow


@dataclass(frozen=True, slots=True)
class RosterImport:
    """What was sent, as (line number, name, roles), and what its preview promised."""

    id: int
    lines: list[tuple[int, str, str]]
    changes: list[str]
    state: str
    by: int


def keep_import(
    session: Session, lines: Sequence[tuple[int, str, str]], changes: Sequence[str], by: int, now: datetime
) -> int:
    """Keep a list until it is confirmed; an earlier one of the same person is open no longer. Returns its number."""
    session.exec(
        update(RosterImportRow)
        .where(col(RosterImportRow.created_by) == by, col(RosterImportRow.state) == "open")
        .values(state="cancelled")
    )
    row = RosterImportRow(lines=[list(line) for line in lines], changes=list(changes), created_at=now, created_by=by)
    session.add(row)
    session.flush()
    return row.id or 0


def get_import(session: Session, number: int) -> RosterImport | None:
    """The list of that number."""
    row = session.get(RosterImportRow, number)
    if row is None:
        return None
    lines = [(number, name, roles) for number, name, roles in row.lines]
    return RosterImport(row.id or 0, lines, row.changes, row.state, row.created_by)


def close_import(session: Session, number: int, state: str) -> bool:
    """Confirmed or cancelled; False when it was open no longer."""
    result = session.exec(
        update(RosterImportRow)
        .where(col(RosterImportRow.id) == number, col(RosterImportRow.state) == "open")
        .values(state=state)
    )
    return result.rowcount == 1
