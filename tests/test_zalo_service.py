"""People talk to the bot on Zalo."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo
from tests.platform_town import RECORDED
from tests.zalo_town import ZaloTown, assemble, at_work
from wording.refusals import STRANGER, UNLINKED_GROUP
from wording.unreadable import unreadable, unreadable_perhaps_a_link

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[ZaloTown]:
    async with FakeZalo() as server:
        yield ZaloTown(server, engine, office, SteppingClock(moment("12/06/2023 09:00")))


async def test_commands_are_answered_in_private_and_in_the_group_with_or_without_a_slash(town: ZaloTown) -> None:
    async with at_work(assemble(town)):
        assert (await town.answer_to("cchc", "xong I.3 H1 số 45/BC-UBND")).splitlines()[0] == RECORDED
        for line in ("/viec", "viec"):
            await town.answer_to("van-hoa", line, group=True)
        assert (await town.answer_to("van-hoa", "viec", group=True, reply=True)).startswith("📝 Việc của anh/chị")
    assert town.rows("SELECT count(*) FROM completion") == [(1,)]


async def test_talk_in_the_group_is_left_alone_unless_the_bot_is_called(town: ZaloTown) -> None:
    async with at_work(assemble(town)):
        town.server.says(town.users["van-hoa"], "Cảm ơn nhé", town.group, reply=True)
        called = await town.answer_to("van-hoa", "ơi làm báo cáo giúp", group=True)
    assert called.startswith("Bot chưa hiểu tin nhắn này.")
    assert len(town.server.sent) == 1


async def test_commands_of_one_chat_are_answered_in_their_order(town: ZaloTown) -> None:
    async with at_work(assemble(town)):
        for number in range(1, 21):
            town.server.says(town.users["cchc"], f"/xong Z.{number}")
        await town.asked(lambda: len(town.server.sent) == 20)
    assert [text.split("Z.")[1].split()[0].strip(".,") for text in town.texts("cchc")] == [
        str(number) for number in range(1, 21)
    ]


async def test_what_cannot_be_read_gets_a_sentence_in_private_and_links_are_explained_once(town: ZaloTown) -> None:
    user, stranger = town.users["tu-phap"], town.server.add_user("Người lạ", wrote=True)
    async with at_work(assemble(town)):
        town.server.sends_link(user, "https://phuong.vn/van-ban")
        town.server.sends_sticker(user)
        town.server.emits({"event_name": "message.reaction.received", "message": {"message_id": "r"}})
        town.server.sends_unsupported(user, with_message=False)
        town.server.sends_sticker(user, group=town.group)
        town.server.sends_sticker(stranger)
        await town.answer_to("cchc", "/huongdan")
        await town.asked(lambda: len(town.server.sent) == 4)
    assert [sent.text for sent in town.sent_to("tu-phap")] == [
        unreadable_perhaps_a_link().plain,
        unreadable().plain,
    ]
    assert [sent.text for sent in town.server.sent_to(stranger.id)] == [STRANGER]


async def test_linked_group_is_told_by_mention_and_an_unlinked_one_gets_nothing(town: ZaloTown) -> None:
    other = town.server.add_group("Nhóm khác", members=[town.users["cchc"]])
    async with at_work(assemble(town)):
        town.server.says(town.users["cchc"], "viec", other)
        await town.asked(lambda: len(town.server.sent_to(other.id)) == 1)
        town.server.says(town.users["cchc"], "ketnoi", other)
        await town.asked(lambda: len(town.server.sent_to(other.id)) == 2)
        await town.asked(town.all_is_handled)
    first, linked = (sent.text for sent in town.server.sent_to(other.id))
    assert (first, linked.splitlines()[0]) == (
        UNLINKED_GROUP,
        "🔗 Đã kết nối nhóm “Zalo 2”. Từ nay nhóm nhận mọi lời nhắc việc chung của cơ quan.",
    )


async def test_one_time_code_joins_the_ids_of_a_person_where_zalo_gives_them_two(town: ZaloTown) -> None:
    """The clerk is a stranger in the group until the code that was given in private is typed there."""
    town.server.switches.change(ids_differ=True)
    group = town.server.add_group("Nhóm mới", members=[town.users["cchc"]])

    async def in_group(line: str) -> str:
        before = len(town.server.sent_to(group.id))
        town.server.says(town.users["cchc"], line, group)
        await town.asked(lambda: len(town.server.sent_to(group.id)) > before)
        return town.server.sent_to(group.id)[before].text.splitlines()[0]

    async with at_work(assemble(town)):
        assert await in_group("ketnoi") == STRANGER
        shown = await town.answer_to("cchc", "dangky nhom")
        code = next(word for word in shown.replace("\n", " ").split() if "-" in word and word.isupper())
        assert await in_group(f"batdau {code}") == "✅ Đã gắn tài khoản này với Công chức CCHC."
        assert (await in_group("ketnoi")).startswith("🔗 Đã kết nối nhóm")
        await in_group("viec")
        assert await in_group(f"batdau {code}") != ""
    reachable = town.rows(f"SELECT address, unreachable FROM account WHERE person_id = {town.people['cchc']}")
    assert sorted(reachable) == sorted(
        [
            (town.users["cchc"].id, ""),
            (town.server.sender_id(town.users["cchc"], group), "chỉ dùng trong nhóm"),
        ]
    )


async def test_group_that_has_thrown_the_bot_out_is_put_down_until_somebody_calls_it_again(town: ZaloTown) -> None:
    works = assemble(town)
    async with at_work(works):
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.removes_bot_from(town.group)
        town.at("13/06/2023 07:30")
        await works.tick()
        await town.asked(lambda: "⚠️ Không gửi được tin" in town.texts("cchc"))
        assert town.rows("SELECT unreachable <> '' FROM group_chat") == [(1,)]
        town.server.adds_bot_to(town.group)
        await town.answer_to("van-hoa", "viec", group=True)
    assert town.rows("SELECT unreachable FROM group_chat") == [("",)]
