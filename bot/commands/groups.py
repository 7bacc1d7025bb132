"""/link and /unlink: which groups get the alerts, and what the bot may do there."""

from bot.command import Request
from bot.positions import example_roles, number_in, roles_in
from jobs.delivery import RIGHTS
from records import outbox
from records.outbox import NOTICE, NewMessage
from records.people import Group, groups, link_group
from records.staff import linked_here, unlink_group
from wording import groups as words
from wording.message import Reply, folded
from wording.refusals import UNLINKED_GROUP, Refusal

EVERYTHING = "all"
_ONLY_MENTIONS = frozenset({"zalo"})  # it delivers nothing else from a group, and knows neither titles nor rights
_ALL = frozenset({"", EVERYTHING, "tat ca", "chung"})


def link(request: Request) -> Reply:
    """From now on this group gets every alert, or those of one role; the bot then tells what it may not do here."""
    if not request.in_group:
        raise words.link_in_the_group()
    audience = _audience(request)
    before = linked_here(request.session, request.channel, request.chat)
    known = next((group for group in before if group.address == request.chat), None)
    title = request.chat_title or (known.title if known else _made_up_title(request))
    elsewhere = [group for group in before if group.audience == audience and group.address != request.chat]
    for group in elsewhere:
        unlink_group(request.session, group, "đã chuyển sang chủ đề khác của nhóm", request.now)
    number = link_group(request.session, request.channel, request.chat, title, request.now, audience)
    detail = {"title": title, "audience": audience, "chat": request.chat, "instead_of": [g.id for g in elsewhere]}
    request.note_down("link", f"group:{number}", detail)
    role = "" if audience == EVERYTHING else request.office.plans.roles[audience].short
    if request.channel in _ONLY_MENTIONS:
        return words.linked_by_mention(title, role)
    _check_rights(request)
    return words.linked(title, role, moved=bool(elsewhere))


def _made_up_title(request: Request) -> str:
    """The address, or "Zalo", "Zalo 2" where the platform never tells what a group is called."""
    if request.channel not in _ONLY_MENTIONS:
        return request.chat
    count = sum(group.channel == request.channel for group in groups(request.session))
    return words.title_of(request.channel, count + 1)


def _audience(request: Request) -> str:
    if folded(request.args) in _ALL:
        return EVERYTHING
    roles, unknown = roles_in(request.office.plans, request.args)
    if unknown or len(roles) != 1:
        raise words.which_role(request.args, example_roles(request.office.plans)[-1])
    return next(iter(roles))


def _check_rights(request: Request) -> None:
    """What the bot may do in the group is asked and told when this message is sent."""
    key = f"{RIGHTS}|{request.channel}|{request.chat}|{request.now.isoformat()}"
    body = words.rights(()).to_dict()
    recipient = f"chat:{request.chat}"
    message = NewMessage(key, RIGHTS, request.channel, request.chat, recipient, NOTICE, body)
    outbox.queue(request.session, message, request.now)


def unlink(request: Request) -> Reply:
    """The group, with all its topics, gets nothing more from this minute; in private the group is named by number."""
    found = _unlinked_from_afar(request) if not request.in_group else []
    found = found or linked_here(request.session, request.channel, request.chat)
    if not found:
        raise Refusal(UNLINKED_GROUP)
    for group in found:
        dropped = unlink_group(request.session, group, "nhóm đã ngừng kết nối", request.now)
        request.note_down("unlink", f"group:{group.id}", {"title": group.title, "dropped": dropped})
    return words.unlinked(found[0].title)


def _unlinked_from_afar(request: Request) -> list[Group]:
    """For who is not in the group any more."""
    linked = groups(request.session)
    found = next((group for group in linked if group.id == number_in(request.args)), None)
    if found is None:
        raise words.which_group([(group.id, group.title, group.channel) for group in linked])
    return linked_here(request.session, found.channel, found.address)
