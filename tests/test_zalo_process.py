"""`nhacviec run` with nothing but Zalo: from the set-up code to a numbered reply, and kills in every mode."""

import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from records.database import reading, transaction
from records.people import add_person, link_account
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.zalo_server import FakeZalo
from tests.fakes.zalo_world import User
from tests.platform_town import WITHIN
from tests.telegram_process import running
from tests.telegram_process import settings as telegram_settings
from tests.telegram_town import TelegramTown
from tests.zalo_process import PUBLIC, by_webhook, free_port, nhacviec, settings
from tests.zalo_town import CHANNEL, ZaloTown
from wording.stops import REJECTED_BY_ZALO, zalo_webhook_is_set

TOKEN = "4200001:zalo-process-test-token-0123456789"
EARLIER, NOW = ("--now", "2023-06-13T07:10"), ("--now", "2023-06-13T07:29:58")
BURST = 60
CODE = "NHAC-2345"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo(TOKEN) as server:
        yield server


@only_sqlite
async def test_an_office_with_nothing_but_zalo_begins_and_works(
    server: FakeZalo, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    clerk = server.add_user("Văn thư")
    group = server.add_group("Nhóm cơ quan", members=[clerk])

    async def says(line: str, *, in_group: bool = False) -> None:
        server.says(clerk, line, group if in_group else None)

    def heard(chat: str, words: str) -> bool:
        return any(words in sent.text for sent in server.sent_to(chat))

    given = settings(server, database_url, SETUP_CODE=CODE, LOG_LEVEL="DEBUG")
    async with running(tmp_path / "bot", given, *EARLIER) as bot:
        await says(f"/batdau {CODE}")
        await server.until(lambda: heard(clerk.id, "Từ nay anh/chị là công chức CCHC"), WITHIN)
        await says("ketnoi", in_group=True)
        await server.until(lambda: heard(group.id, "🔗 Đã kết nối nhóm “Zalo”."), WITHIN)
        await server.until(lambda: nothing_waits(engine), WITHIN)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    async with running(tmp_path / "bot", given, *NOW) as bot:
        for chat in (clerk.id, group.id):
            await server.until(lambda chat=chat: heard(chat, "🔔 Nhắc việc sáng thứ Ba, 13/6/2023"), WITHIN)  # type: ignore[misc]
        await says("xong III.16 Q2", in_group=True)
        await server.until(lambda: heard(group.id, "✅ Đã ghi nhận hoàn thành: III.16"), WITHIN)
        await server.until(lambda: nothing_waits(engine), WITHIN)
        bot.kill()
        await bot.ended()
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await says("viec")
        await server.until(lambda: heard(clerk.id, "📝 Việc của anh/chị"), WITHIN)
        shown = server.sent_to(clerk.id)[-1].text
        number = next(line.split()[0] for line in shown.splitlines() if line.endswith("✅ I.3"))
        await says(number)
        await server.until(lambda: heard(clerk.id, "✅ Đã ghi nhận hoàn thành: I.3"), WITHIN)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    texts = [(sent.chat_id, sent.text) for sent in server.sent]
    assert len(set(texts)) == len(texts)
    assert [text for _, text in texts if "(nhắc lại)" in text] == []
    assert [secret for secret in (TOKEN, TOKEN.split(":")[1], "Traceback") if secret in bot.told] == []


def nothing_waits(engine: Engine) -> bool:
    with reading(engine) as session:
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
        return bool(session.connection().exec_driver_sql(waiting).scalar_one() == 0)


def clerks(town: ZaloTown, count: int) -> list[User]:
    """More people who may write notices."""
    users = [town.server.add_user(f"Văn thư {number}", wrote=True) for number in range(count)]
    with transaction(town.engine) as session:
        for user in users:
            person = add_person(session, user.name, frozenset({"cchc"}), date(2023, 1, 3))
            link_account(session, person, CHANNEL, user.id, town.clock())
    return users


def answered(town: ZaloTown) -> tuple[Counter[int], Counter[int]]:
    """How often each command was answered: as it should be, and marked as said again."""
    plain, again = Counter[int](), Counter[int]()
    for sent in town.server.sent:
        if found := re.search(r"Lệnh số (\d+)\.", sent.text):
            (again if "(nhắc lại)" in sent.text else plain)[int(found[1])] += 1
    return plain, again


@pytest.mark.parametrize("mode", ["polling once", "polling replay", "webhook"])
async def test_a_kill_in_the_middle_of_a_burst_loses_no_command_and_does_none_twice(
    server: FakeZalo, engine: Engine, office: Office, database_url: str, tmp_path: Path, mode: str
) -> None:
    town = ZaloTown(server, engine, office, SteppingClock(moment("13/06/2023 07:29")))
    users = clerks(town, 20)
    given = settings(server, database_url)
    if mode == "webhook":
        given |= by_webhook(server, free_port())
        server.switches.change(webhook_tries=10_000)
        code, said = await nhacviec(tmp_path / "lệnh", given, "zalo", "set-webhook", f"{PUBLIC}/zalo")
        assert (code, said) == (0, f"Đã đặt webhook: {PUBLIC}/zalo\n")
    else:
        server.switches.change(delivery=mode.split()[1], result="list")
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await server.until(lambda: bool(server.calls("getWebhookInfo")) and _is_heard(server), WITHIN)
        for number in range(1, BURST + 1):
            server.says(users[number % len(users)], f"/thongbao Lệnh số {number}.")
        await town.asked(lambda: answered(town)[0].total() >= 8)
        bot.kill()
        await bot.ended()
    assert answered(town)[0].total() < BURST
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await town.asked(lambda: len(answered(town)[0] | answered(town)[1]) == BURST)
        await town.asked(town.all_is_handled)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    plain, again = answered(town)
    effects = Counter(int(text.split()[-1].rstrip(".")) for (text,) in town.rows("SELECT text FROM notice"))
    assert effects == Counter(range(1, BURST + 1))
    assert (max(plain.values()), max(again.values(), default=1)) == (1, 1)
    assert again.total() <= 16
    assert "Traceback" not in bot.told


def _is_heard(server: FakeZalo) -> bool:
    return server.updates.is_polled or bool(server.webhook.url)


@only_sqlite
async def test_webhook_process_tells_the_watchdog_and_takes_bare_and_wrapped_deliveries(
    server: FakeZalo, engine: Engine, office: Office, database_url: str, tmp_path: Path
) -> None:
    town = ZaloTown(server, engine, office, SteppingClock(moment("13/06/2023 07:29")))
    port = free_port()
    given = settings(server, database_url, **by_webhook(server, port))
    server.webhook.url, server.webhook.secret = f"{PUBLIC}/hook", given["ZALO_WEBHOOK_SECRET"]
    server.switches.change(webhook_tries=10_000)
    async with running(tmp_path / "bot", given, *NOW), httpx.AsyncClient(trust_env=False) as client:
        for webhook in ("wrapped", "bare"):
            server.switches.change(webhook=webhook)
            assert await town.answer_to("cchc", "/huongdan") != ""
        health = await client.get(f"http://127.0.0.1:{port}/healthz")
        stranger = await client.post(f"http://127.0.0.1:{port}/hook", json={})
    assert (health.status_code, stranger.status_code) == (200, 403)


@only_sqlite
async def test_mistakes_end_with_a_sentence_and_commands_tell_what_is(
    server: FakeZalo, database_url: str, tmp_path: Path
) -> None:
    given = settings(server, database_url)
    wrong = settings(server, database_url, ZALO_BOT_TOKEN="77:another-bots-token-0123456789")
    _, known = await nhacviec(tmp_path, given, "zalo", "info")
    assert known.splitlines() == [
        f"Bot Zalo: Bot Nhắc Việc (mã số {server.bot.id})",
        "Vào nhóm: được",
        "Nhận tin: hỏi định kỳ (chưa đặt webhook)",
    ]
    assert await nhacviec(tmp_path, wrong, "zalo", "info") == (2, f"{REJECTED_BY_ZALO}\n")
    code, said = await nhacviec(tmp_path, wrong, "run", *NOW)
    assert (code, said.splitlines()[-1]) == (2, REJECTED_BY_ZALO)
    server.webhook.url = "https://khac.vn/hook"
    code, said = await nhacviec(tmp_path, given, "run", *NOW)
    assert (code, said.splitlines()[-1]) == (2, zalo_webhook_is_set("https://khac.vn/hook"))
    code, said = await nhacviec(tmp_path, given, "zalo", "delete-webhook")
    assert (code, said, server.webhook.url) == (0, "Đã gỡ webhook.\n", "")
    code, said = await nhacviec(tmp_path, given, "zalo", "set-webhook", PUBLIC)
    assert (code, said.startswith("Chưa có ZALO_WEBHOOK_SECRET")) == (2, True)
    code, said = await nhacviec(tmp_path, {**given, "ZALO_MODE": "webhook"}, "run", *NOW)
    assert (code, "ZALO_WEBHOOK_SECRET: phải đặt khi ZALO_MODE=webhook" in said) == (2, True)


@only_sqlite
async def test_refused_token_stops_zalo_alone_and_the_clerk_hears_of_it_on_telegram(
    server: FakeZalo, engine: Engine, office: Office, database_url: str, tmp_path: Path
) -> None:
    async with FakeTelegram("4200002:telegram-test-token-0123456789") as other:
        town = TelegramTown(other, engine, office, SteppingClock(moment("13/06/2023 07:29")))
        given = settings(server, database_url, **telegram_settings(other, database_url))
        async with running(tmp_path / "bot", given | {"ZALO_BOT_TOKEN": f"{TOKEN}x"}, *NOW) as bot:
            await town.asked(
                lambda: any(sent.text.startswith("⚠️ Kênh Zalo đã dừng") for sent in town.sent_to("cchc"))
            )
            assert await town.answer_to("van-hoa", "/huongdan") != ""
            bot.kill(signal.SIGTERM)
            assert await bot.ended() == 0
    assert (REJECTED_BY_ZALO in bot.told, TOKEN in bot.told, "Traceback" in bot.told) == (True, False, False)
