"""The reminder calendar of the future is what the engine then really says."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlmodel import Session, select

from jobs.preview import NOTHING_KNOWN, Foreseen, Known, known_by, preview
from plan_data.deadlines import Move, Window
from plan_data.office import Office
from plan_data.workdays import CalendarYearMissing
from records.database import reading
from records.mail_tables import AlertRow, OutboxRow
from records.people import roster
from records.tables import DeadlineRow
from tests.builders import day, event, moment, rule
from tests.small_office import office as small_office
from tests.town import Town

# moment, reason, code, period, kind of audience
Said = tuple[datetime, str, str, str, str]
KINDS = {"escalated": "leaders", "monthly_picture": "clerk", "draft": "clerk"}
BEFORE = moment("01/05/2023 07:00")


def window(first: str, last: str) -> Window:
    """A span of days."""
    return Window(day(first), day(last))


def shown(found: list[Foreseen]) -> list[str]:
    """One line for each alert, without the year."""
    return [f"{each.at:%d/%m %H:%M} {each.reason} {each.audience}" for each in found]


def really_said(session: Session) -> set[Said]:
    """What was put into the outbox, and when; fails when an alert came at another time than it should."""
    rows: dict[int | None, DeadlineRow] = {row.id: row for row in session.exec(select(DeadlineRow))}
    queued = {row.id: row.created_at for row in session.exec(select(OutboxRow))}
    said = set()
    for alert in session.exec(select(AlertRow)):
        deadline = rows.get(alert.deadline_id)
        kind = KINDS.get(alert.reason, "group" if alert.recipient.startswith("group:") else "role")
        code, period = (deadline.task, deadline.period) if deadline else (alert.subject.split("/")[1], "")
        assert (alert.dropped, queued.get(alert.outbox_id)) == ("", alert.at), alert.key
        said.add((alert.at, alert.reason, code, period, kind))
    return said


def foreseen(found: list[Foreseen], held: frozenset[str]) -> set[Said]:
    """The same from the preview; a role that nobody holds is spoken to by nobody."""
    return {
        (each.at, each.reason, each.code, each.period, each.audience.partition(":")[0])
        for each in found
        if each.audience.partition(":")[2] in held | {""}
    }


async def test_preview_of_june_is_what_is_said_in_june_when_nobody_does_anything(town: Town) -> None:
    with reading(town.engine) as session:
        known = known_by(session)
        people = roster(session, town.office.plans)
    found = preview(town.office, known, window("01/06/2023", "30/06/2023"), town.clock())
    for number in range(1, 31):
        for clock in ("07:30", "10:00", "15:00"):
            await town.at(f"{number:02}/06/2023 {clock}").tick()
    with reading(town.engine) as session:
        said = really_said(session)
        later = preview(town.office, known_by(session), window("01/06/2023", "30/06/2023"), town.clock())
    held = frozenset(role for person in people.active for role in person.held)
    assert len(said) > 150
    assert (foreseen(found, held) - said, said - foreseen(found, held)) == (set(), set())
    assert later == found


async def look_every_day(town: Town, days: range) -> None:
    """The engine looks in the morning and in the afternoon of these days of June."""
    for number in days:
        for clock in ("07:30", "15:00"):
            await town.at(f"{number:02}/06/2023 {clock}").tick()


async def test_preview_knows_what_is_done_started_and_moved(town: Town) -> None:
    await look_every_day(town, range(1, 9))
    await town.at("08/06/2023 15:30").says("cchc", "/xong I.3 H1")
    await town.says("cchc", "/giahan III.16 Q2 21/6/2023 số 15/UBND")
    await town.says("cchc", "/sukien III.15 ban hành văn bản trả lời số 12/UBND")
    rest = window("09/06/2023", "22/06/2023")
    with reading(town.engine) as session:
        known = known_by(session)
        people = roster(session, town.office.plans)
    found = preview(town.office, known, rest, town.clock())
    await town.tick()
    await look_every_day(town, range(9, 23))
    with reading(town.engine) as session:
        said = {each for each in really_said(session) if each[0] > moment("08/06/2023 15:30")}
    held = frozenset(role for person in people.active for role in person.held)
    assert (foreseen(found, held) - said, said - foreseen(found, held)) == (set(), set())
    assert [each for each in found if each.code == "I.3" and each.period == "2023-H1"] == []


def test_preview_shows_a_deadline_with_everything_that_would_be_said(office: Office) -> None:
    found = [
        each
        for each in preview(office, NOTHING_KNOWN, window("01/06/2023", "30/06/2023"), BEFORE)
        if each.code == "III.16"
    ]
    role = "role:cchc"
    assert shown(found) == [
        "02/06 07:30 upcoming group", f"02/06 07:30 upcoming {role}",
        "13/06 07:30 upcoming group", f"13/06 07:30 upcoming {role}",
        "15/06 07:30 upcoming group", f"15/06 07:30 upcoming {role}",
        "16/06 07:30 draft clerk",
        "16/06 07:30 last_day group", f"16/06 07:30 last_day {role}",
        "16/06 15:00 last_call group", f"16/06 15:00 last_call {role}",
        f"19/06 07:30 overdue {role}",
        "20/06 07:30 escalated leaders",
        "20/06 07:30 overdue group", f"20/06 07:30 overdue {role}",
        "22/06 07:30 overdue group", f"22/06 07:30 overdue {role}",
        "28/06 07:30 overdue group", f"28/06 07:30 overdue {role}",
    ]  # fmt: skip
    assert found[0] == Foreseen(
        moment("02/06/2023 07:30"),
        "upcoming",
        "III.16",
        "Báo cáo kiểm soát TTHC",
        "2023-Q2",
        "group",
        "2023-phuoc-hai/III.16/bao-cao/2023-Q2@2023-06-17|upcoming10|group",
    )


def test_preview_shows_the_four_calls_that_the_office_asked_for(office: Office) -> None:
    found = preview(office, NOTHING_KNOWN, window("01/06/2023", "30/06/2023"), BEFORE)
    periods = ("2023-06", "2023-H1", "2023-Q2")
    calls = {(each.code, each.reason): f"{each.at:%d/%m %H:%M}" for each in found if each.period in periods}
    assert calls[("B.2", "last_day")] == "21/06 07:30"
    assert calls[("B.2", "closing_list")] == "22/06 07:30"
    assert calls[("B.3", "monthly_picture")] == "23/06 07:30"
    assert calls[("I.3", "last_day")] == "13/06 07:30"
    assert calls[("III.16", "last_day")] == "16/06 07:30"


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
def test_preview_has_nothing_on_a_day_off_or_outside_office_hours(office: Office, year: int) -> None:
    found = preview(office, NOTHING_KNOWN, Window(date(year, 1, 1), date(year, 12, 31)), BEFORE)
    assert len(found) > 300
    assert [each for each in found if not office.policy.may_push(each.at, office.calendar)] == []
    assert [each for each in found if each.at.year != year] == []
    assert found == sorted(found, key=lambda each: (each.at, each.code, each.reason, each.audience))


@pytest.mark.parametrize(
    ("first", "last"),
    [("01/12/2027", "31/01/2028"), ("01/01/2028", "02/01/2028"), ("31/12/2022", "31/01/2023")],
)
def test_preview_beyond_the_calendar_is_refused(office: Office, first: str, last: str) -> None:
    with pytest.raises(CalendarYearMissing):
        preview(office, NOTHING_KNOWN, window(first, last), BEFORE)


def test_preview_in_two_parts_is_the_whole(office: Office) -> None:
    known = replace(NOTHING_KNOWN, tracked_since={"2023-phuoc-hai": moment("01/06/2023 00:00")})
    parts = [
        preview(office, known, window(*part), BEFORE)
        for part in (("01/06/2023", "19/06/2023"), ("20/06/2023", "10/07/2023"))
    ]
    assert [*parts[0], *parts[1]] == preview(office, known, window("01/06/2023", "10/07/2023"), BEFORE)


MONTHLY = rule("monthly", day=22, bound="before", each=True, closing_list=True)


def small(known: Known = NOTHING_KNOWN, fields: dict[str, object] = MONTHLY, first: str = "01/06/2023") -> list[str]:
    """The preview of June, or of what is left of it, for a plan with one rule."""
    return shown(preview(small_office(fields), known, window(first, "30/06/2023"), BEFORE))


def test_window_from_before_the_plan_was_seen_is_shown_as_if_it_had_been_followed() -> None:
    seen_later = replace(NOTHING_KNOWN, tracked_since={"2023-thu": moment("01/08/2023 09:00")})
    assert small(seen_later) == small()
    assert small(first="20/06/2023") == [line for line in small() if line >= "20/06"]


def test_plan_that_is_followed_is_shown_as_it_is_followed() -> None:
    in_june = replace(NOTHING_KNOWN, tracked_since={"2023-thu": moment("20/06/2023 09:00")})
    since_then = preview(
        small_office(MONTHLY), in_june, window("20/06/2023", "30/06/2023"), moment("20/06/2023 09:00")
    )
    assert shown(since_then)[0] == "21/06 07:30 last_day group"


def test_done_work_leaves_what_informs() -> None:
    done = replace(NOTHING_KNOWN, done={"2023-thu/I.1/r/2023-06": day("13/06/2023")})
    assert small(done) == ["22/06 07:30 closing_list group"]


def test_moved_deadline_is_shown_on_its_new_day() -> None:
    moved = replace(NOTHING_KNOWN, moves={"2023-thu/I.1/r/2023-06": Move(day("30/06/2023"), "15/UBND")})
    assert [line for line in small(moved) if "last" in line] == [
        "30/06 07:30 last_day group",
        "30/06 07:30 last_day role:vp-tk",
        "30/06 15:00 last_call group",
        "30/06 15:00 last_call role:vp-tk",
    ]


def test_deadline_of_a_recorded_event_is_shown() -> None:
    fields = rule("after_event", event="có đơn", count=2, unit="working_days")
    known = replace(NOTHING_KNOWN, events=[event(1, "08/06/2023 08:30")])
    assert small(known, fields)[:4] == [
        "08/06 08:30 event group",
        "08/06 08:30 event role:vp-tk",
        "09/06 07:30 upcoming group",
        "09/06 07:30 upcoming role:vp-tk",
    ]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("18/05/2023 09:00", ["19/06 07:30 silent role:vp-tk"]),  # 30 days later it is Saturday 17/6
        ("29/05/2023 09:00", ["28/06 07:30 silent role:vp-tk"]),
        ("02/06/2023 09:00", []),
        ("01/04/2023 09:00", ["30/06 07:30 silent role:vp-tk"]),  # and before that on 4 May and on 31 May
    ],
)
def test_silence_is_shown_on_the_working_morning_on_which_it_is_noticed(since: str, expected: list[str]) -> None:
    known = replace(NOTHING_KNOWN, tracked_since={"2023-thu": moment(since)})
    assert small(known, rule("continuous", silence_days=30)) == expected


def test_silence_that_a_weekend_hides_is_in_the_preview_of_the_next_week() -> None:
    known = replace(NOTHING_KNOWN, tracked_since={"2023-thu": moment("18/05/2023 09:00")})
    fields = rule("continuous", silence_days=30)
    assert small(known, fields, first="19/06/2023") == ["19/06 07:30 silent role:vp-tk"]
