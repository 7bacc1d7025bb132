"""The audit trail: append-only and chained by hashes; and single values that survive a restart.

Entries are kept until their transaction commits and are chained then, so that the lock that puts the entries of all
processes into one order is held for two statements only.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert, update
from sqlmodel import Session, col, select

from records.database import one_at_a_time
from records.locks import AdvisoryLock
from records.tables import AuditRow, MarkRow

HEAD = "audit_head"
FORGOTTEN = {"forgotten": True}
_UNWRITTEN = "unwritten audit entries"


def audit(
    session: Session,
    now: datetime,
    action: str,
    subject: str,
    person_id: int | None = None,
    channel: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Who did what to what, when, from which channel. `person_id` None: the bot itself."""
    entry = {
        "at": now.astimezone(UTC),
        "person_id": person_id,
        "channel": channel,
        "action": action,
        "subject": subject,
        "detail": json.loads(json.dumps(detail or {})),
    }
    session.info.setdefault(_UNWRITTEN, []).append(entry)


@event.listens_for(Session, "before_commit")
def write_down(session: Session) -> None:
    """Chain the entries of this transaction to those before; called by itself when it commits."""
    entries = session.info.pop(_UNWRITTEN, [])
    if not entries:
        return
    session.flush()
    one_at_a_time(session, AdvisoryLock.AUDIT)
    connection = session.connection()
    digest = connection.execute(select(AuditRow.digest).order_by(col(AuditRow.id).desc()).limit(1)).scalar() or ""
    for entry in entries:
        salt = secrets.token_hex(8)
        entry |= {"salt": salt, "seal": seal_of(salt, entry["detail"]), "previous": digest}
        entry["digest"] = digest = digest_of(entry)
    connection.execute(insert(AuditRow), entries)
    moved = connection.execute(update(MarkRow).where(col(MarkRow.name) == HEAD).values(value=digest))
    if moved.rowcount == 0:
        connection.execute(insert(MarkRow).values(name=HEAD, value=digest))


@event.listens_for(Session, "after_rollback")
def _forget_unwritten(session: Session) -> None:
    session.info.pop(_UNWRITTEN, None)


def seal_of(salt: str, detail: dict[str, Any]) -> str:
    """The digest of a detail; nobody can guess it back when the salt is gone."""
    return hashlib.sha256(f"{salt}{_canonical(detail)}".encode()).hexdigest()


def digest_of(entry: dict[str, Any]) -> str:
    """The digest of an entry: of everything but the detail, for which its seal stands."""
    moment = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    names = ("person_id", "channel", "action", "subject", "seal", "previous")
    return hashlib.sha256(_canonical([moment, *(entry[name] for name in names)]).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def trail(
    session: Session, subject: str | None = None
) -> list[tuple[datetime, int | None, str, str, dict[str, Any]]]:
    """Time, person, action, subject and detail of every entry, oldest first; of one subject or of all."""
    write_down(session)
    statement = select(AuditRow).order_by(col(AuditRow.id))
    if subject is not None:
        statement = statement.where(AuditRow.subject == subject)
    return [(row.at, row.person_id, row.action, row.subject, row.detail) for row in session.exec(statement)]


def mark(session: Session, name: str) -> str | None:
    """The value kept under that name."""
    row = session.get(MarkRow, name)
    return row.value if row else None


def set_mark(session: Session, name: str, value: str) -> None:
    """Keep a value under that name."""
    session.merge(MarkRow(name=name, value=value))
    session.flush()
