"""Who sits at the console, and the roster from the machine: people are found or made by role."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from bot.channels.console import NAME
from bot.mistakes import BadArgument
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.database import reading, transaction
from records.people import add_person, every_account, groups, link_account, link_group, roster
from wording.message import folded

STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a person sits at the console: their own chat, and the linked group."""

    person: str
    group: str


def take_seat(engine: Engine, office: Office, role: str, now: datetime) -> Seat:
    """The seat of a person of that role, who is made on the spot if there is none; a stranger has no person.

    Raises BadArgument when there is no such role.
    """
    group = ensure_group(engine, office, now)
    if role == STRANGER:
        return Seat("người lạ", group)
    key = role_named(office, role)
    with transaction(engine) as session:
        people = roster(session, office.plans)
        found = next((person for person in people.active if key in person.roles), None)
        name = found.name if found else office.plans.roles[key].short
        today = now.astimezone(ZONE).date()
        number = found.id if found else add_person(session, name, frozenset({key}), today.replace(day=1))
        link_account(session, number, NAME, name, now)
    return Seat(name, group)


def check_role(office: Office, words: str) -> None:
    """Before anything is opened: is there a seat for these words? Raises BadArgument."""
    if words != STRANGER:
        role_named(office, words)


def ensure_group(engine: Engine, office: Office, now: datetime) -> str:
    """The linked console group, made on the spot."""
    with transaction(engine) as session:
        known = [group.address for group in groups(session) if group.channel == NAME]
        if known:
            return known[0]
        title = f"Nhóm {office.plans.all[0].office}"
        link_group(session, NAME, title, title, now)
        return title


def role_named(office: Office, words: str) -> str:
    """The role that the words name: "clerk", "leader", an id, or part of its name. Raises BadArgument."""
    roles, wanted = office.plans.roles, folded(words)
    for key, role in roles.items():
        if wanted in (key, role.function, folded(role.short)):
            return key
    for key, role in roles.items():
        if wanted and wanted in folded(role.name):
            return key
    raise BadArgument(f"Không có vị trí “{words}”. Các vị trí: clerk, leader, stranger, {', '.join(roles)}.")


def add_to_roster(engine: Engine, office: Office, name: str, roles: list[str], joined_on: date) -> int:
    """A new person from the machine; returns the number. Raises BadArgument."""
    named = " ".join(name.split())
    if not named:
        raise BadArgument("Tên cán bộ không được để trống.")
    keys = frozenset(role_named(office, role) for role in roles)
    with transaction(engine) as session:
        same = [person for person in roster(session, office.plans).active if folded(person.name) == folded(named)]
        if any(person.roles == keys for person in same):
            raise BadArgument(f"Đã có cán bộ {named} (số {same[0].id}) với đúng các vị trí này; không thêm lần nữa.")
        return add_person(session, named, keys, joined_on)


def list_roster(engine: Engine, office: Office) -> str:
    """Everybody with number, roles and channels."""
    with reading(engine) as session:
        people, places = roster(session, office.plans), every_account(session)
    lines = []
    for person in people.everybody:
        roles = ", ".join(office.plans.roles[key].short for key in sorted(person.roles) if key in office.plans.roles)
        channels = (
            ", ".join(sorted({place.channel for place in places.get(person.id, ())})) or "chưa có tài khoản chat"
        )
        state = " (đã nghỉ)" if person.retired else ""
        lines.append(f"{person.id}. {person.name}{state}: {roles or 'chưa có phân công'} · {channels}")
    return "\n".join(lines) or 'Chưa có cán bộ nào. Thêm bằng: nhacviec people add "Họ tên" --role cchc'
