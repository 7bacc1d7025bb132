"""The fake Zalo Bot Platform: real HTTP on loopback, its rules and contradictions, a record of it all."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.fake_server import FakeServer
from tests.fakes.zalo_dispatch import Dispatch
from tests.fakes.zalo_faults import Fault
from tests.fakes.zalo_limits import Quota
from tests.fakes.zalo_log import Log, Sent
from tests.fakes.zalo_methods import Methods
from tests.fakes.zalo_people import People
from tests.fakes.zalo_sending import Sending
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_updates import Updates
from tests.fakes.zalo_webhook import Delivery, Webhook
from tests.fakes.zalo_world import Bot, World


class FakeZalo(FakeServer[Fault, Sent]):
    """A platform with one bot. `async with FakeZalo(delivery="replay") as server:` starts and stops it.

    Switches are given by name or changed in `switches`. People and groups are made by `add_user` and `add_group`;
    `says`, `sends_image` and the like act for them. `sent`, `calls`, `actions` and `deliveries` tell what the bot
    did and got. Times in the record are monotonic seconds; `clock` gives the Unix time that stands in messages and
    decides the month of the quota. A client's base URL is `url`.
    """

    def __init__(
        self,
        token: str = "",
        *,
        log_file: Path | None = None,
        clock: Callable[[], float] = time.time,
        **switches: object,
    ) -> None:
        self.bot = Bot()
        self.token = token or f"{self.bot.id}:fake-bot"
        self.switches = Switches()
        self.switches.change(**switches)
        self.world = World(self.bot, self.switches, clock)
        self.webhook = Webhook(self.switches)
        self.updates = Updates(self.switches, self.webhook)
        self.quota = Quota(self.switches, clock)
        self.log = Log(log_file)
        people = People(self.world, self.switches, self.updates)
        sending = Sending(self.world, self.switches, self.quota, self.log, people)
        methods = Methods(self.world, self.switches, self.updates, self.webhook)
        methods_by_name = {**sending.methods, **methods.methods}
        self.dispatch = Dispatch(self.token, self.switches, self.updates, self.log, methods_by_name)
        super().__init__(self.dispatch.handle, self.dispatch, self.log)
        self.add_user = self.world.add_user
        self.add_group = self.world.add_group
        self.sender_id = self.world.sender_id
        self.says = people.says
        self.sends_link = people.sends_link
        self.sends_image = people.sends_image
        self.sends_sticker = people.sends_sticker
        self.sends_voice = people.sends_voice
        self.sends_unsupported = people.sends_unsupported
        self.emits = people.emits
        self.blocks = people.blocks
        self.unblocks = people.unblocks
        self.adds_bot_to = people.adds_bot_to
        self.removes_bot_from = people.removes_bot_from
        self.tunnel = self.webhook.tunnel

    async def stop(self) -> None:
        """Close every connection, the port and the log, and stop the webhook."""
        await super().stop()
        await self.webhook.stop()

    @property
    def deliveries(self) -> list[Delivery]:
        """The attempts to deliver to the webhook."""
        return self.webhook.deliveries

    @property
    def actions(self) -> list[tuple[str, str]]:
        """The signs of typing: chat and action."""
        return self.log.actions

    def sent_to(self, chat_id: str) -> list[Sent]:
        """The messages of the bot in one chat."""
        return [sent for sent in self.log.sent if sent.chat_id == chat_id]

    def fail_next(self, code: int, method: str = "*", times: int | None = 1) -> None:
        """Refuse the next requests of a method, or of any, with this code; nothing is done."""
        self.faults.add(method, Fault.refused(code), times)
