"""Saying what is due about cases: the officer first, in private; groups in their digest; drafts of letters.

One transaction: the steps' unique keys, the messages and the next looks are written together or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.addressees import Addressees, addressees
from jobs.case_alerts import CaseDecision, CaseReason, CaseStep, due_steps, next_digest, timeline
from jobs.case_letters import send_letter
from plan_data.cases import Kind, Standing
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import alerts, outbox, pushes
from records.absences import substitutes
from records.alerts import Said
from records.case_imports import last_done
from records.cases import alive, cases_with, due_for_a_look, look_again
from records.database import transaction
from records.outbox import GROUP, URGENT, NewMessage
from records.people import Group, roster
from wording.case_alerts import Told, to_group, to_officer
from wording.cases import View
from wording.message import Reply

KIND = "case"
_DIGEST_LASTS = timedelta(hours=1)  # after an outage that was longer the next digest tells it
_ERRANDS = {CaseReason.ASK: "ask", CaseReason.PUBLISH: "publish"}


def announce_cases(engine: Engine, office: Office, now: datetime) -> int:
    """Queue everything about cases that is due and unsaid at `now`; returns the number of messages queued."""
    if not office.policy.may_push(now, office.calendar):
        return 0
    with transaction(engine) as session:
        cases = due_for_a_look(session, now)
        if not cases:
            return 0
        to, view = _scene(session, office, now)
        decision = due_steps(cases, office, now)
        told = _tell_officers(session, decision.officer, to, view)
        held = _tell_groups(session, office, decision.group, to, view, told)
        digest = next_digest(now, office)
        looks = {number: min(digest, decision.next_looks[number] or digest) for number in held}
        look_again(session, {**decision.next_looks, **looks})
        _send_letters(session, office, decision, to, now)
        return len(told)


def mend_what_waits(session: Session, office: Office, now: datetime) -> None:
    """Something has happened to cases: what has not gone out yet speaks only of what is still to be done."""
    waiting = pushes.all_waiting(session, KIND)
    if not waiting:
        return
    to, view = _scene(session, office, now)
    for message in waiting:
        said = alerts.of_message(session, message.id)
        cases = cases_with(session, {int(each.subject.partition(":")[2]) for each in said})
        steps = {step.key: step for case in cases.values() for step in timeline(case, office)}
        still = [steps[key] for key in map(_key_of_step, said) if key in steps]
        if not still:
            outbox.drop(session, message.id, "hồ sơ đã xử lý hoặc đã đổi hạn trước khi gửi", now)
        elif len(still) < len(said):
            recipient = said[0].recipient
            is_group = recipient.startswith("group:")
            reply = _to_group(session, office, still, view) if is_group else _to_person(recipient, still, to, view)
            outbox.revise(session, message.id, (reply.again() if message.again else reply).to_dict())


def _scene(session: Session, office: Office, now: datetime) -> tuple[Addressees, View]:
    to = addressees(session, roster(session, office.plans), substitutes(session, now.astimezone(ZONE).date()))
    return to, View(now, office.calendar, {person.id: person.name for person in to.people.everybody})


def _tell_officers(session: Session, steps: Sequence[CaseStep], to: Addressees, view: View) -> set[int]:
    """One message for each person with everything new; returns the cases spoken of in this very look."""
    by_key = {step.key: step for step in steps}
    said = [each for step in steps for each in _for_people(step, to)]
    new = alerts.record(session, said)
    fresh: dict[str, list[Said]] = {}
    for each in said:
        if each.key in new:
            fresh.setdefault(each.recipient, []).append(each)
    for recipient, own in fresh.items():
        mine = [by_key[_key_of_step(each)] for each in own]
        _queue(session, to, recipient, own, _to_person(recipient, mine, to, view), view.now)
    return {by_key[_key_of_step(each)].case.id for each in said if each.key in new}


def _to_person(recipient: str, steps: Sequence[CaseStep], to: Addressees, view: View) -> Reply:
    number = int(recipient.partition(":")[2])
    holders = {number, *(away for away, here in to.stand_ins.items() if here == number)}
    is_own = any(step.case.person in holders for step in steps)
    shown = [Told(step.case, step.limit, _ERRANDS.get(step.reason, "")) for step in steps]
    return to_officer(shown, view, is_own=is_own)


def _for_people(step: CaseStep, to: Addressees) -> list[Said]:
    """The officer, or who stands in; the clerks where nobody answers for the case or can be reached."""
    person = to.people.get(step.case.person) if step.case.person is not None else None
    recipients = to.hearing_for([person]) if person is not None and not person.retired else []
    reachable = [each for each in recipients if to.address(each)]
    if not reachable:
        reachable = [each for each in to.hearing_for(to.people.clerks, to.people.clerks) if to.address(each)]
    return [_said(step, step.at, recipient) for recipient in reachable]


def _said(step: CaseStep, at: datetime, recipient: str) -> Said:
    return Said(f"{step.key}|{recipient}", None, f"case:{step.case.id}", step.reason, step.number, at, recipient)


def _key_of_step(said: Said) -> str:
    return said.key.rpartition("|")[0]


def _tell_groups(
    session: Session, office: Office, steps: Sequence[CaseStep], to: Addressees, view: View, told: set[int]
) -> list[int]:
    """A digest for each group; returns the cases that wait for the next one.

    Outside of the hour of a digest all of them do, and those of which their officers have heard only just now.
    """
    moments = office.policy.cases.digests_of(view.now.astimezone(ZONE).date())
    is_open = any(moment <= view.now < moment + _DIGEST_LASTS for moment in moments)
    to_say: list[CaseStep] = []
    waiting: list[CaseStep] = []
    for step in steps:
        (to_say if is_open and step.case.id not in told else waiting).append(step)
    for group in to.groups:
        _tell_group(session, office, group, to_say, to, view)
    return [step.case.id for step in waiting]


def _tell_group(
    session: Session, office: Office, group: Group, steps: Sequence[CaseStep], to: Addressees, view: View
) -> None:
    recipient = f"group:{group.id}"
    if not to.address(recipient):
        return
    fitting = [step for step in steps if _concerns(step, group.audience, to)]
    said = [_said(step, step.group_at or step.at, recipient) for step in fitting]
    new = alerts.record(session, said)
    fresh = [(step, each) for step, each in zip(fitting, said, strict=True) if each.key in new]
    if fresh:
        reply = _to_group(session, office, [step for step, _ in fresh], view)
        _queue(session, to, recipient, [each for _, each in fresh], reply, view.now)


def _to_group(session: Session, office: Office, steps: Sequence[CaseStep], view: View) -> Reply:
    ready = sum(case.standing is Standing.FINISHED for case in alive(session))
    last = last_done(session)
    cases = [step.case for step in steps]
    return to_group(cases, ready, last.done_at if last else None, view, office.policy.cases)


def _concerns(step: CaseStep, audience: str, to: Addressees) -> bool:
    person = to.people.get(step.case.person or 0)
    return audience == "all" or (person is not None and audience in person.held)


def _queue(
    session: Session, to: Addressees, recipient: str, said: Sequence[Said], reply: Reply, now: datetime
) -> None:
    place = to.address(recipient)
    assert place is not None, "only who can be reached is told anything"
    key = f"cases|{recipient}|{said[0].key}"
    urgency = GROUP if recipient.startswith("group:") else URGENT
    message = NewMessage(key, KIND, place[0], place[1], recipient, urgency, reply.to_dict())
    number = outbox.queue(session, message, now)
    if number is not None:
        alerts.carried_by(session, [each.key for each in said], number)


def _send_letters(session: Session, office: Office, decision: CaseDecision, to: Addressees, now: datetime) -> None:
    """A case that is not in its last step with the fewest hours left will certainly be late."""
    fewest = office.policy.cases.hours_left[-1]
    for step in decision.officer:
        certain = step.reason is CaseReason.LEFT and step.number == fewest
        case = step.case
        if certain and case.standing is Standing.OPEN and case.listed.kind is Kind.TTHC and case.new_due is None:
            send_letter(session, office, to.people, case.id, now)


def foresee(
    steps: Iterable[CaseStep], first: datetime, last: datetime, names: Mapping[int, str]
) -> dict[tuple[datetime, str], list[CaseStep]]:
    """What will be said between the two moments, by moment and recipient, if nothing happens meanwhile."""
    found: dict[tuple[datetime, str], list[CaseStep]] = {}
    for step in steps:
        who = names.get(step.case.person or 0) or "công chức CCHC"
        for at, recipient in ((step.at, who), (step.group_at, "nhóm")):
            if at is not None and first <= at <= last:
                found.setdefault((at, recipient), []).append(step)
    return dict(sorted(found.items(), key=lambda each: each[0]))
