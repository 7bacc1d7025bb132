"""`nhacviec run`, a process whose clock and whose death come in on its standard input.

python -m tests.soak.mortal_bot MOMENT, then lines: "at 2023-06-02T10:00:00", "die POINT COUNT" (at the COUNTth time
that it passes this point), "block SECONDS" (the event loop stands still). It ends when its input ends.

Apart from the clock only waiting times are changed: the platform's minute, the pauses of a poll that failed, and the
patience with a locked database are shorter, because here no time passes while a person would wait.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from telegram import Bot

import bot.desks
import bot.lines
import bot.wiring
import jobs.timetable
import records.database
from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import TelegramService
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_service import ZaloService
from bot.clock import SteppingClock, read_moment
from bot.conversation import Conversation
from bot.incoming import Incoming
from bot.redaction import set_up_logging
from bot.serving import serve
from bot.settings import read_settings
from bot.wiring import open_office
from jobs.announce import announce
from jobs.delivery import Courier
from jobs.rounds import Claims, Room, Step
from plan_data.office import Office
from records.inbox import Stored
from records.outbox import Claimed
from wording.message import Reply

POINTS = (
    "before-decide", "after-decide", "before-claim", "after-claim", "before-send", "after-send", "before-record",
    "after-record", "before-store", "after-store", "before-handle", "after-handle",
)  # fmt: skip
CLOCK_FILE = "clock"
_PLATFORM_SPEED = 600.0
_PAUSES = (0.02, 0.05, 0.1)
_LOCK_PATIENCE_SECONDS = 1
_LOOK_EVERY_SECONDS = 0.05  # for files

_deaths: dict[str, int] = {}


def passes(point: str) -> None:
    """Die here if it is time to."""
    if point in _deaths:
        _deaths[point] -= 1
        if _deaths[point] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalChannel(TelegramChannel):
    """Dies before or after a message is on its way; waits less for its turn."""

    def __init__(self, client: Bot, _pace: Pace) -> None:
        super().__init__(client, Pace(lambda: time.monotonic() * _PLATFORM_SPEED, sleep=_sleep))

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send it, or die."""
        passes("before-send")
        remote_id = await super().send(message, reply)
        passes("after-send")
        return remote_id


class MortalZalo(ZaloChannel):
    """The same on Zalo, where nobody waits for a turn."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Send it, or die."""
        passes("before-send")
        remote_id = await super().send(message, reply)
        passes("after-send")
        return remote_id


class MortalCourier(Courier):
    """Dies around the transaction that writes down what was sent, handles updates and claims what is next."""

    def _transact(self, steps: Sequence[Step], room: Room) -> Claims:
        passes("before-claim")
        if steps:
            passes("before-record")
        claims = super()._transact(steps, room)
        if steps:
            passes("after-record")
        if claims.messages:
            passes("after-claim")
        return claims


class MortalConversation(Conversation):
    """Dies around the transaction that stores an update, and within the one that handles it."""

    def store(self, channel: str, updates: Sequence[Incoming]) -> list[Stored]:
        """Store them, or die."""
        passes("before-store")
        stored = super().store(channel, updates)
        passes("after-store")
        return stored

    def handle_within(self, stored: Stored, session: Session) -> None:
        """Handle it, or die."""
        passes("before-handle")
        super().handle_within(stored, session)
        passes("after-handle")


def _announce(engine: Engine, office: Office, now: datetime) -> int:
    passes("before-decide")
    queued = announce(engine, office, now)
    passes("after-decide")
    return queued


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / _PLATFORM_SPEED)


def _make_mortal() -> None:
    """Put the mortal parts where the roof takes its parts from."""
    parts: list[tuple[Any, str, Any]] = [
        (records.database, "BUSY_TIMEOUT_SECONDS", _LOCK_PATIENCE_SECONDS),
        (bot.desks, "_LOOK_EVERY_SECONDS", _LOOK_EVERY_SECONDS),
        (jobs.timetable, "announce", _announce),
        (bot.wiring, "Courier", MortalCourier),
        (bot.wiring, "Conversation", MortalConversation),
        (bot.lines, "TelegramChannel", MortalChannel),
        (bot.lines, "TelegramService", partial(TelegramService, pauses=_PAUSES)),
        (bot.lines, "ZaloChannel", MortalZalo),
        (bot.lines, "ZaloService", partial(ZaloService, floor_seconds=_PAUSES[0], pauses=_PAUSES)),
    ]
    for module, name, part in parts:
        getattr(module, name)  # it must be there already
        setattr(module, name, part)


async def _live(start: str) -> None:
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    clock = SteppingClock(read_moment(start))
    loop = asyncio.get_running_loop()
    threading.Thread(target=_follow, args=(clock, loop), daemon=True).start()
    await serve(settings, open_office(settings), clock, simulated=True)


def _follow(clock: SteppingClock, loop: asyncio.AbstractEventLoop) -> None:
    for line in sys.stdin:
        match line.split():
            case ["at", moment]:
                clock.now = read_moment(moment)
                Path(CLOCK_FILE).write_text(moment, encoding="utf-8")  # whoever acts now acts at this moment
            case ["die", point, count]:
                _deaths[point] = int(count)
            case ["block", seconds]:
                loop.call_soon_threadsafe(time.sleep, float(seconds))
    os._exit(3)


if __name__ == "__main__":
    _make_mortal()
    asyncio.run(_live(sys.argv[1]))
