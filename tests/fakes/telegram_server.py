"""The fake Bot API server as a process: python -m tests.fakes.telegram_server --port N --token T --log FILE.

It writes its address as the first line, serves the control API under /control/, and ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.process import serve
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
    server = FakeTelegram(given.token, limits=given.limits, log_file=given.log)
    Control(server)
    asyncio.run(serve(server, given.port))


if __name__ == "__main__":
    main()
