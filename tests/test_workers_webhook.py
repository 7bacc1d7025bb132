"""Several workers to which Zalo delivers: the one that leads opens the port, and the next one when it is gone."""

import signal
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo
from tests.telegram_process import running
from tests.zalo_process import PUBLIC, by_webhook, free_port, settings
from tests.zalo_town import ZaloTown

WORKER = ("--role", "worker", "--now", "2023-06-13T07:29:58")
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo("4200001:zalo-workers-test-token-012345") as server:
        server.switches.change(webhook_tries=10_000)
        yield server


@on_postgresql
async def test_the_port_goes_to_the_worker_that_leads_and_to_the_next_within_ten_seconds_of_its_death(
    server: FakeZalo, engine: Engine, office: Office, database_url: str, tmp_path: Path
) -> None:
    town = ZaloTown(server, engine, office, SteppingClock(moment("13/06/2023 07:29")))
    given = settings(server, database_url, **by_webhook(server, free_port()))
    server.webhook.url, server.webhook.secret = f"{PUBLIC}/hook", given["ZALO_WEBHOOK_SECRET"]
    async with running(tmp_path / "một", given, *WORKER) as first:
        assert await town.answer_to("cchc", "/huongdan") != ""
        async with running(tmp_path / "hai", given, *WORKER) as second:
            await town.asked(lambda: town.rows(WORKERS) == [(2,)])
            first.kill()
            await first.ended()
            died = time.monotonic()
            assert await town.answer_to("cchc", "/lich 7") != ""
            assert time.monotonic() - died < 10
            second.kill(signal.SIGTERM)
            assert await second.ended() == 0
    assert ["Traceback" in each.told for each in (first, second)] == [False, False]


WORKERS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND datname = current_database()
"""


@on_postgresql
async def test_a_worker_that_leads_and_finds_its_port_taken_says_so_and_ends(
    server: FakeZalo, engine: Engine, office: Office, database_url: str, tmp_path: Path
) -> None:
    ZaloTown(server, engine, office, SteppingClock(moment("13/06/2023 07:29")))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = settings(server, database_url, **by_webhook(server, port))
        async with running(tmp_path / "một", given, *WORKER) as worker:
            assert await worker.ended() == 2
    assert f"Không mở được cổng {port} tại 127.0.0.1 (" in worker.told.splitlines()[-1]
