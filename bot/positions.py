"""Roles of the plan and people of the office, as they are named in a command."""

import re
from collections.abc import Iterable

from bot.names import same_name
from plan_data.plan import Plans
from records.people import Person, Roster
from wording.message import folded
from wording.people import no_such_person, several_people

_LIST = re.compile(r"[,;\n]")


def assignable(plans: Plans) -> list[str]:
    """Roles that a person can be given, in the order of the plan: everybody's come by themselves."""
    return [key for key, role in plans.roles.items() if not role.everyone]


def choosable(plans: Plans) -> list[str]:
    """Roles that somebody may ask for: no role that makes its holder the clerk."""
    return [key for key in assignable(plans) if not plans.has_function(plans.held_roles(frozenset({key})), "clerk")]


def clerk_role(plans: Plans) -> str | None:
    """The plan's role whose holder keeps the bot running."""
    return next((key for key, role in plans.roles.items() if role.function == "clerk"), None)


def role_names(plans: Plans, roles: Iterable[str]) -> list[str]:
    """The short names of the roles, in the order of the plan."""
    own = frozenset(roles)
    return [role.short for key, role in plans.roles.items() if key in own]


def example_roles(plans: Plans) -> list[str]:
    """A few short names that show how roles are typed."""
    return [name for name in role_names(plans, choosable(plans)) if "," not in name][-3:] or ["tên vị trí"]


def roles_in(plans: Plans, text: str) -> tuple[frozenset[str], list[str]]:
    """The roles that a list ("tư pháp, một cửa") names, and the words that name none, or more than one.

    A name may hold a comma itself: the longest run of parts that is a name counts.
    """
    parts = [part.strip() for part in _LIST.split(text) if part.strip()]
    found: set[str] = set()
    unknown: list[str] = []
    while parts:
        for count in range(len(parts), 0, -1):
            words = ", ".join(parts[:count])
            role = _named_exactly(plans, words) or (_named_in_part(plans, words) if count == 1 else None)
            if role is not None:
                found.add(role)
                break
        else:
            count = 1
            unknown.append(parts[0])
        parts = parts[count:]
    return frozenset(found), unknown


def _named_exactly(plans: Plans, words: str) -> str | None:
    wanted = _flat(words)
    for key in assignable(plans):
        role = plans.roles[key]
        if wanted in (_flat(key), _flat(role.short), _flat(role.name)):
            return key
    return None


def _named_in_part(plans: Plans, words: str) -> str | None:
    wanted = _flat(words)
    names = {key: f"{_flat(plans.roles[key].short)} {_flat(plans.roles[key].name)}" for key in assignable(plans)}
    fitting = [key for key, name in names.items() if re.search(rf"\b{re.escape(wanted)}\b", name)]
    return fitting[0] if wanted and len(fitting) == 1 else None


def _flat(words: str) -> str:
    return " ".join(re.findall(r"\w+", folded(words)))


def number_in(words: str) -> int | None:
    """The number that the words are, as a button or a person writes it: "5", "#5"."""
    found = re.fullmatch(r"\s*#?(\d{1,9})\s*", words)
    return int(found[1]) if found else None


def person_named(roster: Roster, words: str) -> Person:
    """The active person of that number or name. Refuses a name that nobody has, or several people have."""
    people = roster.active
    number = number_in(words)
    if number is not None:
        found = [person for person in people if person.id == number]
    else:
        found = [person for person in people if same_name(person.name, words)]
        found = found or [person for person in people if f" {folded(words)} " in f" {folded(person.name)} "]
    if not found or not words.strip():
        raise no_such_person(words.strip())
    if len(found) > 1:
        raise several_people(words.strip(), [(person.id, person.name) for person in found])
    return found[0]
