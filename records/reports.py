"""What people report for a period: drafts, and what was sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from records.completions import Completion, completion_of
from records.database import insert_new
from records.tables import CompletionRow, WorkReportRow


@dataclass(frozen=True, slots=True)
class WorkReport:
    """One person's report; `results` is empty as long as the person leaves it to the records."""

    deadline_id: int
    person_id: int
    results: str = ""
    difficulties: str = ""
    proposals: str = ""
    files: tuple[dict[str, Any], ...] = ()
    sent_at: datetime | None = None


def find(session: Session, deadline_id: int, person_id: int) -> WorkReport:
    """The person's report for the deadline; an empty one when nothing was written yet."""
    row = _row(session, deadline_id, person_id)
    return _report(row) if row else WorkReport(deadline_id, person_id)


def save(session: Session, report: WorkReport, now: datetime) -> None:
    """Write the report down as it is now."""
    key = {"deadline_id": report.deadline_id, "person_id": report.person_id}
    empty = {"results": "", "difficulties": "", "proposals": "", "files": [], "changed_at": now, "sent_at": None}
    insert_new(session, WorkReportRow, [{**key, **empty}])
    row = _row(session, report.deadline_id, report.person_id)
    assert row is not None, "it was inserted when it was not there"
    row.results, row.difficulties, row.proposals = report.results, report.difficulties, report.proposals
    row.files, row.changed_at, row.sent_at = list(report.files), now, report.sent_at
    session.flush()


def sent_for(session: Session, deadline_ids: Collection[int]) -> list[WorkReport]:
    """The reports that were sent for these deadlines, in the order in which they came."""
    rows = session.exec(
        select(WorkReportRow)
        .where(col(WorkReportRow.deadline_id).in_(deadline_ids), col(WorkReportRow.sent_at).is_not(None))
        .order_by(col(WorkReportRow.sent_at), col(WorkReportRow.id))
    )
    return [_report(row) for row in rows]


def done_between(session: Session, first: date, last: date) -> list[Completion]:
    """Completions that hold, of work done between the two days, both included, in the order of the days."""
    rows = session.exec(
        select(CompletionRow)
        .where(
            col(CompletionRow.done_on) >= first,
            col(CompletionRow.done_on) <= last,
            col(CompletionRow.undone_at).is_(None),
        )
        .order_by(col(CompletionRow.done_on), col(CompletionRow.id))
    )
    return [completion_of(row) for row in rows]


def _row(session: Session, deadline_id: int, person_id: int) -> WorkReportRow | None:
    return session.exec(select(WorkReportRow).filter_by(deadline_id=deadline_id, person_id=person_id)).first()


def _report(row: WorkReportRow) -> WorkReport:
    return WorkReport(
        deadline_id=row.deadline_id,
        person_id=row.person_id,
        results=row.results,
        difficulties=row.difficulties,
        proposals=row.proposals,
        files=tuple(row.files),
        sent_at=row.sent_at,
    )
