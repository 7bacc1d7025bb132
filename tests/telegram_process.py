"""The real process, `python -m bot run`, that talks to the fake Bot API server of a test."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.telegram_server import FakeTelegram
from tests.machine import environment
from tests.platform_town import WITHIN


@dataclass
class BotProcess:
    """A running bot, and what it has written."""

    process: asyncio.subprocess.Process
    written: Path

    @property
    def told(self) -> str:
        """Everything on its standard output and its log."""
        return self.written.read_text(encoding="utf-8")

    def type(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to this process."""
        self.process.send_signal(number)

    async def ended(self, within: float = WITHIN) -> int:
        """Wait for its end; returns the exit code."""
        return await asyncio.wait_for(self.process.wait(), within)


def settings(server: FakeTelegram, database_url: str, **more: str) -> dict[str, str]:
    """What the bot finds in its environment."""
    return {
        "DATABASE_URL": database_url,
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
        "TICK_SECONDS": "0.2",
        **more,
    }


@asynccontextmanager
async def running(
    folder: Path,
    given: Mapping[str, str],
    *arguments: str,
    without: tuple[str, ...] = (),
    program: tuple[str, ...] = ("bot", "run"),
) -> AsyncIterator[BotProcess]:
    """`nhacviec run`, or another module, with these settings; killed at the end of the block if it is still there."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - nobody else waits here
    written = folder / "nhật ký"
    kept = {name: value for name, value in environment(given).items() if name not in without}
    with written.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *program, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output, cwd=folder, env=kept,
        )  # fmt: skip
    bot = BotProcess(process, written)
    try:
        yield bot
    finally:
        if process.returncode is None:
            bot.kill()
            await process.wait()
