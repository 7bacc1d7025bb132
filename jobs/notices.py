"""What the bot tells people in private on its own: each thing once, by its key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plan_data.office import Office
from records.outbox import NOTICE, NewMessage, queue
from records.people import accounts, roster
from wording.message import Reply


@dataclass(frozen=True, slots=True)
class Telling:
    """The kind of a message, and how urgent it is."""

    kind: str
    priority: int


def tell_clerks(
    session: Session, office: Office, key: str, reply: Reply, now: datetime, not_before: datetime | None = None
) -> None:
    """Queue a notice for each clerk who can be reached; `not_before` keeps it for office hours."""
    clerks = [clerk.id for clerk in roster(session, office.plans).clerks]
    tell_each(session, clerks, key, Telling("notice", NOTICE), reply, now, not_before)


def tell_each(
    session: Session,
    people: Iterable[int],
    key: str,
    how: Telling,
    reply: Reply,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Queue one message for each of these people who can be reached, where they were last; once, by the key."""
    places, body = accounts(session), reply.to_dict()
    for person in people:
        place = next((each for each in places.get(person, ()) if not each.unreachable), None)
        if place is not None:
            recipient = f"person:{person}"
            name, where = f"{key}|{recipient}", (place.channel, place.address)
            queue(session, NewMessage(name, how.kind, *where, recipient, how.priority, body), now, not_before)
