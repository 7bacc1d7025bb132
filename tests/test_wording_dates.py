"""Days, periods and spans of time as a Vietnamese office writes them."""

from dataclasses import replace

import pytest

from plan_data.deadlines import Bound
from plan_data.plan import Deadline
from tests.builders import CALENDAR, day, moment
from tests.real_plan import deadline, event_deadline, sign_of_life
from wording.dates import (
    aim,
    clock_time,
    day_name,
    done_words,
    due,
    full_day,
    limit,
    moved,
    named,
    occurrence,
    period_name,
    short_day,
    title,
)

JUNE = day("15/06/2023")
DOCUMENT = "15/UBND-VP"
CCHC, TTHC, MONTHLY, PICTURE, YEARLY = (
    deadline("I.3", "2023-H1"),  # on Tue 13/6
    deadline("III.16", "2023-Q2"),  # by Sat 17/6, so Fri 16/6
    deadline("B.2", "2023-06"),  # before 22/6
    deadline("B.3", "2023-06"),  # on Sun 25/6, so Fri 23/6
    deadline("II.1", "2023"),  # before Sun 10/12: Sat 9/12, so Fri 8/12
)
WEEKLY = deadline("III.8", "2023-W24")  # by Fri 16/6
HOURS = event_deadline("III.6", "truc-tuyen", "15/06/2023 08:00", "hồ sơ H01")  # by Fri 16/6 08:00
MOVED = replace(
    TTHC,
    named_day=day("20/06/2023"),
    last_day=day("20/06/2023"),
    last_working_day=day("20/06/2023"),
    original_day=day("17/06/2023"),
    document=DOCUMENT,
)
DIRECTED = replace(MOVED, original_day=None)


def test_days_are_written_as_in_a_document() -> None:
    sunday = day("25/06/2023")
    assert (full_day(sunday), day_name(sunday), named(sunday, JUNE)) == ("25/6/2023", "Chủ nhật", "Chủ nhật 25/6")
    assert short_day(sunday, day("02/01/2024")) == "25/6/2023"
    assert named(day("01/01/2024"), JUNE) == "thứ Hai 1/1/2024"


def test_hours_name_their_day_unless_it_is_today() -> None:
    assert clock_time(moment("15/06/2023 07:30"), JUNE) == "07:30 hôm nay"
    assert clock_time(moment("14/06/2023 16:05"), JUNE) == "16:05 thứ Tư 14/6"
    assert clock_time(moment("31/12/2022 16:05"), JUNE) == "16:05 thứ Bảy 31/12/2022"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("2023", "năm 2023"),
        ("2023-H1", "6 tháng đầu năm 2023"),
        ("2023-H2", "6 tháng cuối năm 2023"),
        ("2023-Q1", "quý I/2023"),
        ("2023-Q4", "quý IV/2023"),
        ("2023-06", "tháng 6/2023"),
        ("2023-W03", "tuần 3/2023"),
        ("2023-12-15", "ngày 15/12/2023"),
        ("event-17", "sự kiện số 17"),
    ],
)
def test_period_has_the_name_that_people_use(period: str, name: str) -> None:
    assert period_name(period) == name


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (TTHC, "Báo cáo kiểm soát TTHC quý II/2023"),
        (CCHC, "Báo cáo CCHC 6 tháng đầu năm 2023"),
        (WEEKLY, "Kiểm tra ngẫu nhiên hồ sơ tuần 24/2023"),
        (MONTHLY, "Báo cáo kết quả nhiệm vụ tháng 6/2023"),
        # done once, so that a period would only repeat the title
        (YEARLY, "Báo cáo kiểm tra, rà soát VBQPPL"),
        (deadline("V.4", "2023"), "Cán bộ, công chức đạt chuẩn trình độ"),
        (deadline("VI.1", "2024-01-31"), "Giải ngân vốn đầu tư công (hoàn thành 100% kế hoạch được giao)"),
        (HOURS, "Tiếp nhận hồ sơ trực tuyến: hồ sơ H01"),
        (sign_of_life("VII.1", "15/06/2023"), "Xử lý văn bản trên E-Office ngày 15/6/2023"),
    ],
)
def test_title_says_what_has_to_be_done_and_for_when(of: Deadline, words: str) -> None:
    assert title(of) == words


def test_title_of_an_event_is_not_longer_than_a_line_or_two() -> None:
    long = replace(HOURS, about="hồ sơ của công dân " * 10)
    assert title(long) == (
        "Tiếp nhận hồ sơ trực tuyến: hồ sơ của công dân hồ sơ của công dân hồ sơ của công dân hồ sơ của…"
    )


def test_occurrence_is_the_period_or_what_the_event_was_about() -> None:
    assert (occurrence(TTHC), occurrence(HOURS)) == ("quý II/2023", "hồ sơ H01")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (CCHC, "trong ngày thứ Ba 13/6"),
        (TTHC, "chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6)"),
        (MONTHLY, "trước ngày 22/6, chậm nhất thứ Tư 21/6"),
        (PICTURE, "trong ngày Chủ nhật 25/6 (ngày nghỉ, nên xong trong thứ Sáu 23/6)"),
        (YEARLY, "trước ngày 10/12, chậm nhất thứ Bảy 9/12 (ngày nghỉ, nên xong trong thứ Sáu 8/12)"),
        (HOURS, "chậm nhất 08:00 thứ Sáu 16/6"),
        (MOVED, "chậm nhất thứ Ba 20/6, dời từ 17/6 theo văn bản 15/UBND-VP"),
        (DIRECTED, "chậm nhất thứ Ba 20/6, theo văn bản 15/UBND-VP"),
        (deadline("VI.1", "2024-01-31"), "chậm nhất thứ Tư 31/1/2024"),
    ],
)
def test_limit_is_the_deadline_in_words(of: Deadline, words: str) -> None:
    assert limit(of, JUNE) == words


