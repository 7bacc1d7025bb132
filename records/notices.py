"""Notices ("thông báo"): the draft, for whom it was meant, what became of each copy.

draft → scheduled → sent ⇄ stopped; draft and scheduled can be cancelled. A step that changes a notice first finds
it with `lock`, so that two people, or a person and the timetable, take turns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from records.mail_tables import OutboxRow
from records.tables import NoticeRecipientRow, NoticeRow

DRAFT, SCHEDULED, SENT, STOPPED, CANCELLED = "draft", "scheduled", "sent", "stopped", "cancelled"
BROADCAST = "broadcast"
STOP_REASON = "đã dừng gửi thông báo"
_AGAIN = "|again"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice. `send_at` is the hour it waits for, `sent_at` when its copies were queued."""

    id: int
    text: str
    attachments: tuple[dict[str, Any], ...]
    created_by: int
    created_at: datetime
    send_at: datetime | None
    sent_at: datetime | None
    state: str

    @property
    def is_out(self) -> bool:
        """Whether it has been sent, if only half-way."""
        return self.sent_at is not None


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of the copy of one recipient.

    `state` is that of the outbox (pending, sending, sent, unconfirmed, failed, dropped), "stopped" when it was
    held back half-way, or "unreachable" when there was nowhere to send it.
    """

    recipient: str
    state: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message that was held back when the sending was stopped.

    `place` is the channel and the chat that it was on its way to; `begun`: a part of it has gone out there.
    """

    id: int
    recipient: str
    place: tuple[str, str]
    body: dict[str, Any]
    begun: bool


def key_of(notice_id: int, recipient: str) -> str:
    """The outbox key of a recipient's copy: it is queued once."""
    return f"notice|{notice_id}|{recipient}"


def draft(
    session: Session,
    text: str,
    attachments: Sequence[dict[str, Any]],
    created_by: int,
    now: datetime,
    send_at: datetime | None,
) -> Notice:
    """Keep a new draft."""
    row = NoticeRow(
        text=text, attachments=list(attachments), created_by=created_by, created_at=now, send_at=send_at, state=DRAFT
    )
    session.add(row)
    session.flush()
    return _notice(row)


def find(session: Session, notice_id: int, *, lock: bool = False) -> Notice | None:
    """The notice of that number; with `lock`, nobody else changes it until this step ends."""
    row = session.get(NoticeRow, notice_id, with_for_update=lock, populate_existing=True)
    return _notice(row) if row else None


def latest(session: Session, limit: int, drafts_of: int | None) -> list[Notice]:
    """The last ones that were not cancelled, newest first; of drafts, those of one person, or all with None."""
    statement = select(NoticeRow).where(NoticeRow.state != CANCELLED)
    if drafts_of is not None:
        statement = statement.where((col(NoticeRow.state) != DRAFT) | (col(NoticeRow.created_by) == drafts_of))
    return [_notice(row) for row in session.exec(statement.order_by(col(NoticeRow.id).desc()).limit(limit))]


def latest_out(session: Session) -> Notice | None:
    """The one that was sent last."""
    row = session.exec(
        select(NoticeRow)
        .where(col(NoticeRow.sent_at).is_not(None))
        .order_by(col(NoticeRow.sent_at).desc(), col(NoticeRow.id).desc())
    ).first()
    return _notice(row) if row else None


def due(session: Session, now: datetime) -> list[int]:
    """Numbers of the scheduled notices whose time has come."""
    rows = session.exec(
        select(NoticeRow.id)
        .where(NoticeRow.state == SCHEDULED, col(NoticeRow.send_at) <= now)
        .order_by(col(NoticeRow.send_at), col(NoticeRow.id))
    )
    return [number or 0 for number in rows]


def set_state(session: Session, notice_id: int, state: str) -> None:
    """Scheduled, stopped, sent again after a stop, or cancelled."""
    session.exec(update(NoticeRow).where(col(NoticeRow.id) == notice_id).values(state=state))


