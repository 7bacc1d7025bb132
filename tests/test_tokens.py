"""Token pairs on record: adopted once, bought by one at a time, replaced before use, shown nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records import tokens
from records.channel_tables import TokenRow
from records.database import reading, transaction
from records.tokens import LEASE, Pair
from tests.builders import moment

NOW = moment("13/06/2023 08:00")
UNTIL = moment("11/09/2023 08:00")
APP = "app"
NEXT = Pair("mở-1", NOW + timedelta(hours=25), "đổi-1", UNTIL + timedelta(days=1))


def adopt(engine: Engine, refresh: str) -> None:
    with transaction(engine) as session:
        tokens.adopt(session, APP, refresh, UNTIL, NOW)


def held(engine: Engine) -> Pair | None:
    with reading(engine) as session:
        return tokens.held(session, APP)


def leases(engine: Engine, refresh: str, minutes: float = 0) -> bool:
    with transaction(engine) as session:
        return tokens.lease(session, APP, refresh, NOW + timedelta(minutes=minutes))


def test_first_token_opens_nothing_yet_but_buys_a_pair(engine: Engine) -> None:
    assert held(engine) is None
    adopt(engine, "đổi-0")
    assert held(engine) == Pair("", NOW, "đổi-0", UNTIL)


def test_pair_that_descends_from_the_settings_is_kept_and_a_new_setting_wins(engine: Engine) -> None:
    adopt(engine, "đổi-0")
    with transaction(engine) as session:
        tokens.replace(session, APP, "đổi-0", NEXT)
    adopt(engine, "đổi-0")
    assert held(engine) == NEXT
    adopt(engine, "khác")
    assert held(engine) == Pair("", NOW, "khác", UNTIL)


def test_one_at_a_time_may_buy_until_the_lease_runs_out(engine: Engine) -> None:
    adopt(engine, "đổi-0")
    lease = LEASE / timedelta(minutes=1)
    tried = [leases(engine, "đổi-0", at) for at in (0, 0, lease - 0.01, lease, lease + 0.01)]
    assert tried == [True, False, False, True, False]


def test_lease_ends_when_nothing_was_bought_and_a_used_token_cannot_be_leased(engine: Engine) -> None:
    adopt(engine, "đổi-0")
    assert leases(engine, "đổi-0")
    with transaction(engine) as session:
        tokens.release(session, APP, "đổi-0")
    assert leases(engine, "đổi-0")
    with transaction(engine) as session:
        tokens.replace(session, APP, "đổi-0", NEXT)
    assert [leases(engine, "đổi-0"), leases(engine, "đổi-1")] == [False, True]


def test_what_a_used_up_token_brings_late_replaces_nothing(engine: Engine) -> None:
    adopt(engine, "đổi-0")
    with transaction(engine) as session:
        tokens.replace(session, APP, "đổi-0", NEXT)
        tokens.replace(session, APP, "đổi-0", Pair("muộn", NOW, "muộn", NOW))
    assert held(engine) == NEXT


def test_no_repr_and_no_error_shows_a_token(engine: Engine) -> None:
    row = TokenRow(
        app=APP, access="mở-1", access_until=NOW, refresh="đổi-1", refresh_until=NOW, seed="x", leased_until=None
    )
    with pytest.raises(DBAPIError) as caught, transaction(engine) as session:
        session.connection().execute(text("INSERT INTO token_pair (nowhere) VALUES (:token)"), {"token": "mở-1"})
    shown = f"{NEXT!r} {row!r} {caught.value}"
    assert [word for word in ("mở-1", "đổi-1") if word in shown] == []
    assert "hidden" in shown
