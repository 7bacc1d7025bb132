"""The fake Bot API server: real HTTP on loopback, the platform's rules, faults on order, and a record of it all."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.fake_server import FakeServer
from tests.fakes.telegram_dispatch import Dispatch
from tests.fakes.telegram_events import Events
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_groups import Groups
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_log import Answer, Log, Sent
from tests.fakes.telegram_methods import Methods
from tests.fakes.telegram_people import People
from tests.fakes.telegram_sending import Sending
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import Bot, World


class FakeTelegram(FakeServer[Fault, Sent]):
    """A platform with one bot. `async with FakeTelegram() as server:` starts and stops it.

    People and groups are made by `add_user` and `add_group`; `says`, `presses` and the like act for them. `sent`,
    `calls` and `answers` tell what the bot did. Times in the record are monotonic seconds; `clock` gives the Unix
    time that stands in messages. PTB's base_url is `url` and "/bot", its base_file_url `url` and "/file/bot".
    """

    def __init__(
        self,
        token: str = "",
        *,
        limits: bool = False,
        log_file: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bot = Bot()
        self.token = token or f"{self.bot.id}:fake-bot"
        if token:
            self.bot.id = int(token.split(":")[0])
        self.limits = Limits(on=limits)
        self.world = World(self.bot, clock)
        self.updates = Updates()
        self.log = Log(log_file)
        events = Events(self.world, self.updates)
        people, groups = People(events), Groups(events)
        self.methods = Methods(self.world, self.log, self.updates, people, groups)
        sending = Sending(self.world, self.log, self.limits, self.updates)
        methods = {**sending.methods, **self.methods.methods}
        self.dispatch = Dispatch(self.token, self.world, self.updates, self.log, methods)
        super().__init__(self.dispatch.handle, self.dispatch, self.log)
        self.add_user = self.world.add_user
        self.add_group = self.world.add_group
        self.add_file = self.world.add_file
        self.starts = people.starts
        self.says = people.says
        self.edits = people.edits
        self.presses = people.presses
        self.blocks = people.blocks
        self.unblocks = people.unblocks
        self.adds_bot_to = groups.adds_bot_to
        self.kicks_bot = groups.kicks_bot
        self.promotes_bot = groups.promotes_bot
        self.bot_becomes = groups.bot_becomes
        self.joins = groups.joins
        self.leaves = groups.leaves
        self.opens_topic = groups.opens_topic
        self.deletes_topic = groups.deletes_topic
        self.migrates = groups.migrates

    @property
    def answers(self) -> list[Answer]:
        """The answers to pressed buttons."""
        return self.log.answers

    @property
    def commands(self) -> dict[str, list[tuple[str, str]]]:
        """The commands the bot has set, by scope."""
        return self.methods.commands

    def sent_to(self, chat_id: int) -> list[Sent]:
        """The messages of the bot in one chat."""
        return [sent for sent in self.log.sent if sent.chat_id == chat_id]
