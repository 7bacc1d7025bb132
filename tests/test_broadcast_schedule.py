"""A notice that waits for its hour: read, confirmed, sent once, late when the bot was down."""

import asyncio
from datetime import datetime

import pytest

from bot.appointments import take_appointment
from jobs.broadcasts import send_scheduled
from records.audit import trail
from records.database import transaction
from records.people import retire
from tests.builders import moment
from tests.town import GROUP, STAFF, Sent, Town
from wording.message import Button
from wording.refusals import Refusal

NOW = moment("01/06/2023 07:00")


def copies(town: Town) -> list[Sent]:
    return [sent for sent in town.channel.sent if sent.kind == "broadcast"]


async def scheduled(town: Town, when: str = "14:00 2/6") -> None:
    await town.says("lanh-dao", f"/thongbao {when} Họp giao ban")
    await town.says("lanh-dao", "/thongbao gui 1")


@pytest.mark.parametrize(
    ("typed", "when", "rest"),
    [
        ("14:00 25/11 Họp", "25/11/2023 14:00", "Họp"),
        ("25/11 14:00 Họp", "25/11/2023 14:00", "Họp"),
        ("14h 25/11 Họp", "25/11/2023 14:00", "Họp"),
        ("14h30 25-11: Họp", "25/11/2023 14:30", "Họp"),
        ("8 giờ 30 phút ngày 2.6, Họp", "02/06/2023 08:30", "Họp"),
        ("lúc 8g ngày 02/06/2023 Họp", "02/06/2023 08:00", "Họp"),
        ("Ngày 25/11 lúc 7h5 Họp", "", "Ngày 25/11 lúc 7h5 Họp"),
        ("14:00 25/11\n- việc một", "25/11/2023 14:00", "- việc một"),
        ("14:00 25/11", "25/11/2023 14:00", ""),
        ("07:30 1/6 15 người họp", "01/06/2023 07:30", "15 người họp"),
        ("8h 5/1 Họp", "", "past"),
        ("8h 5/1/2024 Họp", "05/01/2024 08:00", "Họp"),
        ("14:00 Họp", "", "14:00 Họp"),
        ("25/11 Họp lúc 14:00", "", "25/11 Họp lúc 14:00"),
        ("14:00 25/11/20 Họp", "", "14:00 25/11/20 Họp"),
        ("Họp 14:00 25/11", "", "Họp 14:00 25/11"),
        ("", "", ""),
    ],
)
def test_hour_and_day_before_a_text_are_its_appointment(typed: str, when: str, rest: str) -> None:
    if rest == "past":
        with pytest.raises(Refusal, match=r"^Giờ hẹn 08:00 thứ Năm 5/1 đã qua\."):
            take_appointment(typed, NOW)
        return
    assert take_appointment(typed, NOW) == (moment(when) if when else None, rest)


@pytest.mark.parametrize(
    ("now", "typed", "when"),
    [
        ("20/12/2023 08:00", "8h 5/1 Họp", "05/01/2024 08:00"),
        ("01/04/2023 08:00", "8h 25/11 Họp", "25/11/2023 08:00"),
        ("31/12/2023 23:59", "0:05 1/1 Chúc mừng năm mới", "01/01/2024 00:05"),
    ],
)
def test_a_day_without_a_year_is_the_next_one_of_that_name(now: str, typed: str, when: str) -> None:
    assert take_appointment(typed, moment(now))[0] == moment(when)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "14:00 31/5 Họp",
            "Giờ hẹn 14:00 thứ Tư 31/5 đã qua. Anh/chị soạn lại với giờ khác, "
            "hoặc bỏ giờ hẹn để gửi ngay: /thongbao NỘI DUNG.",
        ),
        (
            "07:00 1/6 Họp",
            "Giờ hẹn 07:00 hôm nay đã qua. Anh/chị soạn lại với giờ khác, "
            "hoặc bỏ giờ hẹn để gửi ngay: /thongbao NỘI DUNG.",
        ),
        (
            "14:00 31/6 Họp",
            "Không có thời điểm “14:00 31/6”. Anh/chị ghi giờ và ngày, ví dụ: /thongbao 14:00 25/11 Họp giao ban.",
        ),
        (
            "25:00 2/6: Họp",
            "Không có thời điểm “25:00 2/6”. Anh/chị ghi giờ và ngày, ví dụ: /thongbao 14:00 25/11 Họp giao ban.",
        ),
        (
            "14:00 2/6/2032 Họp",
            "Giờ hẹn 14:00 thứ Tư 2/6/2032 cách đây hơn một năm. Anh/chị kiểm tra lại ngày rồi soạn lại.",
        ),
    ],
)
def test_an_impossible_appointment_is_refused_with_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        take_appointment(typed, NOW)
    assert refused.value.sentence == sentence


