"""A right that runs out, and that only a person can renew: the clerk is told ahead of it, 14 and 3 days."""

from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.workdays import ZONE
from wording.zalo_oa import tokens_expire

_DAYS_AHEAD = (3, 14)


def days_to_tell(until: datetime, now: datetime) -> int | None:
    """Which of the warnings is due, by its days; None while it is early."""
    return next((days for days in _DAYS_AHEAD if until - now <= timedelta(days=days)), None)


def warn_of_expiry(session: Session, office: Office, app: str, until: datetime, now: datetime) -> None:
    """Tell the clerk, each warning once: the right of the app to renew its tokens ends at that time."""
    days = days_to_tell(until, now)
    if days is not None:
        day = until.astimezone(ZONE).date()
        tell_clerks(session, office, f"tokens|{app}|{day}|{days}", tokens_expire(until, now), now)
