"""What has been done, by whom, and undone; a completion is never deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from plan_data.plan import Deadline, Plan, Rule, Task
from plan_data.workdays import ZONE
from records.people import Roster
from records.tables import CompletionRow, DeadlineRow

WHOLE = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion; `share_of` is a person's number, or WHOLE."""

    id: int
    deadline_id: int
    share_of: int
    done_on: date
    recorded_at: datetime
    recorded_by: int
    note: str
    document: str
    evidence: tuple[dict[str, Any], ...]
    undone: bool


def complete(
    session: Session,
    deadline: Deadline,
    share_of: int,
    by: int,
    now: datetime,
    roster: Roster,
    note: str = "",
    document: str = "",
    evidence: Collection[dict[str, Any]] = (),
) -> Completion:
    """Record that a share, or the whole, was done today. The caller has seen that it was open."""
    row = CompletionRow(
        deadline_id=deadline.id,
        share_of=share_of,
        done_on=now.astimezone(ZONE).date(),
        recorded_at=now,
        recorded_by=by,
        note=note,
        document=document,
        evidence=list(evidence),
    )
    session.add(row)
    session.flush()
    settle(session, deadline, roster, now)
    return _completion(row)


def sign_of_life(session: Session, plan: Plan, task: Task, rule: Rule, now: datetime) -> int:
    """The record of one day of a continuous task, to be completed at once; returns the deadline's number."""
    today = now.astimezone(ZONE).date()
    row = session.exec(
        select(DeadlineRow).where(
            DeadlineRow.plan == plan.id,
            DeadlineRow.task == task.code,
            DeadlineRow.rule == rule.id,
            DeadlineRow.period == today.isoformat(),
        )
    ).first()
    row = row or DeadlineRow(
        plan=plan.id,
        task=task.code,
        rule=rule.id,
        period=today.isoformat(),
        kind=rule.kind,
        opens=today,
        named_day=today,
        bound="on",
        last_day=today,
        last_working_day=today,
        known_since=now,
    )
    row.withdrawn = False
    session.add(row)
    session.flush()
    return row.id or 0


def undo(
    session: Session, completion: Completion, deadline: Deadline, by: int, now: datetime, roster: Roster
) -> None:
    """Take a completion back; the row stays, marked."""
    row = session.get_one(CompletionRow, completion.id)
    row.undone_at, row.undone_by = now, by
    session.flush()
    settle(session, deadline, roster, now)


def settle(session: Session, deadline: Deadline, roster: Roster, now: datetime) -> None:
    """Write down whether the deadline as a whole is done, from its current completions."""
    current = current_of(session, [deadline.id]).get(deadline.id, [])
    row = session.get_one(DeadlineRow, deadline.id)
    if not _is_complete(deadline, current, roster):
        if row.done_on is not None:  # open again: what it missed meanwhile is not said late
            row.known_since = now
        row.done_on, row.done_late = None, False
        row.withdrawn = deadline.rule.kind == "continuous"
    else:
        last = max(current, key=lambda each: each.recorded_at)
        row.done_on = last.done_on
        late_by_hours = deadline.due_at is not None and last.recorded_at > deadline.due_at
        row.done_late = last.done_on > deadline.last_day or late_by_hours
    row.next_look = now
    session.flush()


def _is_complete(deadline: Deadline, current: list[Completion], roster: Roster) -> bool:
    if not deadline.rule.each or any(each.share_of == WHOLE for each in current):
        return bool(current)
    owing = {person.id for person in roster.owing(deadline.lead, deadline.last_day)}
    return bool(owing) and owing <= {each.share_of for each in current}


def current_of(session: Session, deadline_ids: Collection[int]) -> dict[int, list[Completion]]:
    """Completions that hold, by deadline."""
    found: dict[int, list[Completion]] = {}
    if deadline_ids:
        rows = session.exec(
            select(CompletionRow)
            .where(col(CompletionRow.deadline_id).in_(deadline_ids), col(CompletionRow.undone_at).is_(None))
            .order_by(col(CompletionRow.id))
        )
        for row in rows:
            found.setdefault(row.deadline_id, []).append(_completion(row))
    return found


def history_of(session: Session, deadline_ids: Collection[int]) -> list[Completion]:
    """Every completion of these deadlines, undone ones included, oldest first."""
    if not deadline_ids:
        return []
    rows = session.exec(
        select(CompletionRow).where(col(CompletionRow.deadline_id).in_(deadline_ids)).order_by(col(CompletionRow.id))
    )
    return [_completion(row) for row in rows]


def find(session: Session, completion_id: int) -> Completion | None:
    """The completion of that number."""
    row = session.get(CompletionRow, completion_id)
    return _completion(row) if row else None


def latest_by(session: Session, person_id: int) -> Completion | None:
    """What the person recorded last and has not taken back."""
    row = session.exec(
        select(CompletionRow)
        .where(CompletionRow.recorded_by == person_id, col(CompletionRow.undone_at).is_(None))
        .order_by(col(CompletionRow.id).desc())
        .limit(1)
    ).first()
    return _completion(row) if row else None


def _completion(row: CompletionRow) -> Completion:
    return Completion(
        id=row.id or 0,
        deadline_id=row.deadline_id,
        share_of=row.share_of,
        done_on=row.done_on,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        note=row.note,
        document=row.document,
        evidence=tuple(row.evidence),
        undone=row.undone_at is not None,
    )
