import json
from datetime import datetime

from bot.show import alerts_json, alerts_text, plan_in_order, plan_json, plan_text
from jobs.preview import NOTHING_KNOWN, Foreseen, preview
from plan_data.deadlines import Window
from plan_data.office import Office
from tests.builders import day, moment

NOW = moment("01/06/2023 07:00")
JUNE = Window(day("01/06/2023"), day("30/06/2023"))
DECEMBER = Window(day("01/12/2026"), day("31/12/2026"))
GROUP_AND_CLERK = "nhóm chung; Văn phòng - Thống kê (CCHC)"


def foreseen(office: Office, window: Window) -> list[Foreseen]:
    return preview(office, NOTHING_KNOWN, window, NOW)


def day_of(text: str, heading: str) -> list[str]:
    """The lines under the heading of a day."""
    lines = text.splitlines()
    start = lines.index(heading) + 1
    return lines[start : lines.index("", start)]


def test_a_day_of_the_calendar_is_read_from_the_worst_to_the_farthest(office: Office) -> None:
    text = alerts_text(foreseen(office, JUNE), JUNE, office)
    assert day_of(text, "Thứ Sáu, 23/6/2023") == [
        "  07:30 quá hạn 2 ngày làm việc, báo lãnh đạo",
        "        B.2    Báo cáo kết quả nhiệm vụ tháng 6/2023 → lãnh đạo",
        "  07:30 quá hạn 2 ngày làm việc",
        "        B.2    Báo cáo kết quả nhiệm vụ tháng 6/2023 → nhóm chung; Toàn thể cơ quan",
        "  07:30 quá hạn 8 ngày làm việc",
        f"        I.3    Báo cáo CCHC 6 tháng đầu năm 2023 → {GROUP_AND_CLERK}",
        "  07:30 tổng hợp tháng",
        "        B.3    Theo dõi, tổng hợp kết quả tháng 6/2023 → công chức CCHC",
        "  07:30 hôm nay là ngày làm việc cuối cùng",
        f"        B.3    Theo dõi, tổng hợp kết quả tháng 6/2023 → {GROUP_AND_CLERK}",
        "        III.8  Kiểm tra ngẫu nhiên hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
        "        III.11 Báo cáo tình hình giải quyết hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
        "        III.12 Thống kê kết quả giải quyết hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
        "  15:00 nhắc lần cuối trong ngày",
        f"        B.3    Theo dõi, tổng hợp kết quả tháng 6/2023 → {GROUP_AND_CLERK}",
        "        III.8  Kiểm tra ngẫu nhiên hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
        "        III.11 Báo cáo tình hình giải quyết hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
        "        III.12 Thống kê kết quả giải quyết hồ sơ tuần 25/2023 → Văn phòng - Thống kê (CCHC)",
    ]


def test_calendar_says_what_it_is_and_how_much_there_is(office: Office) -> None:
    lines = alerts_text(foreseen(office, JUNE), JUNE, office).splitlines()
    assert (lines[:2], lines[-1]) == (
        [
            "Lịch nhắc việc từ 1/6/2023 đến 30/6/2023, nếu từ nay không ai ghi nhận hoàn thành.",
            "Mỗi nhóm, mỗi người nhận mọi dòng của một giờ trong một tin.",
        ],
        f"Cộng: {sum(line.startswith('        ') for line in lines)} lời nhắc trong 20 ngày.",
    )


def test_calendar_without_alerts_says_so(office: Office) -> None:
    weekend = Window(day("17/06/2023"), day("18/06/2023"))
    assert alerts_text(foreseen(office, weekend), weekend, office).splitlines()[-1] == (
        "Không có lời nhắc nào trong thời gian này."
    )


def test_nothing_is_said_on_a_day_off_or_outside_the_two_hours(office: Office) -> None:
    for window in (JUNE, DECEMBER):
        at = [datetime.fromisoformat(row["at"]) for row in json.loads(alerts_json(foreseen(office, window)))]
        assert [each for each in at if not office.calendar.is_working_day(each.date())] == []
        assert {each.strftime("%H:%M") for each in at} == {"07:30", "15:00"}


def test_the_13th_of_december_2026_is_a_sunday_and_is_called_on_the_friday(office: Office) -> None:
    text = alerts_text(foreseen(office, DECEMBER), DECEMBER, office)
    assert day_of(text, "Thứ Sáu, 11/12/2026")[:4] == [
        "  07:30 dự thảo báo cáo",
        "        I.3    Báo cáo CCHC năm 2026 → công chức CCHC",
        "  07:30 hôm nay là ngày làm việc cuối cùng",
        f"        I.3    Báo cáo CCHC năm 2026 → {GROUP_AND_CLERK}",
    ]


def test_the_22nd_and_the_25th_of_december_2026_are_called_on_their_days(office: Office) -> None:
    found = foreseen(office, DECEMBER)
    calls = {each.reason: each.at for each in found if each.reason in {"closing_list", "monthly_picture"}}
    assert calls == {
        "closing_list": moment("22/12/2026 07:30"),
        "monthly_picture": moment("25/12/2026 07:30"),
    }


def test_every_alert_is_in_the_text_as_well_as_in_the_json(office: Office) -> None:
    found = foreseen(office, DECEMBER)
    lines = alerts_text(found, DECEMBER, office).splitlines()
    told = sum(len(line.partition(" → ")[2].split("; ")) for line in lines if line.startswith("        "))
    assert told == len(found) == len(json.loads(alerts_json(found)))


def test_plan_is_read_by_a_person_task_by_task(office: Office) -> None:
    text = plan_text(office, Window(day("25/04/2023"), day("31/01/2024")))
    assert text.startswith("Hạn từ 25/4/2023 đến 31/1/2024\n\nKế hoạch 567/KH-UBND ngày 25/4/2023 (2023-phuoc-hai): ")
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("III.15  "))
    assert lines[start + 1 : lines.index("", start)] == [
        "    Phụ trách: Văn phòng - Thống kê (CCHC)",
        "    Tiến độ: Chậm nhất 02 ngày làm việc từ khi văn bản trả lời PAKN được ban hành",
        "    • Công khai kết quả trả lời PAKN: 2 ngày làm việc kể từ khi văn bản trả lời PAKN được ban hành",
    ]


def test_what_comes_every_week_is_one_line_of_the_plan(office: Office) -> None:
    text = plan_text(office, Window(day("25/04/2023"), day("31/12/2023")))
    assert "    • Họp đánh giá thực hiện Kế hoạch: 35 kỳ, hạn đầu 4/5/2023, hạn cuối 25/12/2023\n" in text


def test_every_deadline_of_the_json_lies_in_the_window(office: Office) -> None:
    days = [each["named_day"] for entry in json.loads(plan_json(office, JUNE)) for each in entry["deadlines"]]
    assert days
    assert [each for each in days if not each.startswith("2023-06-")] == []


def test_plan_in_order_is_counted(office: Office) -> None:
    assert [plan_in_order(plan) for plan in office.plans.all] == [
        "2023-phuoc-hai: 50 nhiệm vụ, 71 quy tắc hạn, 14 vị trí. Không có lỗi."
    ]
