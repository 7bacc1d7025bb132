"""The recorded deadlines follow the plan, the calendar, the events and the extensions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from plan_data.office import Office
from plan_data.plan import Plans
from plan_data.workdays import CalendarYearMissing, WorkCalendar
from records.completions import sign_of_life
from records.database import reading, transaction
from records.deadlines import over_before_tracking
from records.events import record_event, record_extension
from records.sync import FORESIGHT, seen, sync
from records.tables import DeadlineRow
from tests.builders import CALENDAR, day, moment, rule
from tests.small_office import (
    bring_up_to_date,
    finish,
    hire,
    item,
    items,
    office,
    shown,
    with_plans,
    without_rule,
)

NOW = moment("13/06/2023 08:00")
MONTHLY = rule("monthly", day=22, bound="before")
FIXED = rule("fixed", id="mot-lan", day=day("25/11/2023"), bound="before")
REPLY = rule("after_event", id="tra-loi", event="có văn bản đến", count=5, unit="working_days")


@pytest.fixture
def real_office(request: pytest.FixtureRequest) -> Office:
    """The office with the real plan, under a name that leaves `office` to the small one."""
    found = request.getfixturevalue("office")
    assert isinstance(found, Office)
    return found


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction with one person, number 1."""
    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk")
        yield session


def periods(session: Session, where: Office) -> list[str]:
    """The periods on record."""
    return [each.deadline.period for each in items(session, where)]


def test_first_sight_of_a_plan_records_what_it_asks_for_from_this_month_on(session: Session) -> None:
    where = office(MONTHLY, FIXED)
    touched = bring_up_to_date(session, where, NOW)
    assert shown(items(session, where)) == [
        "r 2023-06 21/06/2023",
        "r 2023-07 21/07/2023",
        "r 2023-08 21/08/2023",
        "r 2023-09 21/09/2023",
        "r 2023-10 21/10/2023",
        "r 2023-11 21/11/2023",
        "mot-lan 2023 24/11/2023",
        "r 2023-12 21/12/2023",
    ]
    assert (touched, seen(session)) == (8, {"2023-thu": NOW})


def test_what_was_over_at_first_sight_is_on_record_as_over_before_tracking(session: Session) -> None:
    where = office(
        rule("fixed", id="thang-ba", day=day("31/03/2023"), bound="by"),
        rule("fixed", id="hom-qua", day=day("12/06/2023"), bound="by"),
        rule("fixed", id="hom-nay", day=day("13/06/2023"), bound="by"),
        rule("monthly", id="dau-thang", day=5, bound="by"),
    )
    bring_up_to_date(session, where, NOW)
    assert shown(items(session, where))[:4] == [
        "thang-ba 2023 31/03/2023 before",
        "dau-thang 2023-06 05/06/2023 before",
        "hom-qua 2023 12/06/2023 before",
        "hom-nay 2023 13/06/2023",
    ]
    assert [each.deadline.rule.id for each in over_before_tracking(session, where.plans)] == [
        "thang-ba",
        "dau-thang",
        "hom-qua",
    ]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (rule("weekly", weekday="mon"), "2023-W25"),
        (rule("weekly", weekday="tue"), "2023-W24"),
        (rule("biweekly", anchor=day("05/05/2023")), "2023-W24"),
        (rule("within", unit="month"), "2023-06"),
        (rule("within", unit="quarter"), "2023-Q2"),
        (rule("period_end", day=5, bound="by", periods=["Q1", "H1"]), "2023-H1"),
    ],
)
def test_standing_duties_begin_with_the_month_and_weekly_ones_with_the_day_of_first_sight(
    session: Session, kind: dict[str, object], first: str
) -> None:
    where = office(kind)
    bring_up_to_date(session, where, NOW)
    assert periods(session, where)[0] == first


