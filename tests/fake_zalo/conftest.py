"""A fake Zalo Bot Platform, and raw requests."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fake_zalo.calls import NOON, PUBLIC, Hook, client_of
from tests.fakes.zalo_server import FakeZalo


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients of other authors read the proxy of the environment, and offer no argument against it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo(clock=lambda: NOON) as server:
        yield server


@pytest.fixture
async def raw(server: FakeZalo) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(server) as client:
        yield client


@pytest.fixture
async def hook(server: FakeZalo) -> AsyncIterator[Hook]:
    """Stands behind the public address."""
    hook = Hook()
    await hook.http.start()
    server.tunnel(PUBLIC, f"http://127.0.0.1:{hook.http.port}")
    yield hook
    await hook.http.stop()


@pytest.fixture
async def process_url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server in a process of its own."""
    command = ("-m", "tests.fakes.zalo_server", "--token", "42:abc", "--log", str(tmp_path / "requests.jsonl"))
    switches = ("--set", "delivery=replay", "--set", "idle_http=408", "--set", "mention_prefix=false")
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, *switches, stdout=asyncio.subprocess.PIPE, cwd=root
    )
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0
