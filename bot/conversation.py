"""The conversation, the same on every channel: an update comes in, is stored, handled once, and answered.

The effect of a command, the mark that its update is handled, and the answer in the outbox are one transaction,
so a crash at any moment neither loses a command nor does it twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlmodel import Session

from bot.answering import Answers
from bot.command import Command
from bot.incoming import Incoming, incoming_of
from jobs.outcomes import Clock
from plan_data.office import Office
from records import inbox, outbox
from records.database import transaction
from records.inbox import Stored
from records.outbox import ANSWER, NewMessage
from wording.message import Reply
from wording.refusals import Refusal

log = logging.getLogger(__name__)


class Conversation:
    """Answers updates by the command table."""

    def __init__(self, engine: Engine, office: Office, commands: Sequence[Command], clock: Clock) -> None:
        self._engine = engine
        self._answers = Answers(office, commands, clock)
        self._clock = clock

    def receive(self, channel: str, updates: Sequence[Incoming]) -> list[int]:
        """Store updates before they are confirmed to the channel; returns the numbers of those that are new."""
        with transaction(self._engine) as session:
            rows = [(update.update_id, update.chat, asdict(update)) for update in updates]
            return inbox.receive(session, channel, rows, self._clock())

    def store(self, channel: str, updates: Sequence[Incoming]) -> list[Stored]:
        """The same, giving those that are new, ready to be handled."""
        with transaction(self._engine) as session:
            rows = [(update.update_id, update.chat, asdict(update)) for update in updates]
            return inbox.those(session, inbox.receive(session, channel, rows, self._clock()))

    def waiting(self, channel: str, after: int = 0) -> list[Stored]:
        """The next stored updates after that number that nobody has handled yet, oldest first; not all at once."""
        with transaction(self._engine) as session:
            return inbox.waiting(session, channel, after)

    def handle(self, stored: Stored) -> None:
        """Handle one stored update: its effect and its answer in one transaction.

        Raises OperationalError when the database is away: the update is still waiting then.
        """
        with transaction(self._engine) as session:
            self.handle_within(stored, session)

    def handle_within(self, stored: Stored, session: Session) -> None:
        """The same within a transaction that others share: what cannot be handled does not spoil it."""
        try:
            self._handle(session, stored)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("update %s is left unhandled", stored.id)

    def _handle(self, session: Session, stored: Stored) -> None:
        try:
            try:
                self._try(session, stored)
            except IntegrityError:  # somebody recorded the same at the same moment: now it is on record
                self._try(session, stored)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("update %s failed", stored.id)
            self._step(session, stored, lambda: self._answers.confess(session, stored))

    def _try(self, session: Session, stored: Stored) -> None:
        incoming = incoming_of(stored)
        try:
            self._step(session, stored, lambda: self._answers.answer(session, stored.channel, incoming))
        except Refusal as refusal:
            sentence = refusal.sentence
            self._step(session, stored, lambda: self._answers.refuse(session, stored.channel, incoming, sentence))

    def _step(self, session: Session, stored: Stored, answer: Callable[[], Reply | None]) -> None:
        now = self._clock()
        session.flush()
        session.expunge_all()  # whoever shared the transaction before may have changed rows without their objects
        with session.begin_nested():
            if not inbox.take(session, stored.id, now):
                return
            reply = answer()
            if reply is not None:
                message = NewMessage(
                    key=f"answer|{stored.channel}|{stored.id}",
                    kind="answer",
                    channel=stored.channel,
                    chat=stored.chat,
                    recipient=f"chat:{stored.chat}",
                    priority=ANSWER,
                    body=reply.to_dict(),
                )
                outbox.queue(session, message, now)
