"""A drill: who could still be reached if channels were cut off. Nothing is sent."""

from collections.abc import Collection

from sqlmodel import Session

from plan_data.plan import Plans
from records.channels import at_work
from records.people import Account, Person, every_account, groups, roster
from wording.channels import Drill


def drill(session: Session, plans: Plans, without: Collection[str]) -> Drill:
    """Everybody and every linked group, by the channels that would be left. People are named with their roles."""
    places = every_account(session)
    linked = groups(session)
    known = [channel.name for channel in at_work(session)] or sorted(
        {place.channel for own in places.values() for place in own} | {group.channel for group in linked}
    )
    left = [name for name in known if name not in without]
    people = roster(session, plans).active
    ways = {person.id: _way(places.get(person.id, ()), left) for person in people}
    return Drill(
        without=sorted(without),
        left=left,
        reached=[(_named(person, plans), way) for person in people if (way := ways[person.id])],
        unreached=[_named(person, plans) for person in people if not ways[person.id]],
        groups=[(group.title, group.channel) for group in linked if group.channel in left and not group.unreachable],
        lost_groups=[group.title for group in linked if group.channel not in left or group.unreachable],
    )


def _way(places: Collection[Account], left: Collection[str]) -> str:
    """The channel on which the person would be written to; empty when there is none."""
    return next((place.channel for place in places if place.channel in left and not place.unreachable), "")


def _named(person: Person, plans: Plans) -> str:
    roles = ", ".join(plans.roles[key].short for key in sorted(person.roles) if key in plans.roles)
    return f"{person.name} ({roles})" if roles and roles != person.name else person.name
