"""/extend: setting or moving a date by a document; the date in the plan stays visible."""

import pytest
from sqlalchemy import Engine

from plan_data.office import Office
from tests.ledger import deeds, number_of, rows
from tests.town import Town


def extensions(town: Town) -> list[tuple[str, str, str, str]]:
    """Task/rule/period, old day, new day and document of every extension."""
    found = rows(town, "SELECT deadline_key, old_day, new_day, document FROM extension ORDER BY id")
    return [
        (key.partition("/")[2], "" if old is None else str(old), str(new), document)
        for key, old, new, document in found
    ]


@pytest.mark.parametrize(
    "line",
    [
        "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP",
        "/extend iii.16 quý II, đến ngày 20/6 theo CV 15/UBND-VP",
        "gia hạn III.16 20-06-2023 công văn 15/UBND-VP",
        "/giahan III 16 số 15/UBND-VP ngày 20 tháng 6",
    ],
)
async def test_day_is_moved_and_the_original_stays_visible(town: Town, line: str) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", line)
    assert answer.text.splitlines() == [
        "📌 Đã đặt hạn mới: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Hạn: chậm nhất thứ Ba 20/6, dời từ 17/6 theo văn bản 15/UBND-VP.",
    ]
    assert extensions(town) == [("III.16/bao-cao/2023-Q2", "2023-06-17", "2023-06-20", "15/UBND-VP")]
    assert deeds(town, "extend") == [
        ("extend", "cchc", {"old": "2023-06-17", "new": "2023-06-20", "document": "15/UBND-VP"})
    ]
    shown = await town.says("tu-phap", "/tinhhinh III.16 Q2")
    assert shown.text.splitlines()[-1] == (
        "  chậm nhất thứ Ba 20/6, dời từ 17/6 theo văn bản 15/UBND-VP · còn 8 ngày làm việc"
    )


async def test_day_that_is_moved_again_still_shows_the_plans_own(town: Town) -> None:
    town.at("08/06/2023 09:00")
    await town.says("cchc", "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP")
    answer = await town.says("lanh-dao", "/giahan III.16 Q2 30/6/2023 số 19/UBND-VP")
    assert answer.text.splitlines()[1:] == [
        "Hạn: chậm nhất thứ Sáu 30/6, dời từ 17/6 theo văn bản 19/UBND-VP.",
        "Hạn trước lần này: 20/6.",
    ]


async def test_direction_sets_a_first_day_then_moves_it_then_begins_anew(town: Town) -> None:
    town.at("08/06/2023 09:00")
    first = await town.says("lanh-dao", "/giahan IV.1 15/6/2023 theo CV 123/UBND")
    assert first.text.splitlines()[1] == "Hạn: chậm nhất thứ Năm 15/6, theo văn bản 123/UBND."
    await town.says("lanh-dao", "/giahan IV.1 20/6/2023 theo CV 130/UBND")
    await town.says("cchc", "/xong IV.1")
    await town.says("lanh-dao", "/giahan IV.1 30/9/2023 theo CV 200/UBND")
    assert extensions(town) == [
        ("IV.1/trien-khai/2023", "", "2023-06-15", "123/UBND"),
        ("IV.1/trien-khai/2023", "2023-06-15", "2023-06-20", "130/UBND"),
        ("IV.1/trien-khai/2023-09-30", "", "2023-09-30", "200/UBND"),
    ]
    done = rows(town, "SELECT period, done_on IS NOT NULL FROM deadline WHERE task = 'IV.1' ORDER BY period")
    assert [(period, bool(is_done)) for period, is_done in done] == [("2023", True), ("2023-09-30", False)]


async def test_direction_beside_dated_duties_is_named_by_its_words(town: Town) -> None:
    await town.at("08/06/2023 09:00").says("cchc", "/giahan II.4 đột xuất 20/6/2023 số 9/STP")
    assert extensions(town) == [("II.4/dot-xuat/2023", "", "2023-06-20", "9/STP")]


