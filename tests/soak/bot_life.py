"""The bot's process, one life after the other, and what can be done to it from outside."""

import asyncio
import resource
import signal
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.machine import environment
from tests.soak.mortal_bot import CLOCK_FILE

_ENDS_WITHIN = 30.0
_CLOCK_WITHIN = 5.0
_FULL_DISK_BYTES = 4096


class BotLife:
    """At most one process at a time; `lives` counts them."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.settings = dict(settings)
        self.lives = 0
        self.log = folder / "bot.log"
        self._clock = folder / CLOCK_FILE
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def begin(self, clock: datetime, **more: str) -> None:
        """A new life, with other settings for this life if any are given."""
        assert not self.is_alive
        self.lives += 1
        self._process = await self._start("tests.soak.mortal_bot", f"{clock:%Y-%m-%dT%H:%M:%S}", **more)

    async def second_instance(self, clock: datetime) -> int:
        """Somebody starts the bot once more by mistake; returns how that ended. 0: it works beside the first."""
        first, second = self._process, await self._start("bot", "run", "--now", f"{clock:%Y-%m-%dT%H:%M:%S}")
        assert first is not None
        waits = [asyncio.create_task(each.wait()) for each in (first, second)]
        await asyncio.wait(waits, timeout=_ENDS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        took_over, code = first.returncode is not None, second.returncode
        if code is None:
            second.kill()
        await second.wait()
        if first.returncode is None:
            waits[0].cancel()
        return code if code is not None else 2 if took_over else 0

    async def _start(self, *program: str, **more: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", *program, stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output,
                cwd=self.folder, env=environment({**self.settings, **more}),
            )  # fmt: skip

    def tell(self, line: str) -> None:
        """Give it an order; one that is dead hears nothing."""
        if self.is_alive and self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n".encode())

    async def tell_time(self, moment: str) -> None:
        """Set its clock, and wait until it shows this; one that is still starting has got it with its start."""
        self.tell(f"at {moment}")
        until = time.monotonic() + _CLOCK_WITHIN
        while self.is_alive and time.monotonic() < until:
            if self._clock.exists() and self._clock.read_text(encoding="utf-8") == moment:
                return
            await asyncio.sleep(0.003)

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it, and wait until it is gone."""
        if self._process is not None:
            if self.is_alive:
                self._process.send_signal(number)
            await asyncio.wait_for(self._process.wait(), _ENDS_WITHIN)

    def strike(self) -> None:
        """Kill it without waiting."""
        if self.is_alive and self._process is not None:
            self._process.kill()

    def fill_disk(self, *, full: bool) -> None:
        """Whatever it writes beyond a few bytes fails, as on a full disk; or no longer."""
        if self.is_alive and self._process is not None:
            _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
            soft = _FULL_DISK_BYTES if full else hard
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (soft, hard))
