"""Messages wait in order, are claimed by one only, and what came of them stays on record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from records.claims import claim, claim_edit, is_something_due
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import (
    ANSWER,
    NOTICE,
    PUSH,
    Claimed,
    NewMessage,
    drop,
    finish,
    hold_chat,
    in_flight,
    move_chat,
    oldest_pending,
    put_back,
    queue,
    revise,
    states,
)
from tests.builders import moment

NOW = moment("13/06/2023 07:30")
SOON = NOW + timedelta(minutes=5)
BODY = {"blocks": [["Hạn cuối là hôm nay", True]], "buttons": []}


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def put(
    session: Session,
    key: str,
    priority: int = PUSH,
    chat: str = "7",
    not_before: datetime | None = None,
    kind: str = "push",
    channel: str = "zalo",
) -> int:
    """Queue a message; fails when it is there already."""
    number = queue(session, NewMessage(key, kind, channel, chat, "person:1", priority, BODY), NOW, not_before)
    assert number is not None
    return number


def claimed(session: Session, now: datetime = NOW, busy: str = "") -> str | None:
    """The key of the next message."""
    message = claim(session, "zalo", now, frozenset(busy.split()))
    return message.key if message else None


def row(session: Session, number: int) -> OutboxRow:
    """The message as it is on record."""
    return session.get_one(OutboxRow, number, populate_existing=True)


def test_message_is_queued_once(session: Session) -> None:
    number = put(session, "một")
    again = queue(session, NewMessage("một", "push", "zalo", "8", "person:2", PUSH, {}), SOON)
    assert again is None
    assert (row(session, number).chat, row(session, number).body) == ("7", BODY)
    assert states(session) == {"pending": 1}


def test_message_is_not_queued_again_after_it_went_out(session: Session) -> None:
    number = put(session, "một")
    finish(session, number, "sent", NOW)
    assert queue(session, NewMessage("một", "push", "zalo", "7", "person:1", PUSH, BODY), SOON) is None


def test_claimed_message_is_all_that_sending_needs(session: Session) -> None:
    number = put(session, "một")
    message = claim(session, "zalo", SOON)
    assert message == Claimed(number, "một", "push", "zalo", "7", "person:1", PUSH, BODY, 1, "", NOW)
    assert (row(session, number).state, row(session, number).claimed_at) == ("sending", SOON)
    assert claim(session, "zalo", SOON) is None


def test_urgent_messages_go_first_and_then_the_oldest(session: Session) -> None:
    for key, priority in (("nhắc", PUSH), ("báo", NOTICE), ("đáp", ANSWER), ("đáp sau", ANSWER), ("nhắc sau", PUSH)):
        put(session, key, priority)
    order = [claimed(session) for _ in range(6)]
    assert order == ["đáp", "đáp sau", "báo", "nhắc", "nhắc sau", None]


def test_message_waits_for_its_time(session: Session) -> None:
    put(session, "sau", not_before=SOON)
    early = claimed(session, SOON - timedelta(microseconds=1))
    assert (early, claimed(session, SOON)) == (None, "sau")


def test_message_of_another_channel_is_left_to_it(session: Session) -> None:
    put(session, "một", channel="telegram")
    assert (claimed(session), oldest_pending(session)) == (None, NOW)


def test_chats_that_are_being_written_to_are_left_alone(session: Session) -> None:
    for key, chat in (("một", "7"), ("hai", "7"), ("ba", "8"), ("bốn", "9")):
        put(session, key, chat=chat)
    assert [claimed(session, busy=busy) for busy in ("7", "7 9", "", "7")] == ["ba", None, "một", "bốn"]


def test_kinds_that_are_held_and_less_urgent_messages_wait(session: Session) -> None:
    put(session, "nhắc", kind="push")
    put(session, "báo", NOTICE, kind="notice")
    put(session, "đáp", ANSWER, kind="answer")
    held = frozenset({"push"})
    found = [claim(session, "zalo", NOW, down_to=ANSWER), claim(session, "zalo", NOW, down_to=ANSWER)]
    found += [claim(session, "zalo", NOW, held=held), claim(session, "zalo", NOW, held=held)]
    assert [each.key if each else None for each in found] == ["đáp", None, "báo", None]
    due = [is_something_due(session, "zalo", NOW, kinds) for kinds in (held, frozenset[str]())]
    assert (due, claimed(session)) == ([False, True], "nhắc")


def test_message_put_back_is_tried_again_later_and_knows_why(session: Session) -> None:
    number = put(session, "một")
    claim(session, "zalo", NOW)
    put_back(session, number, SOON, "mất mạng", "11,12")
    waiting = row(session, number)
    assert (waiting.state, waiting.error, waiting.not_before) == ("pending", "mất mạng", SOON)
    early = claimed(session)
    again = claim(session, "zalo", SOON)
    assert again is not None
    assert (early, again.attempts, again.remote_id) == (None, 2, "11,12")


def test_chat_that_asked_for_silence_gets_nothing_until_then(session: Session) -> None:
    put(session, "một")
    put(session, "hai", not_before=SOON + timedelta(hours=1))
    put(session, "ba", chat="8")
    put(session, "bốn", channel="telegram")
    hold_chat(session, "zalo", "7", SOON)
    assert [claimed(session), claimed(session), claimed(session, SOON), claimed(session, SOON)] == [
        "ba",
        None,
        "một",
        None,
    ]
    assert claimed(session, SOON + timedelta(hours=1)) == "hai"


def test_what_came_of_it_stays_on_record(session: Session) -> None:
    numbers = [put(session, key) for key in ("một", "hai", "ba")]
    finish(session, numbers[0], "sent", SOON, remote_id="55")
    finish(session, numbers[1], "failed", SOON, error="đã chặn bot")
    finish(session, numbers[2], "unconfirmed", SOON, error="quá giờ")
    found = [row(session, number) for number in numbers]
    assert [(each.state, each.remote_id, each.error, each.finished_at) for each in found] == [
        ("sent", "55", "", SOON),
        ("failed", "", "đã chặn bot", SOON),
        ("unconfirmed", "", "quá giờ", SOON),
    ]
    assert (states(session), claimed(session)) == ({"sent": 1, "failed": 1, "unconfirmed": 1}, None)


def test_only_what_waits_is_dropped(session: Session) -> None:
    waiting, sending, sent = (put(session, key) for key in ("một", "hai", "ba"))
    finish(session, sent, "sent", NOW)
    row(session, sending).state = "sending"
    for number in (waiting, sending, sent):
        drop(session, number, "đã hoàn thành", SOON)
    found = [row(session, number) for number in (waiting, sending, sent)]
    assert [(each.state, each.error) for each in found] == [
        ("dropped", "đã hoàn thành"),
        ("sending", ""),
        ("sent", ""),
    ]


@pytest.mark.parametrize(
    ("state", "edit"),
    [("pending", False), ("sending", True), ("sent", True), ("failed", False), ("dropped", False)],
)
def test_changed_text_goes_out_or_is_edited_where_it_stands(session: Session, state: str, edit: bool) -> None:
    number = put(session, "một")
    row(session, number).state = state
    revise(session, number, {"blocks": [["đã xong", False]], "buttons": []})
    assert (row(session, number).edit_due, row(session, number).body["blocks"]) == (edit, [["đã xong", False]])


def test_unchanged_text_is_not_edited(session: Session) -> None:
    number = put(session, "một")
    finish(session, number, "sent", NOW)
    revise(session, number, dict(BODY))
    assert (row(session, number).edit_due, claim_edit(session, "zalo")) == (False, None)


def test_edit_is_claimed_once_and_only_after_the_message_went_out(session: Session) -> None:
    number = put(session, "một")
    claim(session, "zalo", NOW)
    revise(session, number, {"blocks": [["đã xong", False]], "buttons": []})
    while_sending = claim_edit(session, "zalo"), is_something_due(session, "zalo", NOW)
    finish(session, number, "sent", NOW, remote_id="55")
    due = is_something_due(session, "zalo", NOW), is_something_due(session, "telegram", NOW)
    assert not is_something_due(session, "zalo", NOW, can_edit=False)
    other = claim_edit(session, "telegram")
    edit = claim_edit(session, "zalo")
    assert edit is not None
    assert (edit.remote_id, edit.body["blocks"]) == ("55", [["đã xong", False]])
    assert (while_sending, due, other, claim_edit(session, "zalo")) == ((None, False), (True, False), None, None)


def test_chat_that_moved_takes_along_what_waits_for_it(session: Session) -> None:
    waiting, sent, other = put(session, "một"), put(session, "hai"), put(session, "ba", channel="telegram")
    finish(session, sent, "sent", NOW)
    move_chat(session, "zalo", "7", "107")
    assert [row(session, number).chat for number in (waiting, sent, other)] == ["107", "7", "7"]


def test_messages_in_flight_are_those_that_a_dead_process_had_claimed(session: Session) -> None:
    put(session, "một")
    put(session, "hai")
    put(session, "ba", channel="telegram")
    claim(session, "zalo", NOW)
    claim(session, "telegram", NOW)
    assert [[each.key for each in in_flight(session, channel)] for channel in ("zalo", "telegram")] == [
        ["một"],
        ["ba"],
    ]


def test_claims_at_the_same_moment_never_get_the_same_message(engine: Engine) -> None:
    with transaction(engine) as session:
        for number in range(40):
            put(session, f"tin {number:02}", chat=str(number % 5))
    got: list[str] = []
    together = Barrier(4)

    def work() -> None:
        together.wait(10)
        while True:
            with transaction(engine) as session:
                message = claim(session, "zalo", NOW)
            if message is None:
                return
            got.append(message.key)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == [f"tin {number:02}" for number in range(40)]
    with reading(engine) as session:
        assert states(session) == {"sending": 40}


def test_message_that_is_being_claimed_does_not_keep_the_next_one_waiting_on_postgresql(engine: Engine) -> None:
    got: list[str | None] = []
    with transaction(engine) as session:
        put(session, "một")
        put(session, "hai")

    def second() -> None:
        with transaction(engine) as session:
            got.append(claimed(session))

    thread = Thread(target=second)
    with transaction(engine) as session:
        got.append(claimed(session))
        thread.start()
        thread.join(0.3)
        finished_meanwhile = not thread.is_alive()
    thread.join(20)
    assert (got, finished_meanwhile) == (["một", "hai"], engine.dialect.name == "postgresql")
