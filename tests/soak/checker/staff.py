"""Who works there, in which positions, who is away and who stands in: at every moment of the run.

Read from the audit trail and the table of absences by plain SQL. The rules in words: who has left hears nothing and
owes nothing, who comes back owes nothing that was due before. While somebody is away their substitute hears what is
meant for them, if the substitute is there and can be written to; what is meant for leaders only another leader hears
in their place.
"""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from tests.soak.checker.days import HERE, ONE_DAY, at
from tests.soak.checker.ways import END

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """Somebody, as they are from one moment on. `ways`: the channels on which the bot knows an account of theirs."""

    roles: frozenset[str]
    joined: date
    ways: frozenset[str]
    is_here: bool = True
    left: date = date.max


@dataclass(frozen=True)
class Absence:
    """Somebody is away on these days, as recorded by somebody; perhaps with a substitute."""

    who: str
    first_day: date
    last_day: date
    substitute: str
    recorded: datetime
    recorded_by: str
    cancelled: datetime

    def holds(self, when: datetime) -> bool:
        """Whether it is on record then, and covers that day."""
        day = when.astimezone(HERE).date()
        return self.first_day <= day <= self.last_day and self.recorded <= when < self.cancelled


class Staff:
    """Who holds which role, as the plan file declares the roles; and which groups there are."""

    def __init__(self, raw: Table, start: Table, database: sqlite3.Connection) -> None:
        self.groups = frozenset(start["groups"])
        self.roles: Mapping[str, Table] = raw["roles"]
        self.names = {each["person"]: name for name, each in start["staff"].items()}
        joined = date.fromisoformat(start["joined"])
        first = {
            name: Member(frozenset(each["roles"]), joined, frozenset(each["chats"]))
            for name, each in start["staff"].items()
        }
        self._states = [(datetime.min.replace(tzinfo=UTC), first)]
        self._follow(database)
        self._moments = [moment for moment, _ in self._states]
        self.absences = list(self._read_absences(database))
        self.changes = sorted({*self._moments[1:], *self._limits()})

    def _follow(self, database: sqlite3.Connection) -> None:
        for text, action, subject, detail, channel in database.execute(
            "SELECT at, action, subject, detail, channel FROM audit ORDER BY id"
        ):
            kind, _, number = subject.partition(":")
            if kind != "person":
                continue
            moment, told = _utc(text), {"channel": channel, **json.loads(detail)}
            known = dict(self._states[-1][1])
            if action == "person_added":
                self.names[int(number)] = told["name"]
                day = moment.astimezone(HERE).date()
                known[told["name"]] = Member(frozenset(told["roles"]), day, frozenset())
            elif changed := self._changed(known[self.names[int(number)]], action, told, moment):
                known[self.names[int(number)]] = changed
            self._states.append((moment, known))

    def _changed(self, member: Member, action: str, told: Table, moment: datetime) -> Member | None:
        match action:
            case "person_roles":
                return replace(member, roles=frozenset(told["new"]))
            case "person_retired":
                return replace(member, is_here=False, left=moment.astimezone(HERE).date())
            case "person_back":
                day = moment.astimezone(HERE).date()
                return replace(member, is_here=True, joined=day if member.left < day else member.joined)
            case "account_revoked":
                return replace(member, ways=member.ways - frozenset(told["channels"]))
            case "join":
                return replace(member, ways=member.ways | {told["channel"]})
        return None

    def _read_absences(self, database: sqlite3.Connection) -> Iterator[Absence]:
        for person, first, last, substitute, recorded, by, cancelled in database.execute(
            "SELECT person_id, first_day, last_day, substitute_id, recorded_at, recorded_by, cancelled_at "
            "FROM absence ORDER BY id"
        ):
            yield Absence(
                who=self.names[person],
                first_day=date.fromisoformat(first),
                last_day=date.fromisoformat(last),
                substitute=self.names[substitute] if substitute else "",
                recorded=_utc(recorded),
                recorded_by=self.names[by],
                cancelled=_utc(cancelled) if cancelled else END,
            )

    def _limits(self) -> Iterator[datetime]:
        for each in self.absences:
            yield from (each.recorded, at(each.first_day, time()), at(each.last_day + ONE_DAY, time()))
            if each.cancelled < END:
                yield each.cancelled

    def members(self, when: datetime) -> Mapping[str, Member]:
        """Everybody whom the bot has ever known, as they are then."""
        return self._states[bisect_right(self._moments, when) - 1][1]

    def can_hear(self, who: str, when: datetime) -> bool:
        """Whether somebody works there, and the bot knows where to write."""
        member = self.members(when).get(who)
        return who in self.groups or (member is not None and member.is_here and bool(member.ways))

    def ways_of(self, who: str, when: datetime) -> frozenset[str]:
        """The channels on which the bot knows an account of theirs."""
        member = self.members(when).get(who)
        return member.ways if member else frozenset()

    def everybody(self, when: datetime) -> set[str]:
        """Who hears what is for everybody."""
        return {*self.groups, *(name for name in self.members(when) if self.can_hear(name, when))}

    def holders(self, roles: Iterable[str], when: datetime) -> set[str]:
        """Everybody who works there and holds one of the roles, or one that it includes."""
        return {name for role in roles for name in self._holders(role, when)}

    def _holders(self, role: str, when: datetime) -> set[str]:
        declared = self.roles[role]
        here = {name: member for name, member in self.members(when).items() if member.is_here}
        if declared.get("everyone"):
            return set(here) - self.holders(declared.get("without", ()), when)
        found = {name for name, member in here.items() if role in member.roles}
        return found | self.holders(declared.get("includes", ()), when)

    def owing(self, roles: Iterable[str], last_day: date, when: datetime) -> set[str]:
        """Of the holders, those who were there on the last day."""
        members = self.members(when)
        return {name for name in self.holders(roles, when) if members[name].joined <= last_day}

    def of_function(self, function: str, when: datetime) -> set[str]:
        """Leaders, or the clerk."""
        return self.holders([name for name, role in self.roles.items() if role.get("function") == function], when)

    def stands_in(self, who: str, when: datetime) -> str:
        """Who hears what is meant for them; empty when nobody does. A substitute who is away hands on."""
        away = {each.who: each.substitute for each in self.absences if each.holds(when)}
        passed, found = {who}, away.get(who, "")
        while found in away:
            if found in passed:
                return ""
            passed.add(found)
            found = away[found]
        return found if found and self.can_hear(found, when) else ""

    def represented_by(self, who: str, when: datetime) -> set[str]:
        """Whose work this person answers for then: their own, and that of whom they stand in for."""
        return {who, *(name for name in self.members(when) if self.stands_in(name, when) == who)}

    def states_since(self, since: datetime) -> list[datetime]:
        """The moments since then at which somebody came, left or changed."""
        return [each for each in self._moments if each >= since]

    def between(self, since: datetime, until: datetime) -> list[datetime]:
        """Moments of that time, one for each state in it."""
        return [since, *(each for each in self.changes if since < each < until), until]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
