"""What changes for the work when somebody leaves, or holds other roles: shares that nobody owes any more."""

from datetime import datetime

from sqlmodel import Session

from jobs.digest import refresh
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import completions, deadlines
from records.people import roster


def settle_shares(session: Session, office: Office, now: datetime) -> None:
    """Close the duties of everybody of which only those were missing who owe nothing any more."""
    people = roster(session, office.plans)
    for item in deadlines.begun_and_open(session, office.plans, now.astimezone(ZONE).date()):
        if item.deadline.rule.each:
            completions.settle(session, item.deadline, people, now)
            refresh(session, office, people, item.deadline.id, now)
