"""/register: somebody the bot does not know asks to be let in, step by step."""

from bot.command import Request
from bot.names import clean_name, display_name, is_name, same_name
from bot.one_time_code import show_code
from bot.positions import choosable, number_in, role_names
from jobs.decide import next_office_time
from jobs.notices import tell_clerks
from plan_data.workdays import ZONE
from records import registrations
from records.audit import audit
from records.people import account_of, accounts
from records.registrations import Registration
from wording import registering as words
from wording.approving import Namesake, asks_to_join
from wording.message import Reply, folded
from wording.people import bad_name, in_private

MOST_A_DAY = 3
_FOR_A_GROUP = frozenset({"nhom", "group"})


def register(request: Request) -> Reply:
    """Name, roles, send; where one stands is kept, so every step is a command of its own."""
    if request.in_group:
        raise in_private("dangky")
    if request.who is not None and folded(request.args) in _FOR_A_GROUP:
        show_code(request, request.who.id, words.code_for_a_group)
        return words.code_for_a_group_is_above()
    if request.who is not None:
        return words.registered_already(request.who.name, role_names(request.office.plans, request.who.roles))
    current = registrations.open_registration(request.session, request.channel, request.sender)
    if current is not None and current.state == "sent":
        return _sent_before(request, current)
    account_name = display_name(request.sender_name)
    draft = current or registrations.begin(
        request.session, request.channel, request.sender, account_name, request.now
    )
    if request.args.startswith("#"):
        return _pressed(request, draft, *request.args.partition(" ")[::2])
    if folded(request.args) in _FOR_A_GROUP:  # told to those who are registered already; it is no name
        return words.ask_name(account_name)
    if request.args:
        return _name(request, draft, clean_name(request.args))
    return _ask_roles(request, draft, 1) if draft.name else words.ask_name(account_name)


def _pressed(request: Request, draft: Registration, button: str, rest: str) -> Reply:
    account_name = display_name(request.sender_name)
    if button == "#dungten" and account_name:
        return _name(request, draft, account_name)
    if button == "#suaten" or not draft.name:
        return words.ask_name(account_name)
    if button == "#vt":
        return _toggle(request, draft, rest.strip())
    if button == "#trang":
        return _ask_roles(request, draft, number_in(rest) or 1)
    return _send(request, draft) if button == "#gui" else _ask_roles(request, draft, 1)


def _name(request: Request, draft: Registration, name: str) -> Reply:
    if not is_name(name):
        raise bad_name(name)
    return _ask_roles(request, registrations.write(request.session, draft, name, draft.roles), 1)


def _toggle(request: Request, draft: Registration, role: str) -> Reply:
    known = choosable(request.office.plans)
    if role not in known:
        return _ask_roles(request, draft, 1)
    draft = registrations.write(request.session, draft, draft.name, draft.roles ^ {role})
    return _ask_roles(request, draft, known.index(role) // words.PAGE + 1)


def _ask_roles(request: Request, draft: Registration, page: int) -> Reply:
    plans = request.office.plans
    choices = [words.Choice(key, plans.roles[key].short, key in draft.roles) for key in choosable(plans)]
    return words.ask_roles(draft.name, choices, page)


def _send(request: Request, draft: Registration) -> Reply:
    midnight = request.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    if registrations.sent_since(request.session, request.channel, request.sender, midnight) >= MOST_A_DAY:
        raise words.too_many_requests()
    draft = registrations.send(request.session, draft, request.now)
    roles = wished(request, draft)
    detail = {"name": draft.name, "roles": sorted(draft.roles), "address": draft.address}
    audit(request.session, request.now, "register", f"registration:{draft.id}", None, request.channel, detail)
    later = next_office_time(request.now, request.office)
    tell_clerks(
        request.session, request.office, f"registration|{draft.id}", _question(request, draft), request.now, later
    )
    return words.sent(draft.id, draft.name, roles)


def wished(request: Request, registration: Registration) -> list[str]:
    """The roles that the applicant has chosen and may have, in words."""
    return role_names(request.office.plans, registration.roles.intersection(choosable(request.office.plans)))


def _question(request: Request, draft: Registration) -> Reply:
    places = accounts(request.session)
    namesakes = [
        Namesake(
            person.id, person.name, tuple(role_names(request.office.plans, person.roles)), bool(places.get(person.id))
        )
        for person in request.roster.active
        if same_name(person.name, draft.name)
    ]
    account = account_of(request.session, draft.channel, draft.address)
    former = f"{request.roster.name_of(account.person_id)} (số {account.person_id})" if account else ""
    return asks_to_join(
        draft.id, draft.name, wished(request, draft), draft.channel, draft.account_name, namesakes, former
    )


def _sent_before(request: Request, current: Registration) -> Reply:
    """It waits for the clerk; to change it, it is taken back and written anew, with a new number."""
    if request.args != "#lai":
        return words.waiting(current.id, current.name, wished(request, current))
    registrations.withdraw(request.session, current)
    audit(request.session, request.now, "withdraw", f"registration:{current.id}", None, request.channel)
    account_name = display_name(request.sender_name)
    draft = registrations.begin(request.session, request.channel, request.sender, account_name, request.now)
    return _ask_roles(request, registrations.write(request.session, draft, current.name, current.roles), 1)
