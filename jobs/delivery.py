"""Delivery: claim, send, record. Never a network call inside a transaction.

A channel is one file that puts text out and translates the platform's errors into `SendFailed`. What nobody can
know (a timeout after the bytes left, a process killed between claim and record) is `unconfirmed`, and the
message is said once more with "(nhắc lại)".
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from jobs.notices import tell_clerks
from plan_data.office import Office
from records import alerts, outbox
from records.database import reading, transaction
from records.outbox import Claimed, NewMessage
from records.people import mark_unreachable, move_address, name_of
from wording.message import Reply
from wording.notices import late, unreachable

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

GIVE_UP_AFTER = timedelta(days=3)
LATE_AFTER = timedelta(hours=1)
_AGAIN = "|again"
_LOOK_EVERY_SECONDS = 1.0
_DELAYS = (5, 15, 60, 300, 900)
_LONGEST_DELAY = timedelta(hours=1)


class Arrived(Enum):
    """Whether a message that was claimed by a process that died has reached the chat."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SendFailed(Exception):
    """A channel could not deliver.

    `permanent`: this chat cannot be written to any more. `ambiguous`: nobody knows whether it arrived.
    `retry_after`: the platform asks for silence in this chat for that long. `moved_to`: the chat's new address.
    `rejected`: the platform does not take this message, whatever the chat. `delivered`: ids of the parts of a long
    message that went out before it failed.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: timedelta | None = None,
        moved_to: str = "",
        rejected: bool = False,
        delivered: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.rejected = rejected
        self.delivered = delivered


class Channel(Protocol):
    """What delivery needs of a channel."""

    name: str
    can_edit: bool

    def resting(self) -> frozenset[str]:
        """Chats that should be left alone for now, because the platform limits how often they are written to."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Put it out; returns the platform's id of the message. Raises SendFailed."""

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Replace the text of a posted message. Raises SendFailed."""

    async def arrived(self, message: Claimed) -> Arrived:
        """Whether a message claimed by a process that died has arrived."""


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after that many failed attempts: 5 s, 15 s, 1, 5, 15 minutes, then an hour."""
    return timedelta(seconds=_DELAYS[attempts - 1]) if attempts <= len(_DELAYS) else _LONGEST_DELAY


