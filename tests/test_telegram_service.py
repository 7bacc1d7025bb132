"""Polling, storing, answering: the service against the fake server, through every way in which the platform fails."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.channels.telegram_service import TelegramStopped
from bot.clock import SteppingClock
from bot.command import Command, Request, Who
from bot.commands.table import COMMANDS
from bot.conversation import Incoming
from plan_data.office import Office
from records.database import migrate, open_database, transaction
from tests.builders import moment
from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.telegram_town import WITHIN, TelegramTown, Works, assemble, at_work
from wording.message import Reply
from wording.refusals import BROKEN
from wording.stops import POLLED_ELSEWHERE, REJECTED_BY_TELEGRAM, TELEGRAM_WEBHOOK_IS_SET

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MORNING = "13/06/2023 07:30"


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[TelegramTown]:
    """Nothing waits for anybody in the beginning."""
    async with FakeTelegram() as server:
        town = TelegramTown(server, engine, office, SteppingClock(moment("01/06/2023 08:00")))
        with transaction(engine) as session:
            session.connection().exec_driver_sql("DELETE FROM outbox")
        yield town


async def stopped(works: Works) -> str:
    """The sentence with which the service stops by itself."""
    with pytest.raises(TelegramStopped) as caught:
        async with at_work(works) as listening:
            await asyncio.wait([listening], timeout=WITHIN)
    return str(caught.value)


def answers(town: TelegramTown, role: str = "cchc") -> list[str]:
    """The first lines of what somebody was told."""
    return [sent.text.splitlines()[0] for sent in town.sent_to(role)]


def nothing_waits(town: TelegramTown) -> bool:
    return town.rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL") == [(0,)]


# --- people ---


async def test_commands_are_answered_in_private_and_in_the_group(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        private = await town.answer_to("cchc", "/xong I.3 H1 số 45/BC-UBND")
        town.server.says(town.users["van-hoa"], "/viec", town.group)
        await town.asked(lambda: len(town.server.sent_to(town.group.id)) == 1)
    assert private.splitlines()[0] == "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"


async def test_free_text_in_a_group_is_ignored_even_when_the_bot_hears_everything(town: TelegramTown) -> None:
    town.server.promotes_bot(town.group)
    async with at_work(assemble(town)):
        town.server.says(town.users["van-hoa"], "xong I.3 rồi nhé", town.group)
        town.server.says(town.users["van-hoa"], "/huongdan", town.group)
        await town.asked(lambda: len(town.server.sent) == 1)
        await town.asked(lambda: nothing_waits(town))
    assert len(town.server.sent) == 1


async def test_a_line_that_is_changed_afterwards_is_not_a_second_command(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        said = town.server.says(town.users["cchc"], "/huongdan")
        await town.asked(lambda: len(town.server.sent) == 1)
        town.server.edits(town.users["cchc"], said.message_id, "/viec")
        assert await town.answer_to("cchc", "/hoantac") != ""
    assert len(town.server.sent) == 2


async def test_commands_of_one_chat_are_answered_in_their_order(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        for number in range(1, 31):
            town.server.says(town.users["cchc"], f"/xong Z.{number}")
            town.server.says(town.users["van-hoa"], f"/xong Y.{number}")
        await town.asked(lambda: len(town.server.sent) == 60)
    for role, letter in (("cchc", "Z"), ("van-hoa", "Y")):
        named = [match[0] for text in answers(town, role) if (match := re.search(rf"{letter}\.\d+", text))]
        assert named == [f"{letter}.{number}" for number in range(1, 31)]


# --- buttons ---


RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"


async def morning(town: TelegramTown, works: Works) -> tuple[Sent, Sent]:
    """The morning on which I.3 is due: the messages with its button, in the clerk's chat and in the group."""
    town.at(MORNING)
    await works.tick()
    await town.asked(lambda: len(_with_button(town)) >= 2)
    found = {sent.chat_id: sent for sent in _with_button(town)}
    return found[town.users["cchc"].id], found[town.group.id]


def _with_button(town: TelegramTown) -> list[Sent]:
    return [sent for sent in town.server.sent if "✅ I.3" in sent.buttons]


async def test_a_pressed_button_is_answered_at_once_and_applied_and_the_messages_are_edited(
    town: TelegramTown,
) -> None:
    works = assemble(town)
    async with at_work(works):
        digest, in_group = await morning(town, works)
        town.server.presses(town.users["cchc"], "✅ I.3", message_id=digest.message_id)
        await town.asked(lambda: RECORDED in answers(town) and len(town.server.answers) == 1)
        await town.asked(lambda: len(digest.versions) == 2 and len(in_group.versions) == 2)
    assert ["✅ I.3" in sent.buttons for sent in (digest, in_group)] == [False, False]
    assert ["✅ I.3" in sent.text for sent in (digest, in_group)] == [True, True]


