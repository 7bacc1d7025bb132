"""A fake as a process: it writes its address as the first line and ends on SIGTERM or SIGINT."""

import asyncio
import signal
import sys
from typing import Any

from tests.fakes.fake_server import FakeServer


async def serve(server: FakeServer[Any, Any], port: int) -> None:
    """Serve until told to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await server.start(port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await ended.wait()
    await server.stop()
