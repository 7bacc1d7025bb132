"""The real process with nothing but Zalo, and commands beside it, against the fake platform of a test."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.fakes.zalo_server import FakeZalo
from tests.machine import environment
from tests.platform_town import WITHIN

PUBLIC = "https://bot.phuong.vn"
SECRET = "a-secret-of-the-webhook"


def settings(server: FakeZalo, database_url: str, **more: str) -> dict[str, str]:
    """What the bot finds in its environment."""
    return {
        "DATABASE_URL": database_url,
        "ZALO_BOT_TOKEN": server.token,
        "ZALO_API_URL": server.url,
        "TICK_SECONDS": "0.2",
        **more,
    }


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def by_webhook(server: FakeZalo, port: int) -> dict[str, str]:
    """The settings for deliveries, which go through the platform's public address to this port."""
    server.tunnel(PUBLIC, f"http://127.0.0.1:{port}")
    return {"ZALO_MODE": "webhook", "ZALO_WEBHOOK_SECRET": SECRET, "ZALO_WEBHOOK_PORT": str(port)}


async def nhacviec(folder: Path, given: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """A command in a process of its own; returns its exit code and everything that it said."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - nobody else waits here
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        cwd=folder, env=environment(given),
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), WITHIN)
    return process.returncode or 0, said.decode()
