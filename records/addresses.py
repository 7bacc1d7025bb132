"""The addresses of accounts and groups: whether they can be written to, where they moved, and whose they are."""

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from records.people import account_of, groups
from records.tables import AccountRow, GroupRow, PersonRow


def mark_unreachable(session: Session, channel: str, address: str, why: str) -> None:
    """The channel says for good that this account, or this group with its topics, cannot be written to."""
    here = (col(AccountRow.channel) == channel, col(AccountRow.address) == address)
    session.exec(update(AccountRow).where(*here).values(unreachable=why))
    topic = col(GroupRow.address).startswith(f"{address}/", autoescape=True)
    there = (col(GroupRow.channel) == channel, or_(col(GroupRow.address) == address, topic))
    session.exec(update(GroupRow).where(*there).values(unreachable=why))


def mark_reachable(session: Session, channel: str, address: str) -> None:
    """It can be written to again."""
    mark_unreachable(session, channel, address, "")


def is_linked(session: Session, channel: str, chat: str) -> bool:
    """Whether the chat belongs to a linked group; every topic of a linked group does."""
    place = chat.partition("/")[0]
    return any(group.channel == channel and group.address.partition("/")[0] == place for group in groups(session))


def move_address(session: Session, channel: str, old: str, new: str) -> None:
    """The platform has given a group a new address; one that is known there already goes on in its place."""
    at = {
        row.address: row
        for row in session.exec(
            select(GroupRow).where(GroupRow.channel == channel, col(GroupRow.address).in_([old, new]))
        )
    }
    if old in at and new in at:
        at[old].unreachable = f"đã chuyển sang {new}"
        at[new].unlinked_at, at[new].unreachable = None, ""
    elif old in at:
        at[old].address = new
    session.flush()


def name_at(session: Session, channel: str, chat: str) -> str:
    """The name of the person or group that is written to in this chat; empty when it is nobody's."""
    account = account_of(session, channel, chat)
    if account is not None:
        return name_of(session, f"person:{account.person_id}")
    place = chat.partition("/")[0]
    found = [each for each in groups(session) if each.channel == channel and each.address.partition("/")[0] == place]
    return name_of(session, f"group:{found[0].id}") if found else ""


def name_of(session: Session, recipient: str) -> str:
    """The name of "person:3" or the title of "group:1"; the bare word for anything else."""
    kind, _, number = recipient.partition(":")
    if kind == "person" and (person := session.get(PersonRow, int(number))):
        return person.name
    if kind == "group" and (group := session.get(GroupRow, int(number))):
        return f"nhóm {group.title}"
    return recipient
