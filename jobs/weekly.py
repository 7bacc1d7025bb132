"""The weekly review: one page and one picture to leaders and clerks, on the weekday and at the hour of the policy."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.board import Selection, board, picture_of
from jobs.case_stats import collect
from jobs.notices import Telling, tell_each
from jobs.overview import by_section, sections
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.audit import mark, set_mark
from records.case_imports import first_done
from records.database import transaction
from records.outbox import PUSH
from records.people import Roster, roster
from wording import board as words
from wording.message import Reply

KIND = "review"
_MARK = "weekly_review"  # the Monday of the last week that was reviewed; "" when there was none since the bot began


def send_review(engine: Engine, office: Office, now: datetime) -> None:
    """Once a week, in office hours; late within the week, saying so. What was due before the bot's first look is not
    made up for."""
    if not office.policy.may_push(now, office.calendar):
        return
    today = now.astimezone(ZONE).date()
    week = (today - timedelta(days=today.weekday())).isoformat()
    at = office.policy.review_of(today, office.calendar)
    with transaction(engine) as session:
        before = mark(session, _MARK)
        if before == week or (at is None or now < at):
            if before is None:
                set_mark(session, _MARK, "")
            return
        set_mark(session, _MARK, week)
        if before is not None:
            _queue(session, office, week, at, now)


def _queue(session: Session, office: Office, week: str, at: datetime, now: datetime) -> None:
    people = roster(session, office.plans)
    reply = review(session, office, people, now)
    if now - at > office.policy.late_after:
        reply = words.review_late(reply, at, now)
    concerned = dict.fromkeys(person.id for person in (*people.leaders, *people.clerks))
    tell_each(session, concerned, f"review|{week}", Telling(KIND, PUSH), reply, now)


def review(session: Session, office: Office, people: Roster, now: datetime) -> Reply:
    """The page as of `now`, with the picture of /status."""
    everything, today = Selection(), now.astimezone(ZONE).date()
    numbers = by_section(session, office, everything, now)
    shown = words.review(
        board(session, office, people, everything, now),
        {section.code: numbers[section.code] for section in sections(office) if numbers[section.code].total},
        collect(session, office, "week", today, now) if first_done(session) else None,
        office.policy.cases,
        now,
    )
    return replace(shown, attachments=(picture_of(everything, now),))
