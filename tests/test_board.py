"""The board and the picture of the month: what stands out, in which scope, and the state of the report."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from jobs.board import Selection, board, monthly_picture
from records.database import transaction
from records.figures import Tally
from records.people import retire
from tests.builders import day, moment, rule
from tests.small_office import bring_up_to_date, finish, hire, items, office, people, with_plans
from wording.alerts import Shares
from wording.board import Board, Entry

START = moment("01/06/2023 07:00")
WEEKLY = rule("weekly", id="tuan", weekday="fri", label="Kiểm tra hồ sơ", lead=["vp-tk"])
REPORT = rule("monthly", id="bao-cao", day=22, bound="before", each=True, closing_list=True, lead=["toan-the"])
REVIEW = rule("monthly", id="tong-hop", day=25, bound="on", monthly_picture=True, lead=["vp-tk"])
SOON = rule("fixed", id="sap-den", day=day("30/06/2023"), bound="by", lead=["tu-phap"])
OLD = rule("fixed", id="da-qua", day=day("31/05/2023"), bound="by", lead=["tu-phap"])
WHERE = office(WEEKLY, REPORT, REVIEW, SOON, OLD)
LAN, MINH, HOA = 1, 2, 3


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction in which the office is at work since 1 June."""
    with transaction(engine) as session:
        for name, role in (("Lan", "vp-tk"), ("Minh", "tu-phap"), ("Hoa", "mot-cua")):
            hire(session, name, role)
        bring_up_to_date(session, WHERE, START)
        yield session


def shown(session: Session, when: str, selection: Selection | None = None) -> Board:
    """The board at that moment."""
    return board(session, WHERE, people(session, WHERE), selection or Selection(), moment(when))


def entries(found: Sequence[Entry]) -> list[str]:
    """Rule, period, how many, who."""
    return [f"{each.deadline.rule.id} {each.deadline.period} x{each.count} {each.holders}" for each in found]


def test_board_counts_what_has_begun_and_names_what_stands_out(session: Session) -> None:
    found = shown(session, "26/06/2023 08:00")
    assert found.numbers == Tally(on_time=0, late=0, open=2, overdue=6)
    assert entries(found.overdue) == [
        "tuan 2023-W22 x4 VP-TK: Lan",
        "bao-cao 2023-06 x1 Toàn thể",
        "tong-hop 2023-06 x1 VP-TK: Lan",
    ]
    assert entries(found.soon) == ["sap-den 2023 x1 Tư pháp: Minh", "tuan 2023-W26 x1 VP-TK: Lan"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("22/06/2023 09:00", ["tuan", "tong-hop"]),
        ("23/06/2023 09:00", ["tuan", "tong-hop", "sap-den"]),
        ("15/06/2023 09:00", ["tuan", "bao-cao"]),
    ],
)
def test_soon_is_what_must_be_done_within_seven_days(session: Session, when: str, expected: list[str]) -> None:
    assert [each.deadline.rule.id for each in shown(session, when).soon] == expected


def test_done_work_counts_and_stands_out_no_more(session: Session) -> None:
    first, second = [each.deadline for each in items(session, WHERE) if each.deadline.rule.id == "tuan"][:2]
    finish(session, WHERE, first, LAN, moment("02/06/2023 09:00"))
    finish(session, WHERE, second, LAN, moment("12/06/2023 09:00"))
    found = shown(session, "19/06/2023 09:00")
    assert found.numbers == Tally(on_time=1, late=1, open=4, overdue=1)
    assert entries(found.overdue) == ["tuan 2023-W24 x1 VP-TK: Lan"]


def test_board_of_some_rules_shows_and_counts_only_those(session: Session) -> None:
    selection = Selection("của Tư pháp", frozenset({("2023-thu", "I.1", "sap-den"), ("2023-thu", "I.1", "da-qua")}))
    found = shown(session, "26/06/2023 08:00", selection)
    assert (found.name, found.numbers, entries(found.overdue)) == ("của Tư pháp", Tally(open=1), [])
    assert entries(found.soon) == ["sap-den 2023 x1 Tư pháp: Minh"]
    nothing = shown(session, "26/06/2023 08:00", Selection("", frozenset()))
    assert (nothing.numbers, nothing.overdue, nothing.soon) == (Tally(), [], [])


