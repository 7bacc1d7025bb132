"""What the bot tells the clerk on its own: each thing once, by its key."""

from datetime import datetime

from sqlmodel import Session

from plan_data.office import Office
from records.outbox import NOTICE, NewMessage, queue
from records.people import accounts, roster
from wording.message import Reply


def tell_clerks(
    session: Session,
    office: Office,
    key: str,
    reply: Reply,
    now: datetime,
    not_before: datetime | None = None,
    not_on: str = "",
) -> None:
    """Queue a notice for each clerk who can be reached; `not_before` keeps it for office hours.

    `not_on` is a channel that cannot carry it.
    """
    places = accounts(session)
    for clerk in roster(session, office.plans).clerks:
        reachable = (each for each in places.get(clerk.id, ()) if not each.unreachable and each.channel != not_on)
        place = next(reachable, None)
        if place is not None:
            recipient = f"person:{clerk.id}"
            body = reply.to_dict()
            message = NewMessage(
                f"{key}|{recipient}", "notice", place.channel, place.address, recipient, NOTICE, body
            )
            queue(session, message, now, not_before)
