"""People who change: a new name, gone, back again; groups that are not to be written to any more."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import Session, col, select

from plan_data.workdays import ZONE
from records.mail_tables import OutboxRow
from records.people import Account, Group, groups
from records.tables import AccountRow, GroupRow, PersonRow


def rename_person(session: Session, person_id: int, name: str) -> None:
    """The person's name is written differently from now on."""
    session.exec(update(PersonRow).where(col(PersonRow.id) == person_id).values(name=name))


def reinstate(session: Session, person_id: int, today: date) -> None:
    """The person comes back; who was gone for a day or more owes nothing from before."""
    row = session.get_one(PersonRow, person_id)
    if row.retired_at is not None and row.retired_at.astimezone(ZONE).date() < today:
        row.joined_on = today
    row.retired_at = None
    session.flush()


def linked_here(session: Session, channel: str, chat: str) -> list[Group]:
    """The linked places of this group: the group itself or topics of it."""
    place = chat.partition("/")[0]
    return [
        group for group in groups(session) if group.channel == channel and group.address.partition("/")[0] == place
    ]


def unlink_group(session: Session, group: Group, why: str, now: datetime) -> int:
    """The group gets no more alerts; returns how many waiting messages were dropped."""
    session.exec(update(GroupRow).where(col(GroupRow.id) == group.id).values(unlinked_at=now))
    return _drop_waiting(session, col(OutboxRow.recipient) == f"group:{group.id}", why, now)


def silence(session: Session, person_id: int, why: str, now: datetime) -> int:
    """Nothing that waits for the person goes out; returns how many messages were dropped."""
    places = session.exec(select(AccountRow).where(AccountRow.person_id == person_id)).all()
    chats = [and_(col(OutboxRow.channel) == each.channel, col(OutboxRow.chat) == each.address) for each in places]
    return _drop_waiting(session, or_(col(OutboxRow.recipient) == f"person:{person_id}", *chats), why, now)


def revoke(session: Session, account: Account, now: datetime) -> int:
    """The account is nobody's from now on; returns how many messages that waited for it were dropped."""
    session.exec(delete(AccountRow).where(col(AccountRow.id) == account.id))
    there = and_(col(OutboxRow.channel) == account.channel, col(OutboxRow.chat) == account.address)
    return _drop_waiting(session, there, "tài khoản đã bị thu hồi", now)


def _drop_waiting(session: Session, whose: ColumnElement[bool], why: str, now: datetime) -> int:
    session.exec(update(OutboxRow).where(whose, col(OutboxRow.edit_due).is_(True)).values(edit_due=False))
    result = session.exec(
        update(OutboxRow)
        .where(whose, col(OutboxRow.state) == "pending")
        .values(state="dropped", error=why, finished_at=now)
    )
    return result.rowcount
