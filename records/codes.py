"""Codes that make an account somebody's: the set-up code of the first clerk, and one-time codes for one person.

Only digests are kept. A code consists of letters and digits that are not mistaken for each other, without vowels,
D and W: a Vietnamese keyboard would turn "AS" into "Á" and "DD" into "Đ" while the code is being typed.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, func, or_, select

from records.audit import mark, set_mark
from records.mail_tables import OutboxRow
from records.people_tables import CodeRow, WrongCodeRow

VALID_FOR = timedelta(days=7)
MOST_WRONG, WITHIN = 5, timedelta(hours=1)
SECRET = "secret"  # noqa: S105  (the kind of a message that shows a code)
_ALPHABET = "CFGHJKMNPQRTVX23456789"
_HALF = 4
_SALT = "code_salt"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is valid now; `person_id` is None for the set-up code."""

    id: int
    person_id: int | None


def new_code() -> str:
    """A fresh code as people read it: "CFGH-2345"."""
    return shown("".join(secrets.choice(_ALPHABET) for _ in range(2 * _HALF)))


def shown(code: str) -> str:
    """A code as people read it, in two halves; one of another length stays in one piece."""
    plain = bare(code)
    return f"{plain[:_HALF]}-{plain[_HALF:]}" if len(plain) == 2 * _HALF else plain


def bare(text: str) -> str:
    """A code as it is compared: capital letters and digits; spaces, dashes and diacritics do not matter."""
    decomposed = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed.upper() if letter.isascii() and letter.isalnum())


def make_code(session: Session, person_id: int, by: int, now: datetime) -> tuple[str, datetime]:
    """A new one-time code for the person, and until when it is valid; an earlier one is valid no longer."""
    close_codes(session, person_id, now)
    code, until = new_code(), now + VALID_FOR
    session.add(
        CodeRow(person_id=person_id, digest=_digest(_salt(session), code), made_at=now, made_by=by, expires_at=until)
    )
    session.flush()
    return code, until


def open_setup_code(session: Session, code: str, now: datetime) -> None:
    """From now on this is the set-up code, until it is used."""
    digest = _digest(_salt(session), code)
    known = session.exec(
        select(CodeRow.digest).where(col(CodeRow.person_id).is_(None), col(CodeRow.closed_at).is_(None))
    ).all()
    if known != [digest]:
        close_codes(session, None, now)
        session.add(CodeRow(person_id=None, digest=digest, made_at=now))
        session.flush()


def close_codes(session: Session, person_id: int | None, now: datetime) -> None:
    """The person's code, or with None the set-up code, is valid no longer."""
    session.exec(
        update(CodeRow)
        .where(_of(person_id), col(CodeRow.closed_at).is_(None))
        .values(closed_at=now, closed="replaced")
    )


def _of(person_id: int | None) -> ColumnElement[bool]:
    return col(CodeRow.person_id).is_(None) if person_id is None else col(CodeRow.person_id) == person_id


def find_code(session: Session, text: str, now: datetime) -> Code | None:
    """The valid code that the text is; compared with every valid one, in constant time."""
    salt = mark(session, _SALT)
    if salt is None:
        return None
    digest = _digest(salt, text)
    rows = session.exec(
        select(CodeRow)
        .where(
            col(CodeRow.closed_at).is_(None), or_(col(CodeRow.expires_at).is_(None), col(CodeRow.expires_at) > now)
        )
        .order_by(col(CodeRow.id))
    )
    found = [row for row in rows if hmac.compare_digest(row.digest, digest)]
    return Code(found[0].id or 0, found[0].person_id) if found else None


def use_code(session: Session, code: Code, now: datetime) -> bool:
    """Use it up; False when somebody else has just done so."""
    result = session.exec(
        update(CodeRow)
        .where(col(CodeRow.id) == code.id, col(CodeRow.closed_at).is_(None))
        .values(closed_at=now, closed="used")
    )
    return result.rowcount == 1


def has_to_wait(session: Session, channel: str, address: str, now: datetime) -> bool:
    """Whether the account has typed too many wrong codes within the hour."""
    wrong = session.exec(
        select(func.count()).where(
            col(WrongCodeRow.channel) == channel,
            col(WrongCodeRow.address) == address,
            col(WrongCodeRow.at) > now - WITHIN,
        )
    ).one()
    return wrong >= MOST_WRONG


def note_wrong_code(session: Session, channel: str, address: str, now: datetime) -> None:
    """The account has typed a wrong code."""
    session.exec(delete(WrongCodeRow).where(col(WrongCodeRow.at) <= now - WITHIN))
    session.add(WrongCodeRow(channel=channel, address=address, at=now))
    session.flush()


def forget_shown_code(session: Session, message_id: int, blank: dict[str, Any]) -> None:
    """A message that showed a code and no longer waits to be sent keeps no copy of it."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == message_id, col(OutboxRow.finished_at).is_not(None))
        .values(body=blank)
    )


def _salt(session: Session) -> str:
    salt = mark(session, _SALT)
    if salt is None:
        salt = secrets.token_hex(16)
        set_mark(session, _SALT, salt)
    return salt


def _digest(salt: str, code: str) -> str:
    return hashlib.scrypt(bare(code).encode(), salt=bytes.fromhex(salt), n=2**13, r=8, p=1).hex()
