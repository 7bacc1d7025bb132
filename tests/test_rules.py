"""The dates that each kind of rule gives, by tables."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from plan_data.deadlines import Bound, Window
from plan_data.periods import week_key
from plan_data.plan import Rule
from plan_data.workdays import CalendarYearMissing
from tests.builders import CALENDAR, day, rule

RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


def found(fields: dict[str, object], first: str, last: str, year: int = 2023) -> list[str]:
    """What the rule yields in the window: its period, then the day it opens and the named day."""
    window = Window(day(first), day(last))
    return [
        f"{each.period} {each.opens:%d/%m/%Y} {each.bound} {each.named_day:%d/%m/%Y} {each.target}".rstrip()
        for each in RULE.validate_python(fields).occurrences(year, window, CALENDAR, ())
    ]


@pytest.mark.parametrize(
    ("bound", "last_day"), [(Bound.BEFORE, "21/06/2023"), (Bound.BY, "22/06/2023"), (Bound.ON, "22/06/2023")]
)
def test_bound_says_whether_the_named_day_is_still_in_time(bound: Bound, last_day: str) -> None:
    assert bound.last_day(day("22/06/2023")) == day(last_day)


@pytest.mark.parametrize(
    ("asked", "inside"),
    [("31/05/2023", False), ("01/06/2023", True), ("30/06/2023", True), ("01/07/2023", False)],
)
def test_window_includes_both_ends(asked: str, inside: bool) -> None:
    assert (day(asked) in Window(day("01/06/2023"), day("30/06/2023"))) is inside


def test_fixed_rule_gives_its_day_whatever_the_window() -> None:
    fixed = rule("fixed", day=day("17/06/2023"), bound="before")
    in_june = found(fixed, "01/06/2023", "30/06/2023")
    in_2026 = found(fixed, "01/06/2026", "30/06/2026")
    assert (in_june, in_2026) == (["2023 01/01/2023 before 17/06/2023"], ["2023 01/01/2023 before 17/06/2023"])


def test_milestones_rule_gives_each_day_with_its_target() -> None:
    points = [
        {"day": day("30/06/2023"), "bound": "by", "target": "50% hồ sơ trực tuyến"},
        {"day": day("15/12/2023"), "bound": "before", "target": "80% hồ sơ trực tuyến"},
    ]
    assert found(rule("milestones", points=points), "01/06/2023", "30/06/2023") == [
        "2023-06-30 01/01/2023 by 30/06/2023 50% hồ sơ trực tuyến",
        "2023-12-15 01/01/2023 before 15/12/2023 80% hồ sơ trực tuyến",
    ]


@pytest.mark.parametrize(
    ("unit", "only", "first", "last", "expected"),
    [
        (
            "month",
            None,
            "15/01/2024",
            "15/02/2024",
            ["2024-01 01/01/2024 by 31/01/2024", "2024-02 01/02/2024 by 29/02/2024"],
        ),
        ("quarter", None, "15/05/2023", "15/05/2023", ["2023-Q2 01/04/2023 by 30/06/2023"]),
        (
            "half",
            None,
            "15/05/2023",
            "15/07/2023",
            ["2023-H1 01/01/2023 by 30/06/2023", "2023-H2 01/07/2023 by 31/12/2023"],
        ),
        ("year", None, "15/05/2026", "15/05/2026", ["2026 01/01/2026 by 31/12/2026"]),
        ("month", "2023-02", "15/05/2026", "15/05/2026", ["2023-02 01/02/2023 by 28/02/2023"]),
        ("quarter", "2023-Q3", "15/05/2026", "15/05/2026", ["2023-Q3 01/07/2023 by 30/09/2023"]),
        ("half", "2023-H1", "15/05/2026", "15/05/2026", ["2023-H1 01/01/2023 by 30/06/2023"]),
        ("year", "2023", "15/05/2026", "15/05/2026", ["2023 01/01/2023 by 31/12/2023"]),
    ],
)
def test_within_rule_ends_with_the_last_day_of_its_period(
    unit: str, only: str | None, first: str, last: str, expected: list[str]
) -> None:
    assert found(rule("within", unit=unit, only=only), first, last) == expected


@pytest.mark.parametrize(
    ("number", "first", "last", "expected"),
    [
        (
            22,
            "10/06/2023",
            "25/07/2023",
            ["2023-06 01/06/2023 before 22/06/2023", "2023-07 01/07/2023 before 22/07/2023"],
        ),
        (22, "23/06/2023", "30/06/2023", ["2023-06 01/06/2023 before 22/06/2023"]),
        (31, "01/02/2023", "28/02/2023", ["2023-02 01/02/2023 before 28/02/2023"]),
        (31, "29/02/2024", "29/02/2024", ["2024-02 01/02/2024 before 29/02/2024"]),
        (30, "15/02/2024", "15/02/2024", ["2024-02 01/02/2024 before 29/02/2024"]),
        (31, "15/04/2026", "15/04/2026", ["2026-04 01/04/2026 before 30/04/2026"]),
        (
            1,
            "31/12/2025",
            "01/01/2026",
            ["2025-12 01/12/2025 before 01/12/2025", "2026-01 01/01/2026 before 01/01/2026"],
        ),
    ],
)
def test_monthly_rule_gives_its_day_or_the_last_of_a_shorter_month(
    number: int, first: str, last: str, expected: list[str]
) -> None:
    assert found(rule("monthly", day=number, bound="before"), first, last) == expected


@pytest.mark.parametrize(
    ("periods", "number", "expected"),
    [
        (["Q1"], 31, ["2024-Q1 01/01/2024 on 31/03/2024"]),
        (["Q2"], 31, ["2024-Q2 01/04/2024 on 30/06/2024"]),
        (["Q3"], 15, ["2024-Q3 01/07/2024 on 15/09/2024"]),
        (["Q4"], 15, ["2024-Q4 01/10/2024 on 15/12/2024"]),
        (["H1"], 10, ["2024-H1 01/04/2024 on 10/06/2024"]),
        (["H2"], 10, ["2024-H2 01/10/2024 on 10/12/2024"]),
        (["Y"], 5, ["2024 01/10/2024 on 05/12/2024"]),
        (["Q2"], 1, ["2024-Q2 01/04/2024 on 01/06/2024"]),
        (["Q1", "H1"], 14, ["2024-Q1 01/01/2024 on 14/03/2024", "2024-H1 01/04/2024 on 14/06/2024"]),
    ],
)
def test_period_end_rule_gives_a_day_of_the_last_month(periods: list[str], number: int, expected: list[str]) -> None:
    window = ("15/06/2024", "20/06/2024")
    assert found(rule("period_end", periods=periods, day=number, bound="on"), *window) == expected


def test_period_end_rule_goes_through_every_year_of_the_window() -> None:
    assert found(rule("period_end", periods=["Y"], day=31, bound="by"), "31/12/2024", "01/01/2026") == [
        "2024 01/10/2024 by 31/12/2024",
        "2025 01/10/2025 by 31/12/2025",
        "2026 01/10/2026 by 31/12/2026",
    ]


@pytest.mark.parametrize(
    ("weekday", "first", "last", "expected"),
    [
        (
            "mon",
            "05/06/2023",
            "12/06/2023",
            ["2023-W23 05/06/2023 by 05/06/2023", "2023-W24 12/06/2023 by 12/06/2023"],
        ),
        ("fri", "07/06/2023", "13/06/2023", ["2023-W23 05/06/2023 by 09/06/2023"]),
        ("tue", "07/06/2023", "12/06/2023", []),
        ("sun", "05/06/2023", "11/06/2023", ["2023-W23 05/06/2023 by 11/06/2023"]),
        (
            "fri",
            "09/02/2026",
            "27/02/2026",
            ["2026-W07 09/02/2026 by 13/02/2026", "2026-W09 23/02/2026 by 27/02/2026"],
        ),
        ("mon", "01/05/2023", "03/05/2023", []),
        ("mon", "01/05/2023", "07/05/2023", ["2023-W18 01/05/2023 by 04/05/2023"]),
        ("mon", "04/05/2023", "04/05/2023", ["2023-W18 01/05/2023 by 04/05/2023"]),
        ("wed", "01/05/2023", "07/05/2023", ["2023-W18 01/05/2023 by 04/05/2023"]),
        ("thu", "01/05/2023", "07/05/2023", ["2023-W18 01/05/2023 by 04/05/2023"]),
        ("fri", "28/08/2023", "03/09/2023", ["2023-W35 28/08/2023 by 01/09/2023"]),
        ("mon", "02/09/2024", "08/09/2024", ["2024-W36 02/09/2024 by 04/09/2024"]),
        ("sat", "10/02/2024", "10/02/2024", ["2024-W06 05/02/2024 by 10/02/2024"]),
        ("wed", "12/02/2024", "18/02/2024", ["2024-W07 12/02/2024 by 15/02/2024"]),
        ("fri", "01/01/2027", "01/01/2027", ["2026-W53 28/12/2026 by 01/01/2027"]),
        ("sun", "01/01/2023", "08/01/2023", ["2023-W01 02/01/2023 by 08/01/2023"]),
    ],
)
def test_weekly_rule_gives_its_weekday_or_the_first_working_day_of_the_same_week(
    weekday: str, first: str, last: str, expected: list[str]
) -> None:
    assert found(rule("weekly", weekday=weekday), first, last) == expected


@pytest.mark.parametrize("weekday", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_weekly_rule_aims_at_a_working_day_of_its_own_week_once_a_week(weekday: str) -> None:
    window = Window(day("02/01/2023"), day("26/12/2027"))
    occurrences = list(RULE.validate_python(rule("weekly", weekday=weekday)).occurrences(2023, window, CALENDAR, ()))
    aims = [CALENDAR.working_day_on_or_before(each.named_day) for each in occurrences]
    assert [week_key(aim) for aim in aims] == [each.period for each in occurrences]
    assert [each.named_day in window for each in occurrences] == [True] * len(occurrences)
    mondays = [window.first + timedelta(days=7 * n) for n in range(260)]
    working = [
        week_key(monday)
        for monday in mondays
        if any(CALENDAR.is_working_day(monday + timedelta(days=n)) for n in range(7))
    ]
    assert [each.period for each in occurrences] == working


def test_weekly_rule_does_not_guess_about_a_year_without_data() -> None:
    with pytest.raises(CalendarYearMissing):
        found(rule("weekly", weekday="fri"), "01/06/2028", "30/06/2028")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("01/05/2023", "31/05/2023", ["2023-W18 22/04/2023 by 05/05/2023", "2023-W20 06/05/2023 by 19/05/2023"]),
        ("19/05/2023", "19/05/2023", ["2023-W20 06/05/2023 by 19/05/2023"]),
        ("01/01/2023", "04/05/2023", []),
        ("01/01/2023", "05/05/2023", ["2023-W18 22/04/2023 by 05/05/2023"]),
        ("30/10/2026", "12/11/2026", ["2026-W44 17/10/2026 by 30/10/2026"]),
    ],
)
def test_biweekly_rule_counts_from_its_anchor_on(first: str, last: str, expected: list[str]) -> None:
    assert found(rule("biweekly", anchor=day("05/05/2023")), first, last) == expected


def test_biweekly_rule_keeps_its_rhythm_far_from_the_anchor() -> None:
    in_90_steps = day("05/05/2023") + timedelta(days=14 * 90)
    assert in_90_steps == day("16/10/2026")
    assert found(rule("biweekly", anchor=day("05/05/2023")), "16/10/2026", "30/10/2026") == [
        "2026-W42 03/10/2026 by 16/10/2026",
        "2026-W44 17/10/2026 by 30/10/2026",
    ]


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        (rule("fixed", day=day("17/06/2023"), bound="by"), False),
        (rule("milestones", points=[{"day": day("17/06/2023"), "bound": "by", "target": "50%"}]), False),
        (rule("within", unit="month"), True),
        (rule("within", unit="month", only="2023-03"), False),
        (rule("monthly", day=22, bound="before"), True),
        (rule("period_end", day=14, bound="before", periods=["Q1"]), True),
        (rule("weekly", weekday="fri"), True),
        (rule("biweekly", anchor=day("05/05/2023")), True),
        (rule("after_event", event="văn bản đến", count=5, unit="days"), True),
        (rule("before_expiry", event="hợp đồng hết hạn", count=5, unit="days"), True),
        (rule("on_direction"), False),
        (rule("continuous"), True),
        (rule("continuous", label="x"), True),
    ],
)
def test_rule_is_standing_when_it_recurs_in_any_year(fields: dict[str, object], standing: bool) -> None:
    assert RULE.validate_python(fields).standing is standing


def test_rule_is_a_plain_value_with_nothing_special_about_it_unless_told() -> None:
    one, same = (RULE.validate_python(rule("weekly", weekday="fri")) for _ in range(2))
    assert {one, same} == {one}
    assert (one.lead, one.each, one.closing_list, one.monthly_picture) == ((), False, False, False)


TWICE = [{"day": day("17/06/2023"), "bound": "by", "target": target} for target in ("50%", "80%")]


@pytest.mark.parametrize(
    ("fields", "mistakes"),
    [
        (rule("fixed"), ["day missing", "bound missing"]),
        (rule("fixed", day="2023-06-17", bound="by"), ["day date_type"]),
        (rule("fixed", day=0, bound="by"), ["day date_type"]),
        (rule("fixed", day=day("17/06/2023"), bound="until"), ["bound enum"]),
        (rule("fixed", day=day("17/06/2023"), bound="by", hour=5), ["hour extra_forbidden"]),
        (rule("fixed", day=day("17/06/2023"), bound="by", id="Nộp báo cáo"), ["id string_pattern_mismatch"]),
        (rule("fixed", day=day("17/06/2023"), bound="by", label="  "), ["label string_too_short"]),
        (rule("milestones", points=[]), ["points too_short"]),
        (rule("milestones", points=TWICE), ["points value_error"]),
        (rule("within", unit="week"), ["unit literal_error"]),
        (rule("within", unit="month", only="2023-Q1"), [" value_error"]),
        (rule("within", unit="month", only="0000-03"), [" value_error"]),
        (rule("monthly", day=0, bound="by"), ["day greater_than_equal"]),
        (rule("monthly", day=32, bound="by"), ["day less_than_equal"]),
        (rule("monthly", day=2.5, bound="by"), ["day int_from_float"]),
        (rule("period_end", day=14, bound="by", periods=[]), ["periods too_short"]),
        (rule("period_end", day=14, bound="by", periods=["Q1", "Q1"]), ["periods value_error"]),
        (rule("period_end", day=32, bound="by", periods=["Q1"]), ["day less_than_equal"]),
        (rule("weekly", weekday="t2"), ["weekday literal_error"]),
        (rule("monthly", day=22, bound="before", closing_list=True), [" value_error"]),
        (rule("biweekly", anchor="2023-05-05"), ["anchor date_type"]),
        (rule("hàng năm"), [" union_tag_invalid"]),
        ({"id": "r", "label": "nộp báo cáo"}, [" union_tag_not_found"]),
    ],
)
def test_rule_with_a_mistake_is_not_read(fields: dict[str, object], mistakes: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        RULE.validate_python(fields)
    assert [
        f"{'.'.join(str(part) for part in each['loc'][1:2])} {each['type']}" for each in caught.value.errors()
    ] == mistakes
