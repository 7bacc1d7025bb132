"""Personal data goes when nobody needs it any more: messages and conversation after a time, a person on request.

The records of the plan stay: completions, extensions, events, notices and the audit trail.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, or_, update
from sqlmodel import Session, col, select

from records.audit import FORGOTTEN, audit, write_down
from records.audit_chain import FORGETTING
from records.codes import close_codes
from records.mail_tables import AlertRow, InboxRow, OutboxRow
from records.people_tables import RegistrationRow, RosterImportRow, WrongCodeRow
from records.staff import silence
from records.tables import AccountRow, AuditRow, PersonRow

Numbered = RegistrationRow | RosterImportRow
EMPTY: dict[str, list[object]] = {"blocks": [], "buttons": []}
_AT_ONCE = 500
# What the bot tells on its own is told once, by its key: the key stays, so that it is not told again.
_TOLD_ONCE = "notice"


def clear_before(session: Session, before: datetime) -> int:
    """Delete some hundred old messages and registrations; returns how many, 0 when all are gone."""
    over = (col(OutboxRow.created_at) < before, col(OutboxRow.finished_at).is_not(None))
    gone = _delete_messages(session, and_(*over, col(OutboxRow.kind) != _TOLD_ONCE))
    session.exec(update(OutboxRow).where(*over, col(OutboxRow.chat) != "").values(**_blank()))
    settled = and_(col(RegistrationRow.created_at) < before, col(RegistrationRow.state) != "sent")
    gone += _delete_some(session, RegistrationRow, settled)
    return gone + _delete_some(session, RosterImportRow, col(RosterImportRow.created_at) < before)


def forget_person(session: Session, person_id: int, label: str, now: datetime) -> None:
    """Of the person only a number and the roles stay, under that label; what they did stays with it.

    Names, accounts, messages and what they typed go, also where others were written to about them, and the details of
    the audit trail that name them. Names in notes of completions and events, and in notices, are the office's own.
    """
    row = session.get_one(PersonRow, person_id)
    places = [
        (each.channel, each.address)
        for each in session.exec(select(AccountRow).where(AccountRow.person_id == person_id))
    ]
    names = _names_of(session, person_id, row.name)
    close_codes(session, person_id, now)
    silence(session, person_id, "đã xóa dữ liệu cá nhân", now)
    _forget_messages(session, person_id, places)
    for name in names:
        _forget_name(session, name, label)
    for channel, address in places:
        _forget_account(session, channel, address)
    session.exec(
        delete(RegistrationRow).where(
            or_(col(RegistrationRow.person_id) == person_id, col(RegistrationRow.name).in_(names))
        )
    )
    session.exec(delete(AccountRow).where(col(AccountRow.person_id) == person_id))
    row.name = label
    row.retired_at = row.retired_at or now
    session.flush()
    entries = _forget_details(session, [*names, *(address for _, address in places)])
    audit(session, now, FORGETTING, f"person:{person_id}", detail={"entries": entries})


def _names_of(session: Session, person_id: int, name: str) -> list[str]:
    """The person's name, and the earlier ones."""
    write_down(session)
    renamed = session.exec(
        select(AuditRow.detail).where(AuditRow.subject == f"person:{person_id}", AuditRow.action == "person_renamed")
    )
    return list(dict.fromkeys([name, *(str(detail["old"]) for detail in renamed if "old" in detail)]))


def _forget_messages(session: Session, person_id: int, places: Sequence[tuple[str, str]]) -> None:
    chats = [and_(col(OutboxRow.channel) == channel, col(OutboxRow.chat) == chat) for channel, chat in places]
    whose = and_(or_(col(OutboxRow.recipient) == f"person:{person_id}", *chats), col(OutboxRow.state) != "sending")
    while _delete_messages(session, and_(whose, col(OutboxRow.kind) != _TOLD_ONCE)):
        pass
    session.exec(update(OutboxRow).where(whose).values(**_blank()))


def _forget_name(session: Session, name: str, label: str) -> None:
    """Where others read the name they read the label; what was typed with the name in it goes."""
    word = _whole(name)
    for row in session.exec(select(OutboxRow).where(_holds(OutboxRow.body, name))):
        row.body = _replaced(row.body, word, label)
    updates = session.exec(select(InboxRow).where(_holds(InboxRow.payload, name)))
    typed = [row.id for row in updates if row.handled_at and word.search(_text(row.payload))]
    session.exec(delete(InboxRow).where(col(InboxRow.id).in_(typed)))
    lists = session.exec(
        select(RosterImportRow).where(or_(_holds(RosterImportRow.lines, name), _holds(RosterImportRow.changes, name)))
    )
    sent = [row.id for row in lists if word.search(_text([row.lines, row.changes]))]
    session.exec(delete(RosterImportRow).where(col(RosterImportRow.id).in_(sent)))


def _forget_account(session: Session, channel: str, address: str) -> None:
    """What was typed there, in private and in groups."""
    typed = or_(col(InboxRow.chat) == address, col(InboxRow.payload)["sender"].as_string() == address)
    session.exec(delete(InboxRow).where(col(InboxRow.channel) == channel, typed))
    for table in (WrongCodeRow, RegistrationRow):
        session.exec(delete(table).where(col(table.channel) == channel, col(table.address) == address))


def _forget_details(session: Session, words: Iterable[str]) -> list[int]:
    """Blank the details of the audit trail that hold one of the words; returns the entries."""
    numbers: set[int] = set()
    for word in words:
        found = session.exec(select(AuditRow).where(_holds(AuditRow.detail, word)))
        numbers |= {row.id for row in found if row.id is not None and _whole(word).search(_text(row.detail))}
    session.exec(update(AuditRow).where(col(AuditRow.id).in_(numbers)).values(detail=FORGOTTEN, salt=""))
    return sorted(numbers)


def _holds(column: object, word: str) -> ColumnElement[bool]:
    """Whether the JSON holds the letters; perhaps as a part of another word."""
    return cast(column, String).contains(json.dumps(word)[1:-1], autoescape=True)


def _whole(word: str) -> re.Pattern[str]:
    """The word, not as a part of another."""
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _replaced(value: Any, word: re.Pattern[str], label: str) -> Any:  # noqa: ANN401  (JSON)
    """The same JSON with the label in the place of the word, in every text."""
    if isinstance(value, str):
        return word.sub(lambda _: label, value)
    if isinstance(value, list):
        return [_replaced(each, word, label) for each in value]
    return {key: _replaced(each, word, label) for key, each in value.items()} if isinstance(value, dict) else value


def _blank() -> dict[str, object]:
    return {"body": EMPTY, "chat": "", "remote_id": "", "error": "", "edit_due": False}


def _delete_messages(session: Session, which: ColumnElement[bool]) -> int:
    numbers = session.exec(select(OutboxRow.id).where(which).limit(_AT_ONCE)).all()
    session.exec(update(AlertRow).where(col(AlertRow.outbox_id).in_(numbers)).values(outbox_id=None))
    session.exec(delete(OutboxRow).where(col(OutboxRow.id).in_(numbers)))
    return len(numbers)


def _delete_some(session: Session, table: type[Numbered], which: ColumnElement[bool]) -> int:
    numbers = session.exec(select(table.id).where(which).limit(_AT_ONCE)).all()
    session.exec(delete(table).where(col(table.id).in_(numbers)))
    return len(numbers)
