"""After an outage the clerk is told once how long it was and what is late because of it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.decide import Alert, due_alerts, next_office_time
from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import deadlines
from records.audit import mark, set_mark
from records.channels import at_work
from records.vital_signs import waiting_now
from wording.interruptions import interruption, loss, silence

FREEZE = timedelta(minutes=30)


def notice_interruption(session: Session, office: Office, now: datetime) -> None:
    """At the start: since the last sign of life the bot has not been at work."""
    alive = mark(session, "alive")
    set_mark(session, "alive", now.isoformat())
    if alive is not None:
        tell_of_freeze(session, office, datetime.fromisoformat(alive), now)


def tell_of_freeze(session: Session, office: Office, since: datetime, now: datetime) -> None:
    """The bot did not work in that time: it was stopped, or its machine slept."""
    if _is_worth_telling(office, since, now):
        reply = interruption(since, now, [(each.at, each.deadline) for each in _late(session, office, since, now)])
        tell_clerks(session, office, f"interruption|{since.isoformat()}", reply, now, next_office_time(now, office))


def tell_of_silence(session: Session, office: Office, channel: str, since: datetime, until: datetime) -> None:
    """The bot worked, but the channel did not answer in that time."""
    if _is_worth_telling(office, since, until):
        reply = silence(channel, since, until, waiting_now(session, channel, until))
        later = next_office_time(until, office)
        tell_clerks(session, office, f"silence|{channel}|{since.isoformat()}", reply, until, later)


def tell_of_loss(session: Session, office: Office, channel: str, since: datetime, now: datetime) -> None:
    """The channel does not answer: the clerk hears of it once, where there is another way to say it."""
    names = {each.name for each in at_work(session)}
    if channel in names and len(names) > 1:
        reply = loss(channel, since, now)
        tell_clerks(session, office, f"loss|{channel}|{since.isoformat()}", reply, now, next_office_time(now, office))


def _is_worth_telling(office: Office, since: datetime, now: datetime) -> bool:
    """Half an hour of the working day."""
    known = since.astimezone(ZONE).year in office.calendar.years
    return known and office.calendar.working_hours_until(since, now) > FREEZE


def _late(session: Session, office: Office, since: datetime, now: datetime) -> list[Alert]:
    """What would have been said in that time: the first alert of each deadline."""
    decision = due_alerts(deadlines.due_for_a_look(session, office.plans, now), office, now)
    missed = [alert for alert in (*decision.superseded, *decision.alerts) if since < alert.at < now]
    first: dict[str, Alert] = {}
    for alert in sorted(missed, key=lambda each: each.at):
        first.setdefault(alert.deadline.key, alert)
    return list(first.values())
