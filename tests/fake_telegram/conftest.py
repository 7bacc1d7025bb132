"""A fake Bot API server, the bot of python-telegram-bot, and raw requests."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from telegram import Bot

from tests.fake_telegram.calls import bot_of
from tests.fakes.telegram_server import FakeTelegram


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it PTB 22 warns whenever it makes a RetryAfter, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock=lambda: 1_685_600_000) as server:
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_of(server) as bot:
        server.log.clear()
        yield bot


@pytest.fixture
async def raw(server: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/", trust_env=False) as client:
        yield client


@pytest.fixture
async def process_url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server in a process of its own."""
    command = ("-m", "tests.fakes.telegram_server", "--token", "42:abc", "--log", str(tmp_path / "requests.jsonl"))
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0
