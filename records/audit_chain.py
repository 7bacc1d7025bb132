"""Proving the audit trail: the first entry that was changed, removed or inserted is named. See `records.audit`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain, pairwise
from typing import Any

from sqlmodel import Session, col, select

from records.audit import FORGOTTEN, HEAD, digest_of, mark, seal_of
from records.tables import AuditRow

FORGETTING = "person_forgotten"
_AT_ONCE = 500


class Kind(Enum):
    """What was done to the trail."""

    CHANGED = "changed"
    INSERTED = "inserted"
    REMOVED = "removed"
    CUT_OFF = "cut off"


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first place where the chain does not hold: this entry was changed or inserted, one before it removed.

    With CUT_OFF entries are missing behind this one; 0 when none is left.
    """

    kind: Kind
    entry: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the trail, for an export."""

    id: int
    at: datetime
    person_id: int | None
    channel: str
    action: str
    subject: str
    detail: dict[str, Any]
    digest: str


def verify(session: Session) -> tuple[int, Flaw | None]:
    """How many entries the trail has, and the first flaw; one pass, a few hundred entries in memory."""
    forgotten = _forgotten_lawfully(session)
    last, count, number = "", 0, 0
    for row, following in pairwise(chain(_rows(session), [None])):
        assert row is not None  # only the very last of the chain is None
        number, count = row.id or 0, count + 1
        if row.previous != last:
            inserted = following is not None and following.previous == last
            return count, Flaw(Kind.INSERTED if inserted else Kind.REMOVED, number)
        if row.digest != digest_of(row.model_dump()) or not _is_detail_sealed(row, forgotten):
            return count, Flaw(Kind.CHANGED, number)
        last = row.digest
    return count, None if (mark(session, HEAD) or "") == last else Flaw(Kind.CUT_OFF, number)


def _is_detail_sealed(row: AuditRow, forgotten: set[int]) -> bool:
    """The detail is the one that was written, or it was forgotten, and another entry says so."""
    if row.detail == FORGOTTEN and not row.salt:
        return row.id in forgotten
    return row.seal == seal_of(row.salt, row.detail)


def _forgotten_lawfully(session: Session) -> set[int]:
    statement = select(AuditRow).where(AuditRow.action == FORGETTING)
    return {int(number) for row in session.exec(statement) for number in row.detail.get("entries", ())}


def entries(session: Session) -> Iterator[Entry]:
    """Every entry, oldest first."""
    for row in _rows(session):
        yield Entry(row.id or 0, row.at, row.person_id, row.channel, row.action, row.subject, row.detail, row.digest)


def _rows(session: Session) -> Iterator[AuditRow]:
    """Every row, oldest first, a few hundred in memory."""
    after = 0
    statement = select(AuditRow).order_by(col(AuditRow.id)).limit(_AT_ONCE)
    while rows := session.exec(statement.where(col(AuditRow.id) > after)).all():
        yield from rows
        after = rows[-1].id or 0
        session.expunge_all()
