"""The fake Bot API server as a process: python -m tests.fakes.telegram_server --port N --token T --log FILE.

It writes its address as the first line, serves the control API under /control/, and ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.telegram_api import FakeTelegram
from tests.fakes.telegram_control import Control
from tests.fakes.telegram_faults import Fault

__all__ = ["FakeTelegram", "Fault", "main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description="A fake Telegram Bot API server on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--token", default="", help="the bot's token, such as 42:abc")
    parser.add_argument("--log", type=Path, help="a file for the requests, one JSON object a line")
    parser.add_argument("--limits", action="store_true", help="enforce the platform's pace from the start")
    given = parser.parse_args(arguments)
    asyncio.run(_serve(given.port, FakeTelegram(given.token, limits=given.limits, log_file=given.log)))


async def _serve(port: int, server: FakeTelegram) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    Control(server)
    await server.start(port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await ended.wait()
    await server.stop()


if __name__ == "__main__":
    main()
