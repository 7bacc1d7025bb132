"""The lists of /tasks and /calendar."""

from tests.builders import CALENDAR, day
from tests.real_plan import at, deadline, item
from wording.lists import calendar_list, my_items
from wording.message import Button

NOW = at("16 09:00")
LATE = item(deadline("III.8", "2023-W22", number=3))
TODAY = item(deadline("III.16", "2023-Q2", number=16))
AHEAD = item(deadline("B.2", "2023-06", number=18))


def test_open_items_stand_one_below_the_other_with_a_button_each() -> None:
    reply = my_items([LATE, TODAY, AHEAD], NOW, CALENDAR, 1)
    assert reply.plain.splitlines() == [
        "📝 Việc của anh/chị: 3 việc đang chờ, 1 quá hạn",
        "🔴 III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023",
        "  hạn thứ Sáu 2/6, đã quá 10 ngày làm việc",
        "🟠 III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "  hạn thứ Bảy 17/6 là ngày nghỉ, nên xong hôm nay",
        "• B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023",
        "  trước ngày 22/6, chậm nhất thứ Tư 21/6 · còn 3 ngày làm việc",
        "Hôm nay là thứ Sáu 16/6. Làm xong việc nào, anh/chị chọn việc đó.",
    ]
    assert reply.buttons == (
        (Button("✅ III.8", "/xong #3"), Button("✅ III.16", "/xong #16"), Button("✅ B.2", "/xong #18")),
    )


def test_no_open_items_is_good_news_with_a_next_step() -> None:
    assert my_items([], NOW, CALENDAR, 1).plain.splitlines() == [
        "Anh/chị không có việc nào đang chờ. 👍",
        "Gửi /lich để xem các hạn sắp tới.",
    ]


def test_many_open_items_are_turned_page_by_page() -> None:
    many = [item(deadline("III.8", f"2023-W{week}", number=week)) for week in range(23, 43)]
    first, last, beyond = (my_items(many, NOW, CALENDAR, page) for page in (1, 3, 99))
    assert first.plain.splitlines()[0] == "📝 Việc của anh/chị: 20 việc đang chờ, 1 quá hạn, trang 1/3"
    assert first.buttons[-1] == (Button("Trang sau ▶️", "/viec 2"),)
    assert my_items(many, NOW, CALENDAR, 2).buttons[-1] == (
        Button("◀️ Trang trước", "/viec 1"),
        Button("Trang sau ▶️", "/viec 3"),
    )
    assert last.buttons[-1] == (Button("◀️ Trang trước", "/viec 2"),)
    assert beyond == last
    assert my_items(many, NOW, CALENDAR, 0) == first


def test_calendar_groups_deadlines_by_day() -> None:
    done = item(deadline("I.3", "2023-H1"), "13/06/2023")
    entries = [(done, True), (item(deadline("III.13", "2023-Q2")), False), (TODAY, False)]
    assert calendar_list(entries, day("13/06/2023"), day("20/06/2023"), "của anh/chị").plain.splitlines() == [
        "📅 Lịch của anh/chị, 13/6/2023 – 20/6/2023",
        "thứ Ba 13/6",
        "✅ I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
        "thứ Bảy 17/6",
        "• III.13 Tổng hợp đánh giá giải quyết TTHC quý II/2023 (ngày nghỉ, nên xong thứ Sáu 16/6)",
        "• III.16 Báo cáo kiểm soát TTHC quý II/2023 (ngày nghỉ, nên xong thứ Sáu 16/6)",
    ]


def test_calendar_without_deadlines_says_so() -> None:
    assert calendar_list([], day("13/06/2023"), day("20/06/2023"), "chung của cơ quan").plain.splitlines() == [
        "📅 Lịch chung của cơ quan, 13/6/2023 – 20/6/2023",
        "Không có hạn nào trong thời gian này.",
    ]


def test_calendar_is_cut_at_forty_lines_and_says_how_to_see_less() -> None:
    entries = [(item(deadline("I.3", "2023-H1", number=number)), False) for number in range(100)]
    lines = calendar_list(entries, day("13/06/2023"), day("20/06/2023"), "của anh/chị").plain.splitlines()
    assert lines[-2:] == ["… và 61 hạn nữa.", "Để xem ít ngày hơn, gõ kèm số ngày, ví dụ: /lich 7"]
    assert len(lines) <= 43
