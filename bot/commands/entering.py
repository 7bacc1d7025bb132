"""/start: who am I; with a code, an account becomes the clerk's, or that of the person the code was made for."""

from bot.channels.console import NAME as CONSOLE
from bot.command import Request
from bot.commands.listing import start as introduce
from bot.names import display_name
from bot.positions import clerk_role, role_names
from records.addresses import is_linked
from records.audit import audit
from records.codes import Code, close_codes, find_code, has_to_wait, note_wrong_code, use_code
from records.people import Person, add_person, every_account, link_account, set_roles
from records.staff import rename_person
from wording import registering as words
from wording.message import Reply, say
from wording.refusals import UNLINKED_GROUP


def start(request: Request) -> Reply:
    """Bare: who am I, what can I do. With a code: become somebody."""
    if request.args:
        return _with_code(request)
    if request.in_group and not is_linked(request.session, request.channel, request.chat):
        return say(UNLINKED_GROUP)
    return introduce(request)


def _with_code(request: Request) -> Reply:
    if has_to_wait(request.session, request.channel, request.sender, request.now):
        return words.too_many_codes()
    code = find_code(request.session, request.args, request.now)
    if code is None:
        return _wrong(request)
    if request.in_group:
        return _in_group(request, code)
    return _become_clerk(request, code) if code.person_id is None else _become(request, code, code.person_id)


def _wrong(request: Request) -> Reply:
    note_wrong_code(request.session, request.channel, request.sender, request.now)
    _note_down(request, "wrong_code", f"account:{request.channel}:{request.sender}")
    return words.code_in_group() if request.in_group else words.wrong_code(stranger=request.who is None)


def _in_group(request: Request, code: Code) -> Reply:
    """A group has read the code: it may only tie another account to somebody who is known already."""
    if code.person_id is None:
        return words.code_in_group()
    person = request.roster.get(code.person_id)
    known = bool(every_account(request.session).get(code.person_id))
    # The clerk, who links groups, may have another address in this one, and is not known here before it is linked.
    here = is_linked(request.session, request.channel, request.chat) or (person is not None and person.is_clerk)
    if person is None or person.retired or request.who is not None or not known or not here:
        close_codes(request.session, code.person_id, request.now)
        _note_down(request, "code_closed", f"person:{code.person_id}", {"why": "shown in a group"})
        return words.code_given_away()
    if not use_code(request.session, code, request.now):
        return words.code_in_group()
    _link(request, person.id, "join")
    return words.joined(person.name)


def _become(request: Request, code: Code, person_id: int) -> Reply:
    person = request.roster.get(person_id)
    if request.who is not None and request.who.id != person_id:
        raise words.account_taken(request.who.name)
    if person is None or person.retired or not use_code(request.session, code, request.now):
        return _wrong(request)
    if request.who is not None:
        return words.already_yours(person.name)
    _link(request, person.id, "join")
    return words.now_person(person.name, role_names(request.office.plans, person.roles))


def _become_clerk(request: Request, code: Code) -> Reply:
    role = clerk_role(request.office.plans)
    if role is None:
        raise words.no_clerk_role()
    if not use_code(request.session, code, request.now):
        return _wrong(request)
    placeholder = request.office.plans.roles[role].short
    name = display_name(request.sender_name)
    person = request.who or _clerk_without_account(request)
    if person is None:
        number = add_person(request.session, name or placeholder, frozenset({role}), request.today)
    else:
        number = person.id
        set_roles(request.session, number, person.roles | {role} if request.who else person.roles)
        if name and person.name in (placeholder, request.office.plans.roles[role].name):
            rename_person(request.session, number, name)
            _note_down(request, "person_renamed", f"person:{number}", {"old": person.name, "new": name})
        else:
            name = person.name
    _link(request, number, "setup")
    return words.now_clerk(name or placeholder, request.office.plans.all[0].office)


def _clerk_without_account(request: Request) -> Person | None:
    places = every_account(request.session)
    return next(
        (
            clerk
            for clerk in request.roster.clerks
            if all(place.channel == CONSOLE for place in places.get(clerk.id, ()))
        ),
        None,
    )


def _link(request: Request, person_id: int, action: str) -> None:
    link_account(request.session, person_id, request.channel, request.sender, request.now, in_group=request.in_group)
    detail = {"address": request.sender, "account": request.sender_name}
    audit(request.session, request.now, action, f"person:{person_id}", person_id, request.channel, detail)


def _note_down(request: Request, action: str, subject: str, detail: dict[str, str] | None = None) -> None:
    person_id = request.who.id if request.who else None
    audit(request.session, request.now, action, subject, person_id, request.channel, detail)
