"""People, their roles, their chat accounts, and the linked groups."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from plan_data.plan import Plans
from records.channel_tables import ChannelRow
from records.channels import at_work
from records.database import execute, table_of
from records.tables import AccountRow, GroupRow, PersonRoleRow, PersonRow

ONLY_IN_GROUPS = "chỉ dùng trong nhóm"  # why an account that was joined in a group cannot be written to
_ACCOUNT = table_of(AccountRow)
# Both belong to every command.
_ACCOUNT_OF = _ACCOUNT.select().where(
    _ACCOUNT.c.channel == bindparam("channel"), _ACCOUNT.c.address == bindparam("address")
)
_TOUCH = (
    _ACCOUNT.update()
    .where(_ACCOUNT.c.id == bindparam("number"))
    .values(used_at=bindparam("now"), unreachable=bindparam("kept"))
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff. `held` are all roles, those that follow from the own ones included."""

    id: int
    name: str
    roles: frozenset[str]
    held: frozenset[str]
    joined_on: date
    is_clerk: bool
    is_leader: bool
    retired: bool = False

    @property
    def runs_the_office(self) -> bool:
        """Whether this person may act on behalf of others: the clerk and the leaders."""
        return self.is_clerk or self.is_leader


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person can be written to."""

    id: int
    person_id: int
    channel: str
    address: str
    unreachable: str


@dataclass(frozen=True, slots=True)
class Group:
    """A linked group chat; `audience` is "all" or the one role whose alerts it gets."""

    id: int
    channel: str
    address: str
    title: str
    audience: str
    unreachable: str


@dataclass(frozen=True)
class Roster:
    """Everybody, read once per step."""

    everybody: tuple[Person, ...]

    @property
    def active(self) -> tuple[Person, ...]:
        """Those who have not retired."""
        return tuple(person for person in self.everybody if not person.retired)

    def holders(self, roles: tuple[str, ...]) -> tuple[Person, ...]:
        """Active people who hold one of the roles."""
        return tuple(person for person in self.active if person.held.intersection(roles))

    def owing(self, roles: tuple[str, ...], last_day: date) -> tuple[Person, ...]:
        """Active people who owe a share of a duty of these roles: who joined after its last day owes nothing."""
        return tuple(person for person in self.holders(roles) if person.joined_on <= last_day)

    def get(self, person_id: int) -> Person | None:
        """The person of that number, retired or not."""
        return next((person for person in self.everybody if person.id == person_id), None)

    def name_of(self, person_id: int) -> str:
        """The person's name, for the record of what was done."""
        person = self.get(person_id)
        return person.name if person else "?"

    @property
    def clerks(self) -> tuple[Person, ...]:
        """The people who keep the bot running."""
        return tuple(person for person in self.active if person.is_clerk)

    @property
    def leaders(self) -> tuple[Person, ...]:
        """The leaders of the office."""
        return tuple(person for person in self.active if person.is_leader)


def roster(session: Session, plans: Plans) -> Roster:
    """Everybody with their roles, in the order in which they were added."""
    roles: dict[int, list[str]] = {}
    for person_id, role in session.exec(select(PersonRoleRow.person_id, PersonRoleRow.role)):
        roles.setdefault(person_id, []).append(role)
    columns = select(col(PersonRow.id), col(PersonRow.name), col(PersonRow.joined_on), col(PersonRow.retired_at))
    known: dict[frozenset[str], tuple[frozenset[str], bool, bool]] = {}  # many hold the same roles
    everybody = []
    for number, name, joined_on, retired_at in session.exec(columns.order_by(col(PersonRow.id))):
        own = frozenset(roles.get(number or 0, ()))
        if own not in known:
            held = plans.held_roles(own)
            known[own] = held, plans.has_function(held, "clerk"), plans.has_function(held, "leader")
        held, is_clerk, is_leader = known[own]
        retired = retired_at is not None
        everybody.append(Person(number or 0, name, own, held, joined_on, is_clerk, is_leader, retired))
    return Roster(tuple(everybody))


def add_person(session: Session, name: str, roles: frozenset[str], joined_on: date) -> int:
    """A new member of the staff; returns the number."""
    row = PersonRow(name=name, joined_on=joined_on)
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(PersonRoleRow(person_id=row.id, role=role) for role in sorted(roles))
    session.flush()
    return row.id


