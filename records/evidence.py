"""Files that prove a completion: sent, named a completion, fetched and kept, or refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, update
from sqlmodel import Session, col, select

from records.tables import EvidenceRow


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file; see `EvidenceRow`. `size` is in bytes; `sha256` is in hexadecimal digits."""

    id: int
    completion_id: int | None
    state: str
    channel: str
    chat: str
    reference: Mapping[str, Any]
    name: str
    sent_at: datetime
    stored_as: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and where: files and what is said about them belong together when both come from there."""

    person: int
    channel: str
    chat: str


def hold(session: Session, sender: Sender, files: Sequence[tuple[str, Mapping[str, Any]]], now: datetime) -> None:
    """Write down files, each as its cleaned name and the channel's reference, until somebody says of what."""
    for name, file in files:
        row = EvidenceRow(
            state="loose",
            channel=sender.channel,
            chat=sender.chat,
            reference=dict(file),
            name=name,
            sent_by=sender.person,
            sent_at=now,
        )
        session.add(row)
    session.flush()


def held(session: Session, sender: Sender, since: datetime) -> int:
    """How many files of the sender wait for somebody to say of what."""
    return session.exec(select(func.count()).where(_loose(sender, since))).one()


def attach(session: Session, sender: Sender, since: datetime, completion_id: int) -> int:
    """The files that the sender has sent since then prove that completion; returns how many."""
    which = _loose(sender, since)
    return session.exec(
        update(EvidenceRow).where(which).values(state="waiting", completion_id=completion_id)
    ).rowcount


def waiting(session: Session) -> list[Evidence]:
    """Files that are to be fetched, those sent first before the others."""
    rows = session.exec(select(EvidenceRow).where(EvidenceRow.state == "waiting").order_by(col(EvidenceRow.id)))
    return [_evidence(row) for row in rows]


def settle(session: Session, number: int, stored_as: str = "", size: int = 0, sha256: str = "") -> bool:
    """It is kept under that name, or without one refused; False when it did not wait any more."""
    state = "kept" if stored_as else "refused"
    result = session.exec(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == number, col(EvidenceRow.state) == "waiting")
        .values(state=state, stored_as=stored_as, size=size, sha256=sha256, reference={}, chat="")
    )
    return result.rowcount == 1


def of_completions(session: Session, completion_ids: Collection[int]) -> dict[int, list[Evidence]]:
    """The files of these completions, oldest first."""
    found: dict[int, list[Evidence]] = {}
    if completion_ids:
        which = col(EvidenceRow.completion_id).in_(completion_ids)
        for row in session.exec(select(EvidenceRow).where(which).order_by(col(EvidenceRow.id))):
            found.setdefault(row.completion_id or 0, []).append(_evidence(row))
    return found


def kept(session: Session) -> list[Evidence]:
    """Every file that lies in the folder."""
    rows = session.exec(select(EvidenceRow).where(EvidenceRow.state == "kept").order_by(col(EvidenceRow.id)))
    return [_evidence(row) for row in rows]


def drop_held(session: Session, before: datetime) -> int:
    """Forget files of which nobody has said what they prove; returns how many."""
    over = and_(col(EvidenceRow.state) == "loose", col(EvidenceRow.sent_at) < before)
    return session.exec(delete(EvidenceRow).where(over)).rowcount


def _loose(sender: Sender, since: datetime) -> ColumnElement[bool]:
    return and_(
        col(EvidenceRow.state) == "loose",
        col(EvidenceRow.sent_by) == sender.person,
        col(EvidenceRow.channel) == sender.channel,
        col(EvidenceRow.chat) == sender.chat,
        col(EvidenceRow.sent_at) >= since,
    )


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        id=row.id or 0,
        completion_id=row.completion_id,
        state=row.state,
        channel=row.channel,
        chat=row.chat,
        reference=row.reference,
        name=row.name,
        sent_at=row.sent_at,
        stored_as=row.stored_as,
        size=row.size,
        sha256=row.sha256,
    )
