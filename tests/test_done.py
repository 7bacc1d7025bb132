"""/done: recording completion, by code, period, words or button; for oneself or for others."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from plan_data.office import Office
from plan_data.plan import Task
from records.database import transaction
from records.people import add_person, retire
from tests.builders import day
from tests.ledger import Record, commands, deeds, number_of, records, rows
from tests.phone import labels
from tests.town import Town

CLERK, CLERK_ROLE = "Công chức CCHC", "Văn phòng - Thống kê (CCHC): Công chức CCHC"


def hire(town: Town, role: str, name: str, roles: set[str], joined: str = "03/01/2023") -> None:
    """A new colleague, known to the ledger by `role`."""
    with transaction(town.engine) as session:
        town.people[role] = add_person(session, name, frozenset(roles), day(joined))


async def test_bare_done_lists_the_open_items_with_a_button_each(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("chu-tich", "/xong")
    assert answer.text.splitlines()[0] == "📝 Việc của anh/chị: 4 việc đang chờ, 2 quá hạn"
    assert commands(answer) == [
        f"/xong #{number_of(town, 'B.1', '2023-W23')}",
        f"/xong #{number_of(town, 'B.1', '2023-W24')}",
        f"/xong #{number_of(town, 'V.4', '2023')}",
        f"/xong #{number_of(town, 'VI.2', '2023')}",
    ]
    assert records(town) == []


async def test_button_records_its_deadline(town: Town) -> None:
    listed = await town.at("15/06/2023 09:00").says("chu-tich", "/xong")
    answer = await town.says("chu-tich", commands(listed)[1])
    assert answer.text.splitlines()[:2] == [
        "✅ Đã ghi nhận hoàn thành: B.1 Họp đánh giá thực hiện Kế hoạch tuần 24/2023",
        "Ngày hoàn thành: 15/6/2023, trễ hạn 3 ngày.",
    ]
    assert records(town) == [Record("B.1", "2023-W24", "", "chu-tich")]


@pytest.mark.parametrize(
    "line",
    [
        "/done III.16 Q2 so 12/BC-UBND",
        "/xong iii.16 quý II/2023 so 12/BC-UBND",
        "/XONG III 16 quy 2, so 12/BC-UBND",
        "xong việc III.16 quý này: so 12/BC-UBND",
        "/xong@NhacViecBot\nIII-16\nQ2\nso 12/BC-UBND",
    ],
)
async def test_code_and_period_are_understood_in_any_spelling(town: Town, line: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", line)
    assert answer.text.splitlines() == [
        "✅ Đã ghi nhận hoàn thành: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Ngày hoàn thành: 15/6/2023, trước hạn 2 ngày.",
        "Văn bản: 12/BC-UBND.",
    ]
    assert records(town) == [Record("III.16", "2023-Q2", "", "cchc", "so 12/BC-UBND", "12/BC-UBND")]


async def test_code_without_a_period_means_the_one_that_is_due_next(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/xong III.16")
    await town.at("02/09/2023 09:00").says("cchc", "/xong III.16")
    assert records(town) == [Record("III.16", "2023-Q2", "", "cchc"), Record("III.16", "2023-Q3", "", "cchc")]


async def test_period_that_ends_today_goes_before_what_was_missed_and_the_missed_ones_are_offered(town: Town) -> None:
    answer = await town.at("16/06/2023 09:00").says("cchc", "/xong III.8")
    assert answer.text.splitlines()[1:] == [
        "Ngày hoàn thành: 16/6/2023, đúng hạn.",
        "Còn chưa xong: tuần 22/2023, tuần 23/2023.",
    ]
    assert labels(answer) == [["↩️ Hoàn tác", "✅ tuần 22/2023"], ["✅ tuần 23/2023"]]
    assert records(town) == [Record("III.8", "2023-W24", "", "cchc")]


async def test_overdue_or_next_is_asked_for_and_never_guessed(town: Town) -> None:
    answer = await town.at("12/06/2023 09:00").says("cchc", "/xong III.8 đã kiểm tra")
    assert answer.text.splitlines() == [
        "Anh/chị ghi nhận hạn nào của III.8?",
        "Để lưu cả ghi chú, số văn bản, gõ lại kèm kỳ, ví dụ: /xong III.8 tuần 24/2023 …",
    ]
    assert labels(answer) == [["✅ tuần 22/2023", "✅ tuần 23/2023"], ["✅ tuần 24/2023"]]
    assert records(town) == []
    await town.says("cchc", commands(answer)[1])
    assert records(town) == [Record("III.8", "2023-W23", "", "cchc")]


async def test_two_duties_that_end_on_the_same_day_are_asked_for(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/xong I.5")
    assert labels(answer) == [
        ["✅ quý II/2023: Kết quả TTHC đưa vào…"],
        ["✅ tháng 6/2023: Đánh giá cán bộ giải…"],
    ]
    await town.says("cchc", "/xong I.5 tháng 6")
    assert records(town) == [Record("I.5", "2023-06", "", "cchc")]


async def test_last_open_overdue_period_needs_no_question(town: Town) -> None:
    answer = await town.at("14/06/2023 09:00").says("cchc", "/xong I.3")
    assert answer.text.splitlines()[1] == "Ngày hoàn thành: 14/6/2023, trễ hạn 1 ngày."


async def test_same_line_sent_twice_does_not_record_another_period(town: Town) -> None:
    await town.at("16/06/2023 09:00").says("cchc", "/xong III.8")
    town.clock.step(timedelta(minutes=3))
    again = await town.says("cchc", "/xong III.8")
    assert again.text.splitlines() == [
        "☑️ Đã xong từ trước: III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 24/2023",
        f"{CLERK} ghi nhận lúc 09:00 hôm nay, đúng hạn.",
        "Còn chưa xong: tuần 22/2023, tuần 23/2023.",
    ]
    assert records(town) == [Record("III.8", "2023-W24", "", "cchc")]


async def test_period_that_is_done_says_who_did_it_when(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q2 số 12/BC-UBND")
    again = await town.at("16/06/2023 14:30").says("lanh-dao", "/xong III.16 Q2")
    assert again.text.splitlines() == [
        "☑️ Đã xong từ trước: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        f"{CLERK} ghi nhận lúc 09:00 thứ Năm 15/6, trước hạn 2 ngày.",
        "Văn bản: 12/BC-UBND.",
        "Anh/chị không cần làm gì thêm.",
    ]
    assert len(records(town)) == 1


async def test_code_whose_periods_are_all_done_says_who_did_it_and_what_comes_next(town: Town) -> None:
    await town.at("13/06/2023 09:00").says("cchc", "/xong I.3")
    again = await town.at("20/06/2023 09:00").says("cchc", "/xong I.3")
    assert again.text.splitlines()[1:] == [
        f"{CLERK} ghi nhận lúc 09:00 thứ Ba 13/6, đúng hạn.",
        "Kỳ tiếp theo: quý III/2023, trong ngày thứ Tư 13/9.",
    ]


async def test_what_comes_with_the_second_time_is_kept_in_the_trail(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q2")
    photo = {"channel": "telegram", "kind": "photo", "id": "abc", "name": ""}
    again = await town.says("cchc", "/xong III.16 Q2 số 12/BC-UBND", attachments=[photo])
    assert again.text.splitlines()[3] == "Nội dung gửi thêm lần này đã lưu vào lịch sử."
    assert deeds(town, "done_again") == [
        (
            "done_again",
            "cchc",
            {"completion": 1, "document": "12/BC-UBND", "note": "số 12/BC-UBND", "evidence": 1},
        )
    ]


async def test_period_ahead_can_be_recorded_when_it_is_named(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q3")
    assert answer.text.splitlines()[1] == "Ngày hoàn thành: 15/6/2023, trước hạn 94 ngày."


async def test_task_of_which_nothing_has_begun_offers_the_next_period(engine: Engine, office: Office) -> None:
    town = Town(engine, office, "05/02/2024 07:00")
    answer = await town.says("cchc", "/xong III.16")
    assert answer.text.splitlines() == [
        "III.16 chưa có kỳ nào bắt đầu.",
        "Kỳ tiếp theo: Báo cáo kiểm soát TTHC quý II/2024, chậm nhất thứ Hai 17/6, bắt đầu từ 1/4/2024.",
        "Nếu đã làm xong trước, anh/chị chọn mục dưới đây.",
    ]
    await town.says("cchc", commands(answer)[0])
    assert records(town) == [Record("III.16", "2024-Q2", "", "cchc")]


async def test_period_that_the_task_does_not_have_names_those_it_has(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q1/2024")
    assert answer.text == (
        "Nhiệm vụ III.16 không có kỳ “Q1/2024”. Các kỳ gần đây: quý II/2023, quý III/2023, năm 2023. "
        "Anh/chị gửi /tinhhinh III.16 để xem các kỳ."
    )


async def test_task_that_was_over_before_tracking_can_still_be_recorded(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("tu-phap", "/xong VIII.1 số 9/BC")
    assert answer.text.splitlines()[:2] == [
        "✅ Đã ghi nhận hoàn thành: VIII.1 Rà soát khảo sát mức độ hài lòng",
        "Ngày hoàn thành: 8/6/2023, trễ hạn 69 ngày.",
    ]


async def test_task_without_a_deadline_says_how_to_get_one(town: Town) -> None:
    town.at("15/06/2023 09:00")
    said = [(await town.says("cchc", f"/xong {code}")).text for code in ("III.15", "IV.1", "III.99", "xyz")]
    assert said == [
        "Nhiệm vụ III.15 hiện chưa có hạn nào để ghi nhận. Khi có sự kiện làm phát sinh hạn, anh/chị gửi "
        "/sukien III.15 kèm nội dung và ngày.",
        "Nhiệm vụ IV.1 hiện chưa có hạn nào để ghi nhận. Khi cấp trên ấn định ngày, lãnh đạo hoặc công chức CCHC "
        "đặt hạn bằng /giahan IV.1.",
        "Không có nhiệm vụ mã III.99. Mã đúng có dạng III.16; anh/chị gửi /viec để xem các việc của mình.",
        "Không tìm thấy nhiệm vụ nào giống “xyz”. Anh/chị gửi /viec để chọn từ danh sách, hoặc gõ mã, "
        "ví dụ: /xong III.16",
    ]
    assert records(town) == []


async def test_words_of_a_title_are_enough_when_they_are_clear(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("tai-chinh", "/xong giai ngan von")
    assert answer.text.splitlines()[0] == (
        "✅ Đã ghi nhận hoàn thành: VI.1 Giải ngân vốn đầu tư công (hoàn thành tối thiểu 90% kế hoạch được giao)"
    )


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("giai ngan von so 12/BC-UBND", "so 12/BC-UBND"),
        ("giải ngân vốn đầu tư công, số 12/BC-UBND đã gửi quận", "số 12/BC-UBND đã gửi quận"),
        ("giải ngân vốn đầu tư công quận số 12/BC-UBND", "giải ngân vốn đầu tư công quận số 12/BC-UBND"),
        ("giai ngan von", ""),
    ],
)
async def test_words_that_only_name_the_task_are_no_part_of_the_note(town: Town, typed: str, note: str) -> None:
    await town.at("15/06/2023 09:00").says("tai-chinh", f"/xong {typed}")
    document = "12/BC-UBND" if note else ""
    assert [(each.note, each.document) for each in records(town)] == [(note, document)]


async def test_words_that_fit_several_tasks_are_asked_about_and_only_own_tasks_are_offered(town: Town) -> None:
    town.at("15/06/2023 09:00")
    clerk, justice = await town.says("cchc", "/xong báo cáo"), await town.says("tu-phap", "/xong báo cáo")
    assert clerk.text == "Anh/chị muốn ghi nhận việc nào?"
    offered = {command.removeprefix("/xong ") for command in commands(justice)}
    own = {task.code for _, task in town.office.plans.tasks() if _answers_for("tu-phap", task, town)}
    assert (len(offered), offered - own) == (6, set())
    assert records(town) == []


async def test_only_those_responsible_record_it(town: Town) -> None:
    town.at("15/06/2023 09:00")
    refused = await town.says("tu-phap", "/xong III.16 Q2")
    pressed = await town.says("tu-phap", f"/xong #{number_of(town, 'III.16', '2023-Q2')}")
    assert (
        refused.text
        == pressed.text
        == (
            f"Nhiệm vụ III.16 do {CLERK_ROLE} phụ trách nên anh/chị chưa ghi nhận thay được. "
            "Nếu đã làm xong, anh/chị nhờ người phụ trách hoặc công chức CCHC ghi nhận giúp."
        )
    )
    assert records(town) == []
    assert deeds(town) == []


async def test_clerk_and_leaders_record_on_behalf_and_it_is_known_as_such(town: Town) -> None:
    town.at("15/06/2023 09:00")
    said = [await town.says("cchc", "/xong II.1"), await town.says("lanh-dao", "/xong VI.1")]
    behalf = ["Tư pháp - Hộ tịch: Công chức Tư pháp", "Tài chính - Kế toán: Công chức Tài chính"]
    assert [answer.text.splitlines()[2] for answer in said] == [
        f"{CLERK} ghi nhận thay cho {behalf[0]}.",
        f"Lãnh đạo phường ghi nhận thay cho {behalf[1]}.",
    ]
    assert [(by, detail["on_behalf"]) for _, by, detail in deeds(town, "done")] == [
        ("cchc", behalf[0]),
        ("lanh-dao", behalf[1]),
    ]
    shown = await town.says("tu-phap", "/tinhhinh II.1")
    assert shown.text.splitlines()[-1] == "  - thứ Năm 15/6: Công chức CCHC ghi nhận thay, trước hạn 177 ngày"


async def test_duty_of_everybody_counts_the_person_and_says_how_many_are_missing(town: Town) -> None:
    town.at("15/06/2023 09:00")
    own = await town.says("tu-phap", "/xong B.2")
    assert own.text.splitlines()[1:] == [
        "Ngày hoàn thành: 15/6/2023, trước hạn 6 ngày.",
        "Phần của Công chức Tư pháp.",
        "Còn 6 người chưa xong.",
    ]
    again = await town.says("tu-phap", "/xong B.2")
    assert again.text.splitlines() == [
        "☑️ Đã xong từ trước: B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023 (phần của Công chức Tư pháp)",
        "Công chức Tư pháp ghi nhận lúc 09:00 hôm nay, trước hạn 6 ngày.",
        "Kỳ tiếp theo: tháng 7/2023, trước ngày 22/7, chậm nhất thứ Sáu 21/7.",
    ]
    assert records(town) == [Record("B.2", "2023-06", "tu-phap", "tu-phap")]


async def test_duty_of_everybody_is_done_with_the_last_share(town: Town) -> None:
    town.at("15/06/2023 09:00")
    owing = ("cchc", "van-phong", "tu-phap", "tai-chinh", "van-hoa", "mot-cua", "khong-chuyen-trach")
    said = [(await town.says(role, "/xong B.2")).text.splitlines()[-1] for role in owing]
    assert said == [*(f"Còn {left} người chưa xong." for left in (6, 5, 4, 3, 2, 1)), "Mọi người đều đã xong. "
                    "Cảm ơn các anh/chị!"]  # fmt: skip
    assert rows(town, "SELECT done_on, done_late FROM deadline WHERE task = 'B.2' AND period = '2023-06'") in (
        [(day("15/06/2023"), False)],
        [("2023-06-15", 0)],
    )


@pytest.mark.parametrize(
    ("line", "whose"),
    [
        ("/xong B.2 Công chức Văn hóa", "van-hoa"),
        ("/xong B.2 cong chuc van hoa số 7/BC", "van-hoa"),
        ("/xong B.2 tháng 6 anh Hóa", "van-hoa"),
        ("/xong B.2 Cửa", "mot-cua"),
    ],
)
async def test_clerk_records_the_share_of_a_named_person(town: Town, line: str, whose: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", line)
    assert answer.text.splitlines()[2].endswith(f", {CLERK} ghi nhận thay.")
    assert [(each.share_of, each.by) for each in records(town)] == [(whose, "cchc")]


async def test_share_of_somebody_who_has_left_is_not_taken_for_the_clerks_own(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", f"/canbo {town.people['van-hoa']} nghi")
    answer = await town.says("cchc", "/xong B.2 Công chức Văn hóa")
    assert answer.text.startswith("Công chức Văn hóa không có phần việc B.2 ở kỳ này")
    assert records(town) == []


async def test_words_of_the_clerk_that_are_no_name_are_a_note_on_the_own_share(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/xong B.2 đã gửi cho Phòng Nội vụ")
    assert records(town) == [Record("B.2", "2023-06", "cchc", "cchc", "đã gửi cho Phòng Nội vụ")]


async def test_two_people_of_one_name_are_asked_about(town: Town) -> None:
    hire(town, "lan", "Trần Thị Lan", {"mot-cua"})
    hire(town, "lan-hai", "Nguyễn Lan", {"mot-cua"})
    asked = await town.at("15/06/2023 09:00").says("cchc", "/xong B.2 chị Lan")
    number = number_of(town, "B.2", "2023-06")
    assert asked.text == "Có 2 người trùng tên. Anh/chị ghi nhận B.2 cho ai?"
    assert commands(asked) == [f"/xong #{number} thay {town.people[role]}" for role in ("lan", "lan-hai")]
    await town.says("cchc", commands(asked)[1])
    assert records(town) == [Record("B.2", "2023-06", "lan-hai", "cchc")]


async def test_leader_who_owes_no_share_is_asked_for_a_name(town: Town) -> None:
    town.at("15/06/2023 09:00")
    assert (await town.says("lanh-dao", "/xong B.2")).text == (
        "B.2 là việc từng người tự báo. Để ghi nhận thay, anh/chị gõ kèm họ tên, ví dụ: /xong B.2 Nguyễn Văn A"
    )
    assert (await town.says("cchc", "/xong B.2 Lãnh đạo phường")).text.startswith(
        "Lãnh đạo phường không có phần việc B.2 ở kỳ này"
    )
    assert records(town) == []


async def test_newcomer_owes_nothing_for_a_period_that_was_over(town: Town) -> None:
    hire(town, "moi", "Lê Mới", {"mot-cua"}, joined="01/07/2023")
    answer = await town.at("03/07/2023 09:00").says("cchc", "/xong B.2 tháng 6 Lê Mới")
    assert answer.text.startswith("Lê Mới không có phần việc B.2 ở kỳ này")
    assert records(town) == []


async def test_late_share_is_not_taken_for_the_next_month(town: Town) -> None:
    town.at("21/06/2023 09:00")
    await town.says("van-hoa", "/xong B.2")
    town.at("03/07/2023 09:00")
    late = await town.says("tu-phap", "/xong B.2")
    assert labels(late) == [["✅ tháng 6/2023", "✅ tháng 7/2023"]]
    await town.says("van-hoa", "/xong B.2")
    assert [(each.period, each.by) for each in records(town)] == [("2023-06", "van-hoa"), ("2023-07", "van-hoa")]


async def test_retired_person_owes_no_share_any_more(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("tu-phap", "/xong B.2")
    with transaction(town.engine) as session:
        retire(session, town.people["van-hoa"], town.clock())
    answer = await town.says("tai-chinh", "/xong B.2")
    assert answer.text.splitlines()[-1] == "Còn 4 người chưa xong."


async def test_person_of_two_duties_under_one_code_is_asked_which(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/xong I.1")
    assert labels(answer) == [["✅ Báo cáo cá nhân về Kế hoạch CCHC"], ["✅ Báo cáo tổng hợp Kế hoạch CCHC"]]
    staff = await town.says("tu-phap", "/xong I.1")
    assert staff.text.splitlines()[0] == "✅ Đã ghi nhận hoàn thành: I.1 Báo cáo cá nhân về Kế hoạch CCHC"


async def test_continuous_task_records_the_day(town: Town) -> None:
    first = await town.at("15/06/2023 09:00").says("van-phong", "/xong VII.1 đã rà soát")
    assert first.text.splitlines() == [
        "✅ Đã ghi nhận hoàn thành: VII.1 Xử lý văn bản trên E-Office ngày 15/6/2023",
        "Ghi chú: đã rà soát",
    ]
    again = await town.at("15/06/2023 15:00").says("cchc", "/xong VII.1")
    assert again.text.splitlines()[1] == "Công chức Văn phòng ghi nhận lúc 09:00 hôm nay."
    await town.at("16/06/2023 09:00").says("van-phong", "/xong VII.1")
    assert [(each.period, each.note) for each in records(town)] == [("2023-06-15", "đã rà soát"), ("2023-06-16", "")]


async def test_code_with_a_weekly_and_a_continuous_duty_means_the_own_one(town: Town) -> None:
    town.at("16/06/2023 09:00")
    await town.says("mot-cua", "/xong III.8")
    await town.says("cchc", "/xong III.8")
    await town.says("cchc", "/xong III.8")
    assert [(each.period, each.by) for each in records(town)] == [("2023-06-16", "mot-cua"), ("2023-W24", "cchc")]


async def test_several_events_of_one_task_are_asked_about(town: Town) -> None:
    town.at("08/06/2023 09:00")
    await town.says("cchc", "/sukien III.15 văn bản trả lời PAKN số 12/UBND ngày 7/6")
    await town.says("cchc", "/sukien III.15 văn bản trả lời PAKN số 15/UBND ngày 8/6")
    answer = await town.says("cchc", "/xong III.15")
    assert [label.partition("…")[2] for row in labels(answer) for label in row] == [
        " số 12/UBND ngày 7/6",
        " số 15/UBND ngày 8/6",
    ]
    await town.says("cchc", commands(answer)[1])
    assert [each.task for each in records(town)] == ["III.15"]


async def test_number_that_points_nowhere_says_where_to_look(town: Town) -> None:
    answer = await town.says("cchc", "/xong #99999")
    assert answer.text == (
        "Không tìm thấy mục #99999; có thể kế hoạch đã thay đổi. Anh/chị gửi /viec để xem danh sách mới."
    )


@pytest.mark.parametrize(
    "line",
    [
        "/xong " + "9" * 10_000,
        "/xong " + "báo cáo " * 1250,
        "/xong #" + "1" * 5000,
        "/xong 👍👍👍",
        "/xong \u202ereversed\u202c",
        "/xong III.16 Q2 " + "ghi chú dài " * 900,
        "/xong B.2 " + "Lan " * 2000,
        "/xong \ud800",
    ],
    ids=["digits", "words", "number", "emoji", "marks", "note", "names", "surrogate"],
)
async def test_odd_lines_get_an_answer_that_fits_a_phone(town: Town, line: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", line)
    assert len(answer.text) < 3500
    assert "trục trặc" not in answer.text


def _answers_for(role: str, task: Task, town: Town) -> bool:
    held = town.office.plans.held_roles(frozenset({role}))
    return any(held.intersection(task.lead_of(rule)) for rule in task.rules)
