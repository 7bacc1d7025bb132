"""The clerk hears 14 and 3 days ahead that the right to renew the tokens ends, each once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from jobs.expiry import days_to_tell, warn_of_expiry
from records.database import transaction
from tests.builders import moment
from tests.post_office import WHERE, post
from wording.zalo_oa import tokens_expire

UNTIL = moment("20/06/2023 08:00")


@pytest.mark.parametrize(
    ("before", "days"),
    [
        (timedelta(days=14, seconds=1), None),
        (timedelta(days=14), 14),
        (timedelta(days=3, seconds=1), 14),
        (timedelta(days=3), 3),
        (timedelta(0), 3),
        (timedelta(days=-1), 3),
    ],
)
def test_warnings_are_due_14_and_3_days_ahead(before: timedelta, days: int | None) -> None:
    assert days_to_tell(UNTIL, UNTIL - before) == days


async def test_clerk_is_told_each_once_and_again_of_another_day(engine: Engine) -> None:
    here = post(engine)
    heard = []
    for when, until in (("06/06", UNTIL), ("10/06", UNTIL), ("18/06", UNTIL), ("19/06", UNTIL), ("19/06", UNTIL)):
        now = moment(f"{when}/2023 08:30")
        with transaction(engine) as session:
            warn_of_expiry(session, WHERE, "app", until, now)
        heard += [chat for chat, _ in await here.at(now)]
    assert heard == ["Lan", "Lan"]
    later = UNTIL + timedelta(days=1)
    with transaction(engine) as session:
        warn_of_expiry(session, WHERE, "app", later, UNTIL)
    assert [chat for chat, _ in await here.at(UNTIL)] == ["Lan"]


def test_warning_says_what_to_do_and_how_long_there_is() -> None:
    said = tokens_expire(UNTIL, moment("06/06/2023 23:00")).plain
    assert "hết hạn 20/6/2023 (còn 14 ngày)" in said
    assert "ZALO_OA_REFRESH_TOKEN" in said
    assert "(là hôm nay)" in tokens_expire(UNTIL, UNTIL).plain
    assert "(đã qua)" in tokens_expire(UNTIL, moment("21/06/2023 00:00")).plain
