"""An office that two workers on one PostgreSQL serve: the chores, the imports and the commands, the leader killed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from tests.builders import moment
from tests.exports import Row, table, xlsx_of
from tests.fakes.telegram_server import FakeTelegram
from tests.telegram_process import running, settings
from tests.telegram_town import TelegramTown

CASES = (
    Row("H32-1", due=moment("16/06/2023 17:00")),
    Row("H32-2", "Đăng ký khai sinh", "Hộ tịch", due=moment("16/06/2023 17:00")),
)
WORKER = ("--role", "worker", "--now", "2023-06-13T08:00")


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram("4200001:workers-office-token-0123456") as server:
        yield server


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_cases_are_taken_in_and_put_back_while_one_worker_leads_and_another_helps(
    server: FakeTelegram, engine: Engine, database_url: str, office: Office, tmp_path: Path
) -> None:
    town = TelegramTown(server, engine, office, SteppingClock(moment("13/06/2023 08:00")))
    town.forget_what_waits()
    clerk, given = town.users["cchc"], settings(server, database_url)

    async def hears(words: str) -> None:
        await town.asked(lambda: any(words in sent.text for sent in town.sent_to("cchc")))

    async with running(tmp_path / "một", given, *WORKER) as first:
        await town.asked(lambda: server.updates.is_polled)
        async with running(tmp_path / "hai", given, *WORKER) as second:
            server.says(clerk, document=("ho-so.xlsx", xlsx_of(table(CASES))))
            await hears("2 hồ sơ mới")
            server.presses(clerk, "✅ Ghi")
            await hears("Đã ghi 2 thay đổi")
            first.kill()
            await first.ended()
            server.says(clerk, "/hoso hoantac")
            await hears("Đã hoàn tác")
    assert ["Traceback" in each.told for each in (first, second)] == [False, False]
    assert town.rows("SELECT state FROM case_import ORDER BY id") == [("read",), ("undone",)]  # the file, its import
