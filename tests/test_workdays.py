"""The working-day calendar, against domain.md and the calendars that the government announced."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_data.problems import DataError
from plan_data.workdays import EIGHT_HOURS, ZONE, CalendarYearMissing, OfficeHours, WorkCalendar, load_calendar
from tests.builders import CALENDAR, day, moment

days = st.dates(date(2023, 2, 1), date(2026, 11, 30))
moments = st.builds(datetime.combine, days, st.times(), st.just(ZONE))
counts = st.integers(1, 40)
amounts = st.timedeltas(timedelta(minutes=1), timedelta(hours=60))


@pytest.mark.parametrize(
    ("event", "count", "due"),
    [
        ("27/04/2023", 5, "09/05/2023"),
        ("28/04/2023", 2, "05/05/2023"),
        ("31/08/2023", 5, "11/09/2023"),
        ("06/02/2024", 3, "16/02/2024"),
        ("26/04/2024", 5, "07/05/2024"),
        ("24/04/2025", 3, "28/04/2025"),
        ("30/12/2025", 5, "08/01/2026"),
        ("08/01/2026", 2, "10/01/2026"),
        ("12/02/2026", 5, "26/02/2026"),
        ("24/04/2026", 3, "04/05/2026"),
        ("20/08/2026", 5, "26/08/2026"),
        ("20/11/2026", 2, "25/11/2026"),
        ("22/06/2023", 0, "22/06/2023"),
        ("24/06/2023", 0, "24/06/2023"),
        ("05/05/2023", -2, "28/04/2023"),
        ("10/01/2026", -2, "08/01/2026"),
        ("02/01/2024", -1, "29/12/2023"),
    ],
)
def test_working_days_are_counted_without_the_day_of_the_event(event: str, count: int, due: str) -> None:
    assert CALENDAR.plus_working_days(day(event), count) == day(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("08/05/2023 09:00", 8, "09/05/2023 09:00"),
        ("28/04/2023 16:00", 8, "04/05/2023 16:00"),
        ("12/05/2023 18:20", 8, "15/05/2023 17:00"),
        ("23/11/2026 15:00", 8, "25/11/2026 15:00"),
        ("09/01/2026 16:00", 8, "10/01/2026 16:00"),
        ("08/05/2023 07:00", 8, "08/05/2023 17:00"),
        ("08/05/2023 05:00", 8, "08/05/2023 17:00"),
        ("08/05/2023 12:00", 1, "08/05/2023 14:30"),
        ("08/05/2023 10:30", 1, "08/05/2023 11:30"),
        ("08/05/2023 17:00", 8, "09/05/2023 17:00"),
        ("06/05/2023 09:00", 40, "12/05/2023 17:00"),
    ],
)
def test_working_hours_count_office_time_only(start: str, hours: int, due: str) -> None:
    assert CALENDAR.plus_working_hours(moment(start), timedelta(hours=hours)) == moment(due)


@pytest.mark.parametrize(
    ("due", "hours", "since"),
    [
        ("09/05/2023 09:00", 8, "08/05/2023 09:00"),
        ("04/05/2023 16:00", 8, "28/04/2023 16:00"),
        ("15/05/2023 17:00", 8, "15/05/2023 07:00"),
        ("25/11/2026 15:00", 8, "23/11/2026 15:00"),
        ("10/01/2026 16:00", 8, "09/01/2026 16:00"),
        ("08/05/2023 17:00", 4, "08/05/2023 11:00"),
        ("08/05/2023 23:00", 16, "05/05/2023 07:00"),
        ("07/05/2023 12:00", 1, "05/05/2023 16:00"),
        ("08/05/2023 07:00", 1, "05/05/2023 16:00"),
    ],
)
def test_working_hours_before_a_moment_are_counted_back_to_the_last_moment_that_leaves_them(
    due: str, hours: int, since: str
) -> None:
    assert CALENDAR.minus_working_hours(moment(due), timedelta(hours=hours)) == moment(since)


def test_working_hours_are_the_hours_of_the_office() -> None:
    short_day = load_calendar(hours=OfficeHours.parse("07:30-11:30,13:30-17:00"))
    assert short_day.plus_working_hours(moment("08/05/2023 09:00"), timedelta(hours=8)) == moment("09/05/2023 09:30")


def test_working_hours_are_counted_in_local_time_whatever_the_zone_of_the_moment() -> None:
    at_nine = datetime(2023, 5, 8, 2, 0, tzinfo=UTC)
    due = CALENDAR.plus_working_hours(at_nine, timedelta(hours=8))
    assert (due, due.utcoffset()) == (moment("09/05/2023 09:00"), timedelta(hours=7))


@pytest.mark.parametrize(
    ("start", "target", "hours"),
    [
        ("08/05/2023 09:00", "09/05/2023 09:00", 8),
        ("28/04/2023 16:00", "04/05/2023 16:00", 8),
        ("08/05/2023 12:00", "08/05/2023 13:00", 0),
        ("08/05/2023 11:00", "08/05/2023 14:00", 1),
        ("08/05/2023 10:00", "08/05/2023 10:00", 0),
        ("09/05/2023 10:00", "08/05/2023 10:00", 0),
        ("08/05/2023 10:00", "08/05/2023 09:00", 0),
        ("31/12/2027 16:00", "31/12/2027 20:00", 1),
    ],
)
def test_working_hours_until_is_the_office_time_in_between(start: str, target: str, hours: int) -> None:
    assert CALENDAR.working_hours_until(moment(start), moment(target)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "target", "count"),
    [
        ("22/06/2023", "22/06/2023", 0),
        ("22/06/2023", "23/06/2023", 1),
        ("22/06/2023", "25/06/2023", 1),
        ("22/06/2023", "26/06/2023", 2),
        ("28/04/2023", "04/05/2023", 1),
        ("26/06/2023", "22/06/2023", -2),
        ("25/06/2023", "23/06/2023", 0),
        ("08/01/2026", "10/01/2026", 2),
    ],
)
def test_working_days_until_counts_the_target_but_not_the_start(start: str, target: str, count: int) -> None:
    assert CALENDAR.working_days_until(day(start), day(target)) == count


PUBLIC_HOLIDAYS = {
    2023: "02/01 20/01 23/01 24/01 25/01 26/01 01/05 02/05 03/05 01/09 04/09",
    2024: "01/01 08/02 09/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09",
    2025: "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09",
    2026: "01/01 02/01 16/02 17/02 18/02 19/02 20/02 27/04 30/04 01/05 31/08 01/09 02/09 24/11",
    2027: "01/01 04/02 05/02 08/02 09/02 10/02 16/04 30/04 03/05 02/09 03/09 24/11",
}
MAKE_UP_DAYS = {2023: "", 2024: "04/05", 2025: "26/04", 2026: "10/01 22/08", 2027: ""}


@pytest.mark.parametrize("year", PUBLIC_HOLIDAYS)
def test_days_off_from_monday_to_friday_are_the_announced_ones(year: int) -> None:
    off = [each for each in _days_of(year) if each.weekday() < 5 and not CALENDAR.is_working_day(each)]
    assert " ".join(f"{each:%d/%m}" for each in off) == PUBLIC_HOLIDAYS[year]


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_saturdays_and_sundays_are_off_but_for_make_up_days(year: int) -> None:
    worked = [each for each in _days_of(year) if each.weekday() >= 5 and CALENDAR.is_working_day(each)]
    assert " ".join(f"{each:%d/%m}" for each in worked) == MAKE_UP_DAYS[year]


def test_calendar_knows_which_years_are_only_expected() -> None:
    assert (CALENDAR.years, CALENDAR.provisional, CALENDAR.last_day) == (
        frozenset({2023, 2024, 2025, 2026, 2027}),
        frozenset({2027}),
        day("31/12/2027"),
    )


@pytest.mark.parametrize("year", [2022, 2028])
def test_calendar_does_not_guess_about_a_year_without_data(year: int) -> None:
    with pytest.raises(CalendarYearMissing) as caught:
        CALENDAR.is_working_day(date(year, 6, 1))
    assert (caught.value.year, str(caught.value)) == (
        year,
        f"Chưa có lịch ngày nghỉ của năm {year}. Hãy thêm năm {year} vào tệp days_off.toml rồi khởi động lại.",
    )


def test_calendar_does_not_guess_when_a_count_leaves_the_known_years() -> None:
    for count in (1, 10):
        with pytest.raises(CalendarYearMissing):
            CALENDAR.plus_working_days(day("31/12/2027"), count)
    with pytest.raises(CalendarYearMissing):
        CALENDAR.working_day_on_or_before(day("01/01/2023"))
    with pytest.raises(CalendarYearMissing):
        CALENDAR.plus_working_hours(moment("31/12/2027 16:00"), timedelta(hours=2))


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("23/06/2023", "23/06/2023", "23/06/2023"),
        ("24/06/2023", "23/06/2023", "26/06/2023"),
        ("01/05/2023", "28/04/2023", "04/05/2023"),
        ("10/01/2026", "10/01/2026", "10/01/2026"),
        ("18/02/2026", "13/02/2026", "23/02/2026"),
    ],
)
def test_nearest_working_day_is_the_day_itself_when_it_is_worked(asked: str, before: str, after: str) -> None:
    found = (CALENDAR.working_day_on_or_before(day(asked)), CALENDAR.working_day_on_or_after(day(asked)))
    assert found == (day(before), day(after))


@given(days, counts)
def test_plus_then_minus_working_days_comes_back_to_a_working_day(start: date, count: int) -> None:
    worked = CALENDAR.working_day_on_or_after(start)
    assert CALENDAR.plus_working_days(CALENDAR.plus_working_days(worked, count), -count) == worked


@given(days, counts)
def test_working_days_until_undoes_plus_working_days(start: date, count: int) -> None:
    assert CALENDAR.working_days_until(start, CALENDAR.plus_working_days(start, count)) == count


@given(days, counts)
def test_plus_working_days_lands_on_a_later_working_day(start: date, count: int) -> None:
    due = CALENDAR.plus_working_days(start, count)
    assert (due > start, CALENDAR.is_working_day(due)) == (True, True)


@given(days, st.integers(0, 30), st.integers(0, 30))
def test_plus_working_days_may_be_counted_in_two_parts(start: date, one: int, other: int) -> None:
    in_parts = CALENDAR.plus_working_days(CALENDAR.plus_working_days(start, one), other)
    assert in_parts == CALENDAR.plus_working_days(start, one + other)


@given(moments, amounts)
def test_working_hours_until_undoes_plus_working_hours(start: datetime, amount: timedelta) -> None:
    assert CALENDAR.working_hours_until(start, CALENDAR.plus_working_hours(start, amount)) == amount


@given(moments, amounts)
def test_minus_working_hours_leaves_that_much_time_and_a_moment_later_less(due: datetime, amount: timedelta) -> None:
    since = CALENDAR.minus_working_hours(due, amount)
    assert CALENDAR.working_hours_until(since, due) == amount
    assert CALENDAR.working_hours_until(since + timedelta(minutes=1), due) < amount


@given(moments, amounts, amounts)
def test_plus_working_hours_may_be_counted_in_two_parts(start: datetime, one: timedelta, other: timedelta) -> None:
    in_parts = CALENDAR.plus_working_hours(CALENDAR.plus_working_hours(start, one), other)
    assert in_parts == CALENDAR.plus_working_hours(start, one + other)


@pytest.mark.parametrize(
    ("text", "intervals", "a_day"),
    [
        ("07:00-11:30,13:30-17:00", ((time(7), time(11, 30)), (time(13, 30), time(17))), 8.0),
        ("7:30 - 11:30, 13:30 - 17:00", ((time(7, 30), time(11, 30)), (time(13, 30), time(17))), 7.5),
        ("08:00-16:00", ((time(8), time(16)),), 8.0),
        ("00:00-12:59,13:59-23:59", ((time(0), time(12, 59)), (time(13, 59), time(23, 59))), 22 + 59 / 60),
    ],
)
def test_office_hours_are_read_from_text(text: str, intervals: tuple[tuple[time, time], ...], a_day: float) -> None:
    hours = OfficeHours.parse(text)
    assert (hours, hours.a_day) == (OfficeHours(intervals), timedelta(hours=a_day))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "sáng",
        "07:00",
        "07:00-11:30,",
        "07:00-11:30-13:30",
        "7-11",
        "07:60-11:30",
        "07:00-24:00",
        "07:00:30-11:30",
        "07:00+07:00-11:30",
        "٠٧:٠٠-١١:٣٠",
    ],
)
def test_office_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Giờ làm việc") as caught:
        OfficeHours.parse(text)
    assert str(caught.value) == f"Giờ làm việc “{text}” không đọc được; mẫu đúng: 07:00-11:30,13:30-17:00."


@pytest.mark.parametrize(
    "text",
    ["11:30-07:00", "07:00-07:00", "13:30-17:00,07:00-11:30", "07:00-12:00,11:00-17:00", "07:00-12:00,12:00-16:00"],
)
def test_office_hours_that_do_not_rise_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Giờ làm việc") as caught:
        OfficeHours.parse(text)
    assert str(caught.value) == f"Giờ làm việc “{text}” phải tăng dần, các buổi không chồng hoặc nối liền nhau."


@pytest.mark.parametrize(
    ("when", "at_work"),
    [
        ("08/05/2023 06:59", False),
        ("08/05/2023 07:00", True),
        ("08/05/2023 11:29", True),
        ("08/05/2023 11:30", False),
        ("08/05/2023 13:29", False),
        ("08/05/2023 13:30", True),
        ("08/05/2023 16:59", True),
        ("08/05/2023 17:00", False),
        ("06/05/2023 09:00", False),
        ("01/05/2023 09:00", False),
        ("10/01/2026 09:00", True),
    ],
)
def test_office_time_includes_opening_and_excludes_closing(when: str, at_work: bool) -> None:
    assert CALENDAR.is_office_time(moment(when)) is at_work


def test_office_time_is_local_time() -> None:
    monday_morning = datetime(2023, 5, 8, 0, 30, tzinfo=UTC)
    monday_midnight = datetime(2023, 5, 7, 17, 30, tzinfo=UTC)
    assert [CALENDAR.is_office_time(each) for each in (monday_morning, monday_midnight)] == [True, False]


def test_override_file_wins_over_the_package(tmp_path: Path) -> None:
    """
    [years]
    confirmed = [2024]

    [[days_off]]
    day = 2024-05-04
    reason = "Thứ Bảy làm bù của cả nước, cơ quan vẫn nghỉ"

    [[days_off]]
    day = 2024-06-05

    [[make_up_days]]
    day = 2024-05-01

    [[make_up_days]]
    day = 2024-06-09
    """
    calendar = load_calendar(_file(tmp_path, test_override_file_wins_over_the_package.__doc__))
    asked = ["04/05/2024", "05/06/2024", "01/05/2024", "09/06/2024"]
    assert [calendar.is_working_day(day(each)) for each in asked] == [False, False, True, True]
    assert [CALENDAR.is_working_day(day(each)) for each in asked] == [True, True, False, False]


def test_override_file_says_which_years_are_known(tmp_path: Path) -> None:
    calendar = load_calendar(_file(tmp_path, "years = {confirmed = [2024], provisional = [2025]}"))
    assert (calendar.years, calendar.provisional, calendar.hours) == (
        frozenset({2024, 2025}),
        frozenset({2025}),
        EIGHT_HOURS,
    )
    with pytest.raises(CalendarYearMissing):
        calendar.is_working_day(day("05/06/2023"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("years = ", ["cuối tệp: viết sai cú pháp TOML (Invalid value)."]),
        (
            "[years]\nconfirmed = [2024]]",
            ["dòng 2: viết sai cú pháp TOML (Expected newline or end of document after a statement)."],
        ),
        ("", ["years: thiếu mục này."]),
        ("[years]", ["years.confirmed: thiếu mục này."]),
        ("[years]\nconfirmed = []", ["years.confirmed: không được để trống."]),
        ("[years]\nconfirmed = [20233]", ["years.confirmed thứ 1: không được quá 2100."]),
        ("[years]\nconfirmed = [203]", ["years.confirmed thứ 1: phải từ 2000 trở lên."]),
        ("[years]\nconfirmed = [2024]\nngay = 1", ["years.ngay: không có mục nào mang tên này; xem lại chính tả."]),
        (
            "years = {confirmed = [2024], provisional = [2024]}",
            ["years: năm 2024 chỉ được nằm trong confirmed hoặc provisional."],
        ),
    ],
)
def test_override_file_with_a_mistake_is_refused_with_a_sentence(tmp_path: Path, text: str, lines: list[str]) -> None:
    assert _mistakes(_file(tmp_path, text)) == lines


def test_override_file_with_mistakes_in_its_entries_shows_them_all(tmp_path: Path) -> None:
    """
    [years]
    confirmed = [2024]
    provisional = ["năm tới"]

    [[days_off]]
    day = 2024-02-30

    [[days_off]]
    day = "2024-06-05"
    reason = 5

    [[make_up_days]]
    ngay = 2024-06-09

    [ngay_nghi]
    """
    file = _file(tmp_path, test_override_file_with_mistakes_in_its_entries_shows_them_all.__doc__)
    assert _mistakes(file) == [
        "dòng 7: ngày 2024-02-30 không có thật.",
        "years.provisional thứ 1: phải là số nguyên.",
        "days_off thứ 2.day: phải là ngày dạng 2023-06-17, không đặt trong ngoặc kép và không kèm giờ.",
        "days_off thứ 2.reason: phải là chữ, đặt trong ngoặc kép.",
        "make_up_days thứ 1.day: thiếu mục này.",
        "make_up_days thứ 1.ngay: không có mục nào mang tên này; xem lại chính tả.",
        "ngay_nghi: không có mục nào mang tên này; xem lại chính tả.",
    ]


def test_override_file_that_contradicts_itself_shows_every_contradiction(tmp_path: Path) -> None:
    """
    [years]
    confirmed = [2024]

    [[days_off]]
    day = 2025-06-05

    [[days_off]]
    day = 2024-06-08

    [[days_off]]
    day = 2024-06-31

    [[make_up_days]]
    day = 2024-06-08

    [[make_up_days]]
    day = 2023-06-10
    """
    file = _file(tmp_path, test_override_file_that_contradicts_itself_shows_every_contradiction.__doc__)
    assert _mistakes(file) == [
        "dòng 12: ngày 2024-06-31 không có thật.",
        "days_off: ngày 05/06/2025 thuộc năm chưa được khai báo trong [years].",
        "make_up_days: ngày 10/06/2023 thuộc năm chưa được khai báo trong [years].",
        "make_up_days: ngày 08/06/2024 vừa là ngày nghỉ, vừa là ngày làm bù.",
    ]


def test_override_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "days_off.toml"
    file.write_bytes("# Nghỉ Tết".encode("utf-16"))
    assert _mistakes(file) == ["tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8."]


def test_override_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert _mistakes(tmp_path / "days_off.toml") == ["không mở được tệp ngày nghỉ."]


def test_override_file_that_ships_with_the_bot_has_no_mistake() -> None:
    assert isinstance(load_calendar(), WorkCalendar)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _file(folder: Path, text: str | None) -> Path:
    file = folder / "days_off.toml"
    file.write_text(text or "", encoding="utf-8")
    return file


def _mistakes(file: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load_calendar(file)
    return [str(problem).removeprefix("days_off.toml: ") for problem in caught.value.problems]
