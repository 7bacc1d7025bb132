"""The dossier of a task: what the plan asks, how each period stood, everything that happened in order of time."""

from datetime import datetime

from sqlmodel import Session

from jobs.digest import holders
from plan_data.office import Office
from plan_data.plan import Deadline
from plan_data.workdays import ZONE
from records import completions, deadlines, dossier, evidence
from records.people import Roster, groups, roster
from wording.dossier import completed_words, extended_words, recipient_words, reminded_words, undone_words
from wording.sheets import Dossier, Happened, Term


def dossier_of(session: Session, office: Office, plan: str, task: str, now: datetime) -> Dossier:
    """Everything on record about a task up to `now`; periods that have not begun are left out."""
    people = roster(session, office.plans)
    today = now.astimezone(ZONE).date()
    items = [
        item for item in deadlines.of_tasks(session, office.plans, [(plan, task)]) if item.deadline.opens <= today
    ]
    found = office.plans.by_id[plan].by_code[task]
    by_id = {item.deadline.id: item.deadline for item in items}
    happened = [*_told(session, people, by_id), *_done(session, people, by_id), *_moved(session, people, by_id)]
    return Dossier(
        plan=office.plans.by_id[plan],
        task=found,
        lead=holders(office, people, found.lead),
        support=holders(office, people, found.support),
        monitor=holders(office, people, found.monitor),
        at=now,
        terms=[Term(item.deadline, item.done_on, item.done_late, item.is_overdue(now)) for item in items],
        happened=sorted(happened, key=lambda each: each.at),
    )


def _told(session: Session, people: Roster, by_id: dict[int, Deadline]) -> list[Happened]:
    titles = {group.id: group.title for group in groups(session)}
    return [
        Happened(
            each.sent_at or each.at,
            by_id[each.deadline_id],
            reminded_words(each),
            recipient_words(each.recipient, people, titles),
        )
        for each in dossier.told_about(session, by_id)
    ]


def _done(session: Session, people: Roster, by_id: dict[int, Deadline]) -> list[Happened]:
    found = []
    history = completions.history_of(session, list(by_id))
    files = evidence.of_completions(session, [each.id for each in history])
    for each in history:
        deadline, name = by_id[each.deadline_id], people.name_of(each.recorded_by)
        whose = people.name_of(each.share_of) if each.share_of else ""
        found.append(
            Happened(each.recorded_at, deadline, completed_words(deadline, each, files.get(each.id, ()), whose), name)
        )
        if each.undone_at is not None:
            found.append(Happened(each.undone_at, deadline, undone_words(), people.name_of(each.undone_by or 0)))
    return found


def _moved(session: Session, people: Roster, by_id: dict[int, Deadline]) -> list[Happened]:
    by_key = {deadline.key: deadline for deadline in by_id.values()}
    return [
        Happened(each.recorded_at, by_key[each.deadline_key], extended_words(each), people.name_of(each.recorded_by))
        for each in dossier.extensions(session, by_key)
    ]
