"""A clock that has gone back: what it made the bot do in times to come is undone, and the clerk is told."""

from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.decide import next_office_time
from jobs.notices import tell_clerks
from plan_data.office import Office
from records.sync import seen
from records.vital_signs import alive_at
from records.wrong_clock import follow_from_now, forget_the_future
from wording.interruptions import clock_went_back

_DIFFERENCE = timedelta(minutes=5)  # less than that comes of several machines whose clocks are not quite the same
_NEW = timedelta(days=1)  # a plan that has been followed for longer is not taken for new when the clock is behind


def mind_the_clock(session: Session, office: Office, now: datetime) -> None:
    """A sign of life that is still to come was given on a clock that was ahead; or else the clock is behind now.

    To be called before `now` is given as a sign of life. Which of the two clocks was right, nobody here can know:
    what is due by the present one is said either way, and what was said already is not said again.
    """
    before = alive_at(session)
    if before is None or before - now < _DIFFERENCE:
        return
    read = next_office_time(now, office)
    forget_the_future(session, now, read)
    new = [plan for plan, since in seen(session).items() if since > max(now, before - _NEW)]
    follow_from_now(session, new, now)
    key = f"clock|{before.isoformat()}|{now.isoformat()}"
    tell_clerks(session, office, key, clock_went_back(before, now), now, read)
