"""The fake of a Zalo Official Account's platform: real HTTP on loopback, its rules, a record of it all."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.call_log import CallLog
from tests.fakes.fake_server import FakeServer
from tests.fakes.oa_auth import Auth
from tests.fakes.oa_dispatch import Dispatch
from tests.fakes.oa_faults import Fault
from tests.fakes.oa_log import Sent
from tests.fakes.oa_people import People
from tests.fakes.oa_reading import Reading
from tests.fakes.oa_sending import Sending
from tests.fakes.oa_switches import Switches
from tests.fakes.oa_webhook import Webhook
from tests.fakes.oa_world import World


class FakeOa(FakeServer[Fault, Sent]):
    """A platform with one account and one app; it is the OAuth server too, both at `url`.

    People and groups are made by `add_user` and `add_group`; `says`, `sends` and the like act for them. `clock` gives
    the Unix time by which tokens expire and the windows of private messages close. In the record of calls the status
    of a refusal is its code.
    """

    def __init__(self, *, log_file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.switches = Switches()
        self.world = World(clock)
        self.auth = Auth(self.switches, clock)
        self.webhook = Webhook(self.switches, self.auth.app_id, self.world.id)
        self.log: CallLog[Sent] = CallLog(log_file)
        sending = Sending(self.world, self.log.sent.append)
        reading = Reading(self.world, self.switches)
        self.dispatch = Dispatch(self.auth, self.log, {**sending.methods, **reading.methods})
        super().__init__(self.dispatch.handle, self.dispatch, self.log)
        people = People(self.world, self.switches, self.auth.app_id, self.webhook.deliver)
        self.add_user = self.world.add_user
        self.add_group = self.world.add_group
        self.says = people.says
        self.sends = people.sends
        self.follows = people.follows
        self.changes = people.changes
        self.emits = people.emits

    async def stop(self) -> None:
        """Close every connection, the port and the log, and stop the webhook."""
        await super().stop()
        await self.webhook.stop()

    def sent_to(self, chat_id: str) -> list[Sent]:
        """The messages of the account in one chat."""
        return [sent for sent in self.log.sent if sent.chat_id == chat_id]

    def fail_next(self, code: int, path: str = "*", times: int | None = 1) -> None:
        """Refuse the next requests of a path, or of any, with this code; nothing is done."""
        self.faults.add(path, Fault.refused(code), times)
