"""Writing an export down and taking it back: whole, in one transaction and a handful of statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from plan_data.case_diff import Diff, Known, What
from plan_data.cases import RUNNING, SETTLED, Kind, Listed
from records.case_listings import COLUMNS, NAMES, columns_of, from_list, listed_from, plain
from records.case_tables import CaseChangeRow, CaseImportRow, CaseRow
from records.database import one_at_a_time, table_of
from records.locks import AdvisoryLock

_CASES, _CHANGES = table_of(CaseRow), table_of(CaseChangeRow)


def known_cases(session: Session) -> dict[str, Known]:
    """Every case on record by its code, as an export is compared with: bare columns, they are many."""
    columns = (_CASES.c[name] for name in COLUMNS)
    rows = session.connection().execute(select_columns(_CASES.c.id, _CASES.c.gone_at, _CASES.c.source, *columns))
    known = (Known(row[0], listed_from(row[3:]), row[1], row[2] == "hand") for row in rows)
    return {each.listed.code: each for each in known}


def apply_import(session: Session, number: int, diff: Diff, by: int | None, now: datetime) -> bool:
    """Write an open import down, all of it; False when it is not open any more."""
    one_at_a_time(session, AdvisoryLock.CASES)
    if not _settle(session, number, "open", state="done", listed=[], done_at=now, done_by=by):
        return False
    _insert(session, number, diff, by, now)
    if diff.changed:
        _update(session, [_set(each.before.id, each.after, now) for each in diff.changed])
    if diff.gone:
        session.connection().execute(
            update(_CASES).where(_CASES.c.id == bindparam("number")).values(gone_at=now, next_look=None),
            [{"number": each.id} for each in diff.gone],
        )
    rows = [
        {"case_id": each.before.id, "what": each.what, "before": _kept(each.before), "after": _of(each.after)}
        for each in diff.changed
    ]
    rows += [{"case_id": each.id, "what": What.GONE, "before": _kept(each), "after": None} for each in diff.gone]
    if rows:
        own = {"import_id": number, "at": now, "by": by, "note": ""}
        session.connection().execute(insert(_CHANGES), [{**row, **own} for row in rows])
    return True


def _settle(session: Session, number: int, was: str, **values: Any) -> bool:  # noqa: ANN401  # columns of an import
    one = update(CaseImportRow).where(col(CaseImportRow.id) == number, col(CaseImportRow.state) == was)
    return session.exec(one.values(**values)).rowcount == 1


def _insert(session: Session, number: int, diff: Diff, by: int | None, now: datetime) -> None:
    if not diff.new:
        return
    own = {"source": "file", "import_id": number, "exempt_why": ""}
    rows = [{**columns_of(case), **own, "next_look": _look(case, now)} for case in diff.new]
    session.connection().execute(insert(_CASES), rows)
    values = (
        _CASES.c.id,
        literal(number),
        literal(now, _CHANGES.c.at.type),
        literal(by),
        literal(What.NEW.value),
        literal(""),
    )
    session.connection().execute(
        insert(_CHANGES).from_select(
            ["case_id", "import_id", "at", "by", "what", "note"],
            select_columns(*values).where(_CASES.c.import_id == number),
        )
    )


def _set(case_id: int, case: Listed, now: datetime, source: str = "file") -> dict[str, Any]:
    own = {"number": case_id, "source": source, "gone_at": None, "next_look": _look(case, now)}
    return {**columns_of(case), **own}


def _update(session: Session, rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "number"}
    session.connection().execute(update(_CASES).where(_CASES.c.id == bindparam("number")).values(values), rows)


def touched_since(session: Session, number: int) -> list[str]:
    """Codes of the import's cases on which somebody has worked by hand since: it cannot be undone any more."""
    later = aliased(CaseChangeRow)
    statement = (
        select(CaseRow.code)
        .join(CaseChangeRow, col(CaseChangeRow.case_id) == col(CaseRow.id))
        .join(later, col(later.case_id) == col(CaseRow.id))
        .where(
            CaseChangeRow.import_id == number,
            col(later.import_id).is_(None),
            col(later.id) > col(CaseChangeRow.id),
        )
        .distinct()
        .order_by(col(CaseRow.code))
    )
    return list(session.exec(statement))


def undo_import(session: Session, number: int, by: int | None, now: datetime) -> bool:
    """Put every case back as it was before the import; False when it does not stand any more."""
    one_at_a_time(session, AdvisoryLock.CASES)
    if not _settle(session, number, "done", state="undone", undone_at=now, undone_by=by):
        return False
    changes = session.exec(select(CaseChangeRow).where(CaseChangeRow.import_id == number))
    rows = [_back(row.case_id, row.before, now) for row in changes if row.before is not None]
    if rows:
        _update(session, rows)
    session.exec(delete(CaseChangeRow).where(col(CaseChangeRow.import_id) == number))
    session.exec(delete(CaseRow).where(col(CaseRow.import_id) == number))
    return True


def _back(case_id: int, before: dict[str, Any], now: datetime) -> dict[str, Any]:
    case = from_list(before[name] for name in NAMES)
    row = _set(case_id, case, now, "hand" if before["by_hand"] else "file")
    if before["gone_at"]:
        row |= {"gone_at": datetime.fromisoformat(before["gone_at"]), "next_look": None}
    return row


def _of(case: object) -> dict[str, Any]:
    return {name: plain(getattr(case, name)) for name in NAMES}


def _kept(known: Known) -> dict[str, Any]:
    return {**_of(known.listed), "gone_at": plain(known.gone_at), "by_hand": known.by_hand}


def _look(case: Listed, now: datetime) -> datetime | None:
    return now if case.standing in RUNNING or (case.kind is Kind.PAKN and case.standing in SETTLED) else None
