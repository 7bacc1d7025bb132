"""`nhacviec run` with nothing but an Official Account: from the set-up code to a kill, and when its tokens die."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.oa_api import FakeOa
from tests.fakes.telegram_server import FakeTelegram
from tests.platform_town import WITHIN
from tests.telegram_process import running
from tests.telegram_process import settings as telegram_settings
from tests.telegram_town import TelegramTown
from tests.zalo_process import free_port
from wording.zalo_oa import TOKENS_ARE_DEAD

NOW = ("--now", "2023-06-13T09:00")
CODE = "NHAC-2345"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeOa]:
    async with FakeOa() as server:
        yield server


def settings(server: FakeOa, database_url: str, **more: str) -> dict[str, str]:
    """What the bot finds in its environment."""
    return {
        "DATABASE_URL": database_url,
        "ZALO_OA_APP_ID": server.auth.app_id,
        "ZALO_OA_SECRET_KEY": server.auth.secret,
        "ZALO_OA_REFRESH_TOKEN": "fake-refresh-0",
        "ZALO_OA_URL": server.url,
        "ZALO_OA_OAUTH_URL": server.url,
        "TICK_SECONDS": "0.2",
        "SETUP_CODE": CODE,
        "LOG_LEVEL": "DEBUG",
        **more,
    }


@only_sqlite
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_an_office_with_nothing_but_an_account_begins_and_works(
    server: FakeOa, database_url: str, tmp_path: Path, mode: str
) -> None:
    clerk = server.add_user("Văn thư")
    group = server.add_group("Nhóm cơ quan", members=[clerk])
    port = free_port()
    given = settings(server, database_url, ZALO_OA_MODE=mode, ZALO_WEBHOOK_PORT=str(port))
    if mode == "webhook":
        given["ZALO_OA_WEBHOOK_KEY"] = server.webhook.key
        server.webhook.url = f"http://127.0.0.1:{port}/zalo-oa"
        server.switches.webhook_tries = 200

    def heard(chat: str, words: str) -> bool:
        return any(words in sent.text for sent in server.sent_to(chat))

    async with running(tmp_path / "bot", given, *NOW) as bot:
        server.says(clerk, f"/batdau {CODE}")
        await server.until(lambda: heard(clerk.id, "Từ nay anh/chị là công chức CCHC"), WITHIN)
        server.says(clerk, "/ketnoi", group)
        await server.until(lambda: heard(group.id, "🔗 Đã kết nối nhóm “Nhóm cơ quan”."), WITHIN)
        bot.kill()
        await bot.ended()
    server.says(clerk, "/xong III.16 Q2", group)
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await server.until(lambda: heard(group.id, "✅ Đã ghi nhận hoàn thành: III.16"), WITHIN)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    assert (server.auth.purchases, server.auth.reused) == (1, 0)
    secrets = (server.auth.refresh, *server.auth.access, server.auth.secret, server.webhook.key, "fake-refresh-0")
    assert [secret for secret in secrets if secret in bot.told] == []
    assert "Traceback" not in bot.told


@only_sqlite
async def test_bot_whose_only_channel_has_dead_tokens_says_what_to_do(
    server: FakeOa, database_url: str, tmp_path: Path
) -> None:
    server.auth.revoke_refresh()
    async with running(tmp_path / "bot", settings(server, database_url), *NOW) as bot:
        assert await bot.ended() != 0
    assert TOKENS_ARE_DEAD in bot.told


@only_sqlite
async def test_dead_tokens_stop_the_account_alone_and_the_clerk_hears_of_it_on_telegram(
    server: FakeOa, engine: Engine, office: Office, database_url: str, tmp_path: Path
) -> None:
    server.auth.revoke_refresh()
    async with FakeTelegram("4200002:telegram-test-token-0123456789") as other:
        town = TelegramTown(other, engine, office, SteppingClock(moment("13/06/2023 09:00")))
        given = {**settings(server, database_url), **telegram_settings(other, database_url)}
        async with running(tmp_path / "bot", given, *NOW) as bot:
            await town.asked(
                lambda: any(
                    sent.text.startswith("⚠️ Kênh Zalo OA đã dừng") and TOKENS_ARE_DEAD in sent.text
                    for sent in town.sent_to("cchc")
                )
            )
            assert await town.answer_to("van-hoa", "/huongdan") != ""
            bot.kill(signal.SIGTERM)
            assert await bot.ended() == 0
    assert ("Traceback" in bot.told, server.auth.purchases) == (False, 0)
