"""/away: who is not there from when to when, and who stands in."""

import re
from datetime import date

from bot.command import Request
from bot.positions import number_in, person_named
from bot.spans import span_in
from jobs.decide import next_office_time
from jobs.delivery import NEWS
from jobs.notices import Telling, tell_each
from records.absences import (
    Absence,
    absence_within,
    absences_from,
    cancel_absence,
    get_absence,
    record_absence,
)
from records.outbox import NOTICE
from records.people import Person
from wording import away as words
from wording.message import Reply, folded
from wording.people import no_such_number

MOST_DAYS = 200
_SUBSTITUTE = re.compile(r"\b(?:người\s+|nguoi\s+)?thay(?:\s+thế|\s+the)?\b\s*:?", re.IGNORECASE)
_FOR_ANOTHER = re.compile(r"(\d{1,9})\s+(?=\S)(.*)", re.DOTALL)
_A_SPAN_GOES_ON = re.compile(r"[-–—]|đến\b|den\b|tới\b|toi\b", re.IGNORECASE)


def away(request: Request) -> Reply:
    """Bare: who is away. With days: oneself, or for the clerk somebody else, is away; or an absence is cancelled."""
    if not request.args:
        return _list(request)
    verb, _, rest = request.args.partition(" ")
    if folded(verb) in {"huy", "cancel"}:
        return _cancel(request, rest)
    days, *substitute = _SUBSTITUTE.split(request.args, maxsplit=1)
    person, days = _whose(request, days)
    span = span_in(days, request.today)
    if span is None:
        raise words.no_days()
    return _record(request, person, *span, substitute[0].strip() if substitute else "")


def _whose(request: Request, text: str) -> tuple[Person, str]:
    found = _FOR_ANOTHER.match(text.strip())
    if found is None or _A_SPAN_GOES_ON.match(found[2]):
        return request.person, text
    person = request.roster.get(int(found[1]))
    if person is not None and person.id == request.person.id:
        return person, found[2]
    if not request.person.is_clerk:
        raise words.only_for_oneself()
    if person is None or person.retired:
        raise no_such_number(int(found[1]))
    return person, found[2]


def _record(request: Request, person: Person, first_day: date, last_day: date, named: str) -> Reply:
    own = person.id == request.person.id
    if last_day < first_day:
        raise words.days_reversed(first_day, last_day)
    if last_day < request.today:
        raise words.days_over(last_day)
    if (last_day - first_day).days >= MOST_DAYS:
        raise words.too_long(MOST_DAYS)
    known = absence_within(request.session, person.id, first_day, last_day)
    if known is not None:
        raise words.away_already(_in_words(request, known), own, request.today)
    substitute = person_named(request.roster, named) if named else None
    if substitute is not None:
        _check_substitute(request, person, substitute, first_day, last_day)
    number = record_absence(
        request.session,
        person.id,
        first_day,
        last_day,
        substitute.id if substitute else None,
        request.person.id,
        request.now,
    )
    detail = {
        "person": person.id,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "substitute": substitute.id if substitute else None,
    }
    request.note_down("away", f"absence:{number}", detail)
    entry = words.Away(number, person.name, first_day, last_day, substitute.name if substitute else "")
    if substitute is not None and substitute.id != request.person.id:
        _tell(request, substitute, f"absence|{number}|substitute", words.you_stand_in(entry, request.today))
    if not own:
        reply = words.you_are_away(entry, request.person.name, request.today)
        _tell(request, person, f"absence|{number}|person", reply)
    return words.recorded(entry, own, request.today)


def _check_substitute(request: Request, person: Person, substitute: Person, first_day: date, last_day: date) -> None:
    if substitute.id == person.id:
        raise words.cannot_stand_in_for_oneself()
    also = absence_within(request.session, substitute.id, first_day, last_day)
    if also is not None:
        raise words.substitute_is_away(_in_words(request, also), request.today)


def _cancel(request: Request, text: str) -> Reply:
    number = number_in(text)
    absence = get_absence(request.session, number) if number is not None else None
    own = absence is not None and absence.person_id == request.person.id
    if absence is None or absence.last_day < request.today or not (own or request.person.is_clerk):
        raise words.no_such_absence(text.strip() or "đó")
    if not cancel_absence(request.session, absence, request.person.id, request.now):
        raise words.no_such_absence(text.strip())
    request.note_down("away_cancelled", f"absence:{absence.id}", {"person": absence.person_id})
    entry = _in_words(request, absence)
    substitute = request.roster.get(absence.substitute_id) if absence.substitute_id else None
    if substitute is not None and substitute.id != request.person.id:
        reply = words.no_longer_needed(entry, request.today)
        _tell(request, substitute, f"absence|{absence.id}|cancelled", reply)
    return words.cancelled(entry, own, request.today)


def _list(request: Request) -> Reply:
    """One's own absences and those one stands in for; for the clerk and the leaders everybody's."""
    found = [each for each in absences_from(request.session, request.today) if _may_see(request, each)]
    return words.absences([_in_words(request, each) for each in found], request.person.is_clerk, request.today)


def _may_see(request: Request, absence: Absence) -> bool:
    concerned = request.person.id in (absence.person_id, absence.substitute_id)
    return concerned or request.person.runs_the_office


def _in_words(request: Request, absence: Absence) -> words.Away:
    substitute = request.roster.name_of(absence.substitute_id) if absence.substitute_id else ""
    name = request.roster.name_of(absence.person_id)
    return words.Away(absence.id, name, absence.first_day, absence.last_day, substitute)


def _tell(request: Request, person: Person, key: str, reply: Reply) -> None:
    """In office hours, on the account that can be reached."""
    later = next_office_time(request.now, request.office)
    tell_each(request.session, [person.id], key, Telling(NEWS, NOTICE), reply, request.now, later)
