"""/remind: nudging those responsible, in private, once per person and day for each deadline."""

from datetime import timedelta

import pytest

from records.addresses import mark_unreachable
from records.database import transaction
from records.people import add_person
from tests.builders import day
from tests.ledger import commands, deeds, number_of
from tests.town import CHANNEL, Sent, Town


def nudges(town: Town) -> list[tuple[str, list[str]]]:
    """Who was nudged about what."""
    return [(sent.chat, _codes(sent)) for sent in town.channel.sent if sent.kind == "nudge"]


def _codes(sent: Sent) -> list[str]:
    return [line.split(" ")[1] for line in sent.text.splitlines() if line[:1] in "🔴🟠•"]


async def test_overdue_work_is_nudged_about_in_private(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", "/dondoc quá hạn")
    assert answer.text == "📣 2 người đã được nhắc riêng: Công chức CCHC, Chủ tịch phường."
    await town.courier.deliver()
    assert nudges(town) == [
        ("cchc", ["III.8", "III.11", "III.8", "III.11", "III.12", "I.3"]),
        ("chu-tich", ["B.1", "B.1"]),
    ]
    assert deeds(town, "remind")[0][1:] == ("lanh-dao", {"people": ["Công chức CCHC", "Chủ tịch phường"]})


async def test_nudge_has_buttons_that_record(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("lanh-dao", "/dondoc B.1")
    await town.courier.deliver()
    nudge = next(sent for sent in town.channel.sent if sent.kind == "nudge")
    assert nudge.text.splitlines()[0] == "📣 Lãnh đạo phường đôn đốc, thứ Năm 15/6"
    done = await town.says("chu-tich", commands(nudge)[0])
    assert done.text.startswith("✅ Đã ghi nhận hoàn thành: B.1")


@pytest.mark.parametrize(
    ("words", "nudged"),
    [
        ("III.16", [("cchc", ["III.16"])]),
        ("iii.16 Q2", [("cchc", ["III.16"])]),
        ("II.1", [("tu-phap", ["II.1"])]),
        ("III", [("cchc", ["III.8", "III.11", "III.8", "III.11", "III.12"])]),
        ("chủ tịch", [("chu-tich", ["B.1", "B.1"])]),
        ("quá hạn phần B", [("chu-tich", ["B.1", "B.1"])]),
        ("Chủ tịch phường", [("chu-tich", ["B.1", "B.1"])]),
    ],
)
async def test_nudge_is_narrowed_by_code_section_role_or_person(
    town: Town, words: str, nudged: list[tuple[str, list[str]]]
) -> None:
    await town.at("15/06/2023 09:00").says("lanh-dao", f"/dondoc {words}")
    await town.courier.deliver()
    assert nudges(town) == nudged


async def test_same_deadline_is_nudged_about_once_a_day(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("lanh-dao", "/dondoc III.12 tuần 23")
    again = await town.says("cchc", "/dondoc III.12 tuần 23")
    wider = await town.says("lanh-dao", "/dondoc III")
    assert again.text == "Trong đó có việc của chính anh/chị: gửi /viec để xem."
    assert wider.text == "📣 1 người đã được nhắc riêng: Công chức CCHC."
    same = await town.says("chu-tich", "/dondoc III")
    assert same.text == "Hôm nay đã đôn đốc rồi nên không nhắc lại: Công chức CCHC."
    await town.courier.deliver()
    assert nudges(town) == [("cchc", ["III.12"]), ("cchc", ["III.8", "III.11", "III.8", "III.11"])]
    town.clock.step(timedelta(days=1))
    assert (await town.says("lanh-dao", "/dondoc III.12 tuần 23")).text.startswith("📣 1 người")


async def test_who_has_done_their_share_is_left_alone(town: Town) -> None:
    town.at("15/06/2023 09:00")
    for role in ("tu-phap", "van-hoa", "cchc", "tai-chinh"):
        await town.says(role, "/xong B.2")
    await town.says("lanh-dao", "/dondoc B.2")
    await town.courier.deliver()
    assert [chat for chat, _ in nudges(town)] == ["van-phong", "mot-cua", "khong-chuyen-trach"]


async def test_outside_office_hours_the_nudge_waits_for_the_next_morning(town: Town) -> None:
    answer = await town.at("16/06/2023 20:00").says("lanh-dao", "/dondoc III.16")
    assert answer.text == "📣 1 người sẽ được nhắc vào đầu giờ làm việc tới: Công chức CCHC."
    await town.courier.deliver()
    assert nudges(town) == []
    await town.at("19/06/2023 07:30").courier.deliver()
    assert nudges(town) == [("cchc", ["III.16"])]


async def test_who_cannot_be_reached_is_named(town: Town) -> None:
    with transaction(town.engine) as session:
        mark_unreachable(session, CHANNEL, "tu-phap", "đã chặn bot")
        town.people["lan"] = add_person(session, "Trần Lan", frozenset({"tu-phap"}), day("03/01/2023"))
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", "/dondoc II.1")
    assert answer.text == "Chưa liên lạc được qua bot, anh/chị nhắc trực tiếp: Công chức Tư pháp, Trần Lan."


async def test_done_or_unknown_work_is_nudged_about_with_no_one(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", "/xong III.16 Q2")
    number = number_of(town, "III.16", "2023-Q2")
    said = [
        (await town.says("lanh-dao", line)).text.splitlines()[0]
        for line in ("/dondoc III.16", f"/dondoc #{number}", "/dondoc tư pháp", "/dondoc VIII")
    ]
    assert said == [
        "III.16 không có hạn nào đang chờ nên không cần đôn đốc. 👍",
        "III.16 Báo cáo kiểm soát TTHC quý II/2023 không có hạn nào đang chờ nên không cần đôn đốc. 👍",
        "Không có việc nào quá hạn (của Tư pháp - Hộ tịch) nên không cần đôn đốc. 👍",
        "Không có việc nào quá hạn (phần VIII) nên không cần đôn đốc. 👍",
    ]
    assert nudges(town) == []


@pytest.mark.parametrize("words", ["", "blah", "công chức", "mọi người", "👍"])
async def test_unclear_words_nudge_nobody(town: Town, words: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", f"/dondoc {words}")
    assert answer.text == (
        "Anh/chị cần đôn đốc việc nào? Ví dụ: /dondoc III.16 · /dondoc III · /dondoc tư pháp · /dondoc quá hạn"
    )
    assert nudges(town) == []
