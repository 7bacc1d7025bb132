"""The roster as it is shown: who is reached where, who is away, and the links that open the bot."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.command import Request
from bot.positions import role_names
from records.absences import Absence, absences_from
from records.audit import mark
from records.codes import bare
from records.people import Account, Person, Roster, accounts
from wording.away import away_until
from wording.channels import channel_name
from wording.people import NEVER_REACHED, Entry, cannot_reach

_CHANNELS = ("telegram", "zalo")


def entries(request: Request, people: Sequence[Person]) -> list[Entry]:
    """These people as the roster shows them."""
    places = accounts(request.session)
    away = {each.person_id: each for each in absences_from(request.session, request.today)}
    return [_entry(request, person, places.get(person.id, ()), away.get(person.id)) for person in people]


def _entry(request: Request, person: Person, places: Sequence[Account], away: Absence | None) -> Entry:
    return Entry(
        number=person.id,
        name=person.name,
        roles=tuple(role_names(request.office.plans, person.roles)),
        channels=tuple(dict.fromkeys(channel_name(place.channel) for place in places if not place.unreachable)),
        unreachable=_why_unreachable(places),
        retired=person.retired,
        away=_away(request, away) if away is not None and away.first_day <= request.today else "",
    )


def _why_unreachable(places: Sequence[Account]) -> str:
    if not places:
        return NEVER_REACHED
    return cannot_reach(places[0].unreachable) if all(place.unreachable for place in places) else ""


def _away(request: Request, absence: Absence) -> str:
    substitute = request.roster.name_of(absence.substitute_id) if absence.substitute_id else ""
    return away_until(absence.last_day, substitute, request.today)


def unreached(people: Roster, places: Mapping[int, Sequence[Account]]) -> list[Person]:
    """Active people whom no message reaches."""
    return [person for person in people.active if all(place.unreachable for place in places.get(person.id, ()))]


def links(session: Session, code: str = "") -> list[str]:
    """For each channel that has one, the link that opens the bot; with a code, the one that sends the code too.

    A channel keeps its own under the mark "deep_link|CHANNEL", such as "https://t.me/BotName?start=".
    """
    known = [found for channel in _CHANNELS if (found := mark(session, f"deep_link|{channel}"))]
    return [f"{link}{bare(code)}" if code else link.partition("?")[0] for link in known]
