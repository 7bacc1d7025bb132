"""What the clerk finds on the morning of a report: the month's picture with its papers, or a draft."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from jobs.accounts import draft_of, files_of
from jobs.board import monthly_picture
from plan_data.office import Office
from plan_data.periods import month_key
from records import deadlines
from records.people import Roster
from wording.message import Reply


def monthly_papers(session: Session, office: Office, people: Roster, deadline_id: int, now: datetime) -> Reply | None:
    """The picture of the month whose review is this deadline, with the consolidated report and its tables."""
    reply, item = (
        monthly_picture(session, office, people, deadline_id, now),
        deadlines.get(session, office.plans, deadline_id),
    )
    if reply is None or item is None:
        return None
    files = files_of("month", month_key(item.deadline.named_day), now)
    return replace(reply, attachments=(*reply.attachments, *files))


def morning_draft(session: Session, office: Office, people: Roster, deadline_id: int, now: datetime) -> Reply | None:
    """The draft of the report that is this deadline."""
    item = deadlines.get(session, office.plans, deadline_id)
    kind = item.deadline.rule.draft if item else None
    return draft_of(session, office, kind, item.deadline.period, now) if item and kind else None