def test_moved_is_empty_for_a_day_of_the_plan() -> None:
    assert (moved(TTHC, JUNE), moved(MOVED, JUNE)) == ("", ", dời từ 17/6 theo văn bản 15/UBND-VP")


@pytest.mark.parametrize(
    ("of", "now", "words"),
    [
        (TTHC, "14/06/2023 09:00", f"{limit(TTHC, JUNE)} · còn 2 ngày làm việc"),
        (TTHC, "16/06/2023 09:00", "hạn thứ Bảy 17/6 là ngày nghỉ, nên xong hôm nay"),
        (TTHC, "17/06/2023 09:00", "hôm nay là ngày cuối"),
        (TTHC, "18/06/2023 09:00", "hạn thứ Bảy 17/6, đã quá hạn"),
        (TTHC, "19/06/2023 09:00", "hạn thứ Bảy 17/6, đã quá 1 ngày làm việc"),
        (WEEKLY, "16/06/2023 09:00", "hôm nay là ngày cuối"),
        (CCHC, "12/06/2023 09:00", "trong ngày thứ Ba 13/6 · còn 1 ngày làm việc"),
        (CCHC, "13/06/2023 09:00", "trong ngày hôm nay"),
        (CCHC, "15/06/2023 09:00", "hạn thứ Ba 13/6, đã quá 2 ngày làm việc"),
        (MONTHLY, "21/06/2023 09:00", "trước ngày 22/6, hôm nay là ngày cuối"),
        (MONTHLY, "26/06/2023 09:00", "hạn trước ngày 22/6, đã quá 3 ngày làm việc"),
        (PICTURE, "23/06/2023 09:00", "hạn Chủ nhật 25/6 là ngày nghỉ, nên xong hôm nay"),
        (YEARLY, "08/12/2023 09:00", "hạn thứ Bảy 9/12 là ngày nghỉ, nên xong hôm nay"),
        # after the last working day nobody is at work: the day in the document is all there is to say
        (YEARLY, "09/12/2023 09:00", "trước ngày 10/12, hôm nay là ngày cuối"),
        (PICTURE, "24/06/2023 09:00", "trong ngày Chủ nhật 25/6 (ngày nghỉ, nên xong trong thứ Sáu 23/6)"),
        (HOURS, "15/06/2023 09:00", "chậm nhất 08:00 thứ Sáu 16/6 · còn 1 ngày làm việc"),
        (HOURS, "16/06/2023 07:30", "chậm nhất 08:00 hôm nay"),
        (HOURS, "16/06/2023 08:01", "hạn 08:00 hôm nay, đã quá hạn"),
        (HOURS, "19/06/2023 08:00", "hạn 08:00 thứ Sáu 16/6, đã quá 1 ngày làm việc"),
        (MOVED, "19/06/2023 09:00", f"{limit(MOVED, JUNE)} · còn 1 ngày làm việc"),
        (MOVED, "20/06/2023 09:00", "hôm nay là ngày cuối, dời từ 17/6 theo văn bản 15/UBND-VP"),
        (MOVED, "21/06/2023 09:00", "hạn thứ Ba 20/6, đã quá 1 ngày làm việc, dời từ 17/6 theo văn bản 15/UBND-VP"),
    ],
)
def test_due_says_the_deadline_and_the_time_left_once(of: Deadline, now: str, words: str) -> None:
    assert due(of, moment(now), CALENDAR) == words


@pytest.mark.parametrize(
    ("of", "today", "words"),
    [
        (TTHC, "15/06/2023", "hạn thứ Bảy 17/6, nên xong thứ Sáu 16/6"),
        (TTHC, "19/06/2023", "hạn thứ Bảy 17/6"),
        (MONTHLY, "15/06/2023", "hạn trước ngày 22/6"),
        (HOURS, "16/06/2023", "hạn 08:00 hôm nay"),
    ],
)
def test_aim_is_the_deadline_in_the_fewest_words(of: Deadline, today: str, words: str) -> None:
    assert aim(of, day(today)) == words


@pytest.mark.parametrize(
    ("of", "done_on", "late", "words"),
    [
        (TTHC, "15/06/2023", False, "trước hạn 2 ngày"),
        (TTHC, "17/06/2023", False, "đúng hạn"),
        (TTHC, "20/06/2023", True, "trễ hạn 3 ngày"),
        (MONTHLY, "21/06/2023", False, "đúng hạn"),
        (MONTHLY, "22/06/2023", True, "trễ hạn 1 ngày"),
        (HOURS, "16/06/2023", False, "đúng hạn"),
        (HOURS, "16/06/2023", True, "trễ hạn 08:00"),
        (HOURS, "19/06/2023", True, "trễ hạn 3 ngày"),
    ],
)
def test_done_is_early_on_time_or_late(of: Deadline, done_on: str, late: bool, words: str) -> None:
    assert done_words(of, day(done_on), late) == words


def test_every_bound_has_words() -> None:
    words = {bound: limit(replace(WEEKLY, bound=bound), JUNE) for bound in Bound}
    assert words == {
        Bound.BEFORE: "trước ngày 16/6, chậm nhất thứ Sáu 16/6",
        Bound.BY: "chậm nhất thứ Sáu 16/6",
        Bound.ON: "trong ngày thứ Sáu 16/6",
    }
