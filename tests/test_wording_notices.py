"""What the bot tells the clerk, and how it says that something comes late."""

from tests.builders import moment
from tests.real_plan import at, deadline, item
from wording.interruptions import interruption
from wording.message import say
from wording.notices import before_tracking, bug, calendar_in_doubt, late


def test_past_is_told_once_with_what_to_do() -> None:
    past = [item(deadline("III.1", "2023", "ra-soat"))]
    assert before_tracking(past, moment("01/06/2023 07:00")).plain.splitlines() == [
        "📁 Đã qua trước khi bắt đầu theo dõi (1/6/2023)",
        "Bot không nhắc các hạn dưới đây. Việc nào đã làm, anh/chị ghi nhận bằng /xong kèm mã và kỳ.",
        "• III.1 Báo cáo rà soát, đơn giản hóa TTHC: hạn 1/6/2023",
    ]


def test_long_past_still_fits_a_message() -> None:
    text = before_tracking([item(deadline("III.1", "2023", "ra-soat"))] * 500, at("01 07:00")).plain
    assert len(text) < 3500
    assert text.splitlines()[-1].startswith("… và ")


def test_days_off_in_doubt_say_what_to_do() -> None:
    doubt, unknown = (calendar_in_doubt(2027, known).plain.splitlines() for known in (True, False))
    assert doubt[0] == unknown[0] == "📅 Lịch nghỉ năm 2027"
    assert doubt[1].startswith(
        "Lịch ngày nghỉ và ngày làm bù năm 2027 mới là dự kiến, chưa có thông báo chính thức. Khi có thông báo"
    )
    assert unknown[1].startswith("Lịch ngày nghỉ và ngày làm bù năm 2027 chưa có. Khi có thông báo")


def test_interruption_says_from_when_to_when() -> None:
    assert interruption(at("14 15:10"), at("15 07:40"), at("15 07:40")).plain.splitlines() == [
        "ℹ️ Bot đã hoạt động trở lại",
        "Bot ngừng từ 15:10 thứ Tư 14/6 đến 07:40 hôm nay (16 giờ 30 phút). "
        "Lời nhắc bị lỡ được gửi bù trong giờ làm việc, có ghi rõ là gửi muộn.",
    ]
    assert "(45 phút)" in interruption(at("15 07:00"), at("15 07:45"), at("15 07:45")).plain


def test_interruption_that_ended_after_hours_does_not_call_yesterday_today() -> None:
    told = interruption(at("14 13:30"), at("14 17:19"), read=at("15 07:30")).plain
    assert "Bot ngừng từ 13:30 thứ Tư 14/6 đến 17:19 thứ Tư 14/6 (3 giờ 49 phút)." in told


def test_late_message_says_when_it_was_written() -> None:
    assert late(say("Báo cáo"), at("14 15:00"), at("15 07:30")).plain.splitlines() == [
        "(gửi muộn, soạn lúc 15:00 thứ Tư 14/6)",
        "Báo cáo",
    ]


def test_bug_is_told_to_the_clerk_by_the_name_of_the_command() -> None:
    assert bug("xong").plain.splitlines() == [
        "⚠️ Lỗi của chương trình",
        "Lệnh “/xong” gặp lỗi nên chưa có gì thay đổi. Chi tiết nằm trong nhật ký; anh/chị báo người quản trị giúp.",
    ]
    assert len(bug("x" * 9000).plain) < 300


def test_what_says_already_that_it_is_late_says_it_once() -> None:
    reply = late(say("Chào"), moment("13/06/2023 07:30"), moment("13/06/2023 09:00"))
    assert late(reply, moment("13/06/2023 08:00"), moment("13/06/2023 10:00")) == reply
