"""Nonsense of every kind: a quick version of bench/fuzz.py, the same each time."""

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some
from sqlalchemy import Engine

from plan_data.office import Office
from tests.nonsense.aftermath import imports, mornings
from tests.nonsense.files import FileFuzz
from tests.nonsense.fuzz import Fuzz
from tests.nonsense.office import PLATFORMS, furnish
from tests.nonsense.platform import Platform

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=[each.name for each in PLATFORMS])
FIELDS = [
    *("update_id", "message", "callback_query", "my_chat_member", "chat", "from", "id", "type", "text", "date"),
    *("data", "message_id", "event_name", "chat_type", "display_name", "result", "sender", "recipient", "msg_id"),
    *("attachments", "payload", "quote_msg", "from_id", "src", "time", "timestamp", "document", "photo"),
]
JSON: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)


@only_sqlite
@each_platform
async def test_mutated_updates_break_nothing_and_tell_strangers_nothing(
    engine: Engine, office: Office, platform: Platform, tmp_path: Path
) -> None:
    furnish(engine, office)
    with closing(Fuzz(engine, office, random.Random(7))) as fuzz:
        fuzz.updates(platform, 500)
        await imports(fuzz, FileFuzz(office, random.Random(7), tmp_path))
        await mornings(fuzz, tmp_path)
    assert fuzz.found == []
    assert fuzz.counts[f"{platform.name}: read"] > 250


def test_random_command_lines_break_nothing_and_tell_strangers_nothing(engine: Engine, office: Office) -> None:
    furnish(engine, office)
    with closing(Fuzz(engine, office, random.Random(8))) as fuzz:
        fuzz.lines(500)
    assert fuzz.found == []


def test_broken_files_are_refused_in_a_sentence(office: Office, tmp_path: Path) -> None:
    fuzz = FileFuzz(office, random.Random(9), tmp_path)
    fuzz.files(200)
    assert fuzz.found == []


@each_platform
@hypothesis_settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(raw=JSON)
def test_whatever_a_platform_sends_is_read_or_passed_over(platform: Platform, raw: object) -> None:
    platform.incoming(raw)
