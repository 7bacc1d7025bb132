import time
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import SteppingClock, clock_from, read_day, read_moment, real_clock
from bot.mistakes import BadArgument
from plan_data.workdays import ZONE
from tests.builders import day, moment


def test_real_clock_shows_the_machines_time_in_vietnam() -> None:
    before = datetime.now(UTC)
    shown = real_clock()
    assert before <= shown <= datetime.now(UTC)
    assert shown.utcoffset() == timedelta(hours=7)


def test_rehearsal_clock_starts_at_its_moment_and_runs_at_normal_speed() -> None:
    start = moment("16/06/2023 07:29")
    began = time.monotonic()
    clock = clock_from(start)
    time.sleep(0.05)
    passed = clock() - start
    assert timedelta(seconds=0.05) <= passed <= timedelta(seconds=time.monotonic() - began)


def test_stepping_clock_stands_still_until_it_is_told_to_step() -> None:
    clock = SteppingClock(moment("16/06/2023 07:29"))
    assert (clock(), clock()) == (moment("16/06/2023 07:29"), moment("16/06/2023 07:29"))
    assert clock.step(timedelta(minutes=1)) == clock() == moment("16/06/2023 07:30")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2023-06-16T07:29", datetime(2023, 6, 16, 7, 29, tzinfo=ZONE)),
        (" 2023-06-16 07:29:30 ", datetime(2023, 6, 16, 7, 29, 30, tzinfo=ZONE)),
        ("2023-06-16", datetime(2023, 6, 16, tzinfo=ZONE)),
        ("2023-06-16T00:29+00:00", datetime(2023, 6, 16, 7, 29, tzinfo=ZONE)),
        ("2023-06-16T00:29Z", datetime(2023, 6, 16, 7, 29, tzinfo=ZONE)),
    ],
)
def test_moment_without_a_zone_is_local(text: str, meant: datetime) -> None:
    assert (read_moment(text), read_moment(text).utcoffset()) == (meant, timedelta(hours=7))


@pytest.mark.parametrize("text", ["", "mai", "16/6/2023 07:29", "2023-06-31T07:00", "2023-06-16T25:00"])
def test_moment_that_cannot_be_read_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(BadArgument, match=r"mẫu đúng: 2023-06-16T07:29\.$"):
        read_moment(text)


@pytest.mark.parametrize(("text", "meant"), [("2023-06-16", day("16/06/2023")), (" 16/6/2023 ", day("16/06/2023"))])
def test_day_is_read_as_programs_and_as_documents_write_it(text: str, meant: date) -> None:
    assert read_day(text) == meant


@pytest.mark.parametrize("text", ["", "hôm nay", "2023-06-31", "31/6/2023", "6/2023", "2023-06-16T07:00"])
def test_day_that_cannot_be_read_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(BadArgument, match=r"mẫu đúng: 2023-06-16\.$"):
        read_day(text)
