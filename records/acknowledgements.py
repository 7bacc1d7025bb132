"""Who has pressed "Đã nhận" under a notice: once for each person, wherever they pressed it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from records.mail_tables import OutboxRow
from records.tables import AcknowledgementRow

CHASE = "chase"


def chase_key(notice_id: int, recipient: str, day: date) -> str:
    """The outbox key of a chaser: one for each person and day."""
    return f"chase|{notice_id}|{recipient}|{day}"


def acknowledge(session: Session, notice_id: int, person_id: int, now: datetime) -> datetime | None:
    """Record that the person has received the locked notice; None, or since when that was on record already."""
    row = session.get(AcknowledgementRow, (notice_id, person_id))
    if row is not None:
        return row.at
    session.add(AcknowledgementRow(notice_id=notice_id, person_id=person_id, at=now))
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.recipient) == f"person:{person_id}",
            col(OutboxRow.kind) == CHASE,
            col(OutboxRow.key).startswith(f"chase|{notice_id}|", autoescape=True),
            col(OutboxRow.state) == "pending",
        )
        .values(state="dropped", error="đã nhận trước khi gửi", finished_at=now)
    )
    session.flush()
    return None


def acknowledged(session: Session, notice_id: int) -> dict[int, datetime]:
    """Who has acknowledged, and when, the first one first."""
    rows = session.exec(
        select(AcknowledgementRow)
        .where(AcknowledgementRow.notice_id == notice_id)
        .order_by(col(AcknowledgementRow.at), col(AcknowledgementRow.person_id))
    )
    return {row.person_id: row.at for row in rows}


def acknowledgements(session: Session, notice_ids: Sequence[int]) -> dict[int, int]:
    """How many people have acknowledged each of the notices."""
    rows = session.exec(
        select(AcknowledgementRow.notice_id, func.count())
        .where(col(AcknowledgementRow.notice_id).in_(notice_ids))
        .group_by(col(AcknowledgementRow.notice_id))
    )
    return dict(rows.all())