def mark_sent(session: Session, notice_id: int, recipients: Iterable[str], now: datetime) -> None:
    """Its copies are queued; keep for whom it was meant."""
    session.exec(update(NoticeRow).where(col(NoticeRow.id) == notice_id).values(state=SENT, sent_at=now))
    session.add_all(NoticeRecipientRow(notice_id=notice_id, recipient=each) for each in recipients)
    session.flush()


def copies(session: Session, notice_id: int) -> list[Copy]:
    """What became of each copy; of one that was said again, what became of the second."""
    recipients = _recipients(session, notice_id)
    rows = session.exec(
        select(OutboxRow.key, OutboxRow.state, OutboxRow.error).where(_is_copy(notice_id, recipients))
    )
    states = {key: "stopped" if (state, why) == ("dropped", STOP_REASON) else state for key, state, why in rows}
    keys = {recipient: key_of(notice_id, recipient) for recipient in recipients}
    return [
        Copy(recipient, states.get(key + _AGAIN) or states.get(key, "unreachable")) for recipient, key in keys.items()
    ]


def hold_back(session: Session, notice_id: int, now: datetime) -> int:
    """Drop what has not gone out yet, in a way that can be taken back; returns how many messages."""
    return session.exec(
        update(OutboxRow)
        .where(_is_copy(notice_id, _recipients(session, notice_id)), col(OutboxRow.state) == "pending")
        .values(state="dropped", error=STOP_REASON, finished_at=now)
    ).rowcount


def hold_back_returned(session: Session, message_key: str, now: datetime) -> None:
    """A copy on its way could not be delivered: when its notice was stopped meanwhile, it does not wait again.

    Delivery must not wait for the lock of a notice, so a stop at that very moment may let one copy go out.
    """
    notice_id = int(message_key.split("|")[1])
    notice = find(session, notice_id)
    if notice is not None and notice.state == STOPPED:
        hold_back(session, notice_id, now)


def held_back(session: Session, notice_id: int) -> list[HeldBack]:
    """What `hold_back` has dropped."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            _is_copy(notice_id, _recipients(session, notice_id)),
            OutboxRow.state == "dropped",
            OutboxRow.error == STOP_REASON,
        )
        .order_by(col(OutboxRow.id))
    )
    return [
        HeldBack(row.id or 0, row.recipient, (row.channel, row.chat), row.body, bool(row.remote_id)) for row in rows
    ]


def queue_again(
    session: Session, message: HeldBack, place: tuple[str, str], body: dict[str, Any], now: datetime
) -> None:
    """The same message goes on, to where its recipient is now; in another chat it begins anew."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == message.id, col(OutboxRow.state) == "dropped")
        .values(
            state="pending",
            channel=place[0],
            chat=place[1],
            body=body,
            created_at=now,
            not_before=now,
            attempts=0,
            finished_at=None,
            remote_id=OutboxRow.remote_id if place == message.place else "",
            error="",
        )
    )


def let_go(session: Session, message_id: int, why: str) -> None:
    """What was held back will not go out any more."""
    session.exec(
        update(OutboxRow).where(col(OutboxRow.id) == message_id, col(OutboxRow.state) == "dropped").values(error=why)
    )


def _recipients(session: Session, notice_id: int) -> list[str]:
    return list(
        session.exec(
            select(NoticeRecipientRow.recipient)
            .where(NoticeRecipientRow.notice_id == notice_id)
            .order_by(col(NoticeRecipientRow.recipient))
        )
    )


def _is_copy(notice_id: int, recipients: Sequence[str]) -> ColumnElement[bool]:
    keys = [key_of(notice_id, recipient) for recipient in recipients]
    return col(OutboxRow.key).in_([*keys, *(key + _AGAIN for key in keys)])


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id or 0,
        text=row.text,
        attachments=tuple(row.attachments),
        created_by=row.created_by,
        created_at=row.created_at,
        send_at=row.send_at,
        sent_at=row.sent_at,
        state=row.state,
    )
