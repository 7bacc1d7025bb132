"""/tasks and /calendar: what I owe, and what is coming."""

import pytest
from sqlalchemy import Engine

from plan_data.office import Office
from records.database import transaction
from records.people import set_roles
from tests.ledger import commands, number_of
from tests.phone import labels
from tests.town import Town


def codes(text: str) -> list[str]:
    """The codes of the lines that name a task."""
    return [line.split(" ")[1] for line in text.splitlines() if line[:1] in "🔴🟠•✅" and " " in line]


async def test_open_items_stand_overdue_first(town: Town) -> None:
    answer = await town.at("16/06/2023 09:00").says("cchc", "/viec")
    assert answer.text.splitlines()[0] == "📝 Việc của anh/chị: 20 việc đang chờ, 6 quá hạn, trang 1/3"
    assert codes(answer.text) == ["III.8", "III.11", "III.8", "III.11", "III.12", "I.3", "III.8", "III.11"]
    assert [line[0] for line in answer.text.splitlines() if line[:1] in "🔴🟠•"] == ["🔴"] * 6 + ["🟠"] * 2


async def test_pages_are_turned_by_buttons(town: Town) -> None:
    first = await town.at("16/06/2023 09:00").says("cchc", "/viec")
    second = await town.says("cchc", commands(first)[-1])
    assert labels(second)[-1] == ["◀️ Trang trước", "Trang sau ▶️"]
    last = await town.says("cchc", commands(second)[-1])
    assert last.text.splitlines()[0].endswith("trang 3/3")
    everything = [code for page in (first, second, last) for code in codes(page.text)]
    assert len(everything) == 20


@pytest.mark.parametrize("words", ["99", "-1", "0", "trang 2 đi", "abc", "9" * 5000, "²"])
async def test_page_that_is_not_there_shows_one_that_is(town: Town, words: str) -> None:
    answer = await town.at("16/06/2023 09:00").says("cchc", f"/viec {words}")
    assert answer.text.startswith("📝 Việc của anh/chị: 20 việc đang chờ")


async def test_own_share_that_is_done_is_no_longer_listed(town: Town) -> None:
    town.at("16/06/2023 09:00")
    press = f"/xong #{number_of(town, 'B.2', '2023-06')}"
    assert press in commands(await town.says("tu-phap", "/viec"))
    await town.says("tu-phap", press)
    assert press not in commands(await town.says("tu-phap", "/viec"))
    assert press in commands(await town.says("van-hoa", "/viec"))


async def test_nothing_to_do_says_where_to_look(town: Town) -> None:
    with transaction(town.engine) as session:
        set_roles(session, town.people["lanh-dao"], frozenset())
        set_roles(session, town.people["chu-tich"], frozenset({"chu-tich"}))
    for press in commands(await town.at("01/06/2023 09:00").says("chu-tich", "/viec")):
        await town.says("chu-tich", press)
    assert (await town.says("chu-tich", "/viec")).text.splitlines() == [
        "Anh/chị không có việc nào đang chờ. 👍",
        "Gửi /lich để xem các hạn sắp tới.",
    ]


async def test_calendar_shows_the_next_thirty_days_of_mine(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("tu-phap", "/lich")
    assert answer.text.splitlines() == [
        "📅 Lịch của anh/chị, 8/6/2023 – 8/7/2023",
        "thứ Bảy 17/6",
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023 (ngày nghỉ, nên xong thứ Sáu 16/6)",
        "• III.3 Báo cáo TTHC chưa được công bố quý II/2023 (ngày nghỉ, nên xong thứ Sáu 16/6)",
        "thứ Tư 21/6",
        "• B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023",
    ]


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("", "8/6/2023 – 8/7/2023"),
        ("7", "8/6/2023 – 15/6/2023"),
        ("10 ngày", "8/6/2023 – 18/6/2023"),
        ("0", "8/6/2023 – 8/6/2023"),
        ("9999", "8/6/2023 – 8/6/2024"),
        ("9" * 5000, "8/6/2023 – 8/7/2023"),
        ("tháng 7", "1/7/2023 – 31/7/2023"),
        ("t1", "1/1/2024 – 31/1/2024"),
        ("6/2023", "1/6/2023 – 30/6/2023"),
    ],
)
async def test_calendar_spans_what_the_words_say(town: Town, words: str, span: str) -> None:
    answer = await town.at("08/06/2023 09:00").says("tu-phap", f"/lich {words}")
    assert answer.text.splitlines()[0] == f"📅 Lịch của anh/chị, {span}"


async def test_calendar_of_all_is_for_everybody(town: Town) -> None:
    answer = await town.at("12/06/2023 09:00").says("khong-chuyen-trach", "/lich 1 chung")
    assert answer.text.splitlines() == [
        "📅 Lịch chung của cơ quan, 12/6/2023 – 13/6/2023",
        "thứ Hai 12/6",
        "• B.1 Họp đánh giá thực hiện Kế hoạch tuần 24/2023",
        "thứ Ba 13/6",
        "• I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
    ]


async def test_calendar_ticks_what_is_done_and_the_own_share(town: Town) -> None:
    town.at("08/06/2023 09:00")
    await town.says("cchc", "/xong I.3")
    await town.says("tu-phap", "/xong B.2")
    assert "✅ I.3 Báo cáo CCHC 6 tháng đầu năm 2023" in (await town.says("cchc", "/lich")).text.splitlines()
    ticked = {
        role: [line[0] for line in (await town.says(role, "/lich")).text.splitlines() if " B.2 " in line]
        for role in ("tu-phap", "van-hoa")
    }
    assert ticked == {"tu-phap": ["✅"], "van-hoa": ["•"]}


async def test_calendar_of_a_year_is_cut_where_a_message_ends(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", "/lich 366 chung")
    lines = answer.text.splitlines()
    assert lines[-1] == "Để xem ít ngày hơn, gõ kèm số ngày, ví dụ: /lich 7"
    assert lines[-2].startswith("… và ")
    assert (len(lines) <= 43, len(answer.text) < 3500) == (True, True)


async def test_calendar_ends_with_the_days_off_that_are_known(engine: Engine, office: Office) -> None:
    town = Town(engine, office, "01/12/2027 07:00")
    answer = await town.says("cchc", "/lich 366")
    assert answer.text.splitlines()[0] == "📅 Lịch của anh/chị, 1/12/2027 – 31/12/2027"