def test_plan_is_first_seen_once(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    bring_up_to_date(session, where, NOW + timedelta(days=30))
    assert seen(session) == {"2023-thu": NOW}


def test_second_sync_touches_nothing(session: Session, real_office: Office) -> None:
    record_event(session, "2023-phuoc-hai", "III.6", "tiep-nhan", NOW, None, "hồ sơ 12", 1, NOW)
    record_extension(session, "2023-phuoc-hai/III.16/bao-cao/2023-Q2", None, day("20/06/2023"), "15", 1, NOW)
    first = bring_up_to_date(session, real_office, NOW)
    assert first == len(items(session, real_office))
    for later in (timedelta(), timedelta(hours=1), timedelta(days=1)):
        session.expire_all()
        assert bring_up_to_date(session, real_office, NOW + later) == 0


def test_records_reach_to_the_end_of_the_year_and_four_months_ahead(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    in_june = periods(session, where)[-1]
    bring_up_to_date(session, where, moment("01/12/2023 00:05"))
    in_december = periods(session, where)[-1]
    bring_up_to_date(session, where, moment("01/12/2027 00:05"))
    assert (in_june, in_december, periods(session, where)[-1]) == ("2023-12", "2024-03", "2027-12")
    assert timedelta(days=120) == FORESIGHT


def test_year_without_a_calendar_is_refused_and_nothing_is_recorded(engine: Engine) -> None:
    where = office(MONTHLY)

    def come_too_late() -> None:
        with transaction(engine) as session:
            bring_up_to_date(session, where, moment("01/01/2028 00:05"))

    with pytest.raises(CalendarYearMissing, match="2028"):
        come_too_late()
    with reading(engine) as session:
        assert (seen(session), items(session, where)) == ({}, [])


def test_changed_plan_file_moves_the_deadline_and_nothing_of_the_past_is_said_late(session: Session) -> None:
    bring_up_to_date(session, office(FIXED), NOW)
    later = NOW + timedelta(days=7)
    moved = office({**FIXED, "day": day("01/12/2023")})
    touched = bring_up_to_date(session, moved, later)
    (only,) = items(session, moved)
    assert (touched, only.deadline.last_day, only.known_since) == (1, day("30/11/2023"), later)
    assert session.get_one(DeadlineRow, only.deadline.id).next_look == later


def test_rule_that_left_the_plan_file_is_withdrawn_unless_it_is_done(session: Session) -> None:
    where = office(MONTHLY, FIXED)
    bring_up_to_date(session, where, NOW)
    finish(session, where, item(session, where, "2023-06").deadline, 1, NOW)
    without = without_rule(where, "r")
    touched = bring_up_to_date(session, without, NOW)
    rows = session.exec(select(DeadlineRow).where(DeadlineRow.rule == "r").order_by(DeadlineRow.period))
    states = [(row.period, row.withdrawn, row.next_look) for row in rows]
    assert touched == 6
    assert states[0] == ("2023-06", False, NOW)
    assert states[1:] == [(f"2023-{month:02}", True, None) for month in range(7, 13)]
    assert shown(items(session, where)) == ["r 2023-06 21/06/2023 done", "mot-lan 2023 24/11/2023"]


def test_rule_that_comes_back_is_followed_from_then_on(session: Session) -> None:
    where = office(MONTHLY, FIXED)
    bring_up_to_date(session, where, NOW)
    bring_up_to_date(session, without_rule(where, "r"), NOW)
    later = NOW + timedelta(days=20)
    assert bring_up_to_date(session, where, later) == 7
    back = item(session, where, "2023-07")
    assert (back.withdrawn, back.known_since) == (False, later)


def test_plan_that_is_no_longer_active_is_withdrawn_done_or_not_and_comes_back_as_it_was(session: Session) -> None:
    first, second = office(MONTHLY), office(FIXED, id="2023-khac")
    both = with_plans(first, second)
    bring_up_to_date(session, both, NOW)
    finish(session, first, item(session, first, "2023-06").deadline, 1, NOW)
    touched = bring_up_to_date(session, second, NOW)
    alone = shown(items(session, both))
    later = NOW + timedelta(days=3)
    back = bring_up_to_date(session, both, later)
    assert (touched, alone, back) == (7, ["mot-lan 2023 24/11/2023"], 7)
    assert shown(items(session, both))[0] == "r 2023-06 21/06/2023 done"
    assert seen(session) == {"2023-thu": NOW, "2023-khac": NOW}


def test_sign_of_life_is_left_alone(session: Session) -> None:
    where = office(rule("continuous"))
    (plan,) = where.plans.all
    bring_up_to_date(session, where, NOW)
    number = sign_of_life(session, plan, plan.tasks[0], plan.tasks[0].rules[0], NOW)
    finish(session, where, item(session, where, "2023-06-13").deadline, 1, NOW)
    assert bring_up_to_date(session, where, NOW) == 0
    row = session.get_one(DeadlineRow, number)
    assert (row.withdrawn, row.done_on) == (False, day("13/06/2023"))


def test_extension_survives_every_sync_and_keeps_the_day_of_the_document(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    key = item(session, where, "2023-06").deadline.key
    record_extension(session, key, day("22/06/2023"), day("30/06/2023"), "15/UBND-VP", 1, NOW)
    assert bring_up_to_date(session, where, NOW) == 1
    record_extension(session, key, day("30/06/2023"), day("09/07/2023"), "16/UBND-VP", 1, NOW)
    assert bring_up_to_date(session, where, NOW) == 1
    assert bring_up_to_date(session, where, NOW) == 0
    moved = item(session, where, "2023-06").deadline
    assert (moved.original_day, moved.last_day, moved.last_working_day, moved.document) == (
        day("22/06/2023"),
        day("09/07/2023"),
        day("07/07/2023"),
        "16/UBND-VP",
    )


def test_what_was_over_before_tracking_is_followed_again_when_a_document_moves_it(session: Session) -> None:
    where = office(rule("fixed", day=day("31/03/2023"), bound="by"))
    bring_up_to_date(session, where, NOW)
    key = item(session, where, "2023").deadline.key
    record_extension(session, key, day("31/03/2023"), day("30/06/2023"), "15/UBND-VP", 1, NOW)
    bring_up_to_date(session, where, NOW)
    assert shown(items(session, where)) == ["r 2023 30/06/2023"]


@pytest.mark.parametrize(("new_day", "late"), [("23/06/2023", False), ("22/06/2023", False), ("21/06/2023", True)])
def test_extension_after_the_work_was_done_judges_again_whether_it_was_late(
    session: Session, new_day: str, late: bool
) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    before = item(session, where, "2023-06").deadline
    finish(session, where, before, 1, moment("22/06/2023 09:00"))
    assert item(session, where, "2023-06").done_late is True
    record_extension(session, before.key, before.named_day, day(new_day), "15/UBND-VP", 1, NOW)
    bring_up_to_date(session, where, moment("22/06/2023 10:00"))
    after = item(session, where, "2023-06")
    assert (after.done_on, after.done_late) == (day("22/06/2023"), late)


def test_date_set_by_direction_becomes_a_deadline(session: Session) -> None:
    where = office(rule("on_direction"))
    bring_up_to_date(session, where, NOW)
    assert items(session, where) == []
    record_extension(session, "2023-thu/I.1/r/2023", None, day("20/06/2023"), "15/UBND-VP", 1, NOW)
    assert bring_up_to_date(session, where, NOW) == 1
    (only,) = items(session, where)
    assert (only.deadline.last_day, only.deadline.original_day, only.deadline.document) == (
        day("20/06/2023"),
        None,
        "15/UBND-VP",
    )


def test_event_starts_a_deadline_that_knows_it(session: Session) -> None:
    where = office(REPLY, MONTHLY)
    bring_up_to_date(session, where, NOW)
    happened = moment("12/06/2023 09:00")
    number = record_event(session, "2023-thu", "I.1", "tra-loi", happened, None, "đơn của tổ 5", 1, NOW)
    assert bring_up_to_date(session, where, NOW) == 1
    started = item(session, where, f"event-{number}").deadline
    assert (started.opens, started.last_day, started.started, started.about, started.event) == (
        day("12/06/2023"),
        day("19/06/2023"),
        NOW,
        "đơn của tổ 5",
        number,
    )


def test_event_that_happened_long_ago_is_overdue_and_not_over_before_tracking_when_recorded_late(
    session: Session,
) -> None:
    where = office(REPLY)
    bring_up_to_date(session, where, NOW)
    later = NOW + timedelta(days=60)
    record_event(session, "2023-thu", "I.1", "tra-loi", moment("20/06/2023 09:00"), None, "đơn", 1, later)
    bring_up_to_date(session, where, later)
    (only,) = items(session, where)
    assert (only.deadline.last_day, only.before_tracking, only.is_overdue(later)) == (day("27/06/2023"), False, True)


def test_corrected_calendar_moves_the_last_working_day(session: Session) -> None:
    where = office(FIXED)
    bring_up_to_date(session, where, NOW)
    (before,) = items(session, where)
    friday_off = WorkCalendar(CALENDAR.years, days_off=frozenset({day("24/11/2023")}))
    touched = bring_up_to_date(session, replace(where, calendar=friday_off), NOW)
    (after,) = items(session, where)
    assert touched == 1
    assert (before.deadline.last_working_day, after.deadline.last_working_day) == (
        day("24/11/2023"),
        day("23/11/2023"),
    )
    assert after.deadline.last_day == day("24/11/2023")


def test_office_without_any_plan_has_nothing_on_record(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    assert sync(session, Plans(()), CALENDAR, NOW) == 7
    assert (items(session, where), sync(session, Plans(()), CALENDAR, NOW)) == ([], 0)


def test_two_events_at_the_same_moment_both_start_their_deadlines(engine: Engine) -> None:
    where = office(REPLY)
    finished: list[str] = []

    def record(words: str, session: Session) -> None:
        record_event(session, "2023-thu", "I.1", "tra-loi", NOW, None, words, 1, NOW)
        bring_up_to_date(session, where, NOW)

    def second() -> None:
        with transaction(engine) as session:
            record("đơn thứ hai", session)
        finished.append("second")

    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk")
        bring_up_to_date(session, where, NOW)
    thread = Thread(target=second)
    with transaction(engine) as session:
        record("đơn thứ nhất", session)
        thread.start()
        thread.join(0.3)
        finished.append("first")
    thread.join(20)
    with reading(engine) as session:
        assert [each.deadline.about for each in items(session, where)] == ["đơn thứ nhất", "đơn thứ hai"]
    assert finished == ["first", "second"]


def test_days_are_those_of_vietnam_and_not_of_the_server(session: Session) -> None:
    where = office(rule("fixed", day=day("13/06/2023"), bound="by"))
    bring_up_to_date(session, where, moment("14/06/2023 00:30"))  # still the 13th in Greenwich
    assert shown(items(session, where)) == ["r 2023 13/06/2023 before"]
