"""Period keys and the days they cover."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_data.deadlines import Window
from plan_data.periods import Unit, month_key, span_of, spans, unit_of, week_key, window_of
from tests.builders import day

days = st.dates(date(2000, 1, 3), date(2099, 12, 27))
units = st.sampled_from(("month", "quarter", "half", "year"))


@pytest.mark.parametrize(
    ("key", "unit", "first", "last"),
    [
        ("2023", "year", "01/01/2023", "31/12/2023"),
        ("2023-H1", "half", "01/01/2023", "30/06/2023"),
        ("2023-H2", "half", "01/07/2023", "31/12/2023"),
        ("2023-Q1", "quarter", "01/01/2023", "31/03/2023"),
        ("2023-Q2", "quarter", "01/04/2023", "30/06/2023"),
        ("2023-Q3", "quarter", "01/07/2023", "30/09/2023"),
        ("2023-Q4", "quarter", "01/10/2023", "31/12/2023"),
        ("2023-02", "month", "01/02/2023", "28/02/2023"),
        ("2024-02", "month", "01/02/2024", "29/02/2024"),
        ("2023-12", "month", "01/12/2023", "31/12/2023"),
    ],
)
def test_period_key_covers_its_days(key: str, unit: str, first: str, last: str) -> None:
    assert (unit_of(key), span_of(key), window_of(key)) == (
        unit,
        (day(first), day(last)),
        Window(day(first), day(last)),
    )


@pytest.mark.parametrize(
    "key", ["", "23", "1999", "0000-03", "2023-13", "2023-00", "2023-Q5", "2023-H3", "2023-6", "quý 1", "2023-06 "]
)
def test_period_key_that_means_nothing_is_refused_with_a_sentence(key: str) -> None:
    with pytest.raises(ValueError, match="kỳ") as caught:
        span_of(key)
    assert str(caught.value) == f"kỳ “{key}” không đọc được; mẫu đúng: 2023, 2023-H1, 2023-Q2 hoặc 2023-06."


@pytest.mark.parametrize(
    ("key", "window"),
    [
        ("2023-W23", Window(day("05/06/2023"), day("11/06/2023"))),
        ("2026-W53", Window(day("28/12/2026"), day("03/01/2027"))),
        ("2025-W01", Window(day("30/12/2024"), day("05/01/2025"))),
        ("2023-W53", None),
        ("2023-W00", None),
        ("2023-12-15", None),
        ("event-17", None),
    ],
)
def test_window_of_a_key_is_its_week_or_nothing(key: str, window: Window | None) -> None:
    assert window_of(key) == window


@pytest.mark.parametrize(
    ("text", "month", "week"),
    [
        ("08/06/2023", "2023-06", "2023-W23"),
        ("01/01/2023", "2023-01", "2022-W52"),
        ("31/12/2024", "2024-12", "2025-W01"),
        ("01/01/2027", "2027-01", "2026-W53"),
    ],
)
def test_day_has_a_month_key_and_an_iso_week_key(text: str, month: str, week: str) -> None:
    assert (month_key(day(text)), week_key(day(text))) == (month, week)


@pytest.mark.parametrize(
    ("unit", "first", "last", "keys"),
    [
        ("month", "15/11/2023", "01/02/2024", ["2023-11", "2023-12", "2024-01", "2024-02"]),
        ("month", "30/06/2023", "30/06/2023", ["2023-06"]),
        ("quarter", "30/06/2023", "01/07/2023", ["2023-Q2", "2023-Q3"]),
        ("half", "01/06/2023", "31/01/2024", ["2023-H1", "2023-H2", "2024-H1"]),
        ("year", "31/12/2023", "01/01/2024", ["2023", "2024"]),
    ],
)
def test_spans_are_all_the_periods_that_the_window_touches(
    unit: Unit, first: str, last: str, keys: list[str]
) -> None:
    assert [key for key, _, _ in spans(unit, Window(day(first), day(last)))] == keys


@given(units, days, days)
def test_spans_join_without_gap_and_agree_with_their_keys(unit: Unit, one: date, other: date) -> None:
    window = Window(min(one, other), max(one, other))
    found = list(spans(unit, window))
    assert [(unit_of(key), span_of(key)) for key, _, _ in found] == [
        (unit, (first, last)) for _, first, last in found
    ]
    gaps = [(after[1] - before[2]).days for before, after in pairwise(found)]
    assert gaps == [1] * (len(found) - 1)
    assert found[0][1] <= window.first <= window.last <= found[-1][2]


@given(days)
def test_week_key_of_a_day_covers_the_day(each: date) -> None:
    week = window_of(week_key(each))
    assert week is not None
    assert (each in week, week.first.weekday(), (week.last - week.first).days) == (True, 0, 6)