class Courier:
    """Carries the outbox of one channel. Messages to one chat go in order, different chats side by side."""

    def __init__(self, engine: Engine, office: Office, channel: Channel, clock: Clock, at_once: int = 1) -> None:
        self._engine = engine
        self._office = office
        self._channel = channel
        self._clock = clock
        self._at_once = at_once
        self._busy: set[str] = set()
        self._claiming = asyncio.Lock()
        self._wake = asyncio.Event()
        self._running = False

    async def recover(self) -> None:
        """Settle what an earlier process had claimed when it died. To be called once, before `deliver`."""
        with transaction(self._engine) as session:
            left_over = outbox.in_flight(session, self._channel.name)
        for message in left_over:
            arrived = await self._channel.arrived(message)
            with transaction(self._engine) as session:
                if arrived is Arrived.YES:
                    outbox.finish(session, message.id, "sent", self._clock())
                elif arrived is Arrived.NO:
                    outbox.put_back(session, message.id, self._clock(), "bị ngắt trước khi gửi")
                else:
                    self._say_again(session, message, "bị ngắt trong khi gửi")

    async def run(self) -> None:
        """Deliver until cancelled: at once when `deliver` is called, and by itself when a waiting time is over."""
        self._running = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                for _ in range(self._at_once):
                    group.create_task(self._work())
        finally:
            self._running = False

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                if not await self._send_all() and self._channel.can_edit:
                    await self._edit_all()
            except SQLAlchemyError:  # a full disk or a locked database must not end delivery
                log.exception("delivery on %s is interrupted", self._channel.name)
            await self._wake.wait()

    async def _watch(self) -> None:
        """Wake the workers when the waiting time of a message is over."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            if await asyncio.to_thread(self._is_something_due):
                self._wake.set()

    def _is_something_due(self) -> bool:
        try:
            with reading(self._engine) as session:
                return outbox.is_something_due(session, self._channel.name, self._clock())
        except SQLAlchemyError:
            log.exception("the outbox of %s cannot be read", self._channel.name)
            return False

    async def deliver(self) -> int:
        """Send everything that may go now, then edit what must be edited; returns how many messages went out.

        While `run` is at work this only wakes it.
        """
        if self._running:
            self._wake.set()
            return 0
        counts = await asyncio.gather(*(self._send_all() for _ in range(self._at_once)))
        if self._channel.can_edit:
            await self._edit_all()
        return sum(counts)

    async def _send_all(self) -> int:
        sent = 0
        while (message := await self._next()) is not None:
            try:
                sent += await self._send(message)
            finally:
                self._busy.discard(message.chat)
        return sent

    async def _next(self) -> Claimed | None:
        """Claim a message of a chat that nobody is writing to; one claim at a time, so that chats stay in order."""
        async with self._claiming:
            message = await asyncio.to_thread(self._claim, self._channel.resting() | self._busy)
            if message is not None:
                self._busy.add(message.chat)
            return message

    def _claim(self, left_alone: frozenset[str]) -> Claimed | None:
        with transaction(self._engine) as session:
            return outbox.claim(session, self._channel.name, self._clock(), left_alone)

    async def _send(self, message: Claimed) -> bool:
        reply = Reply.from_dict(message.body)
        if message.kind != "answer" and self._clock() - message.created_at > LATE_AFTER:
            reply = late(reply, message.created_at, self._clock())
        try:
            remote_id = await self._channel.send(message, reply)
        except SendFailed as failure:
            log.warning("message %s on %s not sent: %s", message.id, self._channel.name, failure)
            await asyncio.to_thread(self._record_failure, message, failure)
            return False
        await asyncio.to_thread(self._record_sent, message, remote_id)
        return True

    def _record_sent(self, message: Claimed, remote_id: str) -> None:
        with transaction(self._engine) as session:
            outbox.finish(session, message.id, "sent", self._clock(), remote_id)

    def _record_failure(self, message: Claimed, failure: SendFailed) -> None:
        now = self._clock()
        with transaction(self._engine) as session:
            if failure.moved_to:
                move_address(session, self._channel.name, message.chat, failure.moved_to)
                outbox.move_chat(session, self._channel.name, message.chat, failure.moved_to)
                outbox.put_back(session, message.id, now, str(failure))
            elif failure.permanent:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                mark_unreachable(session, self._channel.name, message.chat, str(failure))
                self._tell_of_failure(session, message, now)
            elif failure.rejected:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                log.error("message %s was not accepted by %s: %s", message.id, self._channel.name, failure)
            elif failure.ambiguous and not message.key.endswith(_AGAIN):
                self._say_again(session, message, str(failure))
            elif now - message.created_at > GIVE_UP_AFTER:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                self._tell_of_failure(session, message, now)
            else:
                until = now + (failure.retry_after or retry_delay(message.attempts))
                outbox.put_back(session, message.id, until, str(failure), ",".join(failure.delivered))
                if failure.retry_after:
                    outbox.hold_chat(session, self._channel.name, message.chat, until)

    def _say_again(self, session: Session, message: Claimed, why: str) -> None:
        """Nobody knows whether it arrived: keep that on record, and say it once more, marked as such."""
        now = self._clock()
        outbox.finish(session, message.id, "unconfirmed", now, error=why)
        if message.key.endswith(_AGAIN):
            return
        copy = NewMessage(
            key=message.key + _AGAIN,
            kind=message.kind,
            channel=message.channel,
            chat=message.chat,
            recipient=message.recipient,
            priority=message.priority,
            body=Reply.from_dict(message.body).again().to_dict(),
        )
        number = outbox.queue(session, copy, now)
        if number is not None:
            alerts.take_over(session, [message.id], number)

    def _tell_of_failure(self, session: Session, message: Claimed, now: datetime) -> None:
        if message.kind != "notice":  # a notice about a notice that cannot be sent would never end
            subject = f"unreachable|{self._channel.name}|{message.chat}"
            words = unreachable(self._channel.name, name_of(session, message.recipient))
            tell_clerks(session, self._office, subject, words, now)

    async def _edit_all(self) -> None:
        while (message := await asyncio.to_thread(self._claim_edit)) is not None:
            try:
                await self._channel.edit(message, Reply.from_dict(message.body))
            except SendFailed as failure:  # the next digest tells the same; an edit is not worth a retry
                log.warning("message %s on %s not edited: %s", message.id, self._channel.name, failure)

    def _claim_edit(self) -> Claimed | None:
        with transaction(self._engine) as session:
            return outbox.claim_edit(session, self._channel.name)
