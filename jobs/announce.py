"""Saying what is due: decide, find the recipients, and queue one digest for each.

One transaction: the alerts' unique keys, the messages and the next looks are written together or not at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.addressees import Addressees, addressees
from jobs.decide import PAPERS, Alert, Decision, Reason, Silence, due_alerts, is_too_late, name_of, silences
from jobs.digest import compose, is_picture, still_worth_saying, with_news
from jobs.mornings import monthly_papers, morning_draft
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import alerts, deadlines, outbox, pushes
from records.absences import substitutes
from records.alerts import Said
from records.audit import mark, set_mark
from records.completions import current_of
from records.database import transaction
from records.deadlines import Item
from records.outbox import GROUP, PUSH, URGENT, NewMessage
from records.people import Roster, roster
from records.sync import first_seen
from wording.message import Reply

_AHEAD = frozenset({Reason.UPCOMING, Reason.SILENT})


def announce(engine: Engine, office: Office, now: datetime) -> int:
    """Queue everything that is due and unsaid at `now`; returns the number of messages queued."""
    if not office.policy.may_push(now, office.calendar):
        return 0
    with transaction(engine) as session:
        items = deadlines.due_for_a_look(session, office.plans, now)
        quiet = _silences(session, office, now)
        if not items and not quiet:
            return 0
        to = addressees(session, roster(session, office.plans), substitutes(session, now.astimezone(ZONE).date()))
        decision = due_alerts(items, office, now)
        still_owing = owing(session, to.people, items)
        said = _addressed(decision.alerts, to, still_owing) + _to_holders(quiet, to)
        said = [each for each in said if to.address(each.recipient)]
        day = office.calendar.working_day_on_or_after(now.astimezone(ZONE).date() + timedelta(days=1))
        morning = office.policy.morning_of(day)
        pressing = _cannot_wait(said, items, morning)
        held = _over_budget(session, office, {each.recipient for each in said} - pressing, now)
        _hold_back(decision, [each for each in said if each.recipient in held], morning)
        deadlines.look_again(session, decision.next_looks)
        meant_for = replace(to, stand_ins={})
        dropped = _record_superseded(session, _addressed(decision.superseded, meant_for, still_owing))
        return _queue(session, office, to, [each for each in said if each.recipient not in held], dropped, now)


def owing(session: Session, people: Roster, items: Iterable[Item]) -> dict[int, frozenset[int]]:
    """Who has not done their share yet, for those of the deadlines that everybody owes."""
    owed = [item.deadline for item in items if item.deadline.rule.each]
    current = current_of(session, [deadline.id for deadline in owed])
    return {
        deadline.id: frozenset(person.id for person in people.owing(deadline.lead, deadline.last_day))
        - {each.share_of for each in current.get(deadline.id, [])}
        for deadline in owed
    }


def _addressed(found: Iterable[Alert], to: Addressees, still_owing: Mapping[int, frozenset[int]]) -> list[Said]:
    """One record for each alert and recipient; a person who holds two of the roles hears each step once."""
    said: dict[str, Said] = {}
    for alert in found:
        for recipient in _recipients(alert, to, still_owing):
            key = f"{name_of(alert.deadline)}|{alert.step}|{recipient}"
            said[key] = Said(key, alert.deadline.id, "", alert.reason, alert.number, alert.at, recipient)
    return list(said.values())


def _recipients(alert: Alert, to: Addressees, still_owing: Mapping[int, frozenset[int]]) -> list[str]:
    deadline, people = alert.deadline, to.people
    if alert.audience.kind == "group":
        return [f"group:{group.id}" for group in to.groups if group.audience in ("all", *deadline.lead)]
    if alert.audience.kind == "leaders":
        return to.hearing_for(people.leaders, among=people.leaders)
    if alert.audience.kind == "clerk":
        return to.hearing_for(people.clerks, among=people.clerks)
    chosen = people.holders((alert.audience.role,))
    owed = still_owing.get(deadline.id)
    return to.hearing_for(person for person in chosen if owed is None or person.id in owed)


def _silences(session: Session, office: Office, now: datetime) -> list[Silence]:
    """Looked for once on each working day, with the morning digest."""
    today = now.astimezone(ZONE).date()
    if now < office.policy.morning_of(today) or mark(session, "silences_looked_for") == today.isoformat():
        return []
    set_mark(session, "silences_looked_for", today.isoformat())
    heard = deadlines.last_signs_of_life(session)
    return silences(office.plans, heard, first_seen(session, office.plans, now), office.policy, today)


def _to_holders(found: Iterable[Silence], to: Addressees) -> list[Said]:
    return [
        Said(
            key=f"{silence.key}|{recipient}",
            deadline_id=None,
            subject=f"{silence.plan}/{silence.task}/{silence.rule}",
            reason=Reason.SILENT,
            number=silence.days,
            at=silence.at,
            recipient=recipient,
        )
        for silence in found
        for recipient in to.hearing_for(to.people.holders(silence.roles))
    ]


def _over_budget(session: Session, office: Office, recipients: set[str], now: datetime) -> set[str]:
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = pushes.count_between(session, sorted(recipients), midnight, now)
    return {recipient for recipient, count in counts.items() if count >= office.policy.pushes_a_day}


def _cannot_wait(said: Iterable[Said], items: Iterable[Item], morning: datetime) -> set[str]:
    """Who must hear now, however much they have heard: of what is overdue, and of what will be over by then."""
    known = {item.deadline.id: item for item in items}
    return {
        each.recipient
        for each in said
        if each.deadline_id is not None
        and (each.reason == Reason.OVERDUE or is_too_late(known[each.deadline_id], each.reason, each.at, morning))
    }


def _hold_back(decision: Decision, held: Iterable[Said], morning: datetime) -> None:
    """What the noise budget keeps back is looked at again with the next morning's digest."""
    for each in held:
        if each.deadline_id is not None:
            planned = decision.next_looks.get(each.deadline_id)
            decision.next_looks[each.deadline_id] = min(planned, morning) if planned else morning


