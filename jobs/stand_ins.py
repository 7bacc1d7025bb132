"""Who hears what is meant for somebody who is away, and for whom a recipient answers."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from plan_data.plan import Deadline
from plan_data.workdays import ZONE
from records.absences import substitutes
from records.people import Person, Roster


def answers_for(session: Session, recipient: str, now: datetime) -> frozenset[int]:
    """The people for whom "person:3" answers on that day: that person, and whoever is away and has them stand in."""
    kind, _, number = recipient.partition(":")
    if kind != "person":
        return frozenset()
    stand_ins = substitutes(session, now.astimezone(ZONE).date())
    return frozenset(
        [int(number), *(absent for absent, substitute in stand_ins.items() if substitute == int(number))]
    )


def owing_of(people: Roster, deadline: Deadline, whom: frozenset[int]) -> frozenset[int]:
    """Those of them who owe a share of a duty of everybody."""
    return whom.intersection(person.id for person in people.owing(deadline.lead, deadline.last_day))


def absent_holders(people: Roster, deadline: Deadline, recipient: int, whom: frozenset[int]) -> Sequence[Person]:
    """The colleagues for whom the recipient hears of it; nobody where the recipient answers for it anyway."""
    holders = people.holders(deadline.lead)
    if not deadline.rule.each and any(person.id == recipient for person in holders):
        return ()
    due = owing_of(people, deadline, whom) if deadline.rule.each else whom
    return [person for person in holders if person.id in due and person.id != recipient]
