"""What is done once a day and at start: bring the deadlines up to date, tell the clerk what is in doubt, tidy up."""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.decide import next_office_time
from jobs.digest import drop_what_is_over
from jobs.interruptions import notice_interruption
from jobs.notices import tell_clerks
from jobs.wrong_clock import mind_the_clock
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import deadlines, inbox
from records.audit import mark, set_mark
from records.completions import settle_all
from records.database import transaction
from records.people import roster
from records.sync import FORESIGHT, first_seen, sync
from records.vital_signs import alive_at, set_alive
from wording.notices import before_tracking, calendar_in_doubt

_WORDS_KEPT = timedelta(days=7)  # what people typed is personal data
_UPDATES_KEPT = timedelta(days=366)  # nobody knows how long Zalo keeps what it may bring again
_HEARTBEAT = timedelta(minutes=5)


def start_up(engine: Engine, office: Office, now: datetime) -> None:
    """Bring the deadlines up to date with the plan files, which may have changed, and notice an interruption."""
    with transaction(engine) as session:
        mind_the_clock(session, office, now)
        _keep_up(session, office, now)
        notice_interruption(session, office, now)


def once_a_day(engine: Engine, office: Office, now: datetime) -> None:
    """The same when a new day begins; otherwise only the sign of life, every few minutes."""
    today = now.astimezone(ZONE).date().isoformat()
    with transaction(engine) as session:
        mind_the_clock(session, office, now)
        if mark(session, "kept_up_on") != today:
            _keep_up(session, office, now)
        alive = alive_at(session)
        if alive is None or not timedelta() <= now - alive < _HEARTBEAT:
            set_alive(session, now)


def _keep_up(session: Session, office: Office, now: datetime) -> None:
    sync(session, office.plans, office.calendar, now)
    people = roster(session, office.plans)
    settle_all(session, office.plans, people, now)
    drop_what_is_over(session, office, people, now)
    inbox.forget_words(session, now - _WORDS_KEPT)
    inbox.forget(session, now - _UPDATES_KEPT)
    set_mark(session, "kept_up_on", now.astimezone(ZONE).date().isoformat())
    later = next_office_time(now, office)
    _tell_of_the_past(session, office, now, later)
    _tell_of_the_calendar(session, office, now, later)


def _tell_of_the_past(session: Session, office: Office, now: datetime, later: datetime) -> None:
    """Once for each plan: what was over before the bot first saw it."""
    seen = first_seen(session, office.plans, now)
    past = deadlines.over_before_tracking(session, office.plans)
    for plan in office.plans.all:
        own = [item for item in past if item.deadline.plan.id == plan.id]
        if own:
            reply = before_tracking(own, seen[plan.id])
            tell_clerks(session, office, f"before_tracking|{plan.id}", reply, now, later)


def _tell_of_the_calendar(session: Session, office: Office, now: datetime, later: datetime) -> None:
    """Once for each year that deadlines reach into: its days off are provisional, or missing."""
    today = now.astimezone(ZONE).date()
    years = {today.year, (today + FORESIGHT).year}
    for year in sorted(years):
        known = year in office.calendar.years
        if not known or year in office.calendar.provisional:
            key = f"calendar|{year}|{'provisional' if known else 'missing'}"
            tell_clerks(session, office, key, calendar_in_doubt(year, known), now, later)
