"""/link and /unlink: which groups get the alerts, and what the bot may not do there."""

import pytest
from sqlalchemy import text

from jobs.channel import SendFailed
from records.audit import trail
from records.database import transaction
from records.people import groups
from tests.phone import Phone
from tests.town import GROUP, Sent, Town
from wording.refusals import STRANGER, UNLINKED_GROUP

LINKED = "🔗 Đã kết nối nhóm “UBND phường”. Từ nay nhóm nhận mọi lời nhắc việc chung của cơ quan."
CHECKS = "Bot đang tự kiểm tra quyền của mình trong nhóm và báo ngay dưới đây. Ngừng kết nối: /huyketnoi"
ONLY_CLERK = "Lệnh này chỉ dành cho công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình."


@pytest.fixture
def phone(town: Town) -> Phone:
    """The clerk, the legal officer and a leader are on the second channel too; the first has no group any more."""
    with transaction(town.engine) as session:
        session.connection().execute(text("DELETE FROM group_chat"))
    return Phone(town).seat("cchc", "tu-phap", "lanh-dao")


async def link(phone: Phone, words: str = "", group: str = "g1") -> Sent:
    return await phone.says("cchc", f"/ketnoi {words}", group=group, title="UBND phường")


def linked(town: Town) -> list[tuple[str, str, str]]:
    with transaction(town.engine) as session:
        return [(each.address, each.audience, each.title) for each in groups(session)]


async def alerts_to(phone: Phone, when: str) -> dict[str, str]:
    """What is said at that moment on the second channel, by chat."""
    before = len(phone.channel.sent)
    await phone.town.at(when).tick()
    await phone.courier.deliver()
    return {sent.chat: sent.text for sent in phone.channel.sent[before:] if sent.kind == "push"}


async def test_linked_group_gets_the_alerts(town: Town, phone: Phone) -> None:
    assert (await link(phone)).text.splitlines() == [LINKED, CHECKS]
    assert linked(town) == [("g1", "all", "UBND phường")]
    said = await alerts_to(phone, "13/06/2023 07:30")
    assert "• I.3 Báo cáo CCHC 6 tháng đầu năm 2023" in said["g1"].splitlines()


async def test_bot_tells_at_once_what_it_may_not_do_in_the_group(phone: Phone) -> None:
    await link(phone)
    assert [(sent.kind, sent.text) for sent in phone.got("g1")][1:] == [
        ("rights", "✅ Bot có đủ quyền trong nhóm này."),
    ]
    phone.channel.lacks = ["Bot chưa được gửi tin nhắn.", "Bot đang bật chế độ riêng tư."]
    phone.town.at("01/06/2023 07:05")
    await link(phone)
    assert phone.got("g1")[-1].text.splitlines() == [
        "⚠️ Bot còn thiếu quyền trong nhóm này",
        "• Bot chưa được gửi tin nhắn.",
        "• Bot đang bật chế độ riêng tư.",
        "Quản trị viên của nhóm chỉnh lại, rồi công chức CCHC gửi /ketnoi lần nữa để kiểm tra.",
    ]


async def test_question_about_rights_that_fails_is_asked_again(phone: Phone) -> None:
    class Moody:
        asked = 0

        async def __call__(self, chat: str) -> list[str]:
            self.asked += 1
            if self.asked == 1:
                raise SendFailed("mạng chậm")
            return [f"Hỏi về {chat}."]

    phone.channel.missing_rights = Moody()  # type: ignore[method-assign]
    await link(phone)
    assert [sent.kind for sent in phone.got("g1")] == ["answer"]
    phone.town.at("01/06/2023 07:02")
    await phone.courier.deliver()
    assert phone.got("g1")[-1].text.splitlines()[1] == "• Hỏi về g1."


async def test_group_of_one_role_gets_only_that_roles_alerts(town: Town, phone: Phone) -> None:
    answer = await link(phone, "tư pháp")
    assert answer.text.splitlines()[0] == (
        "🔗 Đã kết nối nhóm “UBND phường”. Từ nay nhóm nhận lời nhắc các việc của Tư pháp - Hộ tịch."
    )
    assert linked(town) == [("g1", "tu-phap", "UBND phường")]
    assert "g1" not in await alerts_to(phone, "13/06/2023 07:30")


@pytest.mark.parametrize("words", ["all", "tất cả", "chung", "ALL"])
async def test_words_for_every_alert(town: Town, phone: Phone, words: str) -> None:
    await link(phone, words)
    assert linked(town) == [("g1", "all", "UBND phường")]


@pytest.mark.parametrize("words", ["gì đó", "tư pháp, một cửa", "văn phòng thống kê tư pháp"])
async def test_group_gets_everything_or_one_role(town: Town, phone: Phone, words: str) -> None:
    assert (await link(phone, words)).text == (
        f"Chưa rõ vị trí “{words}”. Gửi /ketnoi để nhóm nhận mọi lời nhắc, hoặc kèm một vị trí, "
        "ví dụ: /ketnoi Không chuyên trách"
    )
    assert linked(town) == []


