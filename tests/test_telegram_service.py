"""People talk to the bot on Telegram, and their groups change."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from plan_data.office import Office
from tests.fakes.telegram_log import Sent
from tests.platform_town import RECORDED
from tests.telegram_town import TelegramTown, Works, assemble, at_work, quiet_town

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MORNING = "13/06/2023 07:30"


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[TelegramTown]:
    async with quiet_town(engine, office, "01/06/2023 08:00") as town:
        yield town


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
        await town.asked(lambda: town.all_is_heard())
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
        named = [match[0] for text in town.texts(role) if (match := re.search(rf"{letter}\.\d+", text))]
        assert named == [f"{letter}.{number}" for number in range(1, 31)]


# --- buttons ---


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
        await town.asked(lambda: RECORDED in town.texts("cchc") and len(town.server.answers) == 1)
        await town.asked(lambda: len(digest.versions) == 2 and len(in_group.versions) == 2)
    assert ["✅ I.3" in sent.buttons for sent in (digest, in_group)] == [False, False]
    assert ["✅ I.3" in sent.text for sent in (digest, in_group)] == [True, True]


async def test_a_button_that_is_pressed_twice_is_applied_once(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        digest, _ = await morning(town, works)
        before = len(town.texts("cchc"))
        for _ in range(2):
            town.server.presses(town.users["cchc"], "✅ I.3", message_id=digest.message_id)
        await town.asked(lambda: len(town.texts("cchc")) == before + 2)
        await town.asked(lambda: len(town.server.answers) == 2)
    first, second = town.texts("cchc")[before:]
    assert (first == RECORDED, second != RECORDED) == (True, True)
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


async def test_a_press_that_is_too_old_to_be_answered_is_applied_all_the_same(town: TelegramTown) -> None:
    works = assemble(town)
    async with at_work(works):
        digest, _ = await morning(town, works)
        town.server.presses(town.users["cchc"], "✅ I.3", message_id=digest.message_id, age=3600)
        await town.asked(lambda: RECORDED in town.texts("cchc"))
        await town.asked(lambda: len(town.server.calls("answerCallbackQuery")) == 1)
    assert town.server.answers == []
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


async def test_the_wrong_person_who_presses_a_button_changes_nothing(town: TelegramTown) -> None:
    works, stranger = assemble(town), town.server.add_user("Người lạ", met=True)
    async with at_work(works):
        _, in_group = await morning(town, works)
        for user in (town.users["van-hoa"], stranger):
            town.server.presses(user, "✅ I.3", chat=town.group, message_id=in_group.message_id)
        await town.asked(lambda: len(town.server.answers) == 2 and town.all_is_heard())
        await town.asked(lambda: len(town.server.sent_to(town.group.id)) == 3)
    assert town.rows("SELECT count(*) FROM completion") == [(0,)]


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
