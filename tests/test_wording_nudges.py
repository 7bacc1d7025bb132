"""A nudge ("đôn đốc") and its answer."""

from tests.builders import CALENDAR
from tests.real_plan import at, deadline, item
from wording.message import Button
from wording.nudges import done_already, nothing_overdue, nudge, nudged


def test_nudge_names_who_asks_and_has_a_button_for_each() -> None:
    late = item(deadline("III.8", "2023-W22", number=3))
    reply = nudge([late], "Lê Văn Bình", at("15 09:00"), CALENDAR)
    assert reply.plain.splitlines() == [
        "📣 Lê Văn Bình đôn đốc, thứ Năm 15/6",
        "🔴 III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023",
        "  hạn thứ Sáu 2/6, đã quá 9 ngày làm việc",
        "Nhờ anh/chị hoàn thành sớm; làm xong thì chọn việc đó.",
    ]
    assert reply.buttons == ((Button("✅ III.8", "/xong #3"),),)


def test_nudge_about_very_much_fits_a_message() -> None:
    many = [item(deadline("III.8", "2023-W22", number=number)) for number in range(1, 200)]
    assert len(nudge(many, "Lê Văn Bình", at("15 09:00"), CALENDAR).plain) < 3500


def test_answer_says_who_hears_it_when() -> None:
    assert nudged(["Lan", "Mai"], ["Hoa"], ["Bình"], later=False, own=True).plain.splitlines() == [
        "📣 2 người đã được nhắc riêng: Lan, Mai.",
        "Hôm nay đã đôn đốc rồi nên không nhắc lại: Hoa.",
        "Chưa liên lạc được qua bot, anh/chị nhắc trực tiếp: Bình.",
        "Trong đó có việc của chính anh/chị: gửi /viec để xem.",
    ]
    assert nudged(["Lan"], [], [], later=True, own=False).plain == (
        "📣 1 người sẽ được nhắc vào đầu giờ làm việc tới: Lan."
    )
    assert nudged([], [], [], later=False, own=False).plain == (
        "Chưa có ai giữ vị trí phụ trách các việc này để đôn đốc. Gửi /tinhhinh để xem."
    )


def test_nothing_to_nudge_about_is_good_news() -> None:
    assert nothing_overdue("").plain == "Không có việc nào quá hạn nên không cần đôn đốc. 👍"
    assert nothing_overdue("phần III").plain == "Không có việc nào quá hạn (phần III) nên không cần đôn đốc. 👍"
    assert done_already("III.16").plain.splitlines() == [
        "III.16 không có hạn nào đang chờ nên không cần đôn đốc. 👍",
        "Gửi /tinhhinh kèm mã để xem chi tiết.",
    ]
