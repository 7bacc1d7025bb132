"""What was written down on a clock that was ahead, once it shows the right time again.

A machine whose battery is empty may begin in another year, until the network tells it the time. What was said then is
said; but nothing must stay unsaid for as long as the clock was wrong.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, update
from sqlmodel import Session, col

from plan_data.cases import RUNNING
from records.case_tables import CaseRow
from records.mail_tables import AlertRow, OutboxRow
from records.tables import DeadlineRow, PlanSeenRow


def forget_the_future(session: Session, now: datetime, may_speak: datetime) -> None:
    """Everything is looked at again, nothing is given up whose moment has yet to come, and no message waits for long.

    `may_speak`: when messages that were held back on the wrong clock may go, in office hours.
    """
    is_open = col(DeadlineRow.done_on).is_(None), col(DeadlineRow.withdrawn).is_(False)
    look_at = or_(col(DeadlineRow.next_look) > now, and_(*is_open))
    session.exec(update(DeadlineRow).where(look_at).values(next_look=now))
    is_awaited = or_(col(CaseRow.standing).in_(RUNNING), col(CaseRow.next_look) > now)
    session.exec(update(CaseRow).where(is_awaited).values(next_look=now))
    session.exec(delete(AlertRow).where(col(AlertRow.at) > now, col(AlertRow.dropped) != ""))
    was_held = or_(col(OutboxRow.created_at) > now, col(OutboxRow.attempts) > 0)
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.state) == "pending", col(OutboxRow.not_before) > now, was_held)
        .values(not_before=may_speak)
    )


def follow_from_now(session: Session, plans: Collection[str], now: datetime) -> None:
    """These plans were first seen on a clock that was ahead: what is due from now on is followed."""
    session.exec(update(PlanSeenRow).where(col(PlanSeenRow.plan).in_(plans)).values(first_seen=now))
    known_later = col(DeadlineRow.plan).in_(plans), col(DeadlineRow.known_since) > now
    session.exec(update(DeadlineRow).where(*known_later).values(known_since=now))
