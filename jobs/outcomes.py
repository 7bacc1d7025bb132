"""What came of a message: sent, lost perhaps, refused, or tried again; within the transaction of the caller."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.channel import SendFailed
from jobs.elsewhere import is_first_way, send_elsewhere
from jobs.failures import (
    is_said_again,
    say_again,
    tell_of_doubt,
    tell_of_failure,
    tell_of_giving_up,
    tell_of_rejection,
)
from jobs.quota import Budget, first_of_month
from plan_data.office import Office
from records import notices, outbox
from records.addresses import mark_unreachable, move_address
from records.codes import SECRET, forget_shown_code
from records.notices import BROADCAST
from records.outbox import Claimed
from wording.people import CODE_FORGOTTEN

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

_GIVE_UP_AFTER = timedelta(days=3)
_DELAYS = (5, 15, 60, 300, 900)
_LONGEST_DELAY = timedelta(hours=1)
_TRIES_HERE = 4  # after 5 s, 15 s and a minute: then another channel is tried, where the person has one
_LONG_REST = timedelta(minutes=5)
_SAY_AGAIN_AFTER = timedelta(minutes=1)  # what went wrong may be over then; somebody who asked does not wait


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after that many failed attempts: 5 s, 15 s, 1, 5, 15 minutes, then an hour."""
    return timedelta(seconds=_DELAYS[attempts - 1]) if attempts <= len(_DELAYS) else _LONGEST_DELAY


class Outcomes:
    """Of the messages of one channel."""

    def __init__(self, office: Office, channel: str, budget: Budget, clock: Clock) -> None:
        self._office = office
        self._channel = channel
        self._budget = budget
        self._clock = clock

    def sent(self, session: Session, message: Claimed, remote_id: str) -> None:
        """It arrived; `remote_id` names its parts."""
        now = self._clock()
        outbox.finish(session, message.id, "sent", now, remote_id)
        self._budget.spend(session, self._office, _parts(remote_id) - _parts(message.remote_id), now)
        _forget_code(session, message)

    def failed(self, session: Session, message: Claimed, failure: SendFailed) -> None:
        """It did not, or nobody knows: the person is unreachable, the platform refuses it, or it goes once more."""
        now = self._clock()
        gone_out = len(failure.delivered) - _parts(message.remote_id) if failure.delivered else 0
        self._budget.spend(session, self._office, gone_out + failure.ambiguous, now)
        if failure.moved_to not in ("", message.chat):
            move_address(session, self._channel, message.chat, failure.moved_to)
            outbox.move_chat(session, self._channel, message.chat, failure.moved_to)
            outbox.put_back(session, message.id, now, str(failure), ",".join(failure.delivered))
        elif failure.permanent:
            mark_unreachable(session, self._channel, message.chat, str(failure))
            if not _goes_elsewhere(session, message, failure):
                outbox.finish(session, message.id, "failed", now, error=str(failure))
            tell_of_failure(session, self._office, message, now)
        elif failure.rejected:
            outbox.finish(session, message.id, "failed", now, error=str(failure))
            log.error("message %s was not accepted by %s: %s", message.id, self._channel, failure)
            tell_of_rejection(session, self._office, message, now)
        elif failure.ambiguous:
            self._doubt(session, message, failure, now)
        else:
            self._try_again(session, message, failure, now)
        if message.kind == BROADCAST:
            notices.hold_back_returned(session, message.key, now)
        _forget_code(session, message)

    def _doubt(self, session: Session, message: Claimed, failure: SendFailed, now: datetime) -> None:
        if is_said_again(message):  # a third time would be one too many
            outbox.finish(session, message.id, "unconfirmed", now, error=str(failure))
            tell_of_doubt(session, self._office, message, now)
        else:
            patience = timedelta() if message.kind == "answer" else _SAY_AGAIN_AFTER
            say_again(session, message, str(failure), now, now + patience)

    def _try_again(self, session: Session, message: Claimed, failure: SendFailed, now: datetime) -> None:
        if now - self._could_go_since(message) > _GIVE_UP_AFTER:
            outbox.finish(session, message.id, "failed", now, error=str(failure))
            tell_of_giving_up(session, self._office, message, now)
        elif _has_lost_patience(session, message, failure) and _goes_elsewhere(session, message, failure):
            log.info("message %s goes by another channel", message.id)
        else:
            until = now + (failure.retry_after or retry_delay(message.attempts))
            outbox.put_back(session, message.id, until, str(failure), ",".join(failure.delivered))
            if failure.retry_after:
                outbox.hold_chat(session, self._channel, message.chat, until)

    def _could_go_since(self, message: Claimed) -> datetime:
        """What waited for a new month's quota has had no chance before it."""
        if self._budget.monthly_quota is None:
            return message.created_at
        return max(message.created_at, first_of_month(self._clock()))


def _has_lost_patience(session: Session, message: Claimed, failure: SendFailed) -> bool:
    """After some tries; at once when the channel asks for a long silence, unless the other has just done so too."""
    rest = failure.retry_after or timedelta()
    return message.attempts >= _TRIES_HERE or (rest >= _LONG_REST and is_first_way(session, message))


def _goes_elsewhere(session: Session, message: Claimed, failure: SendFailed) -> bool:
    return send_elsewhere(session, message, str(failure), begun=bool(failure.delivered))


def _forget_code(session: Session, message: Claimed) -> None:
    """A code that was shown is not kept, whether it arrived or not."""
    if message.kind == SECRET:
        forget_shown_code(session, message.id, CODE_FORGOTTEN.to_dict())


def _parts(remote_id: str) -> int:
    """How many messages of the platform these ids name: a long message goes out in parts."""
    return len(remote_id.split(",")) if remote_id else 0