async def test_a_button_that_is_pressed_twice_is_applied_once(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        digest, _ = await morning(town, works)
        before = len(answers(town))
        for _ in range(2):
            town.server.presses(town.users["cchc"], "✅ I.3", message_id=digest.message_id)
        await town.asked(lambda: len(answers(town)) == before + 2)
        await town.asked(lambda: len(town.server.answers) == 2)
    first, second = answers(town)[before:]
    assert (first == RECORDED, second != RECORDED) == (True, True)
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


async def test_a_press_that_is_too_old_to_be_answered_is_applied_all_the_same(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        digest, _ = await morning(town, works)
        town.server.presses(town.users["cchc"], "✅ I.3", message_id=digest.message_id, age=3600)
        await town.asked(lambda: RECORDED in answers(town))
        await town.asked(lambda: len(town.server.calls("answerCallbackQuery")) == 1)
    assert town.server.answers == []
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


async def test_the_wrong_person_who_presses_a_button_changes_nothing(town: TelegramTown) -> None:
    works, stranger = assemble(town), town.server.add_user("Người lạ", met=True)
    async with at_work(works):
        _, in_group = await morning(town, works)
        for user in (town.users["van-hoa"], stranger):
            town.server.presses(user, "✅ I.3", chat=town.group, message_id=in_group.message_id)
        await town.asked(lambda: len(town.server.answers) == 2 and nothing_waits(town))
        await town.asked(lambda: len(town.server.sent_to(town.group.id)) == 3)
    assert town.rows("SELECT count(*) FROM completion") == [(0,)]


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
    assert answers(town)[0] == "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
    assert town.rows("SELECT undone_at IS NULL FROM completion") == [(0,)]


async def test_two_thousand_updates_that_waited_are_all_handled(town: TelegramTown) -> None:
    works = assemble(town)
    chats = [str(-100 - number % 40) for number in range(2000)]
    crowd = [Incoming(str(n), "7", chat, "tán gẫu", in_group=True) for n, chat in enumerate(chats)]
    works.conversation.store("telegram", crowd)
    async with at_work(works):
        await town.asked(lambda: nothing_waits(town))
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
    assert answers(town) == ["✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"]
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
    assert answers(town) == ["⚠️ Lỗi của chương trình"]


# --- chats that change ---


async def test_a_group_that_becomes_a_supergroup_goes_on_at_its_new_address(town: TelegramTown) -> None:
    old = town.group.id
    works = assemble(town)
    async with at_work(works):
        town.server.bot_becomes(town.group, "left")
        town.server.bot_becomes(town.group, "member")
        town.server.migrates(town.group)
        new = town.group.migrated_to
        await town.asked(lambda: town.rows("SELECT address, unreachable FROM group_chat") == [(str(new), "")])
        town.at(MORNING)
        await works.tick()
        await town.asked(lambda: new is not None and len(town.server.sent_to(new)) == 1)
    assert town.server.sent_to(old) == []


async def test_a_group_that_throws_the_bot_out_gets_nothing_until_it_is_back(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        town.server.kicks_bot(town.group)
        await town.asked(lambda: town.rows("SELECT unreachable <> '' FROM group_chat") == [(1,)])
        town.at(MORNING)
        await works.tick()
        town.server.adds_bot_to(town.group)
        await town.asked(lambda: town.rows("SELECT unreachable FROM group_chat") == [("",)])
        town.clock.step(timedelta(days=1))
        await works.tick()
        await town.asked(lambda: len(town.server.sent_to(town.group.id)) == 1)
    assert [call.status for call in town.server.calls("sendMessage") if call.status != 200] == []


async def test_a_group_that_the_bot_does_not_know_is_greeted(town: TelegramTown) -> None:
    async with at_work(assemble(town)):
        other = town.server.add_group("Tổ dân phố", bot_status="left")
        town.server.adds_bot_to(other)
        await town.asked(lambda: len(town.server.sent_to(other.id)) == 1)
    assert "/ketnoi" in town.server.sent_to(other.id)[0].text


async def test_one_who_blocks_the_bot_is_written_to_again_after_unblocking_it(town: TelegramTown) -> None:
    address = town.users["van-hoa"].id
    reachable = f"SELECT unreachable = '' FROM account WHERE address = '{address}'"
    async with at_work(assemble(town)):
        town.server.blocks(town.users["van-hoa"])
        await town.asked(lambda: town.rows(reachable) == [(0,)])
        town.server.unblocks(town.users["van-hoa"])
        await town.asked(lambda: town.rows(reachable) == [(1,)])


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
        town.server.faults.add("getUpdates", Fault.slow(3600), times=5)
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
    named = [match[0] for text in answers(town) if (match := re.search(r"Z\.\d+", text))]
    assert named == [f"Z.{number}" for number in range(120)]