async def test_linking_again_changes_what_the_group_gets(town: Town, phone: Phone) -> None:
    await link(phone, "tư pháp")
    await link(phone)
    assert linked(town) == [("g1", "all", "UBND phường")]


async def test_alerts_move_to_the_topic_in_which_the_group_is_linked_last(town: Town, phone: Phone) -> None:
    await link(phone, group="g1/3")
    answer = await link(phone, group="g1/7")
    assert answer.text.splitlines() == [
        LINKED,
        "Lời nhắc chuyển về chủ đề này; chủ đề kết nối trước đó không nhận nữa.",
        CHECKS,
    ]
    await link(phone, "tư pháp", group="g1/9")
    assert linked(town) == [("g1/7", "all", "UBND phường"), ("g1/9", "tu-phap", "UBND phường")]
    assert list(await alerts_to(phone, "13/06/2023 07:30")) == ["g1/7", "cchc", "tu-phap"]


async def test_unlinked_group_gets_nothing_more_and_what_waits_is_dropped(town: Town, phone: Phone) -> None:
    await link(phone, group="g1/7")
    phone.channel.failures = [SendFailed("mạng chậm")] * 4
    assert await alerts_to(phone, "13/06/2023 07:30") == {}
    with transaction(town.engine) as session:
        states = session.connection().execute(
            text("SELECT state, error FROM outbox WHERE chat = 'g1/7' AND kind = 'push'")
        )
        assert [tuple(row) for row in states] == [("pending", "mạng chậm")]
    answer = await phone.says("cchc", "/huyketnoi", group="g1/2")
    assert answer.text == (
        "Đã ngừng kết nối nhóm “UBND phường”. Bot không gửi gì vào nhóm này nữa. Kết nối lại: /ketnoi"
    )
    with transaction(town.engine) as session:
        states = session.connection().execute(
            text("SELECT state, error FROM outbox WHERE chat = 'g1/7' AND kind = 'push'")
        )
        assert [tuple(row) for row in states] == [("dropped", "nhóm đã ngừng kết nối")]
        found = [(who, action, detail) for _, who, action, _, detail in trail(session) if action == "unlink"]
    assert found == [(1, "unlink", {"title": "UBND phường", "dropped": 1})]
    assert list(await alerts_to(phone, "16/06/2023 07:30")) == ["cchc", "lanh-dao", "tu-phap"]
    assert [sent.kind for sent in phone.got("g1/7")] == ["answer", "rights"]


async def test_message_of_an_unlinked_group_is_not_edited_any_more(town: Town, phone: Phone) -> None:
    await link(phone)
    await alerts_to(phone, "13/06/2023 07:30")
    await phone.says("cchc", "/huyketnoi", group="g1")
    await phone.says("cchc", "/xong I.3 H1")
    await phone.courier.deliver()
    assert [sent.chat for sent in phone.channel.edits] == ["cchc"]


async def test_group_that_the_bot_was_removed_from_gets_nothing_in_any_topic_until_it_is_back(
    town: Town, phone: Phone
) -> None:
    await link(phone, group="g1/7")
    phone.changes("g1", "removed")
    assert "g1/7" not in await alerts_to(phone, "13/06/2023 07:30")
    phone.changes("g1", "added")
    assert "g1/7" in await alerts_to(phone, "14/06/2023 07:30")
    assert [sent.kind for sent in phone.got("g1")] == []


async def test_group_is_linked_in_the_group_itself(phone: Phone) -> None:
    answer = await phone.says("cchc", "/ketnoi")
    assert answer.text == "Anh/chị gửi /ketnoi ngay trong nhóm, sau khi đã thêm bot vào nhóm đó."


async def test_only_the_clerk_links_a_group(town: Town, phone: Phone) -> None:
    for sender, words in (("tu-phap", ONLY_CLERK), ("lanh-dao", ONLY_CLERK), ("ai đó", STRANGER)):
        assert (await phone.says(sender, "/ketnoi", group="g1")).text == words
    await link(phone)
    for sender, words in (("tu-phap", ONLY_CLERK), ("ai đó", STRANGER)):
        assert (await phone.says(sender, "/huyketnoi", group="g1")).text == words
    assert linked(town) == [("g1", "all", "UBND phường")]


async def test_group_that_is_not_linked_cannot_be_unlinked(phone: Phone) -> None:
    assert (await phone.says("cchc", "/huyketnoi", group="g1")).text == UNLINKED_GROUP


async def test_title_of_a_group_without_one_is_its_address_and_a_known_title_stays(town: Town, phone: Phone) -> None:
    await phone.says("cchc", "/ketnoi", group=GROUP)
    await link(phone)
    await phone.says("cchc", "/ketnoi", group="g1")
    assert [title for _, _, title in linked(town)] == [GROUP, "UBND phường"]


async def test_linking_is_on_record(town: Town, phone: Phone) -> None:
    await link(phone, "tư pháp", group="g1/3")
    with transaction(town.engine) as session:
        found = [(who, subject, detail) for _, who, action, subject, detail in trail(session) if action == "link"]
        number = groups(session)[0].id
    detail = {"title": "UBND phường", "audience": "tu-phap", "chat": "g1/3", "instead_of": []}
    assert found == [(1, f"group:{number}", detail)]
