"""One task in full: what the plan says, how its periods stand, who did what."""

from dataclasses import replace

from plan_data.plan import Target, Task
from tests.builders import CALENDAR, day, moment
from tests.real_plan import OFFICE, at, deadline, item
from wording.alerts import Shares
from wording.answers import DoneBy
from wording.message import Reply
from wording.task_detail import Period, task_detail

ROLES = OFFICE.plans.roles
TTHC, LATER = deadline("III.16", "2023-Q2"), deadline("III.16", "2023-Q3")
MONTHLY = deadline("B.2", "2023-06")
BY = DoneBy(5, day("15/06/2023"), False, moment("15/06/2023 09:00"), "Trần Thị Mai", document="12/BC-UBND")


def detail(task: Task, *periods: Period, signs: tuple[DoneBy, ...] = ()) -> Reply:
    return task_detail(task, ROLES, periods, signs, at("19 09:00"), CALENDAR, ())


def task(code: str) -> Task:
    return OFFICE.plans.all[0].by_code[code]


def test_head_tells_what_the_plan_says() -> None:
    assert detail(task("VI.1")).plain.splitlines()[:4] == [
        "VI.1 Thực hiện hiệu quả công tác giải ngân kế hoạch đầu tư vốn ngân sách nhà nước năm 2023",
        "Căn cứ: Phụ lục, mục VI, số 1. Tiến độ trong kế hoạch: “Đến 15/12/2023 hoàn thành tối thiểu 90% kế hoạch "
        "được giao. Đến 31/01/2024 hoàn thành 100% kế hoạch được giao”.",
        "Phụ trách: Tài chính - Kế toán.",
        "Chỉ tiêu: từ 90% kế hoạch vốn được giao, đến 15/12/2023; đạt 100% kế hoạch vốn được giao, đến 31/01/2024.",
    ]


def test_words_of_the_plan_that_fill_several_lines_are_joined() -> None:
    assert detail(task("III.1")).plain.splitlines()[1] == (
        "Căn cứ: Phụ lục, mục III, số 1. Tiến độ trong kế hoạch: “Báo cáo kết quả rà soát và đề xuất phương án đơn "
        "giản hóa TTHC năm 2023: trước ngày 01/6/2023; Các báo cáo khác gửi định kỳ hằng quý hoặc đột xuất khi có "
        "phát sinh vướng mắc”."
    )


def test_targets_are_compared_in_words() -> None:
    signs = (">=", ">", "=", "<=", "<")
    targets = tuple(
        Target.model_validate({"value": 0.5, "unit": "%", "comparison": sign, "of": "hồ sơ"}) for sign in signs
    )
    two = Target.model_validate({"value": 2, "unit": "sáng kiến", "comparison": ">=", "of": "về CCHC"})
    words = detail(task("VI.1").model_copy(update={"targets": (*targets, two)})).plain.splitlines()[3]
    assert words == (
        "Chỉ tiêu: từ 0,5% hồ sơ; trên 0,5% hồ sơ; đạt 0,5% hồ sơ; không quá 0,5% hồ sơ; dưới 0,5% hồ sơ; "
        "từ 2 sáng kiến về CCHC."
    )


def test_periods_show_their_state_and_who_did_what() -> None:
    undone = replace(BY, undone=True, document="", note="nhầm kỳ")
    late = Period(item(deadline("I.3", "2023-H1"), "15/06/2023", late=True), [replace(BY, late=True)])
    done = Period(item(TTHC, "15/06/2023"), [undone, replace(BY, on_behalf="Bộ phận Một cửa")])
    assert detail(task("III.16"), late, done, Period(item(LATER), [])).plain.splitlines()[3:] == [
        "",
        "☑️ Báo cáo CCHC 6 tháng đầu năm 2023",
        "  trong ngày thứ Ba 13/6",
        "  - thứ Năm 15/6: Trần Thị Mai ghi nhận, trễ hạn 2 ngày; văn bản 12/BC-UBND",
        "",
        "✅ Báo cáo kiểm soát TTHC quý II/2023",
        "  chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6)",
        "  - thứ Năm 15/6: Trần Thị Mai ghi nhận, đã hoàn tác; nhầm kỳ",
        "  - thứ Năm 15/6: Trần Thị Mai ghi nhận thay, trước hạn 2 ngày; văn bản 12/BC-UBND",
        "",
        "🕒 Báo cáo kiểm soát TTHC quý III/2023",
        "  chậm nhất Chủ nhật 17/9 (ngày nghỉ, nên xong trong thứ Sáu 15/9) · còn 62 ngày làm việc",
    ]


