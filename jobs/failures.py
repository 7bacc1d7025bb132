"""What follows when a message could not be delivered: it is said once more, or the clerk is told."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import alerts, outbox
from records.addresses import name_at
from records.codes import SECRET
from records.outbox import Claimed, NewMessage
from wording.message import Reply, cut
from wording.notices import doubtful, given_up, not_accepted, unreachable

_AGAIN = "|again"
_TITLE_LENGTH = 60


def is_said_again(message: Claimed) -> bool:
    """Whether it is a repetition already."""
    return message.key.endswith(_AGAIN)


def repetition(message: Claimed) -> tuple[str, dict[str, Any]]:
    """Key and body of the message said once more, which it says of itself."""
    if is_said_again(message):
        return message.key, message.body
    return message.key + _AGAIN, Reply.from_dict(message.body).again().to_dict()


def say_again(
    session: Session, message: Claimed, why: str, now: datetime, not_before: datetime | None = None
) -> None:
    """Nobody knows whether it arrived: keep that on record, and say it once more, marked as such.

    The repetition is as old as the message, so that it says of itself that it is late.
    """
    outbox.finish(session, message.id, "unconfirmed", now, error=why)
    if is_said_again(message):
        return
    key, body = repetition(message)
    copy = NewMessage(
        key=key,
        kind=message.kind,
        channel=message.channel,
        chat=message.chat,
        recipient=message.recipient,
        priority=message.priority,
        body=body,
    )
    number = outbox.queue(session, copy, message.created_at, not_before or now)
    if number is not None:
        alerts.take_over(session, [message.id], number)


def tell_of_doubt(session: Session, office: Office, message: Claimed, now: datetime) -> None:
    """Tell the clerk that nobody knows of the repetition either: once a day for each chat, and not of answers."""
    name = name_at(session, message.channel, message.chat)
    if name and message.kind not in ("notice", "answer"):
        subject = f"doubtful|{message.channel}|{message.chat}|{now.astimezone(ZONE).date()}"
        tell_clerks(session, office, subject, doubtful(message.channel, name), now)


def tell_of_failure(session: Session, office: Office, message: Claimed, now: datetime) -> None:
    """Tell the clerk that a person or group cannot be written to: once a day for each chat, never of strangers."""
    name = name_at(session, message.channel, message.chat)
    if name and message.kind != "notice":  # a notice about a notice that cannot be sent would never end
        subject = f"unreachable|{message.channel}|{message.chat}|{now.astimezone(ZONE).date()}"
        tell_clerks(session, office, subject, unreachable(message.channel, name), now)


def tell_of_giving_up(session: Session, office: Office, message: Claimed, now: datetime) -> None:
    """Tell the clerk that a message was tried for days in vain: once a day for each chat, never of strangers."""
    name = name_at(session, message.channel, message.chat)
    if name and message.kind != "notice":
        subject = f"given up|{message.channel}|{message.chat}|{now.astimezone(ZONE).date()}"
        tell_clerks(session, office, subject, given_up(message.channel, name), now)


def tell_of_rejection(session: Session, office: Office, message: Claimed, now: datetime) -> None:
    """Tell the clerk that the platform does not take a message: once a day for each text, never of strangers."""
    name = name_at(session, message.channel, message.chat)
    if name and message.kind != "notice":
        blocks = Reply.from_dict(message.body).blocks
        title = cut(blocks[0].text, _TITLE_LENGTH) if blocks and message.kind != SECRET else ""
        subject = f"rejected|{message.channel}|{title}|{now.astimezone(ZONE).date()}"
        tell_clerks(session, office, subject, not_accepted(message.channel, title, name), now)