def set_roles(session: Session, person_id: int, roles: frozenset[str]) -> None:
    """Replace the person's own roles."""
    session.exec(delete(PersonRoleRow).where(col(PersonRoleRow.person_id) == person_id))
    session.add_all(PersonRoleRow(person_id=person_id, role=role) for role in sorted(roles))
    session.flush()


def retire(session: Session, person_id: int, now: datetime) -> None:
    """The person leaves; what they did stays."""
    session.exec(update(PersonRow).where(col(PersonRow.id) == person_id).values(retired_at=now))


def link_account(
    session: Session, person_id: int, channel: str, address: str, now: datetime, *, in_group: bool = False
) -> None:
    """Tie a chat account to a person; an account that belonged to somebody else changes hands.

    `in_group`: on some platforms a person has another address in a group, which cannot be written to.
    """
    row = session.exec(select(AccountRow).where(AccountRow.channel == channel, AccountRow.address == address)).first()
    row = row or AccountRow(person_id=person_id, channel=channel, address=address, used_at=now)
    row.person_id, row.used_at, row.unreachable = person_id, now, ONLY_IN_GROUPS if in_group else ""
    session.add(row)
    session.flush()


def account_of(session: Session, channel: str, address: str) -> Account | None:
    """The account with that address."""
    row = execute(session, _ACCOUNT_OF, {"channel": channel, "address": address}).first()
    return _account(row) if row else None


def touch_account(session: Session, account: Account, now: datetime, *, in_group: bool = False) -> None:
    """The person has just spoken there: it is the account they use, and it can be reached.

    One that is only known from a group stays so until the person speaks in private.
    """
    kept = ONLY_IN_GROUPS if in_group and account.unreachable == ONLY_IN_GROUPS else ""
    execute(session, _TOUCH, {"number": account.id, "now": now, "kept": kept})


def accounts(session: Session, person_id: int | None = None) -> dict[int, list[Account]]:
    """Where people, or this one person, can be written to now: their accounts on the channels at work.

    The last used comes first, then the one on the channel that the office prefers. Before the bot was first
    started every channel counts.
    """
    anywhere = ~select(ChannelRow.name).exists()
    query = (
        select(AccountRow)
        .outerjoin(ChannelRow, col(ChannelRow.name) == col(AccountRow.channel))
        .where(or_(col(ChannelRow.name).is_not(None), anywhere))
        .order_by(col(AccountRow.used_at).desc(), col(ChannelRow.position), col(AccountRow.id))
    )
    return _by_person(session, query if person_id is None else query.where(AccountRow.person_id == person_id))


def every_account(session: Session) -> dict[int, list[Account]]:
    """All accounts, the last used first, whether their channel is at work or not."""
    return _by_person(session, select(AccountRow).order_by(col(AccountRow.used_at).desc(), col(AccountRow.id)))


def _by_person(session: Session, query: SelectOfScalar[AccountRow]) -> dict[int, list[Account]]:
    found: dict[int, list[Account]] = {}
    for row in session.exec(query):
        found.setdefault(row.person_id, []).append(_account(row))
    return found


def _account(row: AccountRow | Row[Any]) -> Account:
    return Account(row.id or 0, row.person_id, row.channel, row.address, row.unreachable)


def link_group(session: Session, channel: str, address: str, title: str, now: datetime, audience: str = "all") -> int:
    """From now on this group gets the alerts; returns its number."""
    row = session.exec(select(GroupRow).where(GroupRow.channel == channel, GroupRow.address == address)).first()
    row = row or GroupRow(channel=channel, address=address, title=title, linked_at=now)
    row.title, row.audience, row.unlinked_at, row.unreachable = title, audience, None, ""
    session.add(row)
    session.flush()
    return row.id or 0


def groups(session: Session) -> list[Group]:
    """The linked groups."""
    rows = session.exec(select(GroupRow).where(col(GroupRow.unlinked_at).is_(None)).order_by(col(GroupRow.id)))
    return [Group(row.id or 0, row.channel, row.address, row.title, row.audience, row.unreachable) for row in rows]


def groups_at_work(session: Session) -> list[Group]:
    """The linked groups on the channels at work."""
    names = {channel.name for channel in at_work(session)}
    return [group for group in groups(session) if not names or group.channel in names]
