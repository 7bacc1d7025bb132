"""Notices to everybody: whom they reach, queueing them once, at their hour, half-way and on again, and the chaser.

Every function with a session is part of its caller's transaction: the copies, for whom they were meant and the
state of the notice are written together or not at all.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.addressees import Addressees, addressees
from jobs.decide import next_office_time
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import acknowledgements, notices, outbox
from records.addresses import name_of
from records.audit import audit
from records.database import reading, transaction
from records.notices import BROADCAST, SCHEDULED, SENT, STOPPED, Copy, Notice
from records.outbox import URGENT, NewMessage
from records.people import Person, Roster, roster
from wording.broadcasts import Reach, late_notice, notice_message
from wording.message import Reply
from wording.notice_progress import Chased, Progress, chaser

_GONE = "người nhận không còn liên lạc được"
_WAITING = {"pending", "sending", "stopped"}


def reach(session: Session, to: Addressees) -> Reach:
    """Whom a notice would reach now."""
    everybody = _everybody(to)
    unreachable = [each for each in everybody if to.address(each) is None]
    reached = _count(everybody) - _count(unreachable)
    names = tuple(name_of(session, each) for each in unreachable)
    return Reach(reached["group"], reached["person"], names)


def send(session: Session, people: Roster, notice: Notice, now: datetime) -> Reach:
    """Queue a copy for each linked group and each active person who can be reached, on the account used last.

    The notice has been found with `lock` and is not out yet.
    """
    to = addressees(session, people)
    reply = notice_message(notice, people.name_of(notice.created_by))
    if notice.state == SCHEDULED and notice.send_at is not None:
        reply = late_notice(reply, notice.send_at, now)
    everybody = _everybody(to)
    for recipient in everybody:
        place = to.address(recipient)
        if place is not None:
            key = notices.key_of(notice.id, recipient)
            body = reply.to_dict()
            outbox.queue(session, NewMessage(key, BROADCAST, place[0], place[1], recipient, URGENT, body), now)
    notices.mark_sent(session, notice.id, everybody, now)
    return reach(session, to)


def send_scheduled(engine: Engine, office: Office, now: datetime) -> int:
    """Queue the notices whose hour has come; one that comes late says so. Returns how many."""
    with reading(engine) as session:
        numbers = notices.due(session, now)
    return sum(_send_at_its_hour(engine, office, number, now) for number in numbers)


def _send_at_its_hour(engine: Engine, office: Office, number: int, now: datetime) -> bool:
    with transaction(engine) as session:
        notice = notices.find(session, number, lock=True)
        if notice is None or notice.state != SCHEDULED or notice.send_at is None or notice.send_at > now:
            return False  # somebody was faster
        sent_to = send(session, roster(session, office.plans), notice, now)
        detail = {
            "groups": sent_to.groups,
            "people": sent_to.people,
            "scheduled": notice.send_at.astimezone(ZONE).isoformat(),
        }
        audit(session, now, "notice_send", f"notice:{number}", detail=detail)
        return True


def stop(session: Session, notice: Notice, now: datetime) -> int:
    """Hold back what has not gone out; returns how many messages. The notice has been found with `lock`."""
    notices.set_state(session, notice.id, STOPPED)
    return notices.hold_back(session, notice.id, now)


def resume(session: Session, people: Roster, notice: Notice, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Queue again what was held back; returns how many messages, and the names of those who are gone meanwhile."""
    to = addressees(session, people)
    active = set(_everybody(to))
    queued, gone = 0, []
    for message in notices.held_back(session, notice.id):
        place = to.address(message.recipient) if message.recipient in active else None
        if place is None:
            notices.let_go(session, message.id, _GONE)
            gone.append(name_of(session, message.recipient))
            continue
        reply = Reply.from_dict(message.body)
        goes_on = message.begun and place == message.place  # the parts that are out must not shift
        if notice.sent_at is not None and not goes_on:
            reply = late_notice(reply, notice.sent_at, now)
        notices.queue_again(session, message, place, reply.to_dict(), now)
        queued += 1
    notices.set_state(session, notice.id, SENT)
    return queued, tuple(gone)


def progress(session: Session, people: Roster, notice: Notice) -> Progress:
    """How far a notice that is out has come."""
    copies = notices.copies(session, notice.id)
    received = acknowledgements.acknowledged(session, notice.id)
    sent_to = _count([each.recipient for each in copies if each.state != "unreachable"])
    states = Counter(each.state for each in copies)
    return Progress(
        groups=sent_to["group"],
        people=sent_to["person"],
        delivered=states["sent"],
        waiting=states["pending"] + states["sending"],
        stopped=states["stopped"],
        unclear=states["unconfirmed"],
        dropped=states["dropped"],
        failed=_names(session, copies, "failed"),
        unreachable=_names(session, copies, "unreachable"),
        received=tuple(people.name_of(number) for number in received),
        missing=tuple(person.name for person in _missing(people, notice, copies, received)),
    )


def chase(session: Session, office: Office, people: Roster, notice: Notice, by: Person, now: datetime) -> Chased:
    """Remind in private those who have not acknowledged, once for each person and day, in office hours.

    Who never got the notice, but can be reached now, gets it whole; whose copy is still on its way is left alone.
    """
    to = addressees(session, people)
    copies = notices.copies(session, notice.id)
    states = {each.recipient: each.state for each in copies}
    later = next_office_time(now, office)
    queued: list[str] = []
    already: list[str] = []
    unreachable: list[str] = []
    waiting: list[str] = []
    for person in _missing(people, notice, copies, acknowledgements.acknowledged(session, notice.id)):
        recipient = f"person:{person.id}"
        place = to.address(recipient)
        if states[recipient] in _WAITING:
            waiting.append(person.name)
        elif place is None:
            unreachable.append(person.name)
        else:
            key = acknowledgements.chase_key(notice.id, recipient, later.astimezone(ZONE).date())
            author = people.name_of(notice.created_by)
            reply = chaser(notice, author, by.name, whole=states[recipient] != "sent")
            message = NewMessage(key, acknowledgements.CHASE, place[0], place[1], recipient, URGENT, reply.to_dict())
            fresh = outbox.queue(session, message, now, later) is not None
            (queued if fresh else already).append(person.name)
    return Chased(
        queued=tuple(queued),
        already=tuple(already),
        unreachable=tuple(unreachable),
        waiting=tuple(waiting),
        later=later if later > now else None,
    )


def _everybody(to: Addressees) -> list[str]:
    return [f"group:{group.id}" for group in to.groups] + [f"person:{person.id}" for person in to.people.active]


def _missing(people: Roster, notice: Notice, copies: Sequence[Copy], received: dict[int, datetime]) -> list[Person]:
    """Those who were meant and are still here, but the author, and have not acknowledged."""
    meant = {each.recipient for each in copies}
    return [
        person
        for person in people.active
        if f"person:{person.id}" in meant and person.id not in received and person.id != notice.created_by
    ]


def _names(session: Session, copies: Sequence[Copy], state: str) -> tuple[str, ...]:
    return tuple(name_of(session, each.recipient) for each in copies if each.state == state)


def _count(recipients: Sequence[str]) -> Counter[str]:
    return Counter(recipient.partition(":")[0] for recipient in recipients)
