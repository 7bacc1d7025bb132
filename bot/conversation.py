"""The conversation, the same on every channel: an update comes in, is stored, handled once, and answered.

The effect of a command, the mark that its update is handled, and the answer in the outbox are one transaction,
so a crash at any moment neither loses a command nor does it twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlmodel import Session

from bot.chat_events import chat_changed
from bot.command import Command, Request
from bot.numbered import VALID_FOR, choose, number_in
from bot.typed import Typed, cleaned, typed
from jobs.notices import tell_clerks
from jobs.outcomes import Clock
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import inbox, outbox
from records.absences import substitutes
from records.addresses import is_linked, mark_reachable
from records.database import transaction
from records.inbox import Stored
from records.outbox import ANSWER, NewMessage
from records.people import Person, Roster, account_of, groups, roster, touch_account
from records.posted import choices_in
from wording.message import Reply, folded, say
from wording.notices import bug
from wording.refusals import (
    BROKEN,
    STRANGER,
    STRANGER_HERE,
    UNLINKED_GROUP,
    Refusal,
    only_for,
    unknown_command,
    unknown_words,
)

log = logging.getLogger(__name__)
_ALIKE = 75.0
IMPORT_CASES, EVIDENCE = "/hoso nhap", "/minhchung"
TABLES = (".xlsx", ".xls", ".csv", ".xlsm")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel, in the words of no channel.

    `sender` and `chat` are the channel's addresses; a topic of a group is "group/topic". `attachments` are
    references to files of this message and of the one it replies to, `replied_text` is that one's text. `event`
    is set instead of a text when the chat itself changed: "blocked", "unblocked", "added", "removed", "moved:…",
    or when somebody sent what nobody can read: "unreadable".

    `addressed`: the platform delivers from a group only what is meant for the bot, so a command needs no slash there;
    `mentioned`: it was called by name, so it answers in any case. `numbered`: the platform shows buttons as numbers.
    """

    update_id: str
    sender: str
    chat: str
    text: str
    in_group: bool = False
    sender_name: str = ""
    chat_title: str = ""
    attachments: tuple[Mapping[str, Any], ...] = ()
    replied_text: str = ""
    event: str = ""
    addressed: bool = False
    mentioned: bool = False
    numbered: bool = False


