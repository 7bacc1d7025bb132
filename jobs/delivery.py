"""Delivery: claim, send, record. Never a network call inside a transaction.

A channel is one file that puts text out and translates the platform's errors into `SendFailed`. What nobody can
know (a timeout after the bytes left, a process killed between claim and record) is `unconfirmed`, and the
message is said once more with "(nhắc lại)".
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.decide import next_office_time
from jobs.failures import is_said_again, say_again, tell_of_failure
from plan_data.office import Office
from plan_data.workdays import CalendarYearMissing
from records import notices, outbox
from records.database import reading, transaction
from records.notices import BROADCAST
from records.outbox import Claimed
from records.people import mark_unreachable, move_address
from wording.message import Reply
from wording.notices import late

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

GIVE_UP_AFTER = timedelta(days=3)
LATE_AFTER = timedelta(hours=1)
_UNASKED = frozenset({"push", "nudge"})
_FOR_OFFICE_HOURS = _UNASKED | {"notice"}
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
    """Carries the outbox of one channel. Messages to one chat go one by one, different chats side by side."""

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
                    say_again(session, message, "bị ngắt trong khi gửi", self._clock())
                if message.kind == BROADCAST:
                    notices.hold_back_returned(session, message.key, self._clock())

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
                now = self._clock()
                return outbox.is_something_due(session, self._channel.name, now, self._held(now))
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
        now = self._clock()
        with transaction(self._engine) as session:
            return outbox.claim(session, self._channel.name, now, left_alone, self._held(now))

    def _held(self, now: datetime) -> frozenset[str]:
        """What nobody asked for waits for office hours, however long its delivery has been failing."""
        with suppress(CalendarYearMissing):
            if self._office.policy.may_push(now, self._office.calendar):
                return frozenset()
        return _UNASKED

    async def _send(self, message: Claimed) -> bool:
        reply = Reply.from_dict(message.body)
        if message.kind != "answer" and self._clock() - self._meant_for(message) > LATE_AFTER:
            reply = late(reply, message.created_at, self._clock())
        try:
            remote_id = await self._channel.send(message, reply)
        except SendFailed as failure:
            log.warning("message %s on %s not sent: %s", message.id, self._channel.name, failure)
            await asyncio.to_thread(self._record_failure, message, failure)
            return False
        except Exception as mistake:  # nobody knows how far the channel came
            log.exception("message %s on %s not sent", message.id, self._channel.name)
            unclear = SendFailed(f"{type(mistake).__name__}: {mistake}", ambiguous=True)
            await asyncio.to_thread(self._record_failure, message, unclear)
            return False
        await asyncio.to_thread(self._record_sent, message, remote_id)
        return True

    def _meant_for(self, message: Claimed) -> datetime:
        """When it was to go: what was written after hours was kept for the next office hours on purpose."""
        if message.kind in _FOR_OFFICE_HOURS:
            with suppress(CalendarYearMissing):
                return next_office_time(message.created_at, self._office)
        return message.created_at

    def _record_sent(self, message: Claimed, remote_id: str) -> None:
        with transaction(self._engine) as session:
            outbox.finish(session, message.id, "sent", self._clock(), remote_id)

    def _record_failure(self, message: Claimed, failure: SendFailed) -> None:
        now = self._clock()
        with transaction(self._engine) as session:
            if failure.moved_to not in ("", message.chat):
                move_address(session, self._channel.name, message.chat, failure.moved_to)
                outbox.move_chat(session, self._channel.name, message.chat, failure.moved_to)
                outbox.put_back(session, message.id, now, str(failure))
            elif failure.permanent:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                mark_unreachable(session, self._channel.name, message.chat, str(failure))
                tell_of_failure(session, self._office, message, now)
            elif failure.rejected:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                log.error("message %s was not accepted by %s: %s", message.id, self._channel.name, failure)
            elif failure.ambiguous and not is_said_again(message):
                say_again(session, message, str(failure), now)
            elif now - message.created_at > GIVE_UP_AFTER:
                outbox.finish(session, message.id, "failed", now, error=str(failure))
                tell_of_failure(session, self._office, message, now)
            else:
                until = now + (failure.retry_after or retry_delay(message.attempts))
                outbox.put_back(session, message.id, until, str(failure), ",".join(failure.delivered))
                if failure.retry_after:
                    outbox.hold_chat(session, self._channel.name, message.chat, until)
            if message.kind == BROADCAST:
                notices.hold_back_returned(session, message.key, now)

    async def _edit_all(self) -> None:
        while (message := await asyncio.to_thread(self._claim_edit)) is not None:
            try:
                await self._channel.edit(message, Reply.from_dict(message.body))
            except SendFailed as failure:  # the next digest tells the same; an edit is not worth a retry
                log.warning("message %s on %s not edited: %s", message.id, self._channel.name, failure)
            except Exception:
                log.exception("message %s on %s not edited", message.id, self._channel.name)

    def _claim_edit(self) -> Claimed | None:
        with transaction(self._engine) as session:
            return outbox.claim_edit(session, self._channel.name)
