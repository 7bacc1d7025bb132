"""/status: the board on one phone screen, narrowed, or one task in full; figures agree with the trail."""

import textwrap
from datetime import timedelta

import pytest

from records.database import transaction
from records.people import add_person
from tests.builders import day
from tests.ledger import commands, deeds, number_of, rows
from tests.phone import labels
from tests.town import Sent, Town

CLERK = "Văn phòng - Thống kê (CCHC): Công chức CCHC"


def numbers(sent: Sent) -> list[int]:
    """Done on time, done late, open in time, overdue."""
    found = sent.text.splitlines()[1:3]
    return [int(part.rpartition(": ")[2]) for line in found for part in line.split(" · ")]


async def test_board_has_the_four_numbers_the_worst_what_ends_soon_and_the_report(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", "/tinhhinh")
    assert answer.text.splitlines() == [
        "📊 Tình hình, đến ngày 15/6/2023",
        "✅ Xong đúng hạn: 0 · ☑️ Xong muộn: 0",
        "🕒 Đang làm, còn hạn: 36 · 🔴 Quá hạn: 8",
        "",
        "🔴 Quá hạn lâu nhất",
        f"• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        f"• III.11 Báo cáo tình hình giải quyết hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        "• B.1 Họp đánh giá thực hiện Kế hoạch tuần 23/2023: hạn thứ Hai 5/6, chậm 2 kỳ · Chủ tịch: Chủ tịch phường",
        "… và 2 việc nữa.",
        "",
        "🟡 Hết hạn trong 7 ngày tới",
        "• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 24/2023: hạn thứ Sáu 16/6",
        "• III.11 Báo cáo tình hình giải quyết hồ sơ tuần 24/2023: hạn thứ Sáu 16/6",
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023: hạn thứ Bảy 17/6, nên xong thứ Sáu 16/6 "
        "(0/5 người đã xong)",
        "… và 4 việc nữa.",
        "",
        "📨 Báo cáo kết quả nhiệm vụ tháng 6/2023: 0/7 người đã gửi.",
    ]
    assert labels(answer) == [["🔴 Danh sách quá hạn", "📣 Đôn đốc"], ["📂 Theo phần", "👤 Theo vị trí"]]


async def test_board_fits_one_phone_screen(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", "/tinhhinh")
    wrapped = [part for line in answer.text.splitlines() for part in textwrap.wrap(line, 56) or [""]]
    assert len(answer.text.splitlines()) <= 25
    assert len(wrapped) <= 28


async def test_figures_agree_with_the_trail(town: Town) -> None:
    town.at("13/06/2023 10:00")
    for role, line in (
        ("cchc", "/xong I.3 số 45/BC-UBND"),  # on time
        ("cchc", "/xong III.8 tuần 22"),  # late
        ("chu-tich", "/xong B.1 tuần 23"),  # late
        ("cchc", "/xong III.16 Q2"),  # early
        ("cchc", "/hoantac"),
        ("tu-phap", "/xong B.2"),  # one share of seven
        ("van-phong", "/xong VII.1"),  # continuous: no figure
    ):
        await town.says(role, line)
        town.clock.step(timedelta(minutes=11))
    on_time, late, still_open, overdue = numbers(await town.says("lanh-dao", "/tinhhinh"))
    held = [detail["completion"] for action, _, detail in deeds(town) if action == "done"]
    taken_back = {detail["completion"] for action, _, detail in deeds(town) if action == "undo"}
    assert (len(held), len(taken_back)) == (6, 1)
    assert (on_time, late) == (1, 2)
    begun = rows(
        town,
        "SELECT count(*) FROM deadline WHERE opens <= '2023-06-13' AND kind <> 'continuous' "
        "AND NOT withdrawn AND NOT before_tracking",
    )
    assert on_time + late + still_open + overdue == begun[0][0]


async def test_parts_of_the_board_add_up_to_the_whole(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", "/xong I.3")
    await town.says("cchc", "/xong III.16 Q2")
    whole = numbers(await town.says("cchc", "/tinhhinh"))
    sections = ["B", "I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    parts = [numbers(await town.says("cchc", f"/tinhhinh {section}")) for section in sections]
    assert [sum(column) for column in zip(*parts, strict=True)] == whole


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("", ""),
        ("III", " phần III"),
        ("phần iii", " phần III"),
        ("muc B", " phần B"),
        ("6/2023", " tháng 6/2023"),
        ("tháng 6", " tháng 6/2023"),
        ("T6 năm 2023", " tháng 6/2023"),
        ("III 6/2023", " phần III, tháng 6/2023"),
        ("tháng 7 phần III", " phần III, tháng 7/2023"),
        ("tư pháp", " của Tư pháp - Hộ tịch"),
        ("tu-phap", " của Tư pháp - Hộ tịch"),
        ("vị trí tư pháp", " của Tư pháp - Hộ tịch"),
        ("hộ tịch", " của Tư pháp - Hộ tịch"),
        ("một cửa tháng 6", " của Bộ phận Một cửa, tháng 6/2023"),
        ("Công chức Văn hóa", " của Công chức Văn hóa"),
    ],
)
async def test_board_is_narrowed_by_section_role_person_and_month(town: Town, words: str, title: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", f"/tinhhinh {words}")
    assert answer.text.splitlines()[0] == f"📊 Tình hình{title}, đến ngày 15/6/2023"


async def test_narrowed_board_counts_only_what_belongs_to_it(town: Town) -> None:
    town.at("15/06/2023 09:00")
    found = {
        words: numbers(await town.says("cchc", f"/tinhhinh {words}"))
        for words in ("III", "II", "tháng 6", "III tháng 6", "tư pháp", "chủ tịch")
    }
    assert found == {
        "III": [0, 0, 7, 5],
        "II": [0, 0, 6, 0],
        "tháng 6": [0, 0, 12, 8],
        "III tháng 6": [0, 0, 7, 5],
        "tư pháp": [0, 0, 13, 0],
        "chủ tịch": [0, 0, 2, 2],
    }


async def test_board_of_a_role_is_what_its_holder_sees(town: Town) -> None:
    town.at("15/06/2023 09:00")
    own, of_role = await town.says("tu-phap", "/tinhhinh"), await town.says("lanh-dao", "/tinhhinh tư pháp")
    assert own.text.splitlines()[1:] == of_role.text.splitlines()[1:]


async def test_buttons_of_a_narrowed_board_stay_narrowed(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/tinhhinh III 6/2023")
    assert commands(answer)[:2] == ["/tinhhinh qua han III 6/2023", "/dondoc III 6/2023"]
    listed = await town.says("cchc", commands(answer)[0])
    assert listed.text.splitlines()[0] == "🔴 Quá hạn phần III, tháng 6/2023, đến ngày 15/6/2023: 5 hạn"


@pytest.mark.parametrize("words", ["quá hạn", "qua han", "QUÁ HẠN", "trễ hạn", "trễ"])
async def test_overdue_list_names_everything_that_is_late_and_who_holds_it(town: Town, words: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", f"/tinhhinh {words}")
    assert answer.text.splitlines() == [
        "🔴 Quá hạn, đến ngày 15/6/2023: 8 hạn",
        f"• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        f"• III.11 Báo cáo tình hình giải quyết hồ sơ tuần 22/2023: hạn thứ Sáu 2/6, chậm 2 kỳ · {CLERK}",
        "• B.1 Họp đánh giá thực hiện Kế hoạch tuần 23/2023: hạn thứ Hai 5/6, chậm 2 kỳ · Chủ tịch: Chủ tịch phường",
        f"• III.12 Thống kê kết quả giải quyết hồ sơ tuần 23/2023: hạn thứ Bảy 10/6 · {CLERK}",
        f"• I.3 Báo cáo CCHC 6 tháng đầu năm 2023: hạn thứ Ba 13/6 · {CLERK}",
    ]
    assert labels(answer) == [["📣 Đôn đốc"]]


async def test_nothing_overdue_is_good_news_without_buttons_to_press(town: Town) -> None:
    town.at("01/06/2023 09:00")
    listed, board = await town.says("cchc", "/tinhhinh quá hạn"), await town.says("cchc", "/tinhhinh")
    assert (listed.text, labels(listed)) == ("Hiện không có việc nào quá hạn. 👍", [])
    assert labels(board) == [["📂 Theo phần", "👤 Theo vị trí"]]


async def test_sections_and_roles_are_offered_as_buttons(town: Town) -> None:
    town.at("15/06/2023 09:00")
    sections, roles = await town.says("cchc", "/tinhhinh phan"), await town.says("cchc", "/tinhhinh vi tri")
    assert labels(sections)[0] == ["Phần B", "Phần I", "Phần II"]
    assert "/tinhhinh tu-phap" in commands(roles)
    several = await town.says("cchc", "/tinhhinh công chức")
    assert several.text == "Anh/chị muốn xem vị trí nào?"
    assert len(commands(several)) > 1


async def test_staff_see_only_their_own(town: Town) -> None:
    town.at("15/06/2023 09:00")
    own = await town.says("tu-phap", "/tinhhinh")
    assert own.text.splitlines()[:3] == [
        "📊 Tình hình việc của anh/chị, đến ngày 15/6/2023",
        "✅ Xong đúng hạn: 0 · ☑️ Xong muộn: 0",
        "🕒 Đang làm, còn hạn: 13 · 🔴 Quá hạn: 0",
    ]
    assert numbers(await town.says("tu-phap", "/tinhhinh III")) == [0, 0, 2, 0]
    assert (await town.says("tu-phap", "/tinhhinh quá hạn")).text == (
        "Hiện không có việc nào quá hạn (việc của anh/chị). 👍"
    )
    assert labels(own) == []
    roles = await town.says("tu-phap", "/tinhhinh vi tri")
    assert commands(roles) == ["/tinhhinh tu-phap", "/tinhhinh chuyen-mon", "/tinhhinh toan-the"]


@pytest.mark.parametrize("words", ["tài chính", "quá hạn một cửa", "chủ tịch tháng 6"])
async def test_staff_are_refused_the_board_of_other_roles(town: Town, words: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("tu-phap", f"/tinhhinh {words}")
    assert answer.text == (
        "Anh/chị xem được tình hình việc của mình: gửi /tinhhinh. "
        "Tình hình của vị trí khác dành cho lãnh đạo và công chức CCHC."
    )


@pytest.mark.parametrize("words", ["blah", "Nguyễn Văn Không Có", "IX", "👍", "x" * 10_000])
async def test_unknown_words_are_refused_with_examples(town: Town, words: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", f"/tinhhinh {words}")
    assert answer.text.startswith("Bot chưa rõ “")
    assert answer.text.endswith(
        "” là phần, vị trí, tháng hay nhiệm vụ nào. Anh/chị gõ, ví dụ: /tinhhinh III · /tinhhinh III.16 · "
        "/tinhhinh tư pháp · /tinhhinh 6/2023 · /tinhhinh quá hạn"
    )
    assert len(answer.text) < 300


async def test_spans_other_than_a_month_are_refused_with_an_example(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/tinhhinh quý II")
    assert answer.text == "Bảng tình hình xem được theo từng tháng, chưa theo “quý II”. Ví dụ: /tinhhinh 6/2023"


async def test_one_task_shows_the_plan_its_periods_and_the_history(town: Town) -> None:
    await town.at("13/06/2023 09:00").says("cchc", "/xong III.16 Q2 số 11/BC-UBND")
    await town.says("cchc", "/hoantac")
    await town.at("14/06/2023 09:00").says("cchc", "/xong III.16 Q2 số 12/BC-UBND")
    answer = await town.at("15/06/2023 09:00").says("tu-phap", "/tinhhinh III.16")
    assert answer.text.splitlines()[2:] == [
        "Phụ trách: Văn phòng - Thống kê (CCHC).",
        "",
        "✅ Báo cáo kiểm soát TTHC quý II/2023",
        "  chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6)",
        "  - thứ Ba 13/6: Công chức CCHC ghi nhận, đã hoàn tác; văn bản 11/BC-UBND",
        "  - thứ Tư 14/6: Công chức CCHC ghi nhận, trước hạn 3 ngày; văn bản 12/BC-UBND",
        "",
        "🕒 Báo cáo kiểm soát TTHC quý III/2023",
        "  chậm nhất Chủ nhật 17/9 (ngày nghỉ, nên xong trong thứ Sáu 15/9) · còn 64 ngày làm việc",
    ]


async def test_one_task_has_buttons_for_those_who_may_record_it(town: Town) -> None:
    town.at("15/06/2023 09:00")
    press = f"/xong #{number_of(town, 'II.1', '2023')}"
    shown = {role: commands(await town.says(role, "/tinhhinh II.1")) for role in ("tu-phap", "tai-chinh", "lanh-dao")}
    assert shown == {"tu-phap": [press], "tai-chinh": [], "lanh-dao": [press]}
    shared = {role: commands(await town.says(role, "/tinhhinh B.2")) for role in ("tu-phap", "lanh-dao")}
    assert shared == {"tu-phap": [f"/xong #{number_of(town, 'B.2', '2023-06')}"], "lanh-dao": []}


async def test_one_task_and_period_shows_that_period(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/tinhhinh III.8 tuần 22")
    assert [line for line in answer.text.splitlines() if line[:1] in "🔴🕒✅"][-1:] == [
        "🔴 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023"
    ]


async def test_one_task_is_found_by_its_title(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", "/tinhhinh giải ngân")
    assert answer.text.splitlines()[0].startswith("VI.1 ")


async def test_task_with_very_much_to_tell_fits_a_message(town: Town) -> None:
    town.at("15/06/2023 09:00")
    for number in range(12):
        await town.says("mot-cua", f"/sukien III.6 hồ sơ trực tuyến số {number}/HS ngày 15/6 " + "chi tiết " * 20)
    for code in ("III.6", "III.8", "I.1", "B.2"):
        answer = await town.says("cchc", f"/tinhhinh {code}")
        assert len(answer.text) < 3500


async def test_names_that_two_people_share_do_not_narrow_the_board(town: Town) -> None:
    with transaction(town.engine) as session:
        for number in (1, 2):
            town.people[f"lan-{number}"] = add_person(session, "Trần Lan", frozenset({"mot-cua"}), day("03/01/2023"))
    answer = await town.at("15/06/2023 09:00").says("cchc", "/tinhhinh Trần Lan")
    assert answer.text.startswith("Bot chưa rõ “Trần Lan”")