async def test_duties_of_one_task_that_end_together_move_together(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", "/giahan VI.3 29/12/2023 số 9/TCKH")
    assert [line for line in answer.text.splitlines() if line.startswith("📌")] == [
        "📌 Đã đặt hạn mới: VI.3 Báo cáo tiết kiệm, chống lãng phí",
        "📌 Đã đặt hạn mới: VI.3 Chương trình tiết kiệm, chống lãng phí",
    ]
    assert [key for key, _, _, _ in extensions(town)] == ["VI.3/bao-cao/2023", "VI.3/chuong-trinh/2023"]


async def test_several_open_deadlines_are_asked_about(town: Town) -> None:
    answer = await town.at("13/06/2023 09:00").says("cchc", "/giahan III.8 30/6/2023 số 9/UBND")
    assert answer.text == (
        "Nhiệm vụ III.8 có 3 hạn đang mở: tuần 22/2023; tuần 23/2023; tuần 24/2023. Anh/chị nói rõ hạn nào, "
        "ví dụ: /giahan III.8 tuần 24/2023 20/12/2023 số 15/UBND-VP"
    )
    await town.says("cchc", "/giahan III.8 tuần 24/2023 30/6/2023 số 9/UBND")
    assert [key for key, _, _, _ in extensions(town)] == ["III.8/kiem-tra/2023-W24"]


async def test_deadline_of_an_event_is_moved_by_its_number(town: Town) -> None:
    town.at("13/06/2023 09:00")
    for number in (12, 15):
        await town.says("cchc", f"/sukien III.15 văn bản trả lời PAKN số {number}/UBND ngày 12/6")
    asked = await town.says("cchc", "/giahan III.15 20/6/2023 số 9/UBND")
    assert asked.text.startswith("Nhiệm vụ III.15 có 2 hạn đang mở: #")
    number = number_of(town, "III.15", "event-2")
    answer = await town.says("cchc", f"/giahan #{number} 20/6/2023 số 9/UBND")
    assert answer.text.splitlines()[1] == "Hạn: chậm nhất thứ Ba 20/6, dời từ 14/6 theo văn bản 9/UBND."


async def test_task_that_was_over_before_tracking_gets_a_new_day(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", "/giahan VIII.1 30/6/2023 số 9/UBND")
    assert answer.text.splitlines()[1] == "Hạn: chậm nhất thứ Sáu 30/6, dời từ 31/3 theo văn bản 9/UBND."
    listed = await town.says("tu-phap", "/lich")
    assert "• VIII.1 Rà soát khảo sát mức độ hài lòng" in listed.text.splitlines()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "/giahan",
            "Anh/chị cho biết mã nhiệm vụ, ngày mới và số văn bản. Ví dụ: /giahan III.16 Q2 20/6/2023 số 15/UBND-VP",
        ),
        (
            "/giahan III.16 20/6/2023",
            "Anh/chị cho biết thêm số văn bản. Ví dụ: /giahan III.16 Q2 20/6/2023 số 15/UBND-VP",
        ),
        (
            "/giahan III.16 31/2 số 5/UBND",
            "Anh/chị cho biết thêm ngày mới. Ví dụ: /giahan III.16 Q2 20/6/2023 số 15/UBND-VP",
        ),
        (
            "/giahan III.16 lùi một tuần",
            "Anh/chị cho biết thêm ngày mới và số văn bản. Ví dụ: /giahan III.16 Q2 20/6/2023 số 15/UBND-VP",
        ),
        (
            "/giahan III.16 1/6/2023 số 5/UBND",
            "Ngày 1/6/2023 đã qua nên không đặt làm hạn mới được. Anh/chị kiểm tra lại ngày.",
        ),
        (
            "/giahan III.16 1/1/2030 số 5/UBND",
            "Bot chỉ có lịch ngày nghỉ đến 31/12/2027 nên chưa đặt hạn 1/1/2030 được. "
            "Anh/chị chọn ngày sớm hơn, hoặc nhờ người quản trị bổ sung lịch nghỉ.",
        ),
        (
            "/giahan III.16 1/6/2027 số 5/UBND",
            "Ngày 1/6/2027 xa hơn khoảng thời gian bot đang theo dõi nên chưa đặt được; chưa có gì thay đổi. "
            "Anh/chị đặt lại khi gần tới năm đó.",
        ),
        (
            "/giahan VII.1 20/6/2023 số 5/UBND",
            "Nhiệm vụ VII.1 không có hạn nào để dời. Anh/chị gửi /tinhhinh VII.1 để xem tiến độ trong kế hoạch.",
        ),
        (
            "/giahan X.1 20/6/2023 số 5/UBND",
            "Không có nhiệm vụ mã X.1. Mã đúng có dạng III.16; anh/chị gửi /viec để xem các việc của mình.",
        ),
    ],
)
async def test_day_that_cannot_be_set_is_refused_and_leaves_nothing(town: Town, line: str, sentence: str) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", line)
    assert answer.text == sentence
    assert extensions(town) == []
    assert deeds(town) == []


async def test_what_is_done_is_not_moved(town: Town) -> None:
    town.at("08/06/2023 09:00")
    await town.says("cchc", "/xong III.16 Q2")
    answer = await town.says("cchc", "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP")
    assert answer.text == (
        "Hạn này của nhiệm vụ III.16 đã hoàn thành nên không dời được. "
        "Nếu ghi nhận nhầm, anh/chị gửi /hoantac III.16 trước."
    )
    number = number_of(town, "III.16", "2023-Q2")
    by_number = await town.says("cchc", f"/giahan #{number} 20/6/2023 số 15/UBND-VP")
    assert by_number.text == answer.text
    assert extensions(town) == []


async def test_moved_day_is_not_overdue_any_more(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", "/giahan I.3 H1 20/6/2023 số 15/UBND-VP")
    listed = await town.says("cchc", "/tinhhinh quá hạn")
    assert " I.3 " not in listed.text
    done = await town.at("20/06/2023 09:00").says("cchc", "/xong I.3")
    assert done.text.splitlines()[1] == "Ngày hoàn thành: 20/6/2023, đúng hạn."


async def test_staff_may_not_move_a_day(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("tu-phap", "/giahan II.1 20/12/2023 số 15/UBND-VP")
    assert answer.text == (
        "Lệnh này chỉ dành cho lãnh đạo và công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình."
    )
    assert extensions(town) == []


async def test_day_without_a_year_lies_ahead(engine: Engine, office: Office) -> None:
    town = Town(engine, office, "01/11/2023 07:00")
    await town.says("cchc", "/giahan III.16 năm 15/1 số 15/UBND-VP")
    assert [new for _, _, new, _ in extensions(town)] == ["2024-01-15"]
