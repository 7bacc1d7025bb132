"""The monthly round: what a person's report is drafted from, and what has come in."""

from calendar import monthrange
from datetime import date, timedelta

from sqlmodel import Session

from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.plan import Deadline
from records import deadlines, reports
from records.completions import WHOLE, Completion, current_of
from records.deadlines import Item
from records.people import Person, Roster
from wording.work_reports import Received, done_line, open_line


def days_of(deadline: Deadline) -> Window:
    """The days that a monthly report is about: from the day after the last report's last day to its own."""
    before = deadline.last_day.replace(day=1) - timedelta(days=1)
    last = before.replace(day=min(deadline.last_day.day, monthrange(before.year, before.month)[1]))
    return Window(last + timedelta(days=1), deadline.last_day)


def done_lines(session: Session, office: Office, person: Person, deadline: Deadline, today: date) -> list[str]:
    """What the records say that the person has done in these days, and what of theirs is overdue now."""
    days = days_of(deadline)
    found = reports.done_between(session, days.first, days.last)
    items = deadlines.many(session, office.plans, {each.deadline_id for each in found})
    done = [
        done_line(items[each.deadline_id].deadline, each)
        for each in found
        if each.deadline_id in items and _is_of(each, items[each.deadline_id].deadline, person)
    ]
    overdue = [
        item.deadline
        for item in deadlines.begun_and_open(session, office.plans, today)
        if item.deadline.last_day < today
        and not item.deadline.rule.closing_list
        and person.held.intersection(item.deadline.lead)
    ]
    current = current_of(session, [each.id for each in overdue if each.rule.each])
    owed = [each for each in overdue if person.id not in {one.share_of for one in current.get(each.id, [])}]
    late = [open_line(each, today) for each in owed]
    return [*done, *late]


def _is_of(done: Completion, deadline: Deadline, person: Person) -> bool:
    """The person's own share, work of the person's roles, or what the person has recorded; reports do not count."""
    if deadline.rule.closing_list:
        return False
    if done.share_of != WHOLE:
        return done.share_of == person.id
    return done.recorded_by == person.id or bool(person.held.intersection(deadline.lead))


def received(session: Session, people: Roster, item: Item) -> list[Received]:
    """Whether and when each of those who owe the report has sent it, in the order of the roster.

    Sent is what the closing list calls sent: the share is done, however that came about.
    """
    deadline = item.deadline
    words = {each.person_id: each for each in reports.sent_for(session, [deadline.id])}
    shares = {each.share_of: each for each in current_of(session, [deadline.id]).get(deadline.id, [])}
    found = []
    for person in people.owing(deadline.lead, deadline.last_day):
        share, report = shares.get(person.id) or shares.get(WHOLE), words.get(person.id)
        if share is None:
            found.append(Received(person.name))
        else:
            sent_at = report.sent_at if report and report.sent_at else share.recorded_at
            found.append(Received(person.name, sent_at, share.done_on > deadline.last_day, report))
    return found
