"""Every update from Telegram is handled once, whatever the platform does."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.channels.telegram_service import TelegramStopped
from bot.clock import SteppingClock
from bot.command import Command, Request, Who
from bot.commands.table import COMMANDS
from bot.incoming import Incoming
from plan_data.office import Office
from records.database import migrate, open_database, transaction
from tests.builders import moment
from tests.fakes.telegram_server import Fault
from tests.platform_town import WITHIN
from tests.telegram_town import TelegramTown, Works, assemble, at_work, quiet_town
from wording.message import Reply
from wording.refusals import BROKEN
from wording.stops import POLLED_ELSEWHERE, REJECTED_BY_TELEGRAM, TELEGRAM_WEBHOOK_IS_SET

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[TelegramTown]:
    async with quiet_town(engine, office, "01/06/2023 08:00") as town:
        yield town


async def stopped(works: Works) -> str:
    """The sentence with which the service stops by itself."""
    with pytest.raises(TelegramStopped) as caught:
        async with at_work(works) as listening:
            await asyncio.wait([listening], timeout=WITHIN)
    return str(caught.value)


# --- once, and never lost ---


async def test_an_update_that_comes_again_is_not_handled_again(town: TelegramTown) -> None:
    """Stored but never confirmed: the process was killed before its next poll."""
    works = assemble(town)
    async with at_work(works):
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.faults.add("getUpdates", Fault.drop_before(), times=None)
        await town.answer_to("cchc", "/xong I.3 H1")
    assert len(town.server.updates.pending) == 1
    town.server.faults.clear()
    async with at_work(assemble(town)):
        await town.answer_to("cchc", "/huongdan")
    assert len(town.sent_to("cchc")) == 2
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]
    assert town.rows("SELECT count(*) FROM inbox") == [(2,)]


async def test_what_was_stored_but_not_handled_is_handled_at_the_start_before_anything_new(
    town: TelegramTown,
) -> None:
    works = assemble(town)
    address = str(town.users["cchc"].id)
    works.conversation.store("telegram", [Incoming("1", address, address, "/xong I.3 H1")])
    town.server.says(town.users["cchc"], "/hoantac")
    async with at_work(works):
        await town.asked(lambda: len(town.sent_to("cchc")) == 2)
    assert town.texts("cchc")[0] == "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
    assert town.rows("SELECT undone_at IS NULL FROM completion") == [(0,)]


async def test_two_thousand_updates_that_waited_are_all_handled(town: TelegramTown) -> None:
    works = assemble(town)
    chats = [str(-100 - number % 40) for number in range(2000)]
    crowd = [Incoming(str(n), "7", chat, "tán gẫu", in_group=True) for n, chat in enumerate(chats)]
    works.conversation.store("telegram", crowd)
    async with at_work(works):
        await town.asked(lambda: town.all_is_heard())
        assert await town.answer_to("cchc", "/huongdan") != ""


async def test_an_update_is_not_confirmed_before_it_is_stored(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        await town.asked(lambda: town.server.updates.is_polled)
        _rename(town, "inbox", "hidden")
        town.server.says(town.users["cchc"], "/huongdan")
        polls = town.server.updates.polls
        await town.asked(lambda: town.server.updates.polls > polls + 2)
        assert len(town.server.updates.pending) == 1
        _rename(town, "hidden", "inbox")
        await town.asked(lambda: len(town.sent_to("cchc")) == 1)
        await town.asked(lambda: len(town.server.updates.pending) == 0)
    assert len(town.sent_to("cchc")) == 1


async def test_a_command_waits_until_the_database_takes_it(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        await town.asked(lambda: town.server.updates.is_polled)
        _rename(town, "outbox", "hidden")
        town.server.says(town.users["cchc"], "/xong I.3 H1")
        await town.asked(lambda: len(town.server.updates.pending) == 0 or town.server.updates.is_polled)
        await asyncio.sleep(0.3)
        _rename(town, "hidden", "outbox")
        await town.asked(lambda: len(town.sent_to("cchc")) == 1)
    assert town.texts("cchc") == ["✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"]
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


def _rename(town: TelegramTown, old: str, new: str) -> None:
    with transaction(town.engine) as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def test_updates_that_cannot_be_read_do_not_hold_up_those_behind_them(town: TelegramTown) -> None:
    for content in ({}, {"message_id": "một"}, {"message_id": 1, "date": 1, "chat": {"id": []}}, "chuỗi", None):
        town.server.updates.add("message", content)  # type: ignore[arg-type]
    town.server.updates.add("callback_query", {"id": 5, "from": {}, "data": []})
    town.server.updates.add("my_chat_member", {"chat": {}})
    async with at_work(assemble(town)):
        assert await town.answer_to("cchc", "/huongdan") != ""
    assert len(town.server.updates.pending) <= 1


async def test_a_bug_in_one_command_is_confessed_and_the_next_is_answered(town: TelegramTown) -> None:
    def fail(request: Request) -> Reply:
        raise ZeroDivisionError

    broken = Command("broken", "hong", Who.REGISTERED, "hỏng", "/hong", fail)
    async with at_work(assemble(town, commands=(*COMMANDS, broken))):
        assert await town.answer_to("van-hoa", "/hong") == BROKEN
        assert await town.answer_to("van-hoa", "/huongdan") != ""
        await town.asked(lambda: len(town.sent_to("cchc")) == 1)
    assert town.texts("cchc") == ["⚠️ Lỗi của chương trình"]


# --- the platform ---


async def test_command_menus_are_set_for_private_chats_and_for_groups(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        await town.asked(lambda: town.server.updates.is_polled)
    private, group = (town.server.commands[f"all_{kind}_chats"] for kind in ("private", "group"))
    assert [name for name, _ in private] == [each.alias for each in COMMANDS if not each.hidden]
    assert ("xong", "Ghi nhận đã làm xong") in private
    assert set(group) < set(private)
    assert {"xong", "viec", "tinhhinh"} <= {name for name, _ in group}


async def test_menus_that_are_refused_are_no_reason_not_to_work(town: TelegramTown) -> None:
    town.server.faults.add("setMyCommands", Fault.refused("BOT_COMMAND_INVALID"), times=None)
    async with at_work(assemble(town)):
        assert await town.answer_to("cchc", "/huongdan") != ""


@pytest.mark.parametrize(
    "fault",
    [
        Fault.http_error(502),
        Fault.http_error(504),
        Fault.http_error(404),
        Fault.http_error(403),
        Fault.garbage(),
        Fault.drop_before(),
        Fault.drop_after(),
        Fault.too_many(1),
        Fault.strange("không phải danh sách"),
        Fault.strange([7, "x"]),
        Fault.unauthorized(),
    ],
)
async def test_polling_survives_what_the_platform_does(town: TelegramTown, fault: Fault) -> None:
    async with at_work(assemble(town)) as listening:
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.faults.add("getUpdates", fault, times=2)
        assert await town.answer_to("cchc", "/huongdan") != ""
        town.server.faults.add("getUpdates", fault, times=1)
        assert await town.answer_to("cchc", "/huongdan") != ""
        assert not listening.done()
    assert len(town.sent_to("cchc")) == 2


@pytest.mark.parametrize("method", ["getMe", "setMyCommands"])
async def test_logging_in_is_tried_until_it_works(town: TelegramTown, method: str) -> None:
    for fault in (Fault.http_error(502), Fault.garbage(), Fault.drop_before(), Fault.strange({"id": 5})):
        town.server.faults.add(method, fault)
    async with at_work(assemble(town)):
        assert await town.answer_to("cchc", "/huongdan") != ""


async def test_the_network_may_be_away_at_the_start(town: TelegramTown) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    async with at_work(assemble(town, url=f"http://127.0.0.1:{port}")) as listening:
        await asyncio.sleep(0.3)
        assert not listening.done()
        await town.server.stop()
        await town.server.start(port)
        assert await town.answer_to("cchc", "/huongdan") != ""


async def test_a_poll_that_hangs_is_given_up(town: TelegramTown) -> None:
    async with at_work(assemble(town, grace_seconds=0.3)):
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.faults.add("getUpdates", Fault.slow(3600), times=3)  # there are two connections
        await town.asked(lambda: town.server.faults.orders == [])
        assert await town.answer_to("cchc", "/huongdan") != ""


async def test_a_token_that_telegram_does_not_know_stops_the_service(town: TelegramTown) -> None:
    town.server.faults.add("getMe", Fault.unauthorized())
    assert await stopped(assemble(town)) == REJECTED_BY_TELEGRAM


async def test_a_token_that_was_revoked_stops_the_service(town: TelegramTown) -> None:
    town.server.faults.add("getUpdates", Fault.unauthorized(), times=None)
    assert await stopped(assemble(town)) == REJECTED_BY_TELEGRAM


async def test_a_webhook_stops_the_service_with_another_sentence(town: TelegramTown) -> None:
    town.server.updates.webhook_url = "https://example.vn/hook"
    assert await stopped(assemble(town)) == TELEGRAM_WEBHOOK_IS_SET


async def test_of_two_on_one_token_the_younger_stops_and_the_older_goes_on(
    town: TelegramTown, office: Office, tmp_path: Path
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/khác.db")
    migrate(engine)
    elsewhere = TelegramTown(town.server, engine, office, SteppingClock(moment("01/06/2023 08:00")))
    older = assemble(town, monotonic=_Older())
    async with at_work(older) as listening:
        await town.asked(lambda: town.server.updates.is_polled)
        assert await stopped(assemble(elsewhere)) == POLLED_ELSEWHERE
        assert await town.answer_to("cchc", "/huongdan") != ""
        assert not listening.done()
    engine.dispose()


class _Older:
    """Monotonic time that is an hour further on at every look after the first."""

    def __init__(self) -> None:
        self._first = True

    def __call__(self) -> float:
        first, self._first = self._first, False
        return time.monotonic() + (0.0 if first else 3600.0)


async def test_the_end_leaves_what_is_not_handled_for_the_next_start(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        await town.asked(lambda: town.server.updates.is_polled)
        for number in range(120):
            town.server.says(town.users["cchc"], f"/xong Z.{number}")
        await town.asked(lambda: town.rows("SELECT count(*) FROM inbox") >= [(100,)])
    handled = town.rows("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL")
    assert handled < [(120,)]
    async with at_work(assemble(town)):
        await town.asked(lambda: len(town.server.sent) == 120)
    named = [match[0] for text in town.texts("cchc") if (match := re.search(r"Z\.\d+", text))]
    assert named == [f"Z.{number}" for number in range(120)]
