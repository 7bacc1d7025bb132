"""What is said about one deadline in its life."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.decide import (
    GROUP,
    Alert,
    Reason,
    timeline,
)
from plan_data.office import Office
from plan_data.plan import Deadline
from tests.builders import CALENDAR, day, event, moment, rule
from tests.deciding import HOURS, deadline, fixed
from tests.small_office import office


def spoken(steps: list[Alert]) -> list[str]:
    """When, why and to whom, one line for each moment and reason."""
    lines: dict[str, list[str]] = {}
    for step in steps:
        lines.setdefault(f"{step.at:%d/%m/%Y %H:%M} {step.step}", []).append(str(step.audience))
    return [f"{line} {' '.join(audiences)}" for line, audiences in lines.items()]


def life(found: Deadline, where: Office | None = None) -> list[str]:
    """Its whole timeline."""
    return spoken(timeline(found, where or office(rule("continuous"))))


BOTH = "role:vp-tk group"


def test_dated_task_is_spoken_of_ten_three_and_one_working_days_before_and_then_with_longer_pauses() -> None:
    assert life(deadline(fixed("25/11/2023", "before"), "25/11/2023")) == [
        f"10/11/2023 07:30 upcoming10 {BOTH}",
        f"21/11/2023 07:30 upcoming3 {BOTH}",
        f"23/11/2023 07:30 upcoming1 {BOTH}",
        f"24/11/2023 07:30 last_day {BOTH}",
        f"24/11/2023 15:00 last_call {BOTH}",
        "27/11/2023 07:30 overdue1 role:vp-tk",
        f"28/11/2023 07:30 overdue2 {BOTH}",
        "28/11/2023 07:30 escalated2 leaders",
        f"30/11/2023 07:30 overdue4 {BOTH}",
        f"06/12/2023 07:30 overdue8 {BOTH}",
    ]


@pytest.mark.parametrize(
    ("named", "upcoming", "overdue"),
    [
        # 29/4 to 3/5/2023 are off
        ("04/05/2023", ["17/04", "26/04", "28/04"], ["05/05", "08/05", "10/05", "16/05"]),
        ("28/04/2023", ["14/04", "25/04", "27/04"], ["04/05", "05/05", "09/05", "15/05"]),
        # Tết: 14/2 to 22/2/2026 are off
        ("24/02/2026", ["03/02", "12/02", "23/02"], ["25/02", "26/02", "02/03", "06/03"]),
        ("13/02/2026", ["30/01", "10/02", "12/02"], ["23/02", "24/02", "26/02", "04/03"]),
        # Saturday 22/8/2026 is worked
        ("24/08/2026", ["11/08", "20/08", "22/08"], ["25/08", "26/08", "28/08", "08/09"]),
    ],
)
def test_days_of_warning_are_working_days_also_across_holidays(
    named: str, upcoming: list[str], overdue: list[str]
) -> None:
    steps = timeline(deadline(fixed(named), named), office(rule("continuous")))
    by_role = [(step.reason, f"{step.at:%d/%m}") for step in steps if step.audience.kind == "role"]
    assert [when for reason, when in by_role if reason == Reason.UPCOMING] == upcoming
    assert [when for reason, when in by_role if reason == Reason.OVERDUE] == overdue


@pytest.mark.parametrize(
    ("fields", "named", "reminders"),
    [
        (fixed("17/06/2023"), "17/06/2023", "02/06 13/06 15/06 16/06"),
        (rule("milestones", points=[{"day": day("30/06/2023"), "bound": "by", "target": "50%"}]), "30/06/2023",
         "16/06 27/06 29/06 30/06"),
        (rule("within", unit="quarter"), "30/06/2023", "16/06 27/06 30/06"),
        (rule("monthly", day=22, bound="before"), "22/06/2023", "14/06 19/06 21/06"),
        (rule("period_end", day=17, bound="by", periods=["Q2"]), "17/06/2023", "02/06 13/06 15/06 16/06"),
        (rule("period_end", day=13, bound="on", periods=["H1"]), "13/06/2023", "30/05 08/06 12/06 13/06"),
        (rule("weekly", weekday="fri"), "16/06/2023", "16/06"),
        (rule("biweekly", anchor=day("15/04/2023")), "10/06/2023", "08/06 09/06"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)  # fmt: skip
def test_each_kind_of_rule_has_its_own_days_of_warning(fields: dict[str, object], named: str, reminders: str) -> None:
    steps = timeline(deadline(fields, named), office(rule("continuous")))
    mornings = [step.at for step in steps if step.reason in {Reason.UPCOMING, Reason.LAST_DAY}]
    assert " ".join(dict.fromkeys(f"{at:%d/%m}" for at in mornings)) == reminders
    assert {at.strftime("%H:%M") for at in mornings} == {"07:30"}


@pytest.mark.parametrize("kind", ["weekly", "biweekly"])
def test_frequent_duties_are_a_matter_between_the_bot_and_who_does_them(kind: str) -> None:
    fields = {"weekly": rule("weekly", weekday="fri"), "biweekly": rule("biweekly", anchor=day("02/06/2023"))}[kind]
    steps = timeline(deadline(fields, "16/06/2023"), office(rule("continuous")))
    assert {str(step.audience) for step in steps} == {"role:vp-tk"}
    assert [step.step for step in steps][-3:] == ["last_day", "last_call", "overdue1"]


@pytest.mark.parametrize(
    ("month", "warned", "closed"),
    [
        ("22/06/2023", "21/06/2023", "22/06/2023"),
        ("22/07/2023", "21/07/2023", "24/07/2023"),  # the 22nd is a Saturday
        ("22/10/2023", "20/10/2023", "23/10/2023"),  # the 21st and 22nd are a weekend
        ("22/02/2026", "13/02/2026", "23/02/2026"),  # Tết
        ("22/08/2026", "21/08/2026", "22/08/2026"),  # a Saturday that is worked
    ],
)
def test_closing_list_is_shown_on_the_22nd_or_the_next_working_day(month: str, warned: str, closed: str) -> None:
    found = deadline(rule("monthly", day=22, bound="before", each=True, closing_list=True), month)
    steps = timeline(found, office(rule("continuous")))
    shown = [(step.reason, f"{step.at:%d/%m/%Y %H:%M}") for step in steps if step.audience == GROUP]
    assert (Reason.CLOSING_LIST, f"{closed} 07:30") in shown
    assert [when for reason, when in shown if reason == Reason.LAST_DAY] == [f"{warned} 07:30"]
    assert [when for reason, when in shown if reason == Reason.LAST_CALL] == [f"{warned} 15:00"]


@pytest.mark.parametrize(
    ("named", "drawn"),
    [
        ("25/06/2023", "23/06/2023"),  # a Sunday: the Friday before
        ("25/07/2023", "25/07/2023"),
        ("25/11/2023", "24/11/2023"),
        ("25/02/2026", "25/02/2026"),
    ],
)
def test_monthly_picture_goes_to_the_clerk_on_the_25th_or_the_last_working_day_before(named: str, drawn: str) -> None:
    steps = timeline(
        deadline(rule("monthly", day=25, bound="on", monthly_picture=True), named), office(rule("continuous"))
    )
    assert [f"{step.at:%d/%m/%Y %H:%M} {step.audience}" for step in steps if step.reason == "monthly_picture"] == [
        f"{drawn} 07:30 clerk"
    ]


@pytest.mark.parametrize(
    ("happened", "due", "expected"),
    [
        ("08/05/2023 09:00", "09/05/2023", ["08/05 09:00 event", "09/05 09:00 overdue", "10/05 07:30 overdue1"]),
        # at 18:20 on a Friday: said on Monday, and the whole of Monday is left
        ("12/05/2023 18:20", "15/05/2023", ["15/05 07:30 event", "16/05 07:30 overdue1"]),
        # on a Friday at 16:00 before a holiday of five days
        ("28/04/2023 16:00", "04/05/2023", ["28/04 16:00 event", "04/05 16:00 overdue", "05/05 07:30 overdue1"]),
        # in the quiet time at noon: said when the office opens again
        ("08/05/2023 12:10", "09/05/2023", ["08/05 13:30 event", "09/05 13:30 overdue", "10/05 07:30 overdue1"]),
        ("08/05/2023 06:30", "08/05/2023", ["08/05 07:30 event", "09/05 07:30 overdue1"]),
        ("11/05/2023 15:00", "12/05/2023", ["11/05 15:00 event", "12/05 15:00 overdue", "15/05 07:30 overdue1"]),
    ],
)
def test_deadline_of_hours_is_said_at_once_or_when_the_office_opens(
    happened: str, due: str, expected: list[str]
) -> None:
    steps = timeline(deadline(HOURS, due, (event(1, happened),)), office(rule("continuous")))
    told = [f"{step.at:%d/%m %H:%M} {step.step}" for step in steps if step.audience.kind == "role"]
    assert told[: len(expected)] == expected


def test_group_hears_of_missed_hours_only_after_two_days() -> None:
    steps = timeline(deadline(HOURS, "09/05/2023", (event(1, "08/05/2023 09:00"),)), office(rule("continuous")))
    assert [f"{step.at:%d/%m %H:%M} {step.step}" for step in steps if step.audience == GROUP] == [
        "08/05 09:00 event",
        "11/05 07:30 overdue2",
        "15/05 07:30 overdue4",
        "19/05 07:30 overdue8",
    ]


@pytest.mark.parametrize(
    ("happened", "named", "expected"),
    [
        ("08/06/2023 08:30", "12/06/2023", ["08/06 08:30 event", "09/06 07:30 upcoming1", "12/06 07:30 last_day"]),
        # news before anything else: no second word at the same moment
        ("09/06/2023 18:20", "13/06/2023", ["12/06 07:30 event", "13/06 07:30 last_day", "13/06 15:00 last_call"]),
    ],
)
def test_event_is_said_first_and_then_as_any_other_deadline(happened: str, named: str, expected: list[str]) -> None:
    fields = rule("after_event", event="có đơn", count=2, unit="working_days")
    steps = timeline(deadline(fields, named, (event(1, happened),)), office(rule("continuous")))
    told = [f"{step.at:%d/%m %H:%M} {step.step}" for step in steps if step.audience.kind == "role"]
    assert told[:3] == expected


def test_event_that_was_recorded_long_after_it_happened_is_not_nagged_about_for_the_time_before() -> None:
    fields = rule("after_event", event="có đơn", count=2, unit="working_days")
    late = replace(event(1, "08/06/2023 08:30"), recorded=moment("14/06/2023 10:00"))
    assert life(deadline(fields, "12/06/2023", (late,))) == [
        f"14/06/2023 10:00 event {BOTH}",
        f"16/06/2023 07:30 overdue4 {BOTH}",
        f"22/06/2023 07:30 overdue8 {BOTH}",
    ]


def test_expiry_is_warned_of_before_the_counted_day_and_not_before_it_was_recorded() -> None:
    fields = rule("before_expiry", event="PAKN phức tạp", count=2, unit="days")
    found = deadline(fields, "18/06/2023", (event(1, "14/06/2023 16:00", expires="20/06/2023"),))
    assert life(found)[:4] == [
        f"14/06/2023 16:00 event {BOTH}",
        f"15/06/2023 07:30 upcoming1 {BOTH}",
        f"16/06/2023 07:30 last_day {BOTH}",
        f"16/06/2023 15:00 last_call {BOTH}",
    ]


def test_warning_waits_until_the_period_has_begun() -> None:
    found = deadline(rule("monthly", day=5, bound="by"), "05/06/2023")
    assert [line.split(" ")[0] for line in life(found) if "upcoming" in line] == ["01/06/2023"]


def test_continuous_task_has_no_timeline() -> None:
    found = deadline(fixed("17/06/2023"), "17/06/2023")
    continuous = office(rule("continuous")).plans.all[0].tasks[0].rules[0]
    assert life(replace(found, rule=continuous)) == []


def test_everyone_who_leads_is_spoken_to() -> None:
    found = deadline({**fixed("16/06/2023"), "lead": ["tu-phap", "mot-cua"]}, "16/06/2023")
    assert f"16/06/2023 07:30 last_day role:tu-phap role:mot-cua {GROUP}" in life(found)


@pytest.mark.parametrize(
    ("last_day", "known"),
    [
        ("31/12/2027", "upcoming10 upcoming3 upcoming1 last_day last_call"),
        ("30/12/2027", "upcoming10 upcoming3 upcoming1 last_day last_call overdue1"),
        ("03/01/2023", "last_day last_call overdue1 overdue2 escalated2 overdue4 overdue8"),
        ("05/01/2023", "upcoming1 last_day last_call overdue1 overdue2 escalated2 overdue4 overdue8"),
    ],
)
def test_timeline_ends_where_the_calendar_does(last_day: str, known: str) -> None:
    (only,) = office(fixed("17/06/2023", "by")).plans.all
    named = day(last_day)
    found = replace(
        deadline(fixed("17/06/2023"), "17/06/2023"),
        plan=only,
        opens=named - timedelta(days=90),
        named_day=named,
        last_day=named,
        last_working_day=CALENDAR.working_day_on_or_before(named),
    )
    steps = timeline(found, office(rule("continuous")))
    assert " ".join(dict.fromkeys(step.step for step in steps)) == known


def test_closing_list_and_picture_beyond_the_calendar_are_left_out() -> None:
    fields = rule("monthly", day=31, bound="by", closing_list=True, each=True, monthly_picture=True)
    found = deadline(fields, "31/10/2027")
    december = replace(found, named_day=day("31/12/2027"), last_day=day("31/12/2027"))
    reasons = {step.reason for step in timeline(december, office(rule("continuous")))}
    assert Reason.CLOSING_LIST not in reasons
