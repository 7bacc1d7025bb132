"""Delivery: claim, send, record. Never a network call inside a transaction.

What nobody can know (a timeout after the bytes left, a process killed between claim and record) is `unconfirmed`,
and the message is said once more with "(nhắc lại)".
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from jobs.channel import Arrived, Channel, SendFailed
from jobs.decide import next_office_time
from jobs.failures import say_again
from jobs.outcomes import Clock, Outcomes
from jobs.press import Press
from jobs.quota import Budget
from jobs.rounds import Claims, Craft, Room, Rounds, Step
from plan_data.office import Office
from plan_data.workdays import CalendarYearMissing
from records import claims, notices, outbox, workers
from records.codes import SECRET, forget_shown_code
from records.database import reading, transaction
from records.notices import BROADCAST
from records.outbox import ANSWER, PUSH, Claimed
from wording.groups import rights
from wording.message import Reply
from wording.notices import late
from wording.people import CODE_FORGOTTEN

log = logging.getLogger(__name__)
RIGHTS = "rights"  # the kind of a message that is composed when it is sent: what the bot may do in the group
LATE_AFTER = timedelta(hours=1)
NEWS = "news"  # the kind of a message about a colleague
_UNASKED = frozenset({"push", "nudge", "chase", "case", "review", NEWS})
_FOR_OFFICE_HOURS = _UNASKED | {"notice"}


class Courier:
    """Carries the outbox of one channel. Messages to one chat go one by one, different chats side by side.

    `worker`: its number where several share the work; a chat is then written to by one of them at a time.
    """

    def __init__(
        self,
        engine: Engine,
        office: Office,
        channel: Channel,
        clock: Clock,
        at_once: int = 1,
        monthly_quota: int | None = None,
        press: Press | None = None,
        worker: int | None = None,
    ) -> None:
        self._engine = engine
        self._worker = worker
        self._press = press
        self._office = office
        self._channel = channel
        self._clock = clock
        self._budget = Budget(channel.name, monthly_quota)
        self._outcomes = Outcomes(office, channel.name, self._budget, clock)
        craft = Craft(self._transact, self._send, self._edit, self._is_something_due, channel.resting)
        self._rounds = Rounds(craft, at_once)

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return self._channel.name

    @property
    def monthly_quota(self) -> int | None:
        """How many messages the channel may send in a month; None without a limit."""
        return self._budget.monthly_quota

    async def recover(self) -> None:
        """Settle what a process that died had claimed. A single bot calls it once, before `deliver`."""
        with transaction(self._engine) as session:
            if self._worker is None:
                left_over = outbox.in_flight(session, self._channel.name)
            else:
                left_over = workers.take_over(session, self._channel.name, self._worker)
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
                if message.kind == SECRET:
                    forget_shown_code(session, message.id, CODE_FORGOTTEN.to_dict())

    async def run(self) -> None:
        """Deliver until cancelled: at once when `deliver` is called, and by itself when a waiting time is over."""
        await self._rounds.run()

    async def take(self, step: Step) -> None:
        """Take the step in the next transaction of delivery, which claims what it queues: see `Rounds.take`."""
        await self._rounds.take(step)

    async def deliver(self) -> int:
        """Send everything that may go now, then edit what must be edited; returns how many messages went out.

        While `run` is at work this only wakes it.
        """
        if self._rounds.running:
            self._rounds.wake()
            return 0
        return await self._rounds.once()

    def _is_something_due(self) -> bool:
        try:
            with reading(self._engine) as session:
                now = self._clock()
                held, down_to = self._held(now), self._budget.down_to(session, now)
                return claims.is_something_due(
                    session, self._channel.name, now, held, down_to, can_edit=self._channel.can_edit
                )
        except SQLAlchemyError:
            log.exception("the outbox of %s cannot be read", self._channel.name)
            return False

    def _transact(self, steps: Sequence[Step], room: Room) -> Claims:
        """Take the steps; claim messages, the most urgent first; edit when nothing else is to do."""
        with transaction(self._engine) as session:
            for step in steps:
                step(session)
            now = self._clock()  # after the steps: what they have just written may go at once
            messages, others = self._claim(session, room, now)
            idle = self._channel.can_edit and others > 0 and len(messages) < room.messages
            claim = (claims.claim_edit(session, self._channel.name) for _ in range(room.edits if idle else 0))
            return Claims(messages, [edit for edit in takewhile(lambda each: each is not None, claim) if edit])

    def _claim(self, session: Session, room: Room, now: datetime) -> tuple[list[Claimed], int]:
        """Messages for different chats, and how many places for others than answers are left."""
        held, left_alone, others = self._held(now), room.left_alone, room.others
        if self._worker is not None and room.messages:
            left_alone |= workers.chats_in_hand(session, self._channel.name)
        affordable = self._budget.down_to(session, now) if room.messages else PUSH
        claimed: list[Claimed] = []
        while len(claimed) < room.messages:
            down_to = affordable if others > 0 else ANSWER
            message = claims.claim(session, self._channel.name, now, left_alone, held, down_to, self._worker)
            if message is None:
                break
            claimed.append(message)
            left_alone |= {message.chat}
            others -= message.priority > ANSWER
        return claimed, others

    def _held(self, now: datetime) -> frozenset[str]:
        """What nobody asked for waits for office hours, however long its delivery has been failing."""
        with suppress(CalendarYearMissing):
            if self._office.policy.may_push(now, self._office.calendar):
                return frozenset()
        return _UNASKED

    async def _send(self, message: Claimed) -> Step:
        """Send it; returns how to write down what came of it."""
        try:
            reply = Reply.from_dict(message.body)
            begun = message.remote_id  # parts have gone out: the rest must be cut as they were
            if message.kind != "answer" and not begun and self._clock() - self._meant_for(message) > LATE_AFTER:
                reply = late(reply, message.created_at, self._clock())
            if message.kind == RIGHTS:
                reply = rights(await self._channel.missing_rights(message.chat))
            if self._press is not None:
                if any("paper" in each for each in reply.attachments):
                    await self._show_work(message.chat)
                reply = await self._press.with_papers(message, reply)
            remote_id = await self._channel.send(message, reply)
        except SendFailed as error:
            log.warning("message %s on %s not sent: %s", message.id, self._channel.name, error)
            failure = error
        except Exception as mistake:  # nobody knows how far the channel came
            log.exception("message %s on %s not sent", message.id, self._channel.name)
            failure = SendFailed(f"{type(mistake).__name__}: {mistake}", ambiguous=True)
        else:
            self._rounds.sent += 1
            return lambda session: self._outcomes.sent(session, message, remote_id)
        return lambda session: self._outcomes.failed(session, message, failure)

    async def _show_work(self, chat: str) -> None:
        try:
            await self._channel.show_work(chat)
        except Exception:  # a sign that does not come costs nothing
            log.debug("no sign of work in chat %s on %s", chat, self._channel.name, exc_info=True)

    def _meant_for(self, message: Claimed) -> datetime:
        """When it was to go: what was written after hours was kept for the next office hours on purpose."""
        if message.kind in _FOR_OFFICE_HOURS:
            with suppress(CalendarYearMissing):
                return next_office_time(message.created_at, self._office)
        return message.created_at

    async def _edit(self, message: Claimed) -> None:
        try:
            await self._channel.edit(message, Reply.from_dict(message.body))
        except SendFailed as failure:  # the next digest tells the same; an edit is not worth a retry
            log.warning("message %s on %s not edited: %s", message.id, self._channel.name, failure)
        except Exception:
            log.exception("message %s on %s not edited", message.id, self._channel.name)
