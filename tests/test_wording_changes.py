"""Answers to /event and /extend."""

from dataclasses import replace

from plan_data.event_rules import AfterEvent, BeforeExpiry
from plan_data.plan import EventRule, Task
from tests.builders import CALENDAR, day
from tests.real_plan import OFFICE, at, deadline, event_deadline
from wording import changes

EVENTS: list[tuple[Task, EventRule]] = [
    (task, rule)
    for _, task in OFFICE.plans.tasks()
    for rule in task.rules
    if isinstance(rule, AfterEvent | BeforeExpiry)
]
ANSWERED = event_deadline("III.15", "cong-khai", "08/06/2023 08:30", "văn bản trả lời PAKN, số 12/UBND")
HOURS = event_deadline("III.6", "truc-tuyen", "08/06/2023 08:30", "hồ sơ H01")
EXPIRY = event_deadline("III.14", "gia-han", "08/06/2023 08:30", "PAKN phức tạp", expires="20/06/2023")
QUARTER = deadline("III.16", "2023-Q2", number=16)
TODAY = day("08/06/2023")
MOVED = replace(
    QUARTER,
    named_day=day("20/06/2023"),
    last_day=day("20/06/2023"),
    last_working_day=day("20/06/2023"),
    original_day=day("17/06/2023"),
    document="15/UBND-VP",
)


def test_events_are_listed_with_their_spans() -> None:
    assert changes.event_list(EVENTS).plain.splitlines() == [
        "Các sự kiện anh/chị ghi nhận được",
        "• III.2 UBND tỉnh có quyết định công bố TTHC: trong 5 ngày làm việc",
        "• III.6 Hồ sơ trực tuyến được gửi thành công trên hệ thống: trong 8 giờ làm việc",
        "• III.8 Văn bản được ký ban hành: trong 8 giờ làm việc",
        "• III.14 PAKN phức tạp, cần thêm thời gian xử lý: trước khi hết hạn ít nhất 2 ngày",
        "• III.15 Văn bản trả lời PAKN được ban hành: trong 2 ngày làm việc",
        "• IV.3 Có sự thay đổi nhân sự: trong 5 ngày",
        "Anh/chị gửi mã, nội dung và ngày, ví dụ: /sukien III.15 ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND",
    ]


def test_unclear_event_is_asked_for_by_code() -> None:
    assert changes.event_list(EVENTS[4:5], "có văn bản mới").plain.splitlines() == [
        "Bot chưa rõ sự kiện “có văn bản mới”",
        "• III.15 Văn bản trả lời PAKN được ban hành: trong 2 ngày làm việc",
        "Anh/chị gửi lại kèm mã, ví dụ: /sukien III.15 có văn bản mới",
    ]


def test_recorded_event_says_when_it_happened_and_what_it_started() -> None:
    now = at("08 09:00")
    recorded = [
        changes.recorded(ANSWERED, at("08 08:30"), None, now, CALENDAR),
        changes.recorded(HOURS, at("08 08:30"), None, now, CALENDAR),
        changes.recorded(EXPIRY, now, day("20/06/2023"), now, CALENDAR),
    ]
    assert [reply.plain.splitlines() for reply in recorded] == [
        [
            "📌 Đã ghi nhận sự kiện: III.15 Công khai kết quả trả lời PAKN: văn bản trả lời PAKN, số 12/UBND",
            "Ngày xảy ra: thứ Năm 8/6.",
            "Cần xong: chậm nhất thứ Hai 12/6 · còn 2 ngày làm việc.",
        ],
        [
            "📌 Đã ghi nhận sự kiện: III.6 Tiếp nhận hồ sơ trực tuyến: hồ sơ H01",
            "Xảy ra: 08:30 thứ Năm 8/6.",
            "Cần xong: chậm nhất 08:30 thứ Sáu 9/6 · còn 1 ngày làm việc.",
        ],
        [
            "📌 Đã ghi nhận sự kiện: III.14 Đề nghị gia hạn xử lý PAKN: PAKN phức tạp",
            "Hết hạn: thứ Ba 20/6.",
            "Cần xong: chậm nhất Chủ nhật 18/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 6 ngày làm việc.",
        ],
    ]


def test_event_that_is_recorded_twice_says_so() -> None:
    assert changes.recorded_already(ANSWERED, TODAY).plain.splitlines() == [
        "☑️ Sự kiện này đã được ghi nhận trước đó: III.15 Công khai kết quả trả lời PAKN: "
        "văn bản trả lời PAKN, số 12/UBND",
        "Cần xong: chậm nhất thứ Hai 12/6.",
        "Nếu đây là sự kiện khác, anh/chị gửi lại kèm chi tiết (số văn bản, mã hồ sơ).",
    ]


def test_moved_day_names_the_original_and_the_document() -> None:
    assert changes.extended([(MOVED, day("17/06/2023"))], TODAY).plain.splitlines() == [
        "📌 Đã đặt hạn mới: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Hạn: chậm nhất thứ Ba 20/6, dời từ 17/6 theo văn bản 15/UBND-VP.",
    ]


def test_day_that_is_moved_again_names_the_day_before_too() -> None:
    assert changes.extended([(MOVED, day("19/06/2023"))], TODAY).plain.splitlines()[-1] == "Hạn trước lần này: 19/6."


def test_day_that_is_set_for_the_first_time_names_the_document() -> None:
    first = replace(MOVED, original_day=None)
    assert changes.extended([(first, None)], TODAY).plain.splitlines()[1:] == [
        "Hạn: chậm nhất thứ Ba 20/6, theo văn bản 15/UBND-VP."
    ]


def test_choice_of_what_to_move_is_by_period_or_by_number_of_an_event() -> None:
    later = deadline("III.16", "2023-Q3", number=17)
    assert changes.which_to_move("III.16", [QUARTER, later]).sentence == (
        "Nhiệm vụ III.16 có 2 hạn đang mở: quý II/2023; quý III/2023. Anh/chị nói rõ hạn nào, ví dụ: "
        "/giahan III.16 quý III/2023 20/12/2023 số 15/UBND-VP"
    )
    events = [replace(ANSWERED, id=57), replace(ANSWERED, id=58, about="văn bản khác")]
    assert changes.which_to_move("III.15", events).sentence == (
        "Nhiệm vụ III.15 có 2 hạn đang mở: #57 văn bản trả lời PAKN, số 12/UBND; #58 văn bản khác. "
        "Anh/chị nói rõ hạn nào, ví dụ: /giahan #58 20/12/2023 số 15/UBND-VP"
    )