async def test_the_preview_says_when_it_will_go(town: Town) -> None:
    answer = await town.says("lanh-dao", "/thongbao 14:00 2/6 Họp giao ban")
    assert answer.text.splitlines() == [
        "📝 Xem trước thông báo số 1 (chưa gửi)",
        "Họp giao ban",
        "",
        "Sẽ gửi tới 1 nhóm và 9 người.",
        "🕑 Hẹn gửi lúc 14:00 thứ Sáu 2/6.",
        "Chọn Gửi để gửi, Hủy để bỏ.",
    ]
    at_night = await town.says("lanh-dao", "/thongbao 20:00 2/6 Họp giao ban")
    assert at_night.text.splitlines()[4] == "🕑 Hẹn gửi lúc 20:00 thứ Sáu 2/6. ⚠️ Đây là ngoài giờ làm việc."


async def test_a_year_without_a_calendar_is_no_hindrance(town: Town) -> None:
    town.at("20/12/2027 08:00")
    answer = await town.says("lanh-dao", "/thongbao 14:00 5/1 Họp")
    assert answer.text.splitlines()[4] == "🕑 Hẹn gửi lúc 14:00 thứ Tư 5/1/2028."


async def test_an_hour_without_a_text_asks_for_the_text(town: Town) -> None:
    answer = await town.says("lanh-dao", "/thongbao 14:00 2/6")
    assert answer.text == (
        "Thông báo chưa có nội dung. Anh/chị gõ nội dung sau giờ hẹn, ví dụ: /thongbao 14:00 25/11 Họp giao ban; "
        "hoặc trả lời một tin có sẵn bằng lệnh này."
    )
    answer = await town.says("lanh-dao", "/thongbao 14:00 2/6", replied_text="Lịch trực")
    assert answer.reply.blocks[1].text == "Lịch trực"


