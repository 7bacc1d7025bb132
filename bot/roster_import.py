"""A list of people against the roster: who is new, who changes, and what is wrong with the list."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.names import clean_name, is_name, same_name
from bot.positions import role_names, roles_in
from plan_data.plan import Plans
from plan_data.workdays import ZONE
from records.audit import audit
from records.people import Person, Roster, add_person, set_roles
from records.staff import rename_person
from wording import people_lists as words
from wording.message import folded

Line = tuple[int, str, str]
"""The number of the line, the name, and the roles as they were written."""
_NUMBERING = re.compile(r"^\s*(?:\d+\s*[.)]|[-•*+])\s+")


@dataclass(frozen=True, slots=True)
class Change:
    """A person who is on the roster already: another spelling of the name, other roles, or both."""

    person: Person
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a list would do to the roster; with problems it does nothing."""

    new: list[tuple[str, frozenset[str]]]
    changed: list[Change]
    same: int
    problems: list[str]

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.new or self.changed)

    def in_words(self, plans: Plans) -> tuple[list[str], list[str]]:
        """The new ones and the changed ones, a line each."""
        new = [words.new_person(name, role_names(plans, roles)) for name, roles in self.new]
        changed = [
            words.changed_person(
                each.person.id,
                each.person.name,
                each.name,
                role_names(plans, each.person.roles),
                role_names(plans, each.roles),
            )
            for each in self.changed
        ]
        return new, changed


def lines_of(text: str) -> list[Line]:
    """The lines of a message: "Họ và tên; vị trí, vị trí", numbered or not; empty lines are skipped."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, _, roles = _NUMBERING.sub("", line).replace("\t", ";", 1).partition(";")
            found.append((number, name, roles))
    return found


def compare(plans: Plans, people: Roster, with_account: Collection[int], lines: Sequence[Line]) -> Comparison:
    """Compare the list with the roster. `with_account` are the people who can be told something."""
    result = Comparison([], [], 0, [])
    seen: list[tuple[int, str]] = []
    same = 0
    for number, raw, listed in lines:
        name = clean_name(raw)
        roles, unknown = roles_in(plans, listed)
        problem = _problem(people, seen, number, name, unknown)
        if problem:
            result.problems.append(problem)
            continue
        seen.append((number, name))
        person = _on_the_roster(people, name)
        if person is None:
            result.new.append((name, roles))
            continue
        change = Change(person, _better_spelling(person.name, name), roles or person.roles)
        if (change.name, change.roles) == (person.name, person.roles):
            same += 1
        else:
            result.changed.append(change)
    result.problems.extend(_no_clerk_left(plans, people, with_account, result.changed))
    return Comparison(result.new, result.changed, same, result.problems)


def _problem(people: Roster, seen: list[tuple[int, str]], line: int, name: str, unknown: list[str]) -> str:
    if not is_name(name):
        return words.no_name(line)
    if unknown:
        return words.unknown_role(line, name, unknown)
    first = next((number for number, other in seen if same_name(other, name)), None)
    if first is not None:
        return words.twice(line, name, first)
    active = [person for person in people.active if same_name(person.name, name)]
    if len(active) > 1 and _on_the_roster(people, name) is None:
        return words.several(line, name, [person.id for person in active])
    gone = [person for person in people.everybody if person.retired and same_name(person.name, name)]
    return words.retired_before(line, name, gone[0].id) if gone and not active else ""


def _on_the_roster(people: Roster, name: str) -> Person | None:
    found = [person for person in people.active if same_name(person.name, name)]
    exact = [person for person in found if person.name.lower() == name.lower()]
    chosen = found if len(found) == 1 else exact
    return chosen[0] if len(chosen) == 1 else None


def _better_spelling(known: str, listed: str) -> str:
    """A name that is on the roster without diacritics takes those of the list."""
    return listed if known.lower() == folded(known) and listed.lower() != folded(listed) else known


def _no_clerk_left(
    plans: Plans, people: Roster, with_account: Collection[int], changed: Sequence[Change]
) -> list[str]:
    after = {each.person.id: plans.has_function(plans.held_roles(each.roles), "clerk") for each in changed}
    clerks = [person for person in people.clerks if person.id in with_account]
    gains = any(is_clerk and number in with_account for number, is_clerk in after.items())
    if not clerks or gains or any(after.get(person.id, True) for person in clerks):
        return []
    return [words.no_clerk_left(clerks[0].name)]


def apply(session: Session, comparison: Comparison, by: int | None, channel: str, now: datetime) -> None:
    """Write it all down; `by` is None at the machine."""
    today = now.astimezone(ZONE).date()
    for name, roles in comparison.new:
        number = add_person(session, name, roles, today)
        audit(session, now, "person_added", f"person:{number}", by, channel, {"name": name, "roles": sorted(roles)})
    for change in comparison.changed:
        person = change.person
        if change.name != person.name:
            rename_person(session, person.id, change.name)
            detail = {"old": person.name, "new": change.name}
            audit(session, now, "person_renamed", f"person:{person.id}", by, channel, detail)
        if change.roles != person.roles:
            set_roles(session, person.id, change.roles)
            moved = {"old": sorted(person.roles), "new": sorted(change.roles)}
            audit(session, now, "person_roles", f"person:{person.id}", by, channel, moved)