class Conversation:
    """Answers updates by the command table."""

    def __init__(self, engine: Engine, office: Office, commands: Sequence[Command], clock: Clock) -> None:
        self._engine = engine
        self._office = office
        self._commands = {folded(name): command for command in commands for name in command.names}
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
            self._step(session, stored, lambda: self._confess(session, stored))

    def _try(self, session: Session, stored: Stored) -> None:
        incoming = incoming_of(stored)
        try:
            self._step(session, stored, lambda: self._answer(session, stored.channel, incoming))
        except Refusal as refusal:
            sentence = refusal.sentence
            self._step(session, stored, lambda: self._refuse(session, stored.channel, incoming, sentence))

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

    def _answer(self, session: Session, channel: str, incoming: Incoming) -> Reply | None:
        """The reply, or None where the bot keeps silent. Raises Refusal."""
        if incoming.event:
            return chat_changed(session, channel, incoming.chat, incoming.event)
        chosen = self._chosen(session, channel, incoming)
        if isinstance(chosen, Reply):
            return chosen
        said = typed(chosen or _meant_by_file(incoming), self._commands)
        command = self._commands.get(said.name)
        for_us = said.slash or (incoming.addressed and (command is not None or incoming.mentioned))
        if incoming.in_group and (not for_us or (command is None and said.to_a_bot)):
            return None
        outside = incoming.in_group and not is_linked(session, channel, incoming.chat)
        if outside and not (command and command.anywhere):
            return say(UNLINKED_GROUP) if command else None
        if incoming.addressed:  # such a platform does not tell that the bot is back in a group
            mark_reachable(session, channel, incoming.chat)
        people = roster(session, self._office.plans)
        who = self._speaker(session, channel, incoming, people)
        if who is None and (command is None or not command.who.admits(None)):
            if incoming.in_group:
                return say(STRANGER, *([STRANGER_HERE] if incoming.addressed else [])) if command else None
            return say(STRANGER)
        request = Request(
            session=session,
            office=self._office,
            roster=people,
            who=who,
            channel=channel,
            now=self._clock(),
            args=said.args,
            in_group=incoming.in_group,
            sender=incoming.sender,
            chat=incoming.chat,
            sender_name=cleaned(incoming.sender_name),
            chat_title=cleaned(incoming.chat_title),
            attachments=tuple(map(_as_it_looks, incoming.attachments)),
            replied_text=cleaned(incoming.replied_text),
            stand_ins=substitutes(session, self._clock().astimezone(ZONE).date()) if who else {},
        )
        if command is None:
            raise self._not_understood(said, request)
        if not command.admits(request):
            raise only_for(command.whom or command.who.value)
        return command.run(request)

    def _chosen(self, session: Session, channel: str, incoming: Incoming) -> str | Reply:
        """What was typed; where buttons are numbers, a number stands for its button's command. Raises Refusal."""
        number = number_in(incoming.text) if incoming.numbered else None
        if number is None:
            return incoming.text
        account, here = account_of(session, channel, incoming.sender), (channel, incoming.chat)
        recipients = [f"chat:{incoming.chat}", *([f"person:{account.person_id}"] if account else [])]
        recipients += [f"group:{each.id}" for each in groups(session) if (each.channel, each.address) == here]
        now = self._clock()
        try:
            chosen = choose(choices_in(session, *here, recipients, now - VALID_FOR), incoming.sender, number, now)
        except Refusal:
            if account is None:  # a stranger learns nothing about lists
                return incoming.text
            raise
        return chosen if isinstance(chosen, Reply) else chosen.command

    def _speaker(self, session: Session, channel: str, incoming: Incoming, people: Roster) -> Person | None:
        account = account_of(session, channel, incoming.sender)
        person = people.get(account.person_id) if account else None
        if account is None or person is None or person.retired:
            return None
        touch_account(session, account, self._clock(), in_group=incoming.in_group)
        return person

    def _refuse(self, session: Session, channel: str, incoming: Incoming, sentence: str) -> Reply:
        """Nothing has changed, but the person has spoken, so the account can be reached."""
        self._speaker(session, channel, incoming, roster(session, self._office.plans))
        return say(sentence)

    def _not_understood(self, said: Typed, request: Request) -> Refusal:
        """No such command; perhaps one that is spelt alike is meant."""
        if not said.slash:
            return unknown_words()
        usable = {
            name: each.alias for name, each in self._commands.items() if not each.hidden and each.admits(request)
        }
        near = process.extractOne(said.name, list(usable), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return unknown_command(said.name, usable[near[0]] if near else "")

    def _confess(self, session: Session, stored: Stored) -> Reply:
        name = typed(str(stored.payload.get("text", "")), self._commands).name
        tell_clerks(session, self._office, f"bug|{stored.id}", bug(name), self._clock())
        return say(BROKEN)


def _as_it_looks(attachment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without marks in its name that would show "exe.doc" for what ends in ".exe"."""
    return {**attachment, "name": cleaned(str(attachment["name"]))} if "name" in attachment else attachment


def _meant_by_file(incoming: Incoming) -> str:
    """What a file sent in private without a word is for: a table of cases, or else evidence."""
    if incoming.in_group or incoming.text or not incoming.attachments:
        return ""
    names = (str(each.get("name", "")).lower() for each in incoming.attachments)
    return IMPORT_CASES if any(name.endswith(TABLES) for name in names) else EVIDENCE


def incoming_of(stored: Stored) -> Incoming:
    """The update as it was stored, perhaps by another version of the program."""
    known = {field.name for field in fields(Incoming)}
    payload = {name: value for name, value in stored.payload.items() if name in known}
    return Incoming(**{**payload, "attachments": tuple(payload.get("attachments", ()))})
