"""What has been done, by whom, and undone; a completion is never deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from plan_data.plan import Deadline, Plan, Plans, Rule, Task
from plan_data.workdays import ZONE
from records.database import insert_new
from records.deadlines import item_of
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
    undone_at: datetime | None
    undone_by: int | None

    @property
    def undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None


def complete(
    session: Session,
    deadline: Deadline,
    share_of: int,
    by: int,
    now: datetime,
    roster: Roster,
    note: str = "",
    document: str = "",
) -> Completion:
    """Record that a share, or the whole, was done today. The caller has seen that it was open.

    When somebody else has recorded the same share at the same moment, theirs holds and is returned.
    """
    _lock(session, deadline.id)
    current = current_of(session, [deadline.id]).get(deadline.id, [])
    before = next((each for each in current if each.share_of == share_of), None)
    if before is not None:
        return before
    row = CompletionRow(
        deadline_id=deadline.id,
        share_of=share_of,
        done_on=now.astimezone(ZONE).date(),
        recorded_at=now,
        recorded_by=by,
        note=note,
        document=document,
    )
    session.add(row)
    session.flush()
    settle(session, deadline, roster, now)
    return completion_of(row)


def sign_of_life(session: Session, plan: Plan, task: Task, rule: Rule, now: datetime) -> int:
    """The record of one day of a continuous task, to be completed at once; returns the deadline's number."""
    today = now.astimezone(ZONE).date()
    names = {"plan": plan.id, "task": task.code, "rule": rule.id, "period": today.isoformat()}
    days = dict.fromkeys(("opens", "named_day", "last_day", "last_working_day"), today)
    words = dict.fromkeys(("target", "document", "about"), "")
    flags = dict.fromkeys(("before_tracking", "withdrawn", "done_late"), False)
    row = {**names, "kind": rule.kind, "bound": "on", **days, **words, **flags, "known_since": now}
    insert_new(session, DeadlineRow, [row])
    found = session.exec(select(DeadlineRow).filter_by(**names)).one()
    found.withdrawn = False
    session.flush()
    return found.id or 0


def undo(
    session: Session, completion: Completion, deadline: Deadline, by: int, now: datetime, roster: Roster
) -> None:
    """Take a completion back; the row stays, marked. Who took it back first stays on record."""
    _lock(session, deadline.id)
    session.exec(
        update(CompletionRow)
        .where(col(CompletionRow.id) == completion.id, col(CompletionRow.undone_at).is_(None))
        .values(undone_at=now, undone_by=by)
    )
    settle(session, deadline, roster, now)


def settle(session: Session, deadline: Deadline, roster: Roster, now: datetime) -> None:
    """Write down whether the deadline as a whole is done, from its current completions."""
    row = _lock(session, deadline.id)
    current = current_of(session, [deadline.id]).get(deadline.id, [])
    if not _is_complete(deadline, current, roster):
        if row.done_on is not None:  # open again: what it missed meanwhile is not said late
            row.known_since = now
        row.done_on, row.done_late = None, False
        if deadline.rule.kind == "continuous":
            row.withdrawn = True
    else:
        row.done_on, row.done_late = max(each.done_on for each in current), is_late(row, current)
    row.next_look = now
    session.flush()


def is_late(row: DeadlineRow, current: Collection[Completion]) -> bool:
    """Whether the last of its completions came after the deadline."""
    if row.due_at is not None and max(each.recorded_at for each in current) > row.due_at:
        return True
    return max(each.done_on for each in current) > row.last_day


def settle_all(session: Session, plans: Plans, roster: Roster, now: datetime) -> int:
    """Close the duties that everybody owes and for which, since somebody has left, nobody is missing any more."""
    still_open = col(DeadlineRow.done_on).is_(None), col(DeadlineRow.withdrawn).is_(False)
    rows = session.exec(select(DeadlineRow).where(*still_open))
    owed = [item.deadline for row in rows if (item := item_of(row, plans)) and item.deadline.rule.each]
    current = current_of(session, [deadline.id for deadline in owed])
    settled = [each for each in owed if _is_complete(each, current.get(each.id, []), roster)]
    for deadline in settled:
        settle(session, deadline, roster, now)
    return len(settled)


def _lock(session: Session, deadline_id: int) -> DeadlineRow:
    """One at a time: two who complete their shares at the same moment would each believe the other is missing."""
    return session.get_one(DeadlineRow, deadline_id, with_for_update=True, populate_existing=True)


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
            found.setdefault(row.deadline_id, []).append(completion_of(row))
    return found


def history_of(session: Session, deadline_ids: Collection[int]) -> list[Completion]:
    """Every completion of these deadlines, undone ones included, oldest first."""
    if not deadline_ids:
        return []
    rows = session.exec(
        select(CompletionRow).where(col(CompletionRow.deadline_id).in_(deadline_ids)).order_by(col(CompletionRow.id))
    )
    return [completion_of(row) for row in rows]


def find(session: Session, completion_id: int) -> Completion | None:
    """The completion of that number."""
    row = session.get(CompletionRow, completion_id)
    return completion_of(row) if row else None


def latest_by(session: Session, person_id: int) -> Completion | None:
    """What the person recorded last and has not taken back."""
    row = session.exec(
        select(CompletionRow)
        .where(CompletionRow.recorded_by == person_id, col(CompletionRow.undone_at).is_(None))
        .order_by(col(CompletionRow.id).desc())
        .limit(1)
    ).first()
    return completion_of(row) if row else None


def completion_of(row: CompletionRow) -> Completion:
    """The row as a value."""
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
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