async def test_after_send_it_waits_and_goes_out_once_at_its_hour(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao 14:00 2/6 Họp giao ban")
    answer = await town.says("lanh-dao", "/thongbao gui 1")
    assert answer.text == "🕑 Thông báo số 1 sẽ được gửi lúc 14:00 thứ Sáu 2/6. Trước giờ đó anh/chị vẫn hủy được."
    assert answer.reply.buttons == (
        (Button("📨 Gửi ngay", "/thongbao gui 1 ngay"), Button("✖️ Hủy", "/thongbao huy 1")),
    )
    await town.at("02/06/2023 13:59").tick()
    assert copies(town) == []
    await town.at("02/06/2023 14:00").tick()
    await town.at("02/06/2023 14:01").tick()
    assert [sent.chat for sent in copies(town)] == [GROUP, *STAFF]
    assert {sent.text for sent in copies(town)} == {"📢 Thông báo số 1 của Lãnh đạo phường\nHọp giao ban"}


async def test_a_second_press_of_send_does_not_schedule_again(town: Town) -> None:
    await scheduled(town)
    answer = await town.says("cchc", "/thongbao gui 1")
    assert answer.text == ("🕑 Thông báo số 1 đã được hẹn lúc 14:00 thứ Sáu 2/6. Trước giờ đó anh/chị vẫn hủy được.")
    with transaction(town.engine) as session:
        assert [entry[2] for entry in trail(session, "notice:1")] == ["notice_draft", "notice_schedule"]


async def test_ticks_at_the_same_moment_send_it_once(town: Town) -> None:
    await scheduled(town)
    at = moment("02/06/2023 14:00")
    ticks = [asyncio.to_thread(send_scheduled, town.engine, town.office, at) for _ in range(4)]
    assert sorted(await asyncio.gather(*ticks)) == [0, 0, 0, 1]
    await town.at("02/06/2023 14:00").tick()
    assert len(copies(town)) == 10


@pytest.mark.parametrize(
    ("back", "first_line"),
    [
        ("02/06/2023 14:05", "📢 Thông báo số 1 của Lãnh đạo phường"),
        ("02/06/2023 15:30", "(gửi muộn, lẽ ra gửi lúc 14:00 hôm nay)"),
        ("05/06/2023 08:00", "(gửi muộn, lẽ ra gửi lúc 14:00 thứ Sáu 2/6)"),
    ],
)
async def test_after_an_outage_it_goes_out_and_says_that_it_is_late(town: Town, back: str, first_line: str) -> None:
    await scheduled(town)
    await town.at(back).tick()
    assert {sent.text.splitlines()[0] for sent in copies(town)} == {first_line}
    assert [sent.chat for sent in copies(town)] == [GROUP, *STAFF]


async def test_the_bot_sends_it_on_record(town: Town) -> None:
    await scheduled(town)
    await town.at("02/06/2023 14:00").tick()
    with transaction(town.engine) as session:
        assert trail(session, "notice:1")[-1] == (
            moment("02/06/2023 14:00"),
            None,
            "notice_send",
            "notice:1",
            {"groups": 1, "people": 9, "scheduled": moment("02/06/2023 14:00").isoformat()},
        )


async def test_who_has_left_before_the_hour_gets_nothing(town: Town) -> None:
    await scheduled(town)
    with transaction(town.engine) as session:
        retire(session, town.people["tu-phap"], town.clock())
    await town.at("02/06/2023 14:00").tick()
    assert [sent.chat for sent in copies(town)] == [GROUP, *(role for role in STAFF if role != "tu-phap")]


async def test_a_cancelled_one_never_goes_out(town: Town) -> None:
    await scheduled(town)
    answer = await town.says("lanh-dao", "/thongbao huy 1")
    assert answer.text == "✖️ Đã hủy thông báo số 1; không ai nhận được thông báo này."
    await town.at("02/06/2023 14:00").tick()
    assert copies(town) == []


async def test_send_now_does_not_wait_and_the_hour_sends_nothing_more(town: Town) -> None:
    await scheduled(town)
    answer = await town.says("lanh-dao", "/thongbao gui 1 ngay")
    assert answer.text == "📨 Đang gửi thông báo số 1 tới 1 nhóm và 9 người."
    await town.at("02/06/2023 14:00").tick()
    assert {(len(copies(town)), sent.at) for sent in copies(town)} == {(10, NOW)}


async def test_send_after_the_hour_is_refused_and_send_now_is_offered(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao 14:00 2/6 Họp giao ban")
    answer = await town.at("02/06/2023 14:10").says("lanh-dao", "/thongbao gui 1")
    assert answer.text == (
        "Giờ hẹn 14:00 hôm nay đã qua nên thông báo số 1 chưa được gửi. Gõ /thongbao gui 1 ngay "
        "để gửi ngay, hoặc soạn lại với giờ khác."
    )
    await town.says("lanh-dao", "/thongbao gui 1 ngay")
    assert copies(town)[0].text == "📢 Thông báo số 1 của Lãnh đạo phường\nHọp giao ban"


async def test_another_leader_sees_when_it_goes_but_may_not_change_it(town: Town) -> None:
    await scheduled(town)
    shown = await town.says("chu-tich", "/thongbao xem 1")
    assert shown.text.splitlines() == [
        "📊 Thông báo số 1 của Lãnh đạo phường: hẹn gửi lúc 14:00 thứ Sáu 2/6",
        "“Họp giao ban”",
    ]
    refused = [(await town.says("chu-tich", f"/thongbao {step}")).text for step in ("huy 1", "gui 1 ngay")]
    assert [text.split(".")[0] for text in refused] == ["Thông báo số 1 do Lãnh đạo phường soạn"] * 2
    assert (await town.says("tu-phap", "/danhan 1")).text.split(".")[0] == "Không có thông báo số 1 để xác nhận"


def test_an_appointment_is_local_time() -> None:
    found = take_appointment("14:00 2/6 Họp", NOW)[0]
    assert found is not None
    assert found.utcoffset() == datetime.fromisoformat("2023-06-02T14:00+07:00").utcoffset()
