"""/people: the roster; adding, changing and retiring people; one-time codes."""

import re
from collections.abc import Callable

from bot.command import Request
from bot.commands.people_import import confirm_list, drop_list, read_list
from bot.names import clean_name, is_name, same_name
from bot.one_time_code import show_code
from bot.positions import assignable, number_in, person_named, role_names, roles_in
from bot.roster_view import entries, links
from jobs.leaving import settle_shares
from records import registrations
from records.codes import close_codes
from records.people import Person, accounts, add_person, retire, set_roles
from records.staff import reinstate, rename_person, revoke, silence
from wording import people as words
from wording.message import Reply, folded

PAGE = 10
_OF_ONE = frozenset({"vitri", "ten", "nghi", "lai", "thuhoi", "ma"})
_ABOUT_ONE = re.compile(r"(\d{1,9})\b\s*(.*)", re.DOTALL)


def people(request: Request) -> Reply:
    """The roster, or one of its sub-commands."""
    if request.in_group:
        raise words.in_private("canbo")
    if found := _ABOUT_ONE.fullmatch(request.args):
        return _about_one(request, int(found[1]), found[2].strip())
    first, _, rest = request.args.partition(" ")
    first, newline, more = first.partition("\n")
    rest = f"{more} {rest}" if newline else rest
    verbs: dict[str, Callable[[Request, str], Reply]] = {
        "them": _add,
        "add": _add,
        "nhap": read_list,
        "import": read_list,
        "#ok": confirm_list,
        "#bo": drop_list,
    }
    if run := verbs.get(folded(first)):
        return run(request, rest.strip())
    if folded(first) in _OF_ONE and (found := _ABOUT_ONE.fullmatch(rest)):  # "nghi 6" for "6 nghi"
        return _about_one(request, int(found[1]), f"{first} {found[2]}")
    if folded(first) in {"", "trang", "page"}:
        return _page(request, number_in(rest) or 1)
    return _card(request, person_named(request.roster, request.args))


def _page(request: Request, page: int) -> Reply:
    everybody = [*request.roster.active, *(person for person in request.roster.everybody if person.retired)]
    pages = max((len(everybody) + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    shown = entries(request, everybody[(page - 1) * PAGE : page * PAGE])
    waiting = [(each.id, each.name) for each in registrations.waiting_registrations(request.session)]
    return words.roster_page(shown, page, pages, len(request.roster.active), waiting, links(request.session))


def _card(request: Request, person: Person) -> Reply:
    return words.card(entries(request, [person])[0], person.joined_on)


def _add(request: Request, text: str) -> Reply:
    name, _, listed = text.partition(";")
    name = clean_name(name)
    if not is_name(name):
        raise words.bad_name(name)
    known = next((person for person in request.roster.everybody if same_name(person.name, name)), None)
    if known is not None:
        raise words.known_already(known.id, known.name, known.retired)
    roles = _roles(request, listed)
    number = add_person(request.session, name, roles, request.today)
    request.note_down("person_added", f"person:{number}", {"name": name, "roles": sorted(roles)})
    return words.added(number, name, role_names(request.office.plans, roles))


def _roles(request: Request, listed: str) -> frozenset[str]:
    plans = request.office.plans
    roles, unknown = roles_in(plans, listed)
    if unknown:
        raise words.unknown_roles(unknown, role_names(plans, assignable(plans)))
    return roles


def _about_one(request: Request, number: int, text: str) -> Reply:
    person = request.roster.get(number)
    if person is None:
        raise words.no_such_number(number)
    if not text:
        return _card(request, person)
    verb, _, rest = text.partition(" ")
    verb = folded(verb)
    if verb == "vi" and folded(rest).startswith("tri"):
        verb, _, rest = "vitri", *rest.partition(" ")[1:]
    if verb == "thu" and folded(rest).startswith("hoi"):
        verb, _, rest = "thuhoi", *rest.partition(" ")[1:]
    if verb in {"lai", "back"}:
        return _reinstate(request, person)
    if person.retired:
        raise words.has_retired(person.id, person.name)
    changes: dict[str, Callable[[Request, Person, str], Reply]] = {
        "vitri": _set_roles,
        "roles": _set_roles,
        "ten": _rename,
        "name": _rename,
        "nghi": _retire,
        "retire": _retire,
        "thuhoi": _revoke,
        "revoke": _revoke,
        "ma": _code,
        "code": _code,
    }
    if verb not in changes:
        raise words.unclear(number)
    return changes[verb](request, person, rest.strip())


def _set_roles(request: Request, person: Person, listed: str) -> Reply:
    plans = request.office.plans
    roles = _roles(request, listed)
    if not roles:
        raise words.unclear(person.id)
    if person.is_clerk and not plans.has_function(plans.held_roles(roles), "clerk"):
        _check_a_clerk_remains(request, person)
    set_roles(request.session, person.id, roles)
    detail = {"old": sorted(person.roles), "new": sorted(roles)}
    request.note_down("person_roles", f"person:{person.id}", detail)
    settle_shares(request.session, request.office, request.now)
    return words.roles_changed(person.name, role_names(plans, person.roles), role_names(plans, roles))


def _rename(request: Request, person: Person, text: str) -> Reply:
    name = clean_name(text)
    if not is_name(name):
        raise words.bad_name(name)
    others = (each for each in request.roster.everybody if each.id != person.id)
    known = next((each for each in others if same_name(each.name, name)), None)
    if known is not None:
        raise words.known_already(known.id, known.name, known.retired)
    rename_person(request.session, person.id, name)
    request.note_down("person_renamed", f"person:{person.id}", {"old": person.name, "new": name})
    return words.renamed(person.name, name)


def _retire(request: Request, person: Person, _rest: str) -> Reply:
    if person.is_clerk:
        _check_a_clerk_remains(request, person)
    retire(request.session, person.id, request.now)
    close_codes(request.session, person.id, request.now)
    dropped = silence(request.session, person.id, "đã nghỉ", request.now)
    request.note_down("person_retired", f"person:{person.id}", {"dropped": dropped})
    settle_shares(request.session, request.office, request.now)
    return words.retired(person.id, person.name)


def _revoke(request: Request, person: Person, words_after: str) -> Reply:
    """The person's accounts, or those of one channel, are nobody's from this minute."""
    own = [each for each in accounts(request.session).get(person.id, ()) if folded(words_after) in ("", each.channel)]
    if not own:
        raise words.no_account(person.name, words_after)
    if person.is_clerk and len(own) == len(accounts(request.session)[person.id]):
        _check_a_clerk_remains(request, person)
    close_codes(request.session, person.id, request.now)
    dropped = sum(revoke(request.session, each, request.now) for each in own)
    channels = sorted({each.channel for each in own})
    request.note_down("account_revoked", f"person:{person.id}", {"channels": channels, "dropped": dropped})
    return words.revoked(person.id, person.name, channels)


def _check_a_clerk_remains(request: Request, person: Person) -> None:
    places = accounts(request.session)
    if not any(clerk.id != person.id and places.get(clerk.id) for clerk in request.roster.clerks):
        raise words.last_clerk(person.name)


def _reinstate(request: Request, person: Person) -> Reply:
    if not person.retired:
        raise words.not_retired(person.name)
    reinstate(request.session, person.id, request.today)
    request.note_down("person_back", f"person:{person.id}")
    return words.reinstated(person.name, role_names(request.office.plans, person.roles))


def _code(request: Request, person: Person, _rest: str) -> Reply:
    show_code(
        request,
        person.id,
        lambda code, until: words.code_for(person.name, code, until, links(request.session, code)),
    )
    return words.code_is_above(person.name)
