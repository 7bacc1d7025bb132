"""From rules to deadlines: last days, days off, moved dates, the years in which a rule runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_data.deadlines import Bound, Move, RecordedEvent, Window
from plan_data.plan import Deadline, Plans
from plan_data.schedule import moved_to, order_of, schedule
from plan_data.workdays import CalendarYearMissing
from tests.builders import CALENDAR, day, event, moment, plan, rule

JUNE = Window(day("01/06/2023"), day("30/06/2023"))
MONTHLY = rule("monthly", day=22, bound="before")
FIXED = rule("fixed", day=day("17/06/2023"), bound="by")


def deadlines(
    *rules: dict[str, object],
    window: Window = JUNE,
    events: tuple[RecordedEvent, ...] = (),
    moves: dict[str, Move] | None = None,
) -> list[Deadline]:
    """The deadlines of the small plan with these rules."""
    return schedule(Plans((plan(*rules),)), window, CALENDAR, events, moves)


def window(first: str, last: str) -> Window:
    """The window between two days of a document."""
    return Window(day(first), day(last))


@pytest.mark.parametrize(
    ("bound", "named", "last_day", "last_working_day"),
    [
        ("before", "22/06/2023", "21/06/2023", "21/06/2023"),
        ("by", "22/06/2023", "22/06/2023", "22/06/2023"),
        ("on", "22/06/2023", "22/06/2023", "22/06/2023"),
        ("before", "26/06/2023", "25/06/2023", "23/06/2023"),
        ("by", "24/06/2023", "24/06/2023", "23/06/2023"),
        ("on", "25/06/2023", "25/06/2023", "23/06/2023"),
        ("before", "04/05/2023", "03/05/2023", "28/04/2023"),
        ("by", "04/09/2023", "04/09/2023", "31/08/2023"),
        ("by", "04/05/2024", "04/05/2024", "04/05/2024"),
        ("before", "01/01/2024", "31/12/2023", "29/12/2023"),
    ],
)
def test_deadline_keeps_its_named_day_and_knows_the_last_day_in_the_office(
    bound: str, named: str, last_day: str, last_working_day: str
) -> None:
    fixed = rule("fixed", day=day(named), bound=bound)
    assert deadlines(fixed, window=Window(day(named), day(named))) == [
        Deadline(
            plan=plan(fixed),
            task=plan(fixed).tasks[0],
            rule=plan(fixed).tasks[0].rules[0],
            period="2023",
            opens=day("01/01/2023"),
            named_day=day(named),
            bound=Bound(bound),
            last_day=day(last_day),
            last_working_day=day(last_working_day),
        )
    ]


def test_deadline_of_a_milestone_carries_its_target() -> None:
    points = [{"day": day("15/06/2023"), "bound": "by", "target": "50% hồ sơ trực tuyến"}]
    found = deadlines(rule("milestones", points=points))
    assert [(each.period, each.target) for each in found] == [("2023-06-15", "50% hồ sơ trực tuyến")]


def test_deadline_in_working_hours_carries_its_moment() -> None:
    found = deadlines(
        rule("after_event", event="hồ sơ bị trả lại", count=8, unit="working_hours"),
        events=(event(17, "08/06/2023 09:00"),),
    )
    assert [(each.named_day, each.due_at) for each in found] == [(day("09/06/2023"), moment("09/06/2023 09:00"))]


def test_deadline_key_names_plan_task_rule_and_period() -> None:
    assert [each.key for each in deadlines(MONTHLY)] == ["2023-thu/I.1/r/2023-06"]


def test_deadline_falls_to_the_lead_of_its_rule_or_of_its_task() -> None:
    found = deadlines({**MONTHLY, "id": "a", "lead": ["lanh-dao", "vp-tk"]}, {**MONTHLY, "id": "b"})
    assert [each.lead for each in found] == [("lanh-dao", "vp-tk"), ("vp-tk",)]


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        ("22/06/2023", "22/06/2023", ["22/06/2023"]),
        ("21/06/2023", "21/06/2023", []),
        ("23/06/2023", "21/07/2023", []),
        ("22/06/2023", "22/08/2023", ["22/06/2023", "22/07/2023", "22/08/2023"]),
    ],
)
def test_deadline_lies_in_the_window_with_its_named_day(first: str, last: str, named: list[str]) -> None:
    assert [each.named_day for each in deadlines(MONTHLY, window=window(first, last))] == [
        day(each) for each in named
    ]


STANDING = [
    (MONTHLY, ["2023-05", "2023-06"]),
    (rule("within", unit="quarter"), ["2023-Q2"]),
    (rule("period_end", day=14, bound="before", periods=["Q1", "Q2"]), ["2023-Q2"]),
    (rule("biweekly", anchor=day("05/04/2023")), ["2023-W18", "2023-W20", "2023-W22", "2023-W24", "2023-W26"]),
]


@pytest.mark.parametrize(("fields", "periods"), STANDING)
def test_standing_rule_begins_when_the_plan_was_issued(fields: dict[str, object], periods: list[str]) -> None:
    since_new_year = deadlines(fields, window=window("01/01/2023", "30/06/2023"))
    assert [each.period for each in since_new_year] == periods


def test_standing_rule_begins_on_the_very_day_of_issue() -> None:
    monthly = rule("monthly", day=25, bound="by")
    since_new_year = deadlines(monthly, window=window("01/01/2023", "30/04/2023"))
    assert [each.named_day for each in since_new_year] == [day("25/04/2023")]


def test_standing_rule_answers_events_from_the_day_of_issue_on() -> None:
    events = (event(1, "18/04/2023 08:00"), event(2, "20/04/2023 08:00"))
    fields = rule("after_event", event="có văn bản đến", count=3, unit="working_days")
    found = deadlines(fields, window=window("01/01/2023", "30/06/2023"), events=events)
    assert [each.period for each in found] == ["event-2"]


@pytest.mark.parametrize(
    ("fields", "periods"),
    [
        (MONTHLY, ["2026-02"]),
        (rule("within", unit="month"), ["2026-02"]),
        (rule("period_end", day=14, bound="before", periods=["Q1"]), []),
        (rule("weekly", weekday="fri"), ["2026-W06", "2026-W07", "2026-W09"]),
        (rule("biweekly", anchor=day("05/05/2023")), ["2026-W06", "2026-W08"]),
        (rule("within", unit="month", only="2023-02"), []),
        (FIXED, []),
        (rule("milestones", points=[{"day": day("17/02/2023"), "bound": "by", "target": "50%"}]), []),
    ],
)
def test_standing_rule_goes_on_in_2026_and_a_fixed_one_does_not(
    fields: dict[str, object], periods: list[str]
) -> None:
    tet_month = window("01/02/2026", "28/02/2026")
    assert [each.period for each in deadlines(fields, window=tet_month)] == periods


def test_fixed_rule_before_the_day_of_issue_is_still_a_deadline() -> None:
    march = rule("within", unit="month", only="2023-03")
    found = deadlines(march, window=window("01/01/2023", "31/12/2023"))
    assert [each.named_day for each in found] == [day("31/03/2023")]


def test_extension_moves_a_deadline_and_keeps_its_original_day() -> None:
    move = Move(day("25/06/2023"), "Công văn 12/UBND")
    (plain,) = deadlines(MONTHLY)
    (moved,) = deadlines(MONTHLY, moves={"2023-thu/I.1/r/2023-06": move})
    assert (moved.key, moved.named_day, moved.bound, moved.last_day, moved.last_working_day) == (
        plain.key,
        day("25/06/2023"),
        Bound.BY,
        day("25/06/2023"),
        day("23/06/2023"),
    )
    assert (moved.opens, moved.original_day, moved.document) == (plain.opens, day("22/06/2023"), "Công văn 12/UBND")


def test_extension_of_an_extension_keeps_the_day_of_the_document() -> None:
    (plain,) = deadlines(MONTHLY)
    once = moved_to(plain, Move(day("25/06/2023"), "Công văn 12/UBND"), CALENDAR)
    twice = moved_to(once, Move(day("29/06/2023"), "Công văn 15/UBND"), CALENDAR)
    assert (twice.named_day, twice.original_day, twice.document) == (
        day("29/06/2023"),
        day("22/06/2023"),
        "Công văn 15/UBND",
    )


def test_extension_of_a_deadline_in_working_hours_ends_with_the_day() -> None:
    found = deadlines(
        rule("after_event", event="hồ sơ bị trả lại", count=8, unit="working_hours"),
        events=(event(17, "08/06/2023 09:00"),),
        moves={"2023-thu/I.1/r/event-17": Move(day("15/06/2023"), "Công văn 12/UBND")},
    )
    assert [(each.named_day, each.due_at) for each in found] == [(day("15/06/2023"), None)]


def test_extension_of_one_period_leaves_the_others() -> None:
    moves = {"2023-thu/I.1/r/2023-06": Move(day("25/06/2023"), "Công văn 12/UBND")}
    found = deadlines(MONTHLY, window=window("01/06/2023", "31/07/2023"), moves=moves)
    assert [each.named_day for each in found] == [day("25/06/2023"), day("22/07/2023")]


@pytest.mark.parametrize(
    ("fields", "period"),
    [
        (MONTHLY, "2023-06"),
        (rule("within", unit="half"), "2023-H1"),
        (rule("period_end", day=14, bound="before", periods=["Q2"]), "2023-Q2"),
        (rule("weekly", weekday="fri"), "2023-W23"),
        (rule("biweekly", anchor=day("05/05/2023")), "2023-W22"),
        (FIXED, "2023"),
        (rule("after_event", event="có văn bản đến", count=3, unit="working_days"), "event-17"),
    ],
)
def test_deadline_that_was_moved_far_lies_in_the_window_of_its_new_day_only(
    fields: dict[str, object], period: str
) -> None:
    moves = {f"2023-thu/I.1/r/{period}": Move(day("07/02/2024"), "Công văn 12/UBND")}
    events = (event(17, "08/06/2023 09:00"),)
    then, now = (
        [each.period for each in deadlines(fields, window=asked, events=events, moves=moves) if each.period == period]
        for asked in (window("01/05/2023", "31/07/2023"), window("06/02/2024", "08/02/2024"))
    )
    assert (then, now) == ([], [period])


def test_deadline_that_was_moved_to_an_earlier_day_lies_there() -> None:
    fields = rule("before_expiry", event="hợp đồng hết hạn", count=30, unit="working_days")
    events = (event(17, "08/06/2023 09:00", expires="31/12/2024"),)
    moves = {"2023-thu/I.1/r/event-17": Move(day("20/06/2023"), "Công văn 12/UBND")}
    found = deadlines(fields, events=events, moves=moves)
    assert [(each.named_day, each.original_day) for each in found] == [(day("20/06/2023"), day("19/11/2024"))]


def test_deadline_that_was_moved_before_its_period_opens_no_later_than_it_ends() -> None:
    moves = {"2023-thu/I.1/r/2023-07": Move(day("25/06/2023"), "Công văn 12/UBND")}
    found = [each for each in deadlines(MONTHLY, moves=moves) if each.period == "2023-07"]
    assert [(each.opens, each.last_working_day) for each in found] == [(day("23/06/2023"), day("23/06/2023"))]


def test_move_of_a_period_that_the_rule_does_not_have_is_nothing() -> None:
    moves = {"2023-thu/I.1/r/2023-Q2": Move(day("25/06/2023"), "Công văn 12/UBND")}
    assert [each.period for each in deadlines(MONTHLY, moves=moves)] == ["2023-06"]


def test_direction_has_no_date_until_a_document_sets_one() -> None:
    move = Move(day("24/06/2023"), "Công văn 12/UBND")
    unset = deadlines(rule("on_direction"))
    (found,) = deadlines(rule("on_direction"), moves={"2023-thu/I.1/r/2023": move})
    assert unset == []
    assert (found.period, found.opens, found.named_day, found.bound, found.last_working_day) == (
        "2023",
        day("25/04/2023"),
        day("24/06/2023"),
        Bound.BY,
        day("23/06/2023"),
    )
    assert (found.original_day, found.document) == (None, "Công văn 12/UBND")


def test_direction_of_another_window_or_rule_sets_no_date() -> None:
    july = {"2023-thu/I.1/r/2023": Move(day("24/07/2023"), "Công văn 12/UBND")}
    other_rule = {"2023-thu/I.1/r-2/2023": Move(day("24/06/2023"), "Công văn 12/UBND")}
    assert [deadlines(rule("on_direction"), moves=moves) for moves in (july, other_rule)] == [[], []]


def test_continuous_duty_has_no_deadline() -> None:
    assert deadlines(rule("continuous")) == []


def test_event_starts_the_deadline_of_its_own_rule_only() -> None:
    first, second = (
        rule("after_event", id=name, event="có văn bản đến", count=3, unit="working_days") for name in ("mot", "hai")
    )
    events = (event(1, "05/06/2023 08:00", rule_id="mot"), event(2, "06/06/2023 08:00", rule_id="hai"))
    strangers = (event(3, "06/06/2023 08:00", rule_id="ba"),)
    found = deadlines(first, second, events=(*events, *strangers))
    assert [(each.rule.id, each.event, each.started, each.about, each.named_day) for each in found] == [
        ("mot", 1, moment("05/06/2023 08:00"), "văn bản đến", day("08/06/2023")),
        ("hai", 2, moment("06/06/2023 08:00"), "văn bản đến", day("09/06/2023")),
    ]


def test_deadlines_come_by_last_day_then_plan_then_code_then_rule_then_period() -> None:
    rules = [
        {**FIXED, "id": "b"},
        {**FIXED, "id": "a"},
        rule("period_end", day=17, bound="by", periods=["Q2", "H1"], id="c"),
        {**FIXED, "id": "z", "day": day("18/06/2023"), "bound": "before"},
        {**FIXED, "id": "early", "day": day("02/06/2023")},
    ]
    task = plan(*rules).tasks[0]
    codes = ("I.10", "I.9", "B.3")
    one, two = (
        plan(id=name, tasks=[task.model_copy(update={"code": code, "rules": task.rules}) for code in codes])
        for name in ("2023-a", "2023-b")
    )
    keys = [each.key for each in schedule(Plans((two, one)), JUNE, CALENDAR)]
    tail = ("a/2023", "b/2023", "c/2023-H1", "c/2023-Q2", "z/2023")
    in_order = [(name, code) for name in ("2023-a", "2023-b") for code in ("B.3", "I.9", "I.10")]
    assert keys == [
        *(f"{name}/{code}/early/2023" for name, code in in_order),
        *(f"{name}/{code}/{rest}" for name, code in in_order for rest in tail),
    ]


def test_codes_stand_in_the_order_of_the_document() -> None:
    codes = ["X.1", "IX.1", "V.2", "IV.1", "B.2", "II.10", "II.9", "B.1", "I.1", "VIII.1", "PL.1"]
    assert sorted(codes, key=order_of) == [
        "B.1",
        "B.2",
        "I.1",
        "II.9",
        "II.10",
        "IV.1",
        "V.2",
        "VIII.1",
        "IX.1",
        "X.1",
        "PL.1",
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [("01/01/2028", "31/01/2028"), ("01/12/2027", "01/01/2028"), ("31/12/2022", "31/01/2023")],
)
@pytest.mark.parametrize("fields", [MONTHLY, FIXED, rule("continuous")])
def test_window_in_a_year_without_calendar_is_refused(fields: dict[str, object], first: str, last: str) -> None:
    with pytest.raises(CalendarYearMissing):
        deadlines(fields, window=window(first, last))


def test_window_of_all_known_years_is_answered_for_every_kind_of_rule() -> None:
    rules = [
        {**MONTHLY, "id": "hang-thang"},
        {**rule("weekly", weekday="sun"), "id": "hang-tuan"},
        rule("after_event", id="sau", event="có văn bản đến", count=5, unit="working_days"),
        rule("before_expiry", id="truoc", event="hết hạn", count=5, unit="working_days"),
    ]
    events = (
        event(1, "29/12/2027 08:00", rule_id="sau"),
        event(2, "29/12/2026 08:00", rule_id="truoc", expires="29/12/2030"),
    )
    found = deadlines(*rules, window=window("01/01/2023", "31/12/2027"), events=events)
    first_and_last = [[each.period for each in found if each.rule.id == name] for name in ("hang-thang", "hang-tuan")]
    assert [(periods[0], periods[-1]) for periods in first_and_last] == [
        ("2023-05", "2027-12"),
        ("2023-W17", "2027-W51"),
    ]


@given(st.dates(date(2023, 5, 1), date(2027, 12, 1)), st.integers(0, 30), st.integers(1, 31), st.sampled_from(Bound))
def test_deadline_opens_by_its_last_working_day_and_ends_by_its_named_day(
    first: date, length: int, number: int, bound: Bound
) -> None:
    asked = Window(first, min(first + timedelta(days=length), date(2027, 12, 31)))
    found = deadlines(
        rule("monthly", day=number, bound=bound, id="a"),
        rule("period_end", day=number, bound=bound, periods=["Q1", "H1", "Y"], id="b"),
        rule("weekly", weekday="mon", id="c"),
        rule("within", unit="month", id="d"),
        window=asked,
    )
    in_order = [each.opens <= each.last_working_day <= each.last_day <= each.named_day for each in found]
    assert in_order == [True] * len(found)
    assert [each.named_day in asked and CALENDAR.is_working_day(each.last_working_day) for each in found] == [
        True
    ] * len(found)


@given(st.dates(date(2023, 5, 1), date(2027, 6, 1)), st.integers(0, 60), st.integers(0, 60))
def test_window_in_two_parts_gives_the_same_deadlines(first: date, one: int, other: int) -> None:
    middle, last = first + timedelta(days=one), first + timedelta(days=one + 1 + other)
    rules = [
        {**MONTHLY, "id": "a"},
        rule("weekly", weekday="fri", id="b"),
        rule("biweekly", anchor=day("05/05/2023"), id="c"),
        rule("within", unit="quarter", id="d"),
    ]
    parts = [
        *deadlines(*rules, window=Window(first, middle)),
        *deadlines(*rules, window=Window(middle + timedelta(days=1), last)),
    ]
    whole = deadlines(*rules, window=Window(first, last))
    assert sorted(each.key for each in parts) == sorted(each.key for each in whole)
