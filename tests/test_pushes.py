"""The bot's unasked messages: which speak of a deadline, which wait, how many somebody has had."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from records.alerts import Said, carried_by, record
from records.database import transaction
from records.mail_tables import OutboxRow
from records.outbox import PUSH, NewMessage, drop, finish, queue
from records.pushes import Posted, about, count_between, waiting
from tests.builders import moment, rule
from tests.small_office import bring_up_to_date, items, office

NOW = moment("13/06/2023 07:30")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def put(session: Session, key: str, recipient: str = "person:1", kind: str = "push", at: datetime = NOW) -> int:
    """Queue a message."""
    number = queue(session, NewMessage(key, kind, "zalo", "7", recipient, PUSH, {}), at)
    assert number is not None
    return number


def test_messages_about_a_deadline_are_those_that_wait_or_were_posted_lately(session: Session) -> None:
    where = office(rule("monthly", day=22, bound="before"))
    bring_up_to_date(session, where, NOW)
    first, second = (each.deadline.id for each in items(session, where)[:2])
    old = NOW - timedelta(days=8)
    keys = ("chờ", "đang gửi", "đã gửi", "hỏng", "bỏ", "thông báo", "cũ", "việc khác", "không chở gì")
    numbers = {
        key: put(session, key, at=old if key == "cũ" else NOW, kind="notice" if key == "thông báo" else "push")
        for key in keys
    }
    for key, number in numbers.items():
        if key != "không chở gì":
            deadline = second if key == "việc khác" else first
            record(session, [Said(key, deadline, "", "last_day", 0, NOW, "person:1")])
            carried_by(session, [key], number)
    for key, state in (("đã gửi", "sent"), ("hỏng", "failed"), ("cũ", "sent"), ("thông báo", "sent")):
        finish(session, numbers[key], state, NOW)
    session.get_one(OutboxRow, numbers["đang gửi"]).state = "sending"
    drop(session, numbers["bỏ"], "đã hoàn thành", NOW)
    assert about(session, first, NOW - timedelta(days=7)) == [
        Posted(numbers["chờ"], "pending", NOW),
        Posted(numbers["đang gửi"], "sending", NOW),
        Posted(numbers["đã gửi"], "sent", NOW),
    ]
    assert [each.id for each in about(session, second, NOW)] == [numbers["việc khác"]]


def test_waiting_messages_are_found_by_recipient(session: Session) -> None:
    one, two = put(session, "một"), put(session, "hai", "group:1")
    three = put(session, "ba")
    put(session, "đáp", kind="answer")
    put(session, "năm|again")
    finish(session, put(session, "bốn"), "sent", NOW)
    assert waiting(session, ["person:1", "group:1", "person:2"]) == {"person:1": [one, three], "group:1": [two]}
    assert (waiting(session, ["person:2"]), waiting(session, [])) == ({}, {})


def test_count_of_a_day_leaves_out_what_was_dropped_or_doubtful_answers_and_other_days(session: Session) -> None:
    put(session, "hôm qua", at=NOW - timedelta(days=1))
    put(session, "một")
    finish(session, put(session, "hai"), "failed", NOW)
    drop(session, put(session, "ba"), "đã hoàn thành", NOW)
    put(session, "đáp", kind="answer")
    put(session, "nhóm", "group:1")
    finish(session, put(session, "bốn"), "unconfirmed", NOW)
    put(session, "bốn|again")
    put(session, "từ một đồng hồ chạy sai", at=NOW + timedelta(days=400))
    day = moment("13/06/2023 00:00"), NOW
    assert count_between(session, ["person:1", "group:1", "person:2"], *day) == {"person:1": 3, "group:1": 1}
