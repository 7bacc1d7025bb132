"""`nhacviec run`, a real process against the Bot API: a morning, a kill in a burst, a second bot, an orderly end."""

import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from records.database import migrate, open_database, transaction
from records.people import add_person, link_account
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.fakes.telegram_world import User
from tests.telegram_process import running, settings
from tests.telegram_town import CHANNEL, TelegramTown
from wording.stops import ALREADY_RUNNING, POLLED_ELSEWHERE, REJECTED_BY_TELEGRAM

TOKEN = "4200001:process-test-token-0123456789"
NOW = ("--now", "2023-06-13T07:29:58")
BURST = 200
RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN) as server:
        yield server


@pytest.fixture
def town(server: FakeTelegram, engine: Engine, office: Office) -> TelegramTown:
    return TelegramTown(server, engine, office, SteppingClock(moment("13/06/2023 07:29")))


def clerks(town: TelegramTown, count: int) -> list[User]:
    """More people who may write notices."""
    users = [town.server.add_user(f"Văn thư {number}", started=True) for number in range(count)]
    with transaction(town.engine) as session:
        for user in users:
            person = add_person(session, user.first_name, frozenset({"cchc"}), date(2023, 1, 3))
            link_account(session, person, CHANNEL, str(user.id), town.clock())
    return users


def burst(town: TelegramTown, users: list[User]) -> None:
    """Two hundred commands, each with an effect of its own: a draft of a notice."""
    for number in range(1, BURST + 1):
        town.server.says(users[number % len(users)], f"/thongbao Lệnh số {number}.")


def answered(town: TelegramTown) -> tuple[Counter[int], Counter[int]]:
    """How often each command was answered: as it should be, and marked as said again."""
    plain, again = Counter[int](), Counter[int]()
    for sent in town.server.sent:
        if found := re.search(r"Lệnh số (\d+)\.", sent.text):
            (again if "(nhắc lại)" in sent.text else plain)[int(found[1])] += 1
    return plain, again


def effects(town: TelegramTown) -> Counter[int]:
    """How often each command took effect."""
    return Counter(int(text.split()[-1].rstrip(".")) for (text,) in town.rows("SELECT text FROM notice"))


@only_sqlite
async def test_a_morning_comes_on_its_own_and_buttons_are_pressed_by_the_right_and_the_wrong_person(
    town: TelegramTown, database_url: str, tmp_path: Path
) -> None:
    """With every logger at DEBUG, a platform that asks to wait, and without the switch that PTB warns about."""
    server = town.server
    given = settings(server, database_url, LOG_LEVEL="DEBUG", PYTHONWARNINGS="default")
    server.faults.add("sendMessage", Fault.too_many(1), times=2)
    async with running(tmp_path / "bot", given, *NOW, without=("PTB_TIMEDELTA",)) as bot:
        with_button = "✅ I.3"
        await town.asked(lambda: any(with_button in sent.buttons for sent in town.sent_to("cchc")))
        await town.asked(lambda: any(with_button in sent.buttons for sent in server.sent_to(town.group.id)))
        in_group = next(sent for sent in server.sent_to(town.group.id) if with_button in sent.buttons)
        stranger = server.add_user("Người lạ", met=True)
        for user in (town.users["van-hoa"], stranger):
            server.presses(user, with_button, chat=town.group, message_id=in_group.message_id)
        await town.asked(lambda: len(server.sent_to(town.group.id)) == 3)
        assert town.rows("SELECT count(*) FROM completion") == [(0,)]
        server.presses(town.users["cchc"], with_button)
        await town.asked(lambda: any(sent.text.startswith(RECORDED) for sent in town.sent_to("cchc")))
        await town.asked(lambda: len(in_group.versions) == 2 and len(server.answers) == 3)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]
    assert [secret for secret in (TOKEN, TOKEN.split(":")[1]) if secret in bot.told] == []
    assert (bot.told.count("Traceback"), bot.told.count("not sent: Flood control")) == (0, 2)


