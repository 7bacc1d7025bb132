"""When the bot may speak."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.decide import (
    next_office_time,
    timeline,
)
from plan_data.deadlines import Bound, RecordedEvent, Window
from plan_data.schedule import schedule
from plan_data.workdays import ZONE
from tests.builders import CALENDAR, day, moment, rule
from tests.deciding import WHERE
from tests.small_office import POLICY, office


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("13/06/2023 09:00", "13/06/2023 09:00"),
        ("13/06/2023 07:10", "13/06/2023 07:10"),
        ("13/06/2023 05:00", "13/06/2023 07:30"),
        ("13/06/2023 11:30", "13/06/2023 13:30"),
        ("13/06/2023 12:59", "13/06/2023 13:30"),
        ("13/06/2023 17:00", "14/06/2023 07:30"),
        ("16/06/2023 18:00", "19/06/2023 07:30"),
        ("17/06/2023 10:00", "19/06/2023 07:30"),
        ("13/02/2026 17:00", "23/02/2026 07:30"),
        ("09/01/2026 17:30", "10/01/2026 07:30"),
        ("31/12/2025 20:00", "05/01/2026 07:30"),
    ],
)
def test_next_office_time_is_now_or_the_next_opening(asked: str, answered: str) -> None:
    assert next_office_time(moment(asked), WHERE) == moment(answered)


def test_quiet_time_that_outlasts_an_opening_is_waited_for() -> None:
    quiet_noon = replace(WHERE, policy=POLICY.model_copy(update={"quiet": ("11:00-14:00",)}))
    answers = [next_office_time(moment(f"13/06/2023 {clock}"), quiet_noon) for clock in ("11:10", "13:45", "14:00")]
    assert answers == [moment("13/06/2023 14:00")] * 3


def vietnamese(naive: datetime) -> datetime:
    """A moment of the clock on the wall."""
    return naive.replace(tzinfo=ZONE)


moments = st.datetimes(
    moment("04/01/2023 00:00").replace(tzinfo=None), moment("28/12/2027 00:00").replace(tzinfo=None)
)


@given(moments.map(vietnamese))
def test_next_office_time_is_never_before_and_always_in_office_hours(asked: datetime) -> None:
    found = next_office_time(asked, WHERE)
    assert (found >= asked, POLICY.may_push(found, CALENDAR), found - asked < timedelta(days=14)) == (True,) * 3


RULES: list[dict[str, object]] = [
    rule("monthly", day=22, bound="before", each=True, closing_list=True),
    rule("monthly", day=25, bound="on", monthly_picture=True),
    rule("weekly", weekday="mon"),
    rule("biweekly", anchor=day("15/04/2023")),
    rule("within", unit="month"),
    rule("period_end", day=17, bound="by", periods=["Q1", "Q2", "Q3", "Q4"]),
    rule("after_event", event="có hồ sơ", count=8, unit="working_hours"),
    rule("after_event", event="có đơn", count=5, unit="days"),
    rule("after_event", event="có đơn", count=2, unit="working_days"),
    rule("before_expiry", event="sắp hết hạn", count=2, unit="days"),
]


@settings(max_examples=150)
@given(moments.map(vietnamese), st.sampled_from(RULES), st.sampled_from(Bound))
def test_no_alert_is_ever_outside_office_hours(start: datetime, fields: dict[str, object], bound: Bound) -> None:
    happened = RecordedEvent(1, "2023-thu", "I.1", "r", start, start, start.date() + timedelta(days=20), "đơn")
    first = max(start.date(), date(2023, 5, 1))
    window = Window(first, min(first + timedelta(days=60), date(2027, 12, 31)))
    changed = {**fields, "bound": bound} if "bound" in fields else fields
    where = office(changed)
    steps = [
        step for found in schedule(where.plans, window, where.calendar, [happened]) for step in timeline(found, where)
    ]
    assert [step for step in steps if not POLICY.may_push(step.at, CALENDAR)] == []
    keys = [step.key for step in steps]
    assert len(set(keys)) == len(keys)
