"""What is done once a day and at start, and what the clerk is told then."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from jobs.daily import once_a_day, start_up
from plan_data.office import Office
from plan_data.workdays import CalendarYearMissing, WorkCalendar
from records import inbox
from records.audit import mark
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.people import retire
from records.tables import DeadlineRow
from tests.builders import CALENDAR, day, moment, rule
from tests.small_office import finish, hire, item, items, office, shown, with_plans

MONTHLY = rule("monthly", day=22, bound="before")
PAST = rule("fixed", id="da-qua", day=day("31/03/2023"), bound="by")
START = "13/06/2023 08:00"
EIGHT = "08:00:00+07:00"


def notices(engine: Engine) -> list[str]:
    """What the clerks are told: the key, and from when it may go."""
    with reading(engine) as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice").order_by(OutboxRow.id))  # type: ignore[arg-type]
        return [f"{row.key} {row.not_before.astimezone(moment(START).tzinfo):%d/%m %H:%M}" for row in rows]


def with_clerk(engine: Engine) -> None:
    """Lan, the clerk, who can be written to."""
    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk", seen=moment(START))


def at(engine: Engine, where: Office, when: str) -> None:
    """A look at that moment."""
    once_a_day(engine, where, moment(when))


def test_start_brings_the_deadlines_up_to_date_and_shows_a_sign_of_life(engine: Engine) -> None:
    where = office(MONTHLY)
    start_up(engine, where, moment(START))
    with reading(engine) as session:
        assert [each.deadline.period for each in items(session, where)][:2] == ["2023-06", "2023-07"]
        assert (mark(session, "kept_up_on"), mark(session, "alive")) == ("2023-06-13", moment(START).isoformat())


def test_deadlines_are_brought_up_to_date_when_a_new_day_begins_in_vietnam(engine: Engine) -> None:
    start_up(engine, office(MONTHLY), moment(START))
    more = office(MONTHLY, rule("fixed", id="them", day=day("25/11/2023"), bound="by"))
    counts = []
    for when in ("13/06/2023 23:59", "14/06/2023 00:00"):
        at(engine, more, when)
        with reading(engine) as session:
            counts.append(len(items(session, more)))
    assert counts == [7, 8]


def test_clock_that_went_back_to_yesterday_does_no_harm(engine: Engine) -> None:
    where = office(MONTHLY)
    start_up(engine, where, moment(START))
    at(engine, where, "12/06/2023 09:00")
    with reading(engine) as session:
        assert (mark(session, "kept_up_on"), mark(session, "alive")) == (
            "2023-06-12",
            moment("12/06/2023 09:00").isoformat(),
        )
        assert len(items(session, where)) == 7


@pytest.mark.parametrize(("when", "alive"), [("13/06/2023 08:04", START), ("13/06/2023 08:05", "13/06/2023 08:05")])
def test_sign_of_life_is_renewed_every_five_minutes(engine: Engine, when: str, alive: str) -> None:
    where = office(MONTHLY)
    start_up(engine, where, moment(START))
    at(engine, where, when)
    with reading(engine) as session:
        assert mark(session, "alive") == moment(alive).isoformat()


def test_duty_that_only_somebody_who_left_still_owed_is_closed_the_next_day(engine: Engine) -> None:
    where = office({**MONTHLY, "each": True, "lead": ["chuyen-mon"]})
    with transaction(engine) as session:
        hire(session, "Minh", "tu-phap")
        hire(session, "Hoa", "mot-cua")
    start_up(engine, where, moment(START))
    with transaction(engine) as session:
        finish(session, where, item(session, where, "2023-06").deadline, 1, moment(START), share_of=1)
        retire(session, 2, moment(START))
    at(engine, where, "14/06/2023 00:01")
    with reading(engine) as session:
        assert shown(items(session, where))[0] == "r 2023-06 21/06/2023 done"


def test_clerk_is_told_once_for_each_plan_what_was_over_before_it_was_followed(engine: Engine) -> None:
    with_clerk(engine)
    first, second = office(MONTHLY, PAST), office(PAST, id="2023-khac")
    start_up(engine, first, moment(START))
    start_up(engine, first, moment("13/06/2023 08:10"))
    start_up(engine, with_plans(first, second), moment("13/06/2023 08:20"))
    assert notices(engine) == [
        "before_tracking|2023-thu|person:1 13/06 08:00",
        "before_tracking|2023-khac|person:1 13/06 08:20",
    ]


def test_clerk_who_cannot_be_reached_yet_is_told_on_the_day_after(engine: Engine) -> None:
    where = office(PAST)
    start_up(engine, where, moment(START))
    before = notices(engine)
    with_clerk(engine)
    at(engine, where, "14/06/2023 00:01")
    assert (before, notices(engine)) == ([], ["before_tracking|2023-thu|person:1 14/06 07:30"])


def test_nothing_is_told_of_a_plan_of_which_nothing_is_over(engine: Engine) -> None:
    with_clerk(engine)
    start_up(engine, office(MONTHLY), moment(START))
    assert notices(engine) == []


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("02/09/2026 00:05", []),
        ("03/09/2026 00:05", ["calendar|2027|provisional|person:1 03/09 07:30"]),
        ("04/01/2027 09:00", ["calendar|2027|provisional|person:1 04/01 09:00"]),
        (
            "03/09/2027 00:05",
            ["calendar|2027|provisional|person:1 06/09 07:30", "calendar|2028|missing|person:1 06/09 07:30"],
        ),
    ],
)
def test_clerk_is_told_of_a_calendar_in_doubt_as_soon_as_deadlines_reach_into_it(
    engine: Engine, when: str, told: list[str]
) -> None:
    with_clerk(engine)
    where = office(MONTHLY)
    start_up(engine, where, moment(when))
    once_a_day(engine, where, moment(when))
    assert [each for each in notices(engine) if each.startswith("calendar")] == told


def test_year_that_the_calendar_does_not_know_stops_the_bot_with_a_sentence(engine: Engine) -> None:
    with pytest.raises(CalendarYearMissing, match="2028"):
        start_up(engine, office(MONTHLY), moment("03/01/2028 08:00"))


def test_corrected_calendar_is_followed_after_a_restart(engine: Engine) -> None:
    where = office(MONTHLY)
    start_up(engine, where, moment(START))
    day_off = WorkCalendar(CALENDAR.years, days_off=frozenset({day("21/06/2023")}))
    start_up(engine, replace(where, calendar=day_off), moment("13/06/2023 09:00"))
    with reading(engine) as session:
        row = session.exec(select(DeadlineRow).where(DeadlineRow.period == "2023-06")).one()
        assert row.last_working_day == day("20/06/2023")


@pytest.mark.parametrize(
    ("back", "told"),
    [
        ("13/06/2023 08:29", []),
        ("13/06/2023 08:31", ["13/06 08:31"]),
        ("13/06/2023 20:00", ["14/06 07:30"]),  # after hours: told when the office opens
        ("15/06/2023 09:00", ["15/06 09:00"]),
    ],
)
def test_clerk_is_told_of_an_interruption_of_more_than_half_an_hour_of_work(
    engine: Engine, back: str, told: list[str]
) -> None:
    with_clerk(engine)
    where = office(MONTHLY)
    start_up(engine, where, moment(START))
    start_up(engine, where, moment(back))
    span = f"{moment(START).isoformat()}|{moment(back).isoformat()}"
    assert notices(engine) == [f"interruption|{span}|person:1 {when}" for when in told]


def test_two_interruptions_of_which_nobody_has_heard_yet_are_told_as_one(engine: Engine) -> None:
    with_clerk(engine)
    where = office(MONTHLY)
    for when in (START, "13/06/2023 19:00", "14/06/2023 09:00"):
        start_up(engine, where, moment(when))
    with reading(engine) as session:
        rows = session.exec(select(OutboxRow).where(col(OutboxRow.key).startswith("interruption"))).all()
    waiting = [row.body["blocks"][1][0].partition(". ")[0] for row in rows if row.state == "pending"]
    assert waiting == ["Bot ngừng từ 08:00 thứ Ba 13/6 đến 09:00 hôm nay (25 giờ 0 phút)"]
    assert sorted(row.state for row in rows) == ["dropped", "pending"]


@pytest.mark.parametrize(
    ("from_", "back", "told"),
    [
        ("16/06/2023 17:00", "19/06/2023 07:20", []),
        (
            START,
            "12/06/2023 08:00",
            [f"clock|2023-06-13T{EIGHT}|2023-06-12T{EIGHT}|person:1 12/06 08:00"],
        ),
    ],
)
def test_night_weekend_and_a_clock_that_went_back_are_no_interruption(
    engine: Engine, from_: str, back: str, told: list[str]
) -> None:
    with_clerk(engine)
    where = office(MONTHLY)
    start_up(engine, where, moment(from_))
    start_up(engine, where, moment(back))
    assert notices(engine) == told


def test_clerk_is_told_what_should_have_been_said_meanwhile(engine: Engine) -> None:
    with_clerk(engine)
    where = office(MONTHLY)
    start_up(engine, where, moment("19/06/2023 16:00"))
    start_up(engine, where, moment("22/06/2023 09:00"))
    with reading(engine) as session:
        row = session.exec(select(OutboxRow).where(col(OutboxRow.key).startswith("interruption"))).one()
    blocks = [text for text, _ in row.body["blocks"]]
    assert blocks[2:] == ["Lẽ ra đã nhắc trong lúc đó:", "• 07:30 thứ Tư 21/6: I.1 nộp báo cáo tháng 6/2023"]


def test_what_people_typed_is_forgotten_a_week_after_it_was_handled_and_the_update_after_a_year(
    engine: Engine,
) -> None:
    where, sent = office(MONTHLY), [(str(each), "7", {"text": "/viec"}) for each in range(3)]
    with transaction(engine) as session:
        numbers = inbox.receive(session, "zalo", sent, moment(START))
        for number in numbers:
            inbox.take(session, number, moment(START))
    left = []
    for when in ("20/06/2023 08:00", "21/06/2023 08:00", "13/06/2024 08:00", "14/06/2024 08:00"):
        at(engine, where, when)
        with transaction(engine) as session:
            left.append([len(each.payload) for each in inbox.those(session, numbers)])
    assert left == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0]]
