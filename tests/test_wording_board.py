"""The board of /status and the clerk's picture of the month."""

from dataclasses import replace

from records.figures import Tally
from tests.real_plan import at, deadline
from wording.alerts import Shares
from wording.board import Board, Entry, Picture, choose, overdue_list, picture, status
from wording.message import Block, Button, Reply

CLERK = "Văn phòng - Thống kê (CCHC): Trần Thị Mai"
WEEKLY = Entry(deadline("III.8", "2023-W22"), 2, CLERK)
CCHC = Entry(deadline("I.3", "2023-H1"), 1, CLERK)
TTHC = Entry(deadline("III.16", "2023-Q2"), 1, CLERK)
SHARED = Entry(
    deadline("III.1", "2023-Q2", "kiem-soat"), 1, "Cán bộ, công chức chuyên môn", Shares(("Lan",), ("Mai", "Hoa"))
)
MONTHLY = (deadline("B.2", "2023-06"), Shares(("Lan", "Mai"), ("Hoa",)))
BOARD = Board("", Tally(12, 3, 20, 4), [WEEKLY, CCHC], [TTHC, SHARED], MONTHLY)


def test_board_has_the_four_numbers_the_worst_what_ends_soon_and_the_report() -> None:
    assert status(BOARD, at("15 09:00"), ()).plain.splitlines() == [
        "📊 Tình hình, đến ngày 15/6/2023",
        "✅ Xong đúng hạn: 12 · ☑️ Xong muộn: 3",
        "🕒 Đang làm, còn hạn: 20 · 🔴 Quá hạn: 4",
        "",
        "🔴 Quá hạn lâu nhất",
        f"• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        f"• I.3 Báo cáo CCHC 6 tháng đầu năm 2023: hạn thứ Ba 13/6 · {CLERK}",
        "",
        "🟡 Hết hạn trong 7 ngày tới",
        "• III.16 Báo cáo kiểm soát TTHC quý II/2023: hạn thứ Bảy 17/6, nên xong thứ Sáu 16/6",
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023: hạn thứ Bảy 17/6, nên xong thứ Sáu 16/6 "
        "(1/3 người đã xong)",
        "",
        "📨 Báo cáo kết quả nhiệm vụ tháng 6/2023: 2/3 người đã gửi.",
    ]


def test_board_shows_three_of_each_and_how_many_more_there_are() -> None:
    full = replace(BOARD, name="phần III", overdue=[WEEKLY] * 5, soon=[TTHC] * 4, report=None)
    lines = status(full, at("15 09:00"), ()).plain.splitlines()
    assert lines[0] == "📊 Tình hình phần III, đến ngày 15/6/2023"
    assert [line for line in lines if line.startswith("…")] == ["… và 2 việc nữa.", "… và 1 việc nữa."]
    assert sum(line.startswith("•") for line in lines) == 6


def test_board_of_nothing_has_only_the_numbers() -> None:
    empty = Board("", Tally(), [], [], None)
    assert len(status(empty, at("15 09:00"), ()).plain.splitlines()) == 3


def test_overdue_list_counts_periods_and_names_who_holds_them() -> None:
    remind = ((Button("📣 Đôn đốc", "/dondoc qua han"),),)
    reply = overdue_list(replace(BOARD, overdue=[WEEKLY, SHARED]), at("19 09:00"), remind)
    assert reply.plain.splitlines() == [
        "🔴 Quá hạn, đến ngày 19/6/2023: 3 hạn",
        f"• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023: hạn thứ Bảy 17/6 · Cán bộ, công chức chuyên môn "
        "(1/3 người đã xong)",
    ]
    assert reply.buttons == remind


def test_overdue_list_of_nothing_is_good_news() -> None:
    nothing = replace(BOARD, overdue=[])
    assert overdue_list(nothing, at("15 09:00")) == Reply((Block("Hiện không có việc nào quá hạn. 👍"),))
    assert overdue_list(replace(nothing, name="phần III"), at("15 09:00")).plain == (
        "Hiện không có việc nào quá hạn (phần III). 👍"
    )


def test_overdue_list_is_cut_where_a_message_ends() -> None:
    lines = overdue_list(replace(BOARD, overdue=[WEEKLY] * 100), at("15 09:00")).plain.splitlines()
    assert (lines[0], lines[-1]) == ("🔴 Quá hạn, đến ngày 15/6/2023: 200 hạn", "… và 77 việc nữa.")


def test_picture_of_the_month_comes_before_a_weekend_and_names_who_is_missing() -> None:
    month = Picture(
        review=deadline("B.3", "2023-06"),
        numbers=Tally(9, 1, 4, 2),
        sections={"I": Tally(1, 0, 2, 0), "III": Tally(8, 1, 2, 2)},
        overdue=[WEEKLY],
        soon=[],
        report=MONTHLY,
    )
    assert picture(month, at("23 07:30")).plain.splitlines() == [
        "🗓 Tổng hợp tháng 6/2023 (B.3)",
        "Theo Kế hoạch, ngày 25/6 là ngày theo dõi, tổng hợp của tháng.",
        "Ngày 25/6 là Chủ nhật nên bot gửi trước vào thứ Sáu.",
        "✅ Xong đúng hạn: 9 · ☑️ Xong muộn: 1",
        "🕒 Đang làm, còn hạn: 4 · 🔴 Quá hạn: 2",
        "• Phần I: 1 đúng hạn, 0 muộn, 2 còn hạn, 0 quá hạn",
        "• Phần III: 8 đúng hạn, 1 muộn, 2 còn hạn, 2 quá hạn",
        "",
        "📨 Báo cáo kết quả nhiệm vụ tháng 6/2023: 2/3 người đã gửi.",
        "Còn thiếu: Hoa.",
        "",
        "🔴 Quá hạn trong tháng",
        f"• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
    ]


def test_picture_on_a_working_day_needs_no_excuse() -> None:
    july = Picture(deadline("B.3", "2023-07"), Tally(), {}, [], [], None)
    assert picture(july, at("23 07:30")).plain.splitlines()[1:3] == [
        "Theo Kế hoạch, ngày 25/7 là ngày theo dõi, tổng hợp của tháng.",
        "✅ Xong đúng hạn: 0 · ☑️ Xong muộn: 0",
    ]


def test_question_has_buttons_for_answers() -> None:
    rows = ((Button("Phần I", "/tinhhinh I"),),)
    assert choose("Phần nào?", rows) == Reply((Block("Phần nào?"),), rows)
