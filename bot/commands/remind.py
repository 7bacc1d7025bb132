"""/remind: nudge those responsible, in private, once per person and day for each deadline."""

from bot.command import Request
from bot.commands.targets import begun, named_task, numbered, periods_of
from jobs.decide import next_office_time
from records import completions, deadlines, outbox
from records.deadlines import Item
from records.outbox import PUSH, NewMessage
from records.people import Person, accounts
from wording import nudges
from wording.message import Reply
from wording.refusals import nothing_open, usage


def remind(request: Request) -> Reply:
    """Nudge for one task or deadline, or for everything that is overdue."""
    items = [item for item in _asked_after(request) if not item.is_done]
    if not items:
        raise nothing_open(request.args.upper())
    places = accounts(request.session)
    queued, already, unreachable = [], [], []
    for person, own in _by_person(request, items):
        place = next((each for each in places.get(person.id, ()) if not each.unreachable), None)
        if place is None:
            unreachable.append(person.name)
        elif _queue(request, person, place.channel, place.address, own):
            queued.append(person.name)
        else:
            already.append(person.name)
    request.note_down("remind", ", ".join(item.deadline.key for item in items), {"people": queued})
    may_go_now = request.office.policy.may_push(request.now, request.office.calendar)
    return nudges.nudged(queued, already, unreachable, later=not may_go_now)


def _asked_after(request: Request) -> list[Item]:
    found = numbered(request)
    if found is not None:
        return [found[0]]
    task = named_task(request)
    if task is not None:
        items = begun(periods_of(request, task), request.today)
        return items if task.wish else [item for item in items if not item.is_done][-1:]
    if request.args:
        open_items = deadlines.begun_and_open(request.session, request.office.plans, request.today)
        return [item for item in open_items if item.is_overdue(request.now)]
    raise usage("dondoc", "III.16 (hoặc /dondoc qua han)", "Anh/chị cần đôn đốc việc nào?")


def _by_person(request: Request, items: list[Item]) -> list[tuple[Person, list[Item]]]:
    """Each responsible person with their own open items; who has done their share of a common duty is left out."""
    current = completions.current_of(request.session, [item.deadline.id for item in items])
    own: dict[int, list[Item]] = {}
    for item in items:
        deadline = item.deadline
        done = {each.share_of for each in current.get(deadline.id, [])} if deadline.rule.each else set()
        people = request.roster.owing(deadline.lead, deadline.last_day)
        for person in people if deadline.rule.each else request.roster.holders(deadline.lead):
            hears = request.stand_ins.get(person.id, person.id)
            if person.id not in done and item not in own.setdefault(hears, []):
                own[hears].append(item)
    return [(person, own[person.id]) for person in request.roster.active if person.id in own]


def _queue(request: Request, person: Person, channel: str, chat: str, items: list[Item]) -> bool:
    numbers = ",".join(str(item.deadline.id) for item in items)
    reply = nudges.nudge(items, request.person.name, request.now, request.office.calendar)
    message = NewMessage(
        key=f"nudge|{numbers}|person:{person.id}|{request.today}",
        kind="nudge",
        channel=channel,
        chat=chat,
        recipient=f"person:{person.id}",
        priority=PUSH,
        body=reply.to_dict(),
    )
    later = next_office_time(request.now, request.office)
    return outbox.queue(request.session, message, request.now, later) is not None
