"""Files of cases that somebody has sent: waiting to be read, waiting for a yes, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from plan_data.cases import Listed
from records.case_listings import from_list, to_list
from records.case_tables import CaseChangeRow, CaseImportRow


@dataclass(frozen=True, slots=True)
class CaseImport:
    """An import. `base`: the last change of a case that its preview knew of. `file`: where to fetch a waiting one."""

    id: int
    state: str
    source: str
    digest: str
    base: int
    created_at: datetime
    created_by: int | None
    done_at: datetime | None
    file: dict[str, Any]


def last_change(session: Session) -> int:
    """The number of the last change of any case."""
    return session.exec(select(func.max(CaseChangeRow.id))).one() or 0


def done_before(session: Session, digest: str) -> CaseImport | None:
    """The import of the very same file, if it is done and not undone."""
    statement = select(CaseImportRow).where(CaseImportRow.digest == digest, CaseImportRow.state == "done")
    row = session.exec(statement.order_by(col(CaseImportRow.id).desc())).first()
    return _import(row) if row else None


def last_done(session: Session) -> CaseImport | None:
    """The latest import that stands."""
    statement = select(CaseImportRow).where(CaseImportRow.state == "done").order_by(col(CaseImportRow.done_at).desc())
    row = session.exec(statement.order_by(col(CaseImportRow.id).desc())).first()
    return _import(row) if row else None


def first_done(session: Session) -> datetime | None:
    """Since when there are cases on record."""
    statement = select(func.min(CaseImportRow.done_at)).where(CaseImportRow.state == "done")
    return session.exec(statement).one()


def keep_waiting(session: Session, source: str, file: dict[str, Any], by: int | None, now: datetime) -> int:
    """A file that is to be fetched and read; returns the number of its import."""
    row = CaseImportRow(state="waiting", source=source, file=file, created_at=now, created_by=by)
    session.add(row)
    session.flush()
    return row.id or 0


def waiting_imports(session: Session) -> list[CaseImport]:
    """Files that are to be fetched and read."""
    statement = select(CaseImportRow).where(CaseImportRow.state == "waiting").order_by(col(CaseImportRow.id))
    return [_import(row) for row in session.exec(statement)]


def keep_open(
    session: Session, source: str, digest: str, listed: Sequence[Listed], by: int | None, now: datetime
) -> int:
    """Keep what a file lists until somebody says yes; what waited for a yes before does so no longer."""
    session.exec(update(CaseImportRow).where(col(CaseImportRow.state) == "open").values(state="cancelled", listed=[]))
    row = CaseImportRow(
        state="open",
        source=source,
        digest=digest,
        listed=[to_list(each) for each in listed],
        base=last_change(session),
        created_at=now,
        created_by=by,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def get_import(session: Session, number: int) -> CaseImport | None:
    """The import of that number."""
    row = session.get(CaseImportRow, number)
    return _import(row) if row else None


def listed_in(session: Session, number: int) -> list[Listed]:
    """What an open import lists."""
    return [from_list(values) for values in session.get_one(CaseImportRow, number).listed]


def close_import(session: Session, number: int, state: str, was: str = "open") -> bool:
    """It is settled: cancelled, refused, read; False when it did not wait any more. What it held is forgotten."""
    result = session.exec(
        update(CaseImportRow)
        .where(col(CaseImportRow.id) == number, col(CaseImportRow.state) == was)
        .values(state=state, listed=[], file={})
    )
    return result.rowcount == 1


def drop_unanswered(session: Session, before: datetime) -> None:
    """What a file lists is forgotten when nobody has said yes since then, or when it could not be fetched."""
    session.exec(
        update(CaseImportRow)
        .where(col(CaseImportRow.state).in_(("open", "waiting")), col(CaseImportRow.created_at) < before)
        .values(state="cancelled", listed=[], file={})
    )


def rebase(session: Session, number: int) -> None:
    """The preview was made anew: it stands on the cases as they are now."""
    session.get_one(CaseImportRow, number).base = last_change(session)
    session.flush()


def _import(row: CaseImportRow) -> CaseImport:
    return CaseImport(
        id=row.id or 0,
        state=row.state,
        source=row.source,
        digest=row.digest,
        base=row.base,
        created_at=row.created_at,
        created_by=row.created_by,
        done_at=row.done_at,
        file=row.file,
    )
