"""What to answer: who speaks, what is meant, and whether the bot is spoken to at all; then the command is run."""

from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot.chat_events import chat_changed
from bot.command import Command, Request
from bot.incoming import Incoming
from bot.numbered import VALID_FOR, choose, number_in
from bot.typed import Typed, cleaned, typed
from jobs.notices import tell_clerks
from jobs.outcomes import Clock
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.absences import substitutes
from records.addresses import is_linked, mark_reachable
from records.inbox import Stored
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

_ALIKE = 75.0
_IMPORT_CASES, _EVIDENCE = "/hoso nhap", "/minhchung"
_TABLES = (".xlsx", ".xls", ".csv", ".xlsm")


class Answers:
    """By the command table; each is part of its caller's transaction."""

    def __init__(self, office: Office, commands: Sequence[Command], clock: Clock) -> None:
        self._office = office
        self._commands = {folded(name): command for command in commands for name in command.names}
        self._clock = clock

    def answer(self, session: Session, channel: str, incoming: Incoming) -> Reply | None:
        """The reply, or None where the bot keeps silent. Raises Refusal."""
        if incoming.event:
            return chat_changed(session, channel, incoming.chat, incoming.event)
        chosen = self._chosen(session, channel, incoming)
        if isinstance(chosen, Reply):
            return chosen
        said = typed(chosen or _meant_by_file(incoming), self._commands)
        command = self._commands.get(said.name)
        if incoming.in_group and not _is_for_us(incoming, said, command):
            return None
        outside = incoming.in_group and not is_linked(session, channel, incoming.chat)
        if outside and not (command and command.anywhere):
            return say(UNLINKED_GROUP) if command else None
        if incoming.addressed:  # such a platform does not tell that the bot is back in a group
            mark_reachable(session, channel, incoming.chat)
        people = roster(session, self._office.plans)
        who = self._speaker(session, channel, incoming, people)
        if who is None and (command is None or not command.who.admits(None)):
            return _to_a_stranger(incoming, command)
        request = self._request(session, channel, incoming, said.args, people, who)
        if command is None:
            raise self._not_understood(said, request)
        if not command.admits(request):
            raise only_for(command.whom or command.who.value)
        return command.run(request)

    def refuse(self, session: Session, channel: str, incoming: Incoming, sentence: str) -> Reply:
        """Nothing has changed, but the person has spoken, so the account can be reached."""
        self._speaker(session, channel, incoming, roster(session, self._office.plans))
        return say(sentence)

    def confess(self, session: Session, stored: Stored) -> Reply:
        """A mistake of the bot: the person is told so, and the clerk."""
        name = typed(str(stored.payload.get("text", "")), self._commands).name
        tell_clerks(session, self._office, f"bug|{stored.id}", bug(name), self._clock())
        return say(BROKEN)

    def _request(
        self, session: Session, channel: str, incoming: Incoming, args: str, people: Roster, who: Person | None
    ) -> Request:
        return Request(
            session=session,
            office=self._office,
            roster=people,
            who=who,
            channel=channel,
            now=self._clock(),
            args=args,
            in_group=incoming.in_group,
            sender=incoming.sender,
            chat=incoming.chat,
            sender_name=cleaned(incoming.sender_name),
            chat_title=cleaned(incoming.chat_title),
            attachments=tuple(map(_as_it_looks, incoming.attachments)),
            replied_text=cleaned(incoming.replied_text),
            stand_ins=substitutes(session, self._clock().astimezone(ZONE).date()) if who else {},
        )

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

    def _not_understood(self, said: Typed, request: Request) -> Refusal:
        """No such command; perhaps one that is spelt alike is meant."""
        if not said.slash:
            return unknown_words()
        usable = {
            name: each.alias for name, each in self._commands.items() if not each.hidden and each.admits(request)
        }
        near = process.extractOne(said.name, list(usable), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return unknown_command(said.name, usable[near[0]] if near else "")


def _is_for_us(incoming: Incoming, said: Typed, command: Command | None) -> bool:
    """Whether what was said in a group is said to the bot."""
    for_us = said.slash or (incoming.addressed and (command is not None or incoming.mentioned))
    return for_us and not (command is None and said.to_a_bot)


def _to_a_stranger(incoming: Incoming, command: Command | None) -> Reply | None:
    if incoming.in_group:
        return say(STRANGER, *([STRANGER_HERE] if incoming.addressed else [])) if command else None
    return say(STRANGER)


def _as_it_looks(attachment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without marks in its name that would show "exe.doc" for what ends in ".exe"."""
    return {**attachment, "name": cleaned(str(attachment["name"]))} if "name" in attachment else attachment


def _meant_by_file(incoming: Incoming) -> str:
    """What a file sent in private without a word is for: a table of cases, or else evidence."""
    if incoming.in_group or incoming.text or not incoming.attachments:
        return ""
    names = (str(each.get("name", "")).lower() for each in incoming.attachments)
    return _IMPORT_CASES if any(name.endswith(_TABLES) for name in names) else _EVIDENCE
