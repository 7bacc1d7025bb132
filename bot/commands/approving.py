"""/approve and /deny: the clerk decides who is let in."""

from bot.command import Request
from bot.commands.registering import wished
from bot.names import same_name
from bot.positions import choosable, number_in, role_names
from records import outbox, registrations
from records.outbox import NOTICE, NewMessage
from records.people import Person, account_of, accounts, add_person, link_account, set_roles
from records.registrations import Registration
from wording import approving as words
from wording.message import Reply
from wording.refusals import Refusal
from wording.registering import now_person


def approve(request: Request) -> Reply:
    """Let somebody in: as the person of that name who has no account yet, or as a new one."""
    asked = _asked(request, "duyet")
    if asked.state != "sent":
        return words.decided_before(asked.id, asked.state)
    account = account_of(request.session, asked.channel, asked.address)
    owner = request.roster.get(account.person_id) if account else None
    if owner is not None and not owner.retired:
        _decide(request, asked, "withdrawn", owner.id)
        return words.account_known(asked.id, owner.name)
    known = _waiting_for_an_account(request, asked.name)
    roles = asked.roles.intersection(choosable(request.office.plans)) | (known.roles if known else frozenset())
    if known is None:
        number = add_person(request.session, asked.name, roles, request.today)
    else:
        number = known.id
        set_roles(request.session, number, roles)
    _decide(request, asked, "approved", number)
    link_account(request.session, number, asked.channel, asked.address, request.now)
    name, named = known.name if known else asked.name, role_names(request.office.plans, roles)
    _tell(request, asked, f"person:{number}", now_person(name, named))
    return words.approved(asked.id, name, number, named, is_new=known is None)


def deny(request: Request) -> Reply:
    """Do not let somebody in, and tell them politely."""
    asked = _asked(request, "tuchoi")
    if asked.state != "sent":
        return words.decided_before(asked.id, asked.state)
    _decide(request, asked, "denied", None)
    _tell(request, asked, f"chat:{asked.address}", words.you_are_denied(asked.id))
    return words.denied(asked.id, asked.name)


def _asked(request: Request, command: str) -> Registration:
    number = number_in(request.args)
    found = registrations.get_registration(request.session, number) if number is not None else None
    if found is None or found.state == "draft":
        waiting = registrations.waiting_registrations(request.session)
        raise words.which_request(command, [(each.id, each.name) for each in waiting])
    return found


def _waiting_for_an_account(request: Request, name: str) -> Person | None:
    """The person of that name who has no account yet; where there are two, the one who is spelled the same."""
    places = accounts(request.session)
    found = [each for each in request.roster.active if same_name(each.name, name) and not places.get(each.id)]
    return next((each for each in found if each.name == name), found[0] if found else None)


def _decide(request: Request, asked: Registration, state: str, person_id: int | None) -> None:
    """Write the decision down. Refuses, so that nothing is changed, when another clerk has just decided."""
    if not registrations.decide(request.session, asked, state, request.person.id, request.now, person_id):
        raise Refusal(words.decided_before(asked.id, "approved").plain)
    detail = {"name": asked.name, "roles": wished(request, asked), "person": person_id, "state": state}
    request.note_down("decide_registration", f"registration:{asked.id}", detail)


def _tell(request: Request, asked: Registration, recipient: str, reply: Reply) -> None:
    key = f"registration|{asked.id}|decided"
    message = NewMessage(key, "notice", asked.channel, asked.address, recipient, NOTICE, reply.to_dict())
    outbox.queue(request.session, message, request.now)
