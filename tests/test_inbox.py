"""Updates are stored once, wait in order, and are handled once."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from records.database import reading, transaction
from records.inbox import forget, forget_words, receive, take, those, waiting
from tests.builders import moment

NOW = moment("13/06/2023 08:00")
PAYLOAD = {"text": "/xong III.16 “Q2” 👍", "in_group": False, "attachments": [{"file": "abc"}]}


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def test_update_is_stored_once_however_often_the_channel_brings_it(session: Session) -> None:
    first = receive(session, "telegram", [("1", "7", PAYLOAD), ("2", "7", {})], NOW)
    again = receive(session, "telegram", [("2", "7", {}), ("3", "8", {}), ("1", "7", {})], NOW)
    assert (len(first), len(again), receive(session, "telegram", [("3", "8", {})], NOW)) == (2, 1, [])
    assert receive(session, "telegram", [], NOW) == []
    assert [(each.chat, each.payload) for each in waiting(session, "telegram")] == [
        ("7", PAYLOAD),
        ("7", {}),
        ("8", {}),
    ]


def test_update_that_comes_twice_in_one_batch_is_stored_once(session: Session) -> None:
    receive(session, "telegram", [("1", "7", {"text": "đầu"}), ("1", "7", {"text": "sau"})], NOW)
    assert [each.payload for each in waiting(session, "telegram")] == [{"text": "đầu"}]


def test_same_number_on_another_channel_is_another_update(session: Session) -> None:
    receive(session, "telegram", [("1", "7", {})], NOW)
    receive(session, "zalo", [("1", "9", {})], NOW)
    assert [each.chat for channel in ("telegram", "zalo") for each in waiting(session, channel)] == ["7", "9"]


def test_update_waits_until_it_is_taken(session: Session) -> None:
    one, two, three = receive(session, "zalo", [("1", "7", {}), ("2", "7", {}), ("3", "7", {})], NOW)
    taken = [take(session, two, NOW), take(session, two, NOW)]
    assert taken == [True, False]
    assert [each.id for each in waiting(session, "zalo")] == [one, three]
    assert [each.id for each in waiting(session, "zalo", after=one)] == [three]
    assert [each.id for each in waiting(session, "zalo", limit=1)] == [one]
    assert [each.id for each in those(session, [three, two])] == [two, three]


def test_update_whose_handling_failed_still_waits(engine: Engine) -> None:
    with transaction(engine) as session:
        (number,) = receive(session, "zalo", [("1", "7", {})], NOW)

    def stumble() -> None:
        with transaction(engine) as session:
            take(session, number, NOW)
            raise RuntimeError("giữa chừng")

    with pytest.raises(RuntimeError, match="giữa chừng"):
        stumble()
    with reading(engine) as session:
        assert [each.id for each in waiting(session, "zalo")] == [number]


def test_two_who_want_the_same_update_do_not_both_get_it(engine: Engine) -> None:
    got: list[bool] = []
    with transaction(engine) as session:
        (number,) = receive(session, "zalo", [("1", "7", {})], NOW)

    def second() -> None:
        with transaction(engine) as session:
            got.append(take(session, number, NOW))

    thread = Thread(target=second)
    with transaction(engine) as session:
        got.append(take(session, number, NOW))
        thread.start()
        thread.join(0.2)
    thread.join(20)
    assert got == [True, False]


def test_what_was_handled_before_then_is_forgotten_but_the_newest_keeps_its_number(session: Session) -> None:
    one, two, three = receive(session, "zalo", [("1", "7", {}), ("2", "7", {}), ("3", "7", {})], NOW)
    take(session, one, NOW)
    take(session, three, NOW)
    assert forget(session, NOW) == 0
    assert forget(session, NOW + timedelta(seconds=1)) == 1
    assert [each.id for each in those(session, [one, two, three])] == [two, three]
    take(session, two, NOW)
    assert forget(session, NOW + timedelta(days=30)) == 1
    assert receive(session, "zalo", [("4", "7", {})], NOW) == [three + 1]


def test_what_was_typed_is_forgotten_and_is_still_known_when_it_comes_again(session: Session) -> None:
    one, two = receive(session, "zalo", [("1", "7", PAYLOAD), ("2", "7", PAYLOAD)], NOW)
    take(session, one, NOW)
    later = NOW + timedelta(days=8)
    assert [forget_words(session, later), forget_words(session, later)] == [1, 0]
    assert [(each.chat, each.payload) for each in those(session, [one, two])] == [("", {}), ("7", PAYLOAD)]
    assert receive(session, "zalo", [("1", "7", PAYLOAD)], later) == []


def test_what_was_handled_long_ago_is_found_by_its_index(engine: Engine) -> None:
    with transaction(engine) as session:
        receive(session, "zalo", [(str(number), "7", PAYLOAD) for number in range(2000)], NOW)
        session.connection().execute(text("UPDATE inbox SET handled_at = received_at"))
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        plan = connection.execute(text(f"{explain} DELETE FROM inbox WHERE handled_at < '2023-01-01 00:00:00+00'"))
        assert "ix_inbox_handled" in str(plan.all())
