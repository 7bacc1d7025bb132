"""A second channel beside the town hall's own: accounts and groups that nobody knows yet."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from bot.incoming import Incoming
from jobs.delivery import Courier
from records.database import transaction
from records.people import link_account
from tests.town import Recorder, Sent, Town

CHANNEL = "telegram"


@dataclass
class Phone:
    """The chats of that channel, on the clock of the town hall."""

    town: Town
    channel: Recorder = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.channel = Recorder(self.town.clock, CHANNEL)
        self.courier = Courier(self.town.engine, self.town.office, self.channel, self.town.clock)
        self._updates = count(1)

    def seat(self, *roles: str) -> "Phone":
        """People of the town hall use this channel from now on, under the name of their role."""
        now = self.town.clock.step(timedelta(seconds=1))
        with transaction(self.town.engine) as session:
            for role in roles:
                link_account(session, self.town.people[role], CHANNEL, role, now)
        return self

    async def says(self, sender: str, text: str, *, group: str = "", name: str = "", title: str = "") -> Sent:
        """Somebody types a line, in private or in the group; returns the answer. Fails when there is not just one."""
        before = len(self.channel.sent)
        incoming = Incoming(
            str(next(self._updates)), sender, group or sender, text, bool(group), sender_name=name, chat_title=title
        )
        self.town.conversation.receive(CHANNEL, [incoming])
        for stored in self.town.conversation.waiting(CHANNEL):
            await asyncio.to_thread(self.town.conversation.handle, stored)
        await self.courier.deliver()
        answers = [sent for sent in self.channel.sent[before:] if sent.kind == "answer"]
        assert len(answers) == 1, answers
        return answers[0]

    def changes(self, chat: str, event: str) -> None:
        """The chat itself changes: "blocked", "removed", "added"."""
        incoming = Incoming(str(next(self._updates)), "", chat, "", event=event)
        self.town.conversation.receive(CHANNEL, [incoming])
        for stored in self.town.conversation.waiting(CHANNEL):
            self.town.conversation.handle(stored)

    async def presses(self, sender: str, sent: Sent, label: str, *, name: str = "") -> Sent:
        """Somebody presses the button whose label contains the words; returns the answer."""
        return await self.says(sender, button(sent, label), name=name)

    def got(self, chat: str) -> list[Sent]:
        """Everything that a chat was sent."""
        return [sent for sent in self.channel.sent if sent.chat == chat]


def button(sent: Sent, label: str) -> str:
    """The command of the one button whose label contains the words."""
    found = [each.command for row in sent.reply.buttons for each in row if label in each.label]
    assert len(found) == 1, [each.label for row in sent.reply.buttons for each in row]
    return found[0]


def labels(sent: Sent) -> list[list[str]]:
    """The labels of the buttons, row by row."""
    return [[each.label for each in row] for row in sent.reply.buttons]
