"""Requests to be let in: written step by step by the applicant, decided once by a clerk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from records.people_tables import RegistrationRow


@dataclass(frozen=True, slots=True)
class Registration:
    """A request; `account_name` is what the channel calls the account, `name` and `roles` what the applicant says."""

    id: int
    channel: str
    address: str
    account_name: str
    name: str
    roles: frozenset[str]
    state: str


def open_registration(session: Session, channel: str, address: str) -> Registration | None:
    """The request that the account is writing, or that waits for a decision."""
    row = session.exec(
        select(RegistrationRow).where(
            RegistrationRow.channel == channel,
            RegistrationRow.address == address,
            col(RegistrationRow.state).in_(["draft", "sent"]),
        )
    ).first()
    return _registration(row) if row else None


def begin(session: Session, channel: str, address: str, account_name: str, now: datetime) -> Registration:
    """A new request, empty. The caller has seen that the account has no open one."""
    row = RegistrationRow(channel=channel, address=address, account_name=account_name, created_at=now)
    session.add(row)
    session.flush()
    return _registration(row)


def write(session: Session, registration: Registration, name: str, roles: Iterable[str]) -> Registration:
    """What the applicant has chosen so far."""
    return _change(session, registration, name=name, roles=sorted(roles))


def send(session: Session, registration: Registration, now: datetime) -> Registration:
    """The applicant is ready: now it waits for a clerk."""
    return _change(session, registration, state="sent", sent_at=now)


def withdraw(session: Session, registration: Registration) -> None:
    """The applicant takes it back."""
    _change(session, registration, state="withdrawn")


def _change(session: Session, registration: Registration, **values: object) -> Registration:
    row = session.get_one(RegistrationRow, registration.id)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return _registration(row)


def decide(
    session: Session, registration: Registration, state: str, by: int, now: datetime, person_id: int | None = None
) -> bool:
    """Approve or deny what waits; False when somebody has decided already."""
    result = session.exec(
        update(RegistrationRow)
        .where(col(RegistrationRow.id) == registration.id, col(RegistrationRow.state) == "sent")
        .values(state=state, decided_at=now, decided_by=by, person_id=person_id)
    )
    return result.rowcount == 1


def get_registration(session: Session, number: int) -> Registration | None:
    """The request of that number."""
    row = session.get(RegistrationRow, number)
    return _registration(row) if row else None


def waiting_registrations(session: Session) -> list[Registration]:
    """Those that wait for a clerk, oldest first."""
    rows = session.exec(
        select(RegistrationRow).where(RegistrationRow.state == "sent").order_by(col(RegistrationRow.id))
    )
    return [_registration(row) for row in rows]


def sent_since(session: Session, channel: str, address: str, since: datetime) -> int:
    """How many requests the account has sent since then."""
    return session.exec(
        select(func.count()).where(
            col(RegistrationRow.channel) == channel,
            col(RegistrationRow.address) == address,
            col(RegistrationRow.sent_at) >= since,
        )
    ).one()


def _registration(row: RegistrationRow) -> Registration:
    return Registration(
        id=row.id or 0,
        channel=row.channel,
        address=row.address,
        account_name=row.account_name,
        name=row.name,
        roles=frozenset(row.roles),
        state=row.state,
    )