def test_board_of_a_month_shows_and_counts_what_ends_in_it(session: Session) -> None:
    found = shown(session, "10/07/2023 08:00", Selection("tháng 6/2023", None, day("01/06/2023")))
    assert found.numbers == Tally(overdue=8)
    assert entries(found.overdue) == [
        "tuan 2023-W22 x5 VP-TK: Lan",
        "bao-cao 2023-06 x1 Toàn thể",
        "tong-hop 2023-06 x1 VP-TK: Lan",
        "sap-den 2023 x1 Tư pháp: Minh",
    ]


def test_report_is_that_of_the_month_that_is_shown(session: Session) -> None:
    june, july = [each.deadline for each in items(session, WHERE) if each.deadline.rule.id == "bao-cao"][:2]
    finish(session, WHERE, june, HOA, moment("20/06/2023 09:00"), share_of=HOA)
    found = [
        shown(session, "10/07/2023 08:00", Selection("", None, month)).report for month in (None, day("01/06/2023"))
    ]
    assert [(report[0].period, report[1]) for report in found if report] == [
        (july.period, Shares((), ("Lan", "Minh", "Hoa"))),
        (june.period, Shares(("Hoa",), ("Lan", "Minh"))),
    ]


def test_month_without_a_report_has_none(session: Session) -> None:
    assert shown(session, "10/07/2023 08:00", Selection("", None, day("01/05/2023"))).report is None


def test_board_of_an_office_without_people_still_counts(session: Session) -> None:
    for person in (LAN, MINH, HOA):
        retire(session, person, START)
    found = shown(session, "26/06/2023 08:00")
    assert found.numbers.total == 8
    assert entries(found.soon) == ["sap-den 2023 x1 Tư pháp", "tuan 2023-W26 x1 VP-TK"]
    assert found.report is not None
    assert found.report[1] == Shares((), ())


def test_plan_that_is_no_longer_active_is_neither_shown_nor_counted(session: Session) -> None:
    other = office(SOON, id="2023-khac")
    bring_up_to_date(session, with_plans(WHERE, other), START)
    both = shown(session, "26/06/2023 08:00").numbers.total
    bring_up_to_date(session, WHERE, START)
    assert (both, shown(session, "26/06/2023 08:00").numbers.total) == (9, 8)


def picture(session: Session, when: str) -> list[str]:
    """The picture of June, line by line."""
    (review,) = [
        each.deadline.id
        for each in items(session, WHERE)
        if (each.deadline.rule.id, each.deadline.period) == ("tong-hop", "2023-06")
    ]
    found = monthly_picture(session, WHERE, people(session, WHERE), review, moment(when))
    assert found is not None
    return found.plain.splitlines()


def test_picture_has_the_four_numbers_of_the_month_and_who_is_missing(session: Session) -> None:
    june = next(each.deadline for each in items(session, WHERE) if each.deadline.rule.id == "bao-cao")
    finish(session, WHERE, june, HOA, moment("20/06/2023 09:00"), share_of=HOA)
    lines = picture(session, "23/06/2023 07:30")
    numbers = [line for line in lines if "Xong đúng hạn" in line or "Quá hạn:" in line]
    assert numbers == ["✅ Xong đúng hạn: 0 · ☑️ Xong muộn: 0", "🕒 Đang làm, còn hạn: 3 · 🔴 Quá hạn: 4"]
    assert [line for line in lines if "1/3" in line or "Lan, Minh" in line] != []
    assert [line for line in lines if "Hoa" in line] == []


def test_picture_that_comes_late_is_still_that_of_its_month(session: Session) -> None:
    june, july = [each.deadline for each in items(session, WHERE) if each.deadline.rule.id == "bao-cao"][:2]
    finish(session, WHERE, june, HOA, moment("20/06/2023 09:00"), share_of=HOA)
    for person in (LAN, MINH, HOA):
        finish(session, WHERE, july, person, moment("03/07/2023 07:00"), share_of=person)
    lines = picture(session, "03/07/2023 07:30")
    assert {line for line in lines if "7/2023" in line} == set()
    assert {"1/3 người" in line for line in lines if "/3 người" in line} == {True}


def test_picture_of_a_deadline_that_is_not_there_is_none(session: Session) -> None:
    assert monthly_picture(session, WHERE, people(session, WHERE), 999, START) is None
