"""Rules that wait: for an event, an expiry, a direction, or for silence that lasts too long."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from plan_data.deadlines import Bound, Occurrence, RecordedEvent, Window
from plan_data.plan import Rule
from plan_data.workdays import CalendarYearMissing
from tests.builders import CALENDAR, day, event, moment, rule

RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
YEARS = Window(day("01/01/2023"), day("31/12/2027"))


def found(fields: dict[str, object], *events: RecordedEvent, window: Window = YEARS) -> list[Occurrence]:
    """What the rule yields for these events."""
    return list(RULE.validate_python(fields).occurrences(2023, window, CALENDAR, events))


def after(count: int, unit: str) -> dict[str, object]:
    """So much time after an event."""
    return rule("after_event", event="có văn bản đến", count=count, unit=unit)


def before(count: int, unit: str) -> dict[str, object]:
    """So much time before something expires."""
    return rule("before_expiry", event="hợp đồng hết hạn", count=count, unit=unit)


@pytest.mark.parametrize(
    ("count", "unit", "happened", "due"),
    [
        (5, "working_days", "27/04/2023 16:00", "09/05/2023"),
        (2, "working_days", "08/01/2026 08:00", "10/01/2026"),
        (1, "working_days", "24/06/2023 08:00", "26/06/2023"),
        (5, "days", "05/06/2023 08:00", "12/06/2023"),
        (3, "days", "05/06/2023 08:00", "08/06/2023"),
        (1, "days", "28/04/2023 08:00", "04/05/2023"),
        (365, "days", "05/06/2023 08:00", "04/06/2024"),
    ],
)
def test_after_event_is_due_so_many_days_after_it(count: int, unit: str, happened: str, due: str) -> None:
    cause = event(17, happened)
    assert found(after(count, unit), cause) == [
        Occurrence("event-17", moment(happened).date(), day(due), Bound.BY, event=cause)
    ]


@pytest.mark.parametrize(
    ("happened", "due"),
    [("08/05/2023 09:00", "09/05/2023 09:00"), ("28/04/2023 16:00", "04/05/2023 16:00")],
)
def test_after_event_in_working_hours_is_due_at_a_moment(happened: str, due: str) -> None:
    cause = event(17, happened)
    assert found(after(8, "working_hours"), cause) == [
        Occurrence("event-17", moment(happened).date(), moment(due).date(), Bound.BY, due_at=moment(due), event=cause)
    ]


def test_after_event_counts_from_the_local_day_of_the_event() -> None:
    late_evening = datetime(2023, 6, 5, 17, 30, tzinfo=UTC)  # half past midnight of 6 June in Vietnam
    cause = RecordedEvent(
        id=17,
        plan="2023-thu",
        task="I.1",
        rule="r",
        happened=late_evening,
        recorded=late_evening,
        expires=None,
        description="văn bản đến",
    )
    assert [(each.opens, each.named_day) for each in found(after(2, "days"), cause)] == [
        (day("06/06/2023"), day("08/06/2023"))
    ]


def test_each_event_has_a_deadline_of_its_own() -> None:
    events = [event(1, "05/06/2023 08:00"), event(2, "05/06/2023 08:00"), event(3, "06/06/2023 08:00")]
    assert [(each.period, each.named_day, each.event) for each in found(after(1, "days"), *events)] == [
        ("event-1", day("06/06/2023"), events[0]),
        ("event-2", day("06/06/2023"), events[1]),
        ("event-3", day("07/06/2023"), events[2]),
    ]


@pytest.mark.parametrize(
    ("count", "unit", "expires", "due"),
    [
        (30, "days", "31/12/2023", "01/12/2023"),
        (7, "days", "11/06/2023", "04/06/2023"),
        (10, "working_days", "31/12/2023", "18/12/2023"),
        (2, "working_days", "05/05/2023", "28/04/2023"),
    ],
)
def test_before_expiry_is_counted_back_and_does_not_move_off_a_day_off(
    count: int, unit: str, expires: str, due: str
) -> None:
    cause = event(17, "02/02/2023 08:00", expires=expires)
    assert found(before(count, unit), cause) == [
        Occurrence("event-17", day("02/02/2023"), day(due), Bound.BY, event=cause)
    ]


def test_before_expiry_that_is_already_past_opens_on_its_day() -> None:
    cause = event(17, "05/06/2023 08:00", expires="10/06/2023")
    assert found(before(30, "days"), cause) == [
        Occurrence("event-17", day("11/05/2023"), day("11/05/2023"), Bound.BY, event=cause)
    ]


def test_before_expiry_without_an_expiry_day_gives_nothing() -> None:
    assert found(before(30, "days"), event(17, "05/06/2023 08:00")) == []


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        (after(365, "days"), event(17, "15/06/2027 08:00")),
        (after(300, "working_days"), event(17, "15/06/2027 08:00")),
        (after(365, "working_hours"), event(17, "15/12/2027 08:00")),
        (before(30, "working_days"), event(17, "15/06/2023 08:00", expires="15/06/2030")),
        (before(30, "days"), event(17, "15/06/2023 08:00", expires="15/06/2030")),
    ],
)
def test_event_whose_deadline_lies_beyond_the_calendar_stops_nothing(
    fields: dict[str, object], cause: RecordedEvent
) -> None:
    assert found(fields, cause) == []


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        (after(5, "working_days"), event(17, "28/12/2022 08:00")),
        (before(30, "working_days"), event(17, "15/06/2023 08:00", expires="15/01/2028")),
    ],
)
def test_event_whose_deadline_may_lie_in_the_window_is_not_guessed(
    fields: dict[str, object], cause: RecordedEvent
) -> None:
    with pytest.raises(CalendarYearMissing):
        found(fields, cause)


def test_event_whose_deadline_ends_the_window_lies_in_it() -> None:
    to_november = Window(day("01/11/2023"), day("30/11/2023"))
    last, beyond = (
        found(before(30, "days"), event(17, "08/06/2023 09:00", expires=expires), window=to_november)
        for expires in ("30/12/2023", "31/12/2023")
    )
    assert ([each.named_day for each in last], beyond) == ([day("30/11/2023")], [])


def test_event_of_a_year_without_calendar_is_not_guessed_for_a_window_of_that_year() -> None:
    with pytest.raises(CalendarYearMissing):
        found(after(3, "days"), event(17, "08/06/2028 09:00"), window=Window(day("01/06/2028"), day("30/06/2028")))


@pytest.mark.parametrize("kind", ["on_direction", "continuous"])
def test_rule_without_a_date_gives_nothing(kind: str) -> None:
    assert found(rule(kind), event(17, "05/06/2023 08:00")) == []


def test_continuous_rule_minds_a_silence_of_a_quarter_unless_told_otherwise() -> None:
    read = [rule("continuous"), *(rule("continuous", silence_days=days) for days in (7, 30, 366))]
    assert [RULE.validate_python(fields).model_dump()["silence_days"] for fields in read] == [92, 7, 30, 366]


@pytest.mark.parametrize(
    ("fields", "mistakes"),
    [
        (rule("after_event"), ["event missing", "count missing", "unit missing"]),
        (after(0, "days"), ["count greater_than_equal"]),
        (after(366, "days"), ["count less_than_equal"]),
        (after(5, "weeks"), ["unit literal_error"]),
        (before(8, "working_hours"), ["unit literal_error"]),
        ({**after(5, "days"), "event": " "}, ["event string_too_short"]),
        (rule("continuous", silence_days=6), ["silence_days greater_than_equal"]),
        (rule("continuous", silence_days=367), ["silence_days less_than_equal"]),
        (rule("on_direction", day=day("17/06/2023")), ["day extra_forbidden"]),
    ],
)
def test_event_rule_with_a_mistake_is_not_read(fields: dict[str, object], mistakes: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        RULE.validate_python(fields)
    assert [f"{each['loc'][1]} {each['type']}" for each in caught.value.errors()] == mistakes


def test_count_of_days_is_never_shorter_than_the_same_count_of_working_days() -> None:
    cause = event(17, "05/06/2023 08:00")
    pairs = [
        (found(after(count, "days"), cause)[0].named_day, found(after(count, "working_days"), cause)[0].named_day)
        for count in range(1, 100)
    ]
    assert [calendar <= working for calendar, working in pairs] == [True] * 99
    assert max(working - calendar for calendar, working in pairs) > timedelta(days=30)
