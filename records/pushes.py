"""The bot's unasked messages: which speak of a deadline, which wait, and how many somebody has had."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from records.mail_tables import AlertRow, OutboxRow
from records.posted import TOLD


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that waits or has gone out; `again` marks the repetition of one of which nobody knows."""

    id: int
    state: str
    created_at: datetime
    again: bool = False


def _posted(row: OutboxRow) -> Posted:
    return Posted(row.id or 0, row.state, row.created_at, row.key.endswith("|again"))


def about(session: Session, deadline_id: int, since: datetime) -> list[Posted]:
    """Messages that speak of a deadline and are pending, or were posted since then; nobody may claim them now."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.id).in_(select(AlertRow.outbox_id).where(AlertRow.deadline_id == deadline_id)),
            col(OutboxRow.state).in_(["pending", "sending", "sent"]),
            OutboxRow.kind == "push",
            col(OutboxRow.created_at) >= since,
        )
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    return [_posted(row) for row in rows]


def all_waiting(session: Session, kind: str = "push") -> list[Posted]:
    """Every unasked message of the kind that has not gone out yet; nobody may claim them now."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.kind == kind, OutboxRow.state == "pending")
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    return [_posted(row) for row in rows]


def waiting(session: Session, recipients: list[str]) -> dict[str, list[int]]:
    """Unasked messages that have not gone out yet, by recipient; nobody may claim them now.

    What must be said again as such is left out: merged into something new, it would come without its mark.
    """
    rows = session.exec(
        select(OutboxRow.recipient, OutboxRow.id)
        .where(
            col(OutboxRow.recipient).in_(recipients),
            OutboxRow.kind == "push",
            OutboxRow.state == "pending",
            col(OutboxRow.key).not_like("%|again"),
        )
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    found: dict[str, list[int]] = {}
    for recipient, number in rows:
        found.setdefault(recipient, []).append(number or 0)
    return found


def count_between(session: Session, recipients: list[str], since: datetime, until: datetime) -> dict[str, int]:
    """How many unasked messages each recipient has had in that time; one that was said again counts once."""
    rows = session.exec(
        select(OutboxRow.recipient, func.count())
        .where(
            col(OutboxRow.recipient).in_(recipients),
            col(OutboxRow.created_at).between(since, until),
            OutboxRow.kind == "push",
            col(OutboxRow.state).not_in(["dropped", "unconfirmed"]),
        )
        .group_by(OutboxRow.recipient)
    )
    return dict(rows.all())


def not_edited(session: Session, recipient: str, since: datetime) -> list[tuple[dict[str, Any], list[Any]]]:
    """Messages posted since then that say something else by now, where the channel could not edit them: the body, and
    those of its blocks that were given here before. Each change is given once.
    """
    rows = session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.recipient == recipient,
            col(OutboxRow.created_at) >= since,
            OutboxRow.kind == "push",
            OutboxRow.state == "sent",
            col(OutboxRow.edit_due).is_(True),
        )
        .order_by(col(OutboxRow.id))
        .with_for_update()
    )
    found = []
    for row in rows:
        found.append((row.body, row.body.get(TOLD, [])))
        row.edit_due, row.body = False, {**row.body, TOLD: row.body["blocks"]}
    session.flush()
    return found
