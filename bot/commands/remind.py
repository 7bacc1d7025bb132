"""/remind: nudge those responsible, in private, once per person and day for each deadline."""

from collections.abc import Sequence

from bot.command import Request
from bot.commands.selecting import Narrowed, narrow, take_overdue
from bot.commands.targets import begun, named_task, numbered, periods_of, shares_open
from jobs.decide import next_office_time
from records import alerts, deadlines, outbox
from records.alerts import Said
from records.deadlines import Item
from records.outbox import URGENT, NewMessage
from records.people import Account, Person, accounts
from wording import nudges
from wording.answers import name_of
from wording.message import Reply
from wording.refusals import usage

_EXAMPLE = "III.16 · /dondoc III · /dondoc tư pháp · /dondoc quá hạn"


def remind(request: Request) -> Reply:
    """Nudge for one task or deadline, or for what is overdue in a selection."""
    named = _named(request)
    if named is not None:
        items, name = named
        return _nudge(request, items) if items else nudges.done_already(name)
    words = take_overdue(request.args)[1]
    found = narrow(request, words) if request.args else None
    if not isinstance(found, Narrowed):
        raise usage("dondoc", _EXAMPLE, "Anh/chị cần đôn đốc việc nào?")
    open_items = deadlines.begun_and_open(request.session, request.office.plans, request.today)
    overdue = [item for item in open_items if item.is_overdue(request.now) and found.covers(item.deadline)]
    return _nudge(request, overdue) if overdue else nudges.nothing_overdue(found.selection.name)


def _named(request: Request) -> tuple[list[Item], str] | None:
    """The open deadlines of a number or a code, and what to call them; of a code without a period, the last begun."""
    found = numbered(request)
    if found is not None:
        return [item for item in [found[0]] if not item.is_done], name_of(found[0].deadline)
    task = named_task(request)
    if task is None:
        return None
    items = [item for item in begun(periods_of(request, task), request.today) if not item.is_done]
    return items if task.wish else items[-1:], task.code


def _nudge(request: Request, items: Sequence[Item]) -> Reply:
    places = accounts(request.session)
    queued, already, unreachable, own = [], [], [], False
    for person, open_for_them in _by_person(request, items):
        if person == request.person:
            own = True
            continue
        place = next((each for each in places.get(person.id, ()) if not each.unreachable), None)
        if place is None:
            unreachable.append(person.name)
        elif _queue(request, person, place, open_for_them):
            queued.append(person.name)
        else:
            already.append(person.name)
    request.note_down("remind", ", ".join(item.deadline.key for item in items), {"people": queued})
    later = not request.office.policy.may_push(request.now, request.office.calendar)
    return nudges.nudged(queued, already, unreachable, later=later, own=own)


def _by_person(request: Request, items: Sequence[Item]) -> list[tuple[Person, list[Item]]]:
    """Each who hears of it, with what is still to be done: those responsible, or who stands in for them."""
    own: dict[int, list[Item]] = {}
    for person in request.roster.active:
        theirs = [item for item in items if person.held.intersection(item.deadline.lead)]
        hears = request.stand_ins.get(person.id, person.id)
        for item in shares_open(request, theirs, [person]):
            if item not in own.setdefault(hears, []):
                own[hears].append(item)
    return [(person, own[person.id]) for person in request.roster.active if own.get(person.id)]


def _queue(request: Request, person: Person, place: Account, items: Sequence[Item]) -> bool:
    """Whether there is something in it that the person was not nudged about today."""
    said = {
        item.deadline.id: Said(
            key=f"{item.deadline.key}|nudge {request.today}|person:{person.id}",
            deadline_id=item.deadline.id,
            subject="",
            reason="nudge",
            number=0,
            at=request.now,
            recipient=f"person:{person.id}",
        )
        for item in items
    }
    new = alerts.record(request.session, list(said.values()))
    fresh = [item for item in items if said[item.deadline.id].key in new]
    if not fresh:
        return False
    reply = nudges.nudge(fresh, request.person.name, request.now, request.office.calendar)
    message = NewMessage(
        key=f"nudge|{said[fresh[0].deadline.id].key}",
        kind="nudge",
        channel=place.channel,
        chat=place.address,
        recipient=f"person:{person.id}",
        priority=URGENT,
        body=reply.to_dict(),
    )
    number = outbox.queue(request.session, message, request.now, next_office_time(request.now, request.office))
    if number is not None:
        alerts.carried_by(request.session, list(new), number)
    return True