def test_duty_of_everybody_names_who_is_missing() -> None:
    shares = Shares(("Lan",), tuple(f"Người {number}" for number in range(1, 16)))
    other = replace(BY, share_of="Lan", on_behalf="Lan", document="")
    assert detail(task("B.2"), Period(item(MONTHLY), [other], shares)).plain.splitlines()[3:] == [
        "",
        "🕒 Báo cáo kết quả nhiệm vụ tháng 6/2023",
        "  trước ngày 22/6, chậm nhất thứ Tư 21/6 · còn 2 ngày làm việc",
        "  1/16 người đã xong; còn Người 1, Người 2, Người 3, Người 4, Người 5, Người 6, Người 7, Người 8, Người 9, "
        "Người 10, Người 11, Người 12 và 3 người nữa",
        "  - thứ Năm 15/6: Trần Thị Mai ghi nhận thay (phần của Lan), trước hạn 6 ngày",
    ]


def test_rule_with_leads_of_its_own_names_them() -> None:
    of = deadline("III.8", "2023-W24")
    assert detail(task("III.8"), Period(item(of), [])).plain.splitlines()[-3:] == [
        "🔴 Kiểm tra ngẫu nhiên hồ sơ tuần 24/2023",
        "  hạn thứ Sáu 16/6, đã quá 1 ngày làm việc",
        "  Phụ trách: Văn phòng - Thống kê (CCHC)",
    ]


def test_period_that_has_not_begun_says_nothing_of_shares() -> None:
    of = deadline("III.1", "2023-Q3", "kiem-soat")
    words = detail(task("III.1"), Period(item(of), [], Shares((), ("Lan",)))).plain
    assert "người đã xong" not in words


def test_continuous_task_shows_its_last_records() -> None:
    signs = (replace(BY, document="", note="đã rà soát"), replace(BY, document="", on_behalf="Văn phòng"))
    assert detail(task("VII.1"), signs=signs).plain.splitlines()[4:] == [
        "",
        "💬 thứ Năm 15/6, Trần Thị Mai ghi nhận: đã rà soát",
        "",
        "💬 thứ Năm 15/6, Trần Thị Mai ghi nhận thay",
        "",
        "Việc thường xuyên: khi có kết quả, gửi /xong VII.1 kèm ghi chú.",
    ]


def test_task_without_a_date_says_how_to_record_something() -> None:
    last = {code: detail(task(code)).plain.splitlines()[-1] for code in ("VII.1", "III.15", "IV.1")}
    assert last == {
        "VII.1": "Chưa có ghi nhận nào. Việc thường xuyên: khi có kết quả, gửi /xong VII.1 kèm ghi chú.",
        "III.15": "Chưa có hạn. Hạn tính từ sự kiện: khi có, gửi /sukien III.15 kèm nội dung và ngày.",
        "IV.1": "Chưa có hạn. Khi cấp trên ấn định ngày, lãnh đạo hoặc công chức CCHC gửi /giahan IV.1.",
    }


def test_longest_history_still_fits_a_message() -> None:
    long = [replace(BY, note="x" * 5000, document="") for _ in range(100)]
    reply = detail(task("III.16"), *[Period(item(TTHC), long)] * 9)
    assert len(reply.plain) < 4500
    assert "  … 88 lần ghi nhận trước đó" in reply.plain.splitlines()
