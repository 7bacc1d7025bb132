"""Another way to a person: what one channel cannot deliver goes to the same person's account on another."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.failures import repetition
from jobs.notices import tell_clerks
from plan_data.office import Office
from records import channels as records
from records import rerouting
from records.channels import AtWork
from records.database import transaction
from records.outbox import Claimed
from records.people import Account, accounts
from wording.channels import CHANNEL_IS_OFF, channel_stopped, went_elsewhere


def send_elsewhere(session: Session, message: Claimed, why: str, *, begun: bool = False) -> bool:
    """Give a message to a person that did not arrive to another channel; False where there is none.

    It stays one message: what is on record about it goes with it. Answers stay where the question was asked. When it
    has `begun`, its first parts have been read: it comes whole, and says that it comes again.
    """
    place = _other_place(session, message)
    if place is None:
        return False
    reason = went_elsewhere(message.channel, place.channel, why)
    key, body = repetition(message) if begun or message.remote_id else (message.key, message.body)
    rerouting.send_elsewhere(session, message.id, place.channel, place.address, reason, key, body)
    return True


def is_first_way(session: Session, message: Claimed) -> bool:
    """Whether a message to a person is where they have last been seen: it has not come there from elsewhere."""
    ways = _ways(session, message)
    return bool(ways) and ways[0].channel == message.channel


def put_to_work(engine: Engine, channels: Sequence[AtWork]) -> None:
    """From now on these channels carry messages; what waits for people on another is given to one of them."""
    with transaction(engine) as session:
        records.put_to_work(session, channels)
        _rescue_stranded(session)


def lay_off(engine: Engine, office: Office, channel: str, why: str, now: datetime) -> None:
    """The channel has stopped for good: its messages to people go elsewhere, and the clerk is told."""
    with transaction(engine) as session:
        records.lay_off(session, channel)
        _rescue_stranded(session)
        tell_clerks(session, office, f"stopped|{channel}|{now.isoformat()}", channel_stopped(channel, why), now)


def _rescue_stranded(session: Session) -> None:
    names = {channel.name for channel in records.at_work(session)}
    for message in rerouting.stranded(session, names):
        send_elsewhere(session, message, CHANNEL_IS_OFF)


def _other_place(session: Session, message: Claimed) -> Account | None:
    if message.kind == "answer":
        return None
    ways = _ways(session, message)
    return next((way for way in ways if way.channel != message.channel and not way.unreachable), None)


def _ways(session: Session, message: Claimed) -> Sequence[Account]:
    kind, _, number = message.recipient.partition(":")
    return accounts(session, int(number)).get(int(number), ()) if kind == "person" else ()
