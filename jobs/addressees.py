"""Who can be written to, where, and who hears what is meant for somebody who is away."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from records.people import Account, Group, Person, Roster, accounts, groups_at_work


@dataclass(frozen=True)
class Addressees:
    """Everybody who can be written to at this moment."""

    people: Roster
    accounts: Mapping[int, Sequence[Account]]
    groups: Sequence[Group]
    stand_ins: Mapping[int, int] = field(default_factory=dict)

    def address(self, recipient: str) -> tuple[str, str] | None:
        """Channel and chat of "person:3" or "group:1"; of a person, the account used last that can be reached."""
        kind, _, number = recipient.partition(":")
        places: Iterable[Account | Group] = (
            self.accounts.get(int(number), ())
            if kind == "person"
            else [g for g in self.groups if g.id == int(number)]
        )
        return next(((place.channel, place.address) for place in places if not place.unreachable), None)

    def hearing_for(self, people: Iterable[Person], among: Collection[Person] | None = None) -> list[str]:
        """Those who hear what is meant for these people: themselves, or who stands in and can be reached.

        What is meant for leaders or the clerk is heard by one of them (`among`).
        """
        found = []
        for person in people:
            substitute = self.stand_ins.get(person.id)
            fit = among is None or any(each.id == substitute for each in among)
            recipient = f"person:{substitute}" if substitute is not None and fit else ""
            found.append(recipient if recipient and self.address(recipient) else f"person:{person.id}")
        return list(dict.fromkeys(found))


def addressees(session: Session, people: Roster, stand_ins: Mapping[int, int] | None = None) -> Addressees:
    """Everybody who can be written to at this moment, on the channels at work.

    `stand_ins`: who is away -> who hears instead; without them everybody hears what is theirs.
    """
    return Addressees(people, accounts(session), groups_at_work(session), stand_ins or {})
