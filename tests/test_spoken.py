"""Periods, days and hours, as people write them."""

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spoken import Toward, day_in, find_period, folded_in_place, moment_in, take_period
from plan_data.workdays import ZONE
from tests.builders import day, moment

TODAY = day("15/06/2023")
KEYS = frozenset(
    [
        *(str(year) for year in (2022, 2023, 2024)),
        *(f"{year}-H{half}" for year in (2022, 2023) for half in (1, 2)),
        *(f"{year}-Q{quarter}" for year in (2022, 2023) for quarter in (1, 2, 3, 4)),
        *(f"2023-{month:02}" for month in range(1, 13)),
        *("2022-06", "2023-W22", "2023-W23", "2023-W24", "2022-W23", "2023-12-15", "event-6"),
    ]
)


def meant(text: str) -> list[str]:
    wish, _ = take_period(text, TODAY)
    return [] if wish is None else sorted(wish.choose(set(KEYS)))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Q2", ["2022-Q2", "2023-Q2"]),
        ("q2", ["2022-Q2", "2023-Q2"]),
        ("quý II", ["2022-Q2", "2023-Q2"]),
        ("QUÝ ii", ["2022-Q2", "2023-Q2"]),
        ("quí 2", ["2022-Q2", "2023-Q2"]),
        ("quy 2/2023", ["2023-Q2"]),
        ("quý II/2023", ["2023-Q2"]),
        ("Quý II năm 2023", ["2023-Q2"]),
        ("Q2-2023", ["2023-Q2"]),
        ("quý iv 2023", ["2023-Q4"]),
        ("6 tháng đầu năm", ["2022-H1", "2023-H1"]),
        ("6 thang dau nam 2023", ["2023-H1"]),
        ("6 tháng", ["2022-H1", "2023-H1"]),
        ("6T/2023", ["2023-H1"]),
        ("sáu tháng cuối năm 2022", ["2022-H2"]),
        ("H1 2023", ["2023-H1"]),
        ("T6", ["2022-06", "2023-06"]),
        ("t6/2023", ["2023-06"]),
        ("tháng 6", ["2022-06", "2023-06"]),
        ("THÁNG 06 NĂM 2023", ["2023-06"]),
        ("thang 12", ["2023-12"]),
        ("6/2023", ["2023-06"]),
        ("06-2023", ["2023-06"]),
        ("2023-06", ["2023-06"]),
        ("2023", ["2023"]),
        ("năm 2023", ["2023"]),
        ("nam 2023", ["2023"]),
        ("năm", ["2022", "2023", "2024"]),
        ("nam", ["2022", "2023", "2024"]),
        ("năm, số 5/BC-UBND", ["2022", "2023", "2024"]),
        ("tuần 23", ["2022-W23", "2023-W23"]),
        ("tuan 23/2023", ["2023-W23"]),
        ("W23", ["2022-W23", "2023-W23"]),
        ("tuần này", ["2023-W24"]),
        ("tuần trước", ["2023-W23"]),
        ("tháng này", ["2023-06"]),
        ("tháng trước", ["2023-05"]),
        ("quý này", ["2023-Q2"]),
        ("quý trước", ["2023-Q1"]),
        ("năm nay", ["2023"]),
        ("năm ngoái", ["2022"]),
        ("kỳ tháng 6/2023", ["2023-06"]),
        (": Q2 2023", ["2023-Q2"]),
    ],
)
def test_period_is_understood_in_any_spelling(text: str, keys: list[str]) -> None:
    assert meant(text) == keys
    assert meant(text.upper()) == keys
    assert meant(unicodedata.normalize("NFD", text)) == keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "số 6",
        "12/BC-UBND",
        "6/2023/NQ-HĐND",
        "2023/QĐ-UBND",
        "3/11",
        "15/12/2023",
        "2023-06-15",
        "1234 hồ sơ",
        "thứ 6",
        "tuần lễ chuyển đổi số",
        "tháng nào cũng gửi",
        "quy định mới",
        "h1n1",
        "Nam",
        "Nam đã nộp",
        "năm hoàn thành",
        "nam định",
        "qua email",
        "tổ 6",
        "III.16",
    ],
)
def test_period_is_not_seen_where_none_is_meant(text: str) -> None:
    assert take_period(text, TODAY) == (None, text)


@pytest.mark.parametrize("text", ["tháng 13", "quý 5", "tuần 60", "T0"])
def test_period_that_cannot_be_is_understood_and_fits_nothing(text: str) -> None:
    assert take_period(text, TODAY)[0] is not None
    assert meant(text) == []


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("Q2 so 12/BC-UBND", "Q2", "so 12/BC-UBND"),
        ("quý II/2023, đã gửi", "quý II/2023", "đã gửi"),
        ("tháng 6: số 5", "tháng 6", "số 5"),
        ("6 tháng đầu năm 2023 đã gửi", "6 tháng đầu năm 2023", "đã gửi"),
    ],
)
def test_period_leaves_the_rest_as_it_was_typed(text: str, words: str, rest: str) -> None:
    wish, after = take_period(text, TODAY)
    assert (wish.words if wish else None, after) == (words, rest)