async def test_a_kill_in_the_middle_of_a_burst_loses_no_command_and_does_none_twice(
    town: TelegramTown, database_url: str, tmp_path: Path
) -> None:
    users = clerks(town, 40)
    given = settings(town.server, database_url)
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await town.asked(lambda: town.server.updates.is_polled)
        burst(town, users)
        await town.asked(lambda: answered(town)[0].total() >= 30)
        bot.kill()
        await bot.ended()
    before = answered(town)[0].total()
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await town.asked(lambda: len(answered(town)[0] | answered(town)[1]) == BURST)
        await town.asked(lambda: _all_is_said(town))
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    plain, again = answered(town)
    assert before < BURST
    assert effects(town) == Counter(range(1, BURST + 1))
    assert set(plain) | set(again) == set(range(1, BURST + 1))
    assert (max(plain.values()), max(again.values(), default=1)) == (1, 1)
    assert again.total() <= 24
    assert "Traceback" not in bot.told


def _all_is_said(town: TelegramTown) -> bool:
    waiting = "SELECT count(*) FROM outbox WHERE kind = 'answer' AND state IN ('pending', 'sending')"
    return town.rows(waiting) == [(0,)]


@only_sqlite
async def test_an_orderly_end_in_a_burst_is_quick_and_says_nothing_twice(
    town: TelegramTown, database_url: str, tmp_path: Path
) -> None:
    users = clerks(town, 40)
    given = settings(town.server, database_url)
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await town.asked(lambda: town.server.updates.is_polled)
        burst(town, users)
        await town.asked(lambda: answered(town)[0].total() >= 30)
        began = time.monotonic()
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
        took = time.monotonic() - began
    assert town.rows("SELECT count(*) FROM outbox WHERE state IN ('sending', 'unconfirmed')") == [(0,)]
    assert answered(town)[0].total() < BURST
    async with running(tmp_path / "bot", given, *NOW) as bot:
        await town.asked(lambda: answered(town)[0].total() >= BURST)
        bot.kill(signal.SIGTERM)
        assert await bot.ended() == 0
    assert answered(town) == (Counter(range(1, BURST + 1)), Counter())
    assert effects(town) == Counter(range(1, BURST + 1))
    assert took < 10
    assert "Traceback" not in bot.told


@only_sqlite
async def test_a_second_bot_stops_with_a_sentence_and_the_first_goes_on(
    town: TelegramTown, database_url: str, tmp_path: Path
) -> None:
    """One on the same database, and one elsewhere with the same token."""
    other = f"sqlite:///{tmp_path}/khác.db"
    engine = open_database(other)
    migrate(engine)
    engine.dispose()
    async with running(tmp_path / "bot", settings(town.server, database_url), *NOW) as first:
        await town.asked(lambda: town.server.updates.is_polled)
        began = time.monotonic()
        async with running(tmp_path / "hai", settings(town.server, database_url), *NOW) as second:
            assert await second.ended() == 2
        await town.asked(lambda: time.monotonic() - began > 6)
        async with running(tmp_path / "ba", settings(town.server, other), *NOW) as third:
            assert await third.ended() == 2
        assert await town.answer_to("cchc", "/huongdan") != ""
        assert first.process.returncode is None
    assert [second.told.splitlines()[-1], third.told.splitlines()[-1]] == [ALREADY_RUNNING, POLLED_ELSEWHERE]


@only_sqlite
async def test_a_wrong_token_ends_with_a_sentence(town: TelegramTown, database_url: str, tmp_path: Path) -> None:
    wrong = "77:another-bots-token-0123456789"
    given = settings(town.server, database_url, TELEGRAM_BOT_TOKEN=wrong)
    async with running(tmp_path / "bot", given, *NOW) as bot:
        assert await bot.ended() == 2
    assert (bot.told.splitlines()[-1], wrong in bot.told) == (REJECTED_BY_TELEGRAM, False)
