"""What was said, to whom, in which message: each alert once for each recipient."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from records.alerts import Said, carried_by, known, of_message, record, take_over
from records.database import reading, transaction
from records.outbox import PUSH, NewMessage, queue
from tests.builders import moment, rule
from tests.small_office import bring_up_to_date, hire, items, office

NOW = moment("13/06/2023 07:30")
FIRST = Said("một", None, "III.4", "silent", 92, NOW, "person:1")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def message(session: Session, key: str) -> int:
    """A message that may carry alerts."""
    number = queue(session, NewMessage(key, "push", "zalo", "7", "person:1", PUSH, {}), NOW)
    assert number is not None
    return number


def test_alert_is_recorded_once(session: Session) -> None:
    second = replace(FIRST, key="hai", recipient="person:2")
    assert record(session, [FIRST]) == {"một"}
    assert record(session, [FIRST, second]) == {"hai"}
    assert record(session, [FIRST, second]) == set()
    assert record(session, []) == set()
    assert (known(session, ["một", "hai", "ba"]), known(session, [])) == ({"một", "hai"}, set())


def test_alert_that_comes_twice_at_once_is_recorded_once(session: Session) -> None:
    assert record(session, [FIRST, replace(FIRST, recipient="person:2")]) == {"một"}


def test_thousands_of_alerts_are_recorded_at_a_stroke(session: Session) -> None:
    many = [replace(FIRST, key=f"số {number}") for number in range(2500)]
    assert len(record(session, many[:1500])) == 1500
    assert record(session, many) == {each.key for each in many[1500:]}


def test_message_knows_what_it_says_in_the_order_in_which_it_was_recorded(session: Session) -> None:
    where = office(rule("monthly", day=22, bound="before"))
    hire(session, "Lan", "vp-tk")
    bring_up_to_date(session, where, NOW)
    deadline = items(session, where)[0].deadline
    about_it = Said("hai", deadline.id, "", "last_day", 0, NOW, "person:1")
    record(session, [about_it, FIRST])
    number = message(session, "tin")
    carried_by(session, ["một", "hai"], number)
    assert of_message(session, number) == [about_it, FIRST]
    assert of_message(session, number + 1) == []


def test_newer_message_takes_over_what_older_ones_would_have_said(session: Session) -> None:
    second, third = replace(FIRST, key="hai"), replace(FIRST, key="ba")
    record(session, [FIRST, second, third])
    old, older, new = (message(session, key) for key in ("a", "b", "c"))
    carried_by(session, ["một"], old)
    carried_by(session, ["hai"], older)
    carried_by(session, ["ba"], new)
    take_over(session, [old, older], new)
    assert [[each.key for each in of_message(session, number)] for number in (old, older, new)] == [
        [],
        [],
        ["một", "hai", "ba"],
    ]


def test_why_an_alert_was_never_said_stays_on_record(session: Session) -> None:
    record(session, [replace(FIRST, dropped="đã có lời nhắc mới hơn")])
    number = message(session, "tin")
    carried_by(session, ["một"], number)
    assert [each.dropped for each in of_message(session, number)] == ["đã có lời nhắc mới hơn"]


def test_two_who_decide_at_the_same_moment_say_it_once(engine: Engine) -> None:
    new: list[set[str]] = []

    def second() -> None:
        with transaction(engine) as session:
            new.append(record(session, [FIRST, replace(FIRST, key="hai")]))

    thread = Thread(target=second)
    with transaction(engine) as session:
        new.append(record(session, [FIRST]))
        thread.start()
        thread.join(0.2)
    thread.join(20)
    with reading(engine) as session:
        assert (new, known(session, ["một", "hai"])) == ([{"một"}, {"hai"}], {"một", "hai"})
