"""After an outage the clerk is told once how long it was and what is late because of it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.decide import Alert, due_alerts, next_office_time
from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import deadlines
from records.channels import at_work
from records.vital_signs import alive_at, set_alive, take_back, waiting_now
from wording.interruptions import interruption, loss, silence

FREEZE = timedelta(minutes=30)


def notice_interruption(session: Session, office: Office, now: datetime) -> None:
    """At the start: since the last sign of life the bot has not been at work."""
    alive = alive_at(session)
    set_alive(session, now)
    if alive is not None:
        tell_of_freeze(session, office, alive, now)


def tell_of_freeze(session: Session, office: Office, since: datetime, now: datetime) -> None:
    """The bot did not work in that time: it was stopped, its machine slept, or it could not write anything down.

    An earlier outage of which the clerk has not heard yet, since it ended after hours, is told in the same message.
    """
    if _is_worth_telling(office, since, now):
        untold = [datetime.fromisoformat(key.split("|")[1]) for key in take_back(session, "interruption", now)]
        first, read = min([since, *untold]), next_office_time(now, office)
        late = [(each.at, each.deadline) for each in _late(session, office, first, now)]
        key = f"interruption|{first.isoformat()}|{now.isoformat()}"
        tell_clerks(session, office, key, interruption(first, now, read, late), now, read)


def tell_of_silence(session: Session, office: Office, channel: str, since: datetime, until: datetime) -> None:
    """The bot worked, but the channel did not answer in that time."""
    if _is_worth_telling(office, since, until):
        read = next_office_time(until, office)
        reply = silence(channel, since, until, read, waiting_now(session, channel, until))
        tell_clerks(session, office, f"silence|{channel}|{since.isoformat()}", reply, until, read)


def tell_of_loss(session: Session, office: Office, channel: str, since: datetime, now: datetime) -> None:
    """The channel does not answer: the clerk hears of it once, where there is another way to say it."""
    names = {each.name for each in at_work(session)}
    if channel in names and len(names) > 1:
        read = next_office_time(now, office)
        key = f"loss|{channel}|{since.isoformat()}"
        tell_clerks(session, office, key, loss(channel, since, read), now, read)


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