def test_last_quarter_means_the_year_only_where_the_plan_has_no_last_quarter() -> None:
    wish, _ = take_period("quý IV/2023", TODAY)
    assert wish is not None
    assert wish.choose({"2023-Q3", "2023-Q4", "2023"}) == {"2023-Q4"}
    assert wish.choose({"2023-Q3", "2023", "2022"}) == {"2023"}


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("báo cáo cchc quý II số 5/BC", "quý II", "báo cáo cchc số 5/BC"),
        ("tư pháp tháng 6", "tháng 6", "tư pháp"),
        ("6/2023 phần III", "6/2023", "phần III"),
    ],
)
def test_period_is_found_anywhere(text: str, words: str, rest: str) -> None:
    wish, around = find_period(text, TODAY)
    assert (wish.words if wish else None, around) == (words, rest)


def test_period_that_is_nowhere_leaves_the_text() -> None:
    assert find_period("báo cáo cải cách hành chính", TODAY) == (None, "báo cáo cải cách hành chính")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngày 3/11", "03/11/2023"),
        ("3/11", "03/11/2023"),
        ("NGÀY 03/11/2023", "03/11/2023"),
        ("3 / 11 / 2023", "03/11/2023"),
        ("03-11-2023", "03/11/2023"),
        ("ngày 3-11", "03/11/2023"),
        ("ngày 3.11.2023", "03/11/2023"),
        ("2023-11-03", "03/11/2023"),
        ("3/11/23", "03/11/2023"),
        ("ngày 3 tháng 11 năm 2023", "03/11/2023"),
        ("3 thang 11", "03/11/2023"),
        ("hôm nay", "15/06/2023"),
        ("hôm qua", "14/06/2023"),
        ("hom kia", "13/06/2023"),
        ("xử lý 2-3 hồ sơ ngày 5/6", "05/06/2023"),
        ("1/2 số hồ sơ, ngày 5/6", "05/06/2023"),
        ("31/2 rồi 3/3", "03/03/2023"),
        ("29/2", "29/02/2024"),
    ],
)
def test_day_is_understood_in_any_spelling(text: str, expected: str) -> None:
    assert day_in(text, TODAY) == day(expected)
    assert day_in(unicodedata.normalize("NFD", text), TODAY) == day(expected)


@pytest.mark.parametrize(
    "text", ["", "31/2", "15/13", "0/5", "3-11", "12.5%", "6/2023", "12/BC-UBND", "1/2/3/4", "9001:2015", "2-3 người"]
)
def test_day_is_not_seen_where_none_is_meant(text: str) -> None:
    assert day_in(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "toward", "expected"),
    [
        ("1/2", "near", "01/02/2023"),
        ("20/12", "near", "20/12/2022"),
        ("1/2", "past", "01/02/2023"),
        ("1/2", "ahead", "01/02/2024"),
        ("3/11", "past", "03/11/2022"),
        ("3/11", "ahead", "03/11/2023"),
        ("15/6", "ahead", "15/06/2023"),
        ("1/2/2023", "ahead", "01/02/2023"),
    ],
)
def test_day_without_a_year_lies_where_it_is_expected(text: str, toward: Toward, expected: str) -> None:
    assert day_in(text, TODAY, toward) == day(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lúc 14h30", "15/06/2023 14:30"),
        ("9g", "15/06/2023 09:00"),
        ("09:00", "15/06/2023 09:00"),
        ("9 giờ 15 phút", "15/06/2023 09:15"),
        ("8h30p", "15/06/2023 08:30"),
        ("2h chiều", "15/06/2023 14:00"),
        ("9h sáng", "15/06/2023 09:00"),
        ("ngày 3/6 lúc 8h", "03/06/2023 08:00"),
        ("hôm qua 16h", "14/06/2023 16:00"),
        # a day alone is over at noon; today is now
        ("ngày 3/6", "03/06/2023 11:30"),
        ("ngày 15/6", "15/06/2023 10:07"),
        ("vừa ban hành", "15/06/2023 10:07"),
        # not an hour of the day
        ("trong 08 giờ làm việc", "15/06/2023 10:07"),
        ("25h, 9:75, 24h", "15/06/2023 10:07"),
        ("ISO 9001:2015", "15/06/2023 10:07"),
    ],
)
def test_moment_is_understood(text: str, expected: str) -> None:
    assert moment_in(text, moment("15/06/2023 10:07")) == moment(expected)


def test_moment_is_local() -> None:
    assert moment_in("8h", datetime.fromisoformat("2023-06-15T03:07+00:00")).tzinfo is ZONE


@given(st.text(max_size=200), st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_no_text_is_too_odd_to_read(text: str, today: date) -> None:
    wish, rest = take_period(text, today)
    assert len(rest) <= len(unicodedata.normalize("NFC", text))
    assert wish is None or wish.words
    find_period(text, today)
    day_in(text, today)
    moment_in(text, datetime(today.year, today.month, today.day, 9, tzinfo=ZONE))


@given(st.text(max_size=200))
def test_folding_in_place_keeps_every_position(text: str) -> None:
    assert len(folded_in_place(text)) == len(text)
