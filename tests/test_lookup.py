"""Codes, references, document numbers and names, as people type them."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup import document_in, take_code, take_name, take_number, take_person, without_document
from plan_data.loading import load
from records.people import Person

CODES = frozenset(task.code for _, task in load(["2023-phuoc-hai"])[0].tasks())


def person(number: int, name: str) -> Person:
    return Person(number, name, frozenset(), frozenset(), date(2023, 1, 3), is_clerk=False, is_leader=False)


LAN, LAN_TOO = person(1, "Nguyễn Thị Lan"), person(2, "Trần Lan")
AN, ANH, HOAN = person(3, "Lê Văn An"), person(4, "Lê Văn Anh"), person(5, "Phạm Hoàn")
THUY, THUY_TOO = person(6, "Đỗ Thu Thủy"), person(7, "Đỗ Thu Thúy")
PEOPLE = (LAN, LAN_TOO, AN, ANH, HOAN, THUY, THUY_TOO)


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("III.16", "III.16", ""),
        ("iii.16", "III.16", ""),
        ("  iii . 16  ", "III.16", ""),
        ("III-16", "III.16", ""),
        ("III–16 Q2", "III.16", "Q2"),
        ("III.016", "III.16", ""),
        ("III 16", "III.16", ""),
        ("iii16", "III.16", ""),
        ("b2", "B.2", ""),
        ("(III.16)", "III.16", ""),
        ("III.16Q2", "III.16", "Q2"),
        ("III.16, Q2", "III.16", "Q2"),
        ("III.16: đã gửi", "III.16", "đã gửi"),
        ("III.16\nđã gửi", "III.16", "đã gửi"),
        ("III.16 Q2 số 12/BC-UBND", "III.16", "Q2 số 12/BC-UBND"),
        ("việc III.16 Q2", "III.16", "Q2"),
        ("mã số: III.16", "III.16", ""),
        ("Nhiệm vụ VI.1: xong", "VI.1", "xong"),
        ("đã gửi báo cáo III.16 hôm qua", "III.16", "đã gửi báo cáo hôm qua"),
        ("i.5 30/6", "I.5", "30/6"),
        # a code that there is not is still a code, to be refused by name
        ("III.99", "III.99", ""),
        ("XI.3 xong", "XI.3", "xong"),
    ],
)
def test_code_is_taken_however_it_is_written(text: str, code: str, rest: str) -> None:
    assert take_code(text, CODES) == (code, rest)
    assert take_code(unicodedata.normalize("NFD", text), CODES) == (code, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "báo cáo kiểm soát TTHC",
        "iii 99",
        "III 6/2023",
        "III 6-2023",
        "T6",
        "t-6",
        "Q2",
        "6/2023",
        "covid-19",
        "CV-12",
        "số 12/BC-UBND",
        "#57",
        "16",
        "báo cáo theo mục IX.3",
    ],
)
def test_code_is_not_seen_where_none_is_meant(text: str) -> None:
    assert take_code(text, CODES) is None


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("#57", (57, "")),
        (" #57 đã gửi", (57, "đã gửi")),
        ("# 57", (57, "")),
        ("57", None),
        ("#", None),
        ("#57a", None),
        ("#1234567890", None),
        ("# III.16", None),
    ],
)
def test_reference_is_a_number_with_its_sign(text: str, taken: tuple[int, str] | None) -> None:
    assert take_number(text) == taken


@pytest.mark.parametrize(
    ("text", "taken"),
    [("thay 7", (7, "")), ("Thay #7 đã gửi", (7, "đã gửi")), ("thay", None), ("thay Lan", None), ("7", None)],
)
def test_person_is_referred_to_by_number(text: str, taken: tuple[int, str] | None) -> None:
    assert take_person(text) == taken


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("số 12/BC-UBND", "12/BC-UBND"),
        ("so 12/BC-UBND", "12/BC-UBND"),
        ("Số: 12/BC-UBND.", "12/BC-UBND"),
        ("SỐ 12/BC-UBND", "12/BC-UBND"),
        ("số:12/BC-UBND", "12/BC-UBND"),
        ("đã gửi (số 7/UBND)", "7/UBND"),
        ("CV 123/UBND", "123/UBND"),
        ("cv 123/ubnd", "123/ubnd"),
        ("theo QĐ 5/QĐ-UBND”", "5/QĐ-UBND"),
        ("Quyết định 17/QĐ-UBND ngày 1/2", "17/QĐ-UBND"),
        ("công văn số 45/UBND-VX ngày 3/6", "45/UBND-VX"),
        ("12/bc-ubnd", "12/bc-ubnd"),
        ("Thông tư 02/2017/TT-VPCP", "02/2017/TT-VPCP"),
        ("45-QĐ/ĐU", "45-QĐ/ĐU"),
        ("so 5", "5"),
        ("số 12, ngày 3/6", "12"),
        ("số 12 ngày 3/6", "12"),
        ("số 12/6", "12/6"),
        ("ngày 3/11, số 12/UBND", "12/UBND"),
        ("số 48/BC-UBND và số 49/BC-UBND", "48/BC-UBND"),
    ],
)
def test_document_number_is_found_in_a_note(text: str, document: str) -> None:
    assert document_in(text) == document
    assert document_in(unicodedata.normalize("NFD", text)) == document


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đã gửi ngày 3/11",
        "số 12 hồ sơ đã giải quyết",
        "hồ sơ 12",
        "ho so 12",
        "cơ sở 2",
        "tổng số 12",
        "số lượng 12",
        "so với 2022",
        "2-3 hồ sơ",
        "3/tuần",
        "24/7",
        "ISO 9001:2015",
        "từ 30/4-1/5",
        "đạt 12,5%",
        "0905 123 456",
    ],
)
def test_document_number_is_not_seen_where_none_is_meant(text: str) -> None:
    assert document_in(text) == ""
    assert without_document(text) == text


def test_document_number_is_never_longer_than_a_line() -> None:
    assert len(document_in("số 1/" + "A" * 500)) <= 60


def test_text_without_its_document_number_keeps_everything_else() -> None:
    assert without_document("ngày 3/11, số 12/UBND, đã gửi") == "ngày 3/11,  , đã gửi"


@pytest.mark.parametrize(
    ("text", "people", "rest"),
    [
        ("Nguyễn Thị Lan", [LAN], ""),
        ("nguyen thi lan", [LAN], ""),
        ("Nguyễn Thị Lan số 12/BC", [LAN], "số 12/BC"),
        ("đã nộp, Nguyễn Thị Lan", [LAN], "đã nộp"),
        ("Lê Văn Anh", [ANH], ""),
        ("Lê Văn An", [AN], ""),
        ("le van an", [AN], ""),
        ("Lan", [LAN, LAN_TOO], ""),
        ("chị Lan đã nộp", [LAN, LAN_TOO], "đã nộp"),
        ("An", [AN], ""),
        ("anh Anh", [ANH], ""),
        ("đ/c Hoàn", [HOAN], ""),
        # diacritics tell names apart, where they are typed
        ("Đỗ Thu Thủy", [THUY], ""),
        ("do thu thuy", [THUY, THUY_TOO], ""),
        ("Thúy", [THUY_TOO], ""),
    ],
)
def test_name_is_found_whole_or_given(text: str, people: list[Person], rest: str) -> None:
    assert take_name(text, PEOPLE) == (people, rest)
    assert take_name(unicodedata.normalize("NFD", text), PEOPLE) == (people, rest)


@pytest.mark.parametrize("text", ["", "hoàn thành", "đã gửi chị Lan", "Lan đã nộp", "Lê Văn Anhh", "Q2", "chị Hà"])
def test_name_is_not_seen_in_a_note(text: str) -> None:
    assert take_name(text, PEOPLE) == ([], text)


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_look_into(text: str) -> None:
    take_code(text, CODES)
    take_number(text)
    take_person(text)
    take_name(text, PEOPLE)
    assert len(document_in(text)) <= 60
    assert len(without_document(text)) <= len(unicodedata.normalize("NFC", text))
