"""What is due at a moment, and what is left unsaid."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from jobs.decide import (
    LEADERS,
    due_alerts,
    silences,
    timeline,
)
from plan_data.plan import Deadline, Plans
from records.deadlines import Item
from tests.builders import day, event, moment, plan, rule
from tests.deciding import HOURS, WHERE, deadline, due, fixed
from tests.small_office import POLICY

LONG_AGO = moment("01/01/2023 00:00")


# --- what is due at a moment ---


def item(found: Deadline, since: datetime = LONG_AGO, done_on: date | None = None) -> Item:
    """The deadline with its outcome."""
    return Item(replace(found, id=1), since, done_on)


JUNE = deadline(fixed("16/06/2023"), "16/06/2023")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("01/06/2023 07:29", ("", "", "02/06 07:30")),
        ("02/06/2023 07:29", ("", "", "02/06 07:30")),
        ("02/06/2023 07:30", ("upcoming10", "", "13/06 07:30")),
        ("13/06/2023 09:00", ("upcoming3", "upcoming10", "15/06 07:30")),
        ("16/06/2023 07:30", ("last_day", "upcoming10 upcoming3 upcoming1", "16/06 15:00")),
        ("16/06/2023 15:00", ("last_call", "upcoming10 upcoming3 upcoming1 last_day", "19/06 07:30")),
        ("20/06/2023 07:30", ("overdue2 escalated2", "upcoming10 upcoming3 upcoming1 last_day last_call overdue1",
                              "22/06 07:30")),
        ("28/06/2023 07:30", ("escalated2 overdue8",
                              "upcoming10 upcoming3 upcoming1 last_day last_call overdue1 overdue2 overdue4", "")),
    ],
)  # fmt: skip
def test_latest_step_of_each_audience_is_due_and_older_ones_are_superseded(
    when: str, expected: tuple[str, str, str]
) -> None:
    assert due(when, item(JUNE)) == expected


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("16/06/2023 16:59", "last_call group, last_call role:vp-tk"),
        ("17/06/2023 09:00", ""),  # overdue: what was to be said in time is not said any more
        ("19/06/2023 07:00", ""),
        ("19/06/2023 07:30", "overdue1 role:vp-tk"),  # the person hears it first
        ("20/06/2023 07:30", "escalated2 leaders, overdue2 group, overdue2 role:vp-tk"),
    ],
)
def test_step_that_nobody_said_in_time_is_not_said_once_the_time_is_over(when: str, said: str) -> None:
    decision = due_alerts([item(JUNE)], WHERE, moment(when))
    assert ", ".join(sorted(f"{step.step} {step.audience}" for step in decision.alerts)) == said


def test_event_of_missed_hours_is_news_only_when_it_was_recorded_too_late() -> None:
    in_time = deadline(HOURS, "09/05/2023", (event(1, "08/05/2023 09:00"),))
    too_late = replace(in_time, started=moment("09/05/2023 10:00"))
    asked = [due_alerts([item(each)], WHERE, moment("09/05/2023 10:30")).alerts for each in (in_time, too_late)]
    assert [[f"{step.step} {step.audience}" for step in alerts] for alerts in asked] == [
        ["overdue role:vp-tk"],
        ["event role:vp-tk", "event group"],
    ]


def test_nothing_from_before_it_was_known_is_said_late() -> None:
    known = item(JUNE, moment("15/06/2023 10:00"))
    found = [due(when, known) for when in ("15/06/2023 10:00", "16/06/2023 07:30", "16/06/2023 15:00")]
    assert found == [
        ("", "", "16/06 07:30"),
        ("last_day", "", "16/06 15:00"),
        ("last_call", "last_day", "19/06 07:30"),
    ]


def test_step_at_the_very_moment_from_which_it_is_known_is_said() -> None:
    assert due("15/06/2023 07:30", item(JUNE, moment("15/06/2023 07:30")))[0] == "upcoming1"


@pytest.mark.parametrize(
    "silent",
    [
        item(JUNE, done_on=day("14/06/2023")),
        replace(item(JUNE), before_tracking=True),
        replace(item(JUNE), withdrawn=True),
    ],
    ids=["done", "over before tracking", "withdrawn"],
)
def test_done_and_forgotten_work_is_not_nagged_about(silent: Item) -> None:
    assert due("16/06/2023 07:30", silent) == ("", "", "")


CLOSED = deadline(rule("monthly", day=22, bound="before", each=True, closing_list=True), "22/06/2023")
DRAWN = deadline(rule("monthly", day=25, bound="on", monthly_picture=True), "25/06/2023")


@pytest.mark.parametrize(
    ("found", "when", "expected"),
    [(CLOSED, "22/06/2023 07:30", "closing_list"), (DRAWN, "23/06/2023 07:30", "monthly_picture")],
)
def test_what_informs_is_said_also_when_the_work_is_done(found: Deadline, when: str, expected: str) -> None:
    assert due(when, item(found, done_on=day("20/06/2023"))) == (expected, "", "")
    assert due("14/06/2023 09:00", item(found, done_on=day("13/06/2023")))[0] == ""


def test_what_informs_is_not_superseded_by_nagging() -> None:
    alerts, superseded, _ = due("23/06/2023 07:30", item(CLOSED))
    assert alerts == "closing_list overdue2 escalated2"
    assert superseded == "upcoming5 upcoming2 last_day last_call overdue1"


def test_what_informs_does_not_stand_in_the_way_of_a_draft_for_the_same_clerk() -> None:
    both = deadline(rule("monthly", day=25, bound="on", monthly_picture=True, draft="cchc"), "25/06/2023")
    alerts, superseded, _ = due("23/06/2023 07:30", item(both))
    assert (alerts, superseded) == ("last_day draft monthly_picture", "upcoming5 upcoming2")


def test_several_deadlines_are_decided_side_by_side() -> None:
    other = replace(item(JUNE, done_on=day("14/06/2023")), deadline=replace(JUNE, id=2))
    decision = due_alerts([item(JUNE), other], WHERE, moment("02/06/2023 07:30"))
    assert [(step.deadline.id, str(step.audience)) for step in decision.alerts] == [(1, "role:vp-tk"), (1, "group")]
    assert decision.next_looks == {1: moment("13/06/2023 07:30"), 2: None}


def test_key_names_the_deadline_its_day_the_step_and_the_audience() -> None:
    first = timeline(JUNE, WHERE)[0]
    assert first.key == "2023-thu/I.1/r/2023@2023-06-16|upcoming10|role:vp-tk"
    assert str(LEADERS) == "leaders"


def test_moved_deadline_is_spoken_of_under_another_key() -> None:
    moved = replace(JUNE, named_day=day("30/06/2023"), last_day=day("30/06/2023"))
    keys = [{step.key for step in timeline(each, WHERE)} for each in (JUNE, moved)]
    assert keys[0] & keys[1] == set()


# --- silence ---


def quiet(today: str, heard: str = "", since: str = "13/06/2023 08:00") -> list[str]:
    """Silences of a task that may be silent for 30 days."""
    plans = Plans((plan(rule("continuous", silence_days=30)),))
    known = {("2023-thu", "I.1", "r"): day(heard)} if heard else {}
    found = silences(plans, known, {"2023-thu": moment(since)}, POLICY, day(today))
    return [f"{each.days} {each.at:%d/%m/%Y %H:%M} {each.key}" for each in found]


@pytest.mark.parametrize(
    ("today", "heard", "expected"),
    [
        ("12/07/2023", "", []),
        ("13/07/2023", "", ["30 13/07/2023 07:30 2023-thu/I.1/r|silent|2023-07-13"]),
        ("14/07/2023", "", ["30 13/07/2023 07:30 2023-thu/I.1/r|silent|2023-07-13"]),
        ("12/08/2023", "", ["60 12/08/2023 07:30 2023-thu/I.1/r|silent|2023-08-12"]),
        ("13/07/2023", "13/07/2023", []),
        ("13/07/2023", "14/06/2023", []),
        ("14/07/2023", "14/06/2023", ["30 14/07/2023 07:30 2023-thu/I.1/r|silent|2023-07-14"]),
    ],
)
def test_silence_is_noticed_after_each_full_span(today: str, heard: str, expected: list[str]) -> None:
    assert quiet(today, heard) == expected


def test_tasks_with_dates_are_never_silent() -> None:
    plans = Plans((plan(rule("monthly", day=22, bound="before"), rule("on_direction", id="chi-dao")),))
    assert silences(plans, {}, {"2023-thu": LONG_AGO}, POLICY, day("31/12/2027")) == []
