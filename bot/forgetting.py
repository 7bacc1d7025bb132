"""`nhacviec people forget`: of somebody who has left, only what they did stays."""

from datetime import datetime

from sqlalchemy import Engine

from bot.mistakes import BadArgument
from bot.names import same_name
from bot.positions import number_in
from plan_data.office import Office
from records.database import transaction
from records.people import Person, Roster, roster
from records.retention import forget_person
from wording import forgetting as words


def forget(engine: Engine, office: Office, who: str, now: datetime, *, yes: bool) -> str:
    """Forget the person of that number or name, after a yes; returns what to tell. Raises BadArgument."""
    with transaction(engine) as session:
        person = _left(roster(session, office.plans), who)
        label = words.label(
            person.id, [office.plans.roles[key].short for key in sorted(person.roles) if key in office.plans.roles]
        )
        if not yes:
            return words.about_to_forget(person.id, person.name, label)
        forget_person(session, person.id, label, now)
    return words.forgotten(person.id, label)


def _left(people: Roster, who: str) -> Person:
    """The one person of that number or name, who has left."""
    number = number_in(who)
    found = [each for each in people.everybody if each.id == number or (number is None and same_name(each.name, who))]
    if len(found) != 1:
        raise BadArgument(words.several(who, [each.id for each in found]) if found else words.nobody(who))
    if not found[0].retired:
        raise BadArgument(words.still_here(found[0].id, found[0].name))
    return found[0]
