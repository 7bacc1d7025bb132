"""The fake Zalo Bot Platform as a process: python -m tests.fakes.zalo_server --port N --token T --log FILE.

It writes its address as the first line, serves the control API under /control/, and ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.process import serve
from tests.fakes.zalo_api import FakeZalo
from tests.fakes.zalo_control import Control
from tests.fakes.zalo_faults import Fault

__all__ = ["FakeZalo", "Fault", "main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description="A fake Zalo Bot Platform on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--token", default="", help="the bot's token, such as 42:abc")
    parser.add_argument("--log", type=Path, help="a file for the requests, one JSON object a line")
    parser.add_argument(
        "--set", type=_switch, action="append", default=[], metavar="NAME=VALUE", help="a switch: delivery=replay"
    )
    given = parser.parse_args(arguments)
    server = FakeZalo(given.token, log_file=given.log)
    try:
        server.switches.change(**dict(given.set))
    except ValueError as error:
        parser.error(str(error))
    Control(server)
    asyncio.run(serve(server, given.port))


def _switch(given: str) -> tuple[str, object]:
    """A switch and its value, which is JSON or a plain word."""
    name, _, value = given.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


if __name__ == "__main__":
    main()