def _record_superseded(session: Session, said: Sequence[Said]) -> Counter[str]:
    """Keep why older steps were never said; returns how many each recipient missed."""
    dropped = [replace(each, dropped="đã quá lúc cần nhắc hoặc đã có lời nhắc mới hơn") for each in said]
    new = alerts.record(session, dropped)
    return Counter(each.recipient for each in dropped if each.key in new)


def _queue(
    session: Session, office: Office, to: Addressees, said: list[Said], dropped: Counter[str], now: datetime
) -> int:
    new = alerts.record(session, said)
    fresh: dict[str, list[Said]] = {}
    for each in said:
        if each.key in new:
            fresh.setdefault(each.recipient, []).append(each)
    waiting = pushes.waiting(session, list(fresh))
    queued = 0
    for recipient, own in fresh.items():
        papers = [each for each in own if each.reason in PAPERS]
        queued += sum(_queue_paper(session, office, to, each, now) for each in papers)
        own = [each for each in own if each.reason not in PAPERS]
        if own:
            queued += _queue_digest(session, office, to, recipient, own, waiting.get(recipient, []), dropped, now)
    return queued


def _queue_digest(
    session: Session,
    office: Office,
    to: Addressees,
    recipient: str,
    own: list[Said],
    waiting: list[int],
    dropped: Counter[str],
    now: datetime,
) -> int:
    """One message for everything; older digests that never went out are merged into it."""
    older = {number: alerts.of_message(session, number) for number in waiting}
    older = {number: said for number, said in older.items() if not is_picture(said)}
    still = [each for said in older.values() for each in still_worth_saying(session, office, to.people, said, now)]
    reply = compose(session, office, to.people, [*still, *own], now, dropped[recipient])
    if reply is None:
        return 0
    reply = with_news(session, recipient, reply, now)
    urgency = _urgency(recipient, [*still, *own])
    number = _queue_push(session, to, recipient, f"digest|{recipient}|{own[0].key}", reply, urgency, now)
    if number is None:
        return 0
    alerts.carried_by(session, [each.key for each in own], number)
    if older:
        alerts.take_over(session, list(older), number)
        for each in older:
            outbox.drop(session, each, "gộp vào tin nhắc mới hơn", now)
    return 1


def _queue_paper(session: Session, office: Office, to: Addressees, said: Said, now: datetime) -> int:
    write = morning_draft if said.reason == Reason.DRAFT else monthly_papers
    reply = write(session, office, to.people, said.deadline_id or 0, now)
    number = _queue_push(session, to, said.recipient, said.key, reply, URGENT, now) if reply else None
    if number is None:
        return 0
    alerts.carried_by(session, [said.key], number)
    return 1


def _urgency(recipient: str, said: Iterable[Said]) -> int:
    """A group's digest tells everybody; overdue and last days cannot wait; what is said ahead can."""
    if recipient.startswith("group:"):
        return GROUP
    return PUSH if all(each.reason in _AHEAD for each in said) else URGENT


def _queue_push(
    session: Session, to: Addressees, recipient: str, key: str, reply: Reply, urgency: int, now: datetime
) -> int | None:
    place = to.address(recipient)
    if place is None:
        return None
    message = NewMessage(key, "push", place[0], place[1], recipient, urgency, reply.to_dict())
    return outbox.queue(session, message, now)
