"""Nonsense of every kind: a quick version of bench/fuzz.py, the same each time."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some
from sqlalchemy import Engine
from telegram import Bot, User

from bot.channels.telegram_updates import incoming_of as from_telegram
from bot.channels.zalo_updates import events_of
from bot.channels.zalo_updates import incoming_of as from_zalo
from plan_data.office import Office
from tests.fuzzing import LIMITS, ME, Fuzz

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIELDS = [
    *(
        "update_id",
        "message",
        "callback_query",
        "my_chat_member",
        "chat",
        "from",
        "id",
        "type",
        "text",
        "date",
        "data",
    ),
    *("message_id", "event_name", "chat_type", "display_name", "result"),
]
JSON: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)


@only_sqlite
@pytest.mark.parametrize("channel", LIMITS)
def test_mutated_updates_break_nothing_and_tell_strangers_nothing(
    engine: Engine, office: Office, channel: str
) -> None:
    fuzz = Fuzz(engine, office, random.Random(7))
    fuzz.updates(channel, 600)
    assert fuzz.found == []
    assert fuzz.counts[f"{channel}: read"] > 100


@only_sqlite
def test_random_command_lines_break_nothing_and_tell_strangers_nothing(engine: Engine, office: Office) -> None:
    fuzz = Fuzz(engine, office, random.Random(8))
    fuzz.lines(600)
    assert fuzz.found == []


@hypothesis_settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_whatever_a_platform_sends_is_read_or_passed_over(raw: object) -> None:
    bot = Bot("123456:no-token")
    bot._bot_user = User(1, "Bot", is_bot=True, username="nhacviec_bot")
    from_telegram(raw, bot)
    for event in events_of(raw):
        from_zalo(event, ME)
