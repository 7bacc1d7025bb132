"""Notices in the records: what became of each copy, who has acknowledged, older databases."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlmodel import Session

from records import notices, outbox
from records.acknowledgements import acknowledge, acknowledged, acknowledgements
from records.claims import claim
from records.database import migrate, open_database, transaction
from records.notices import CANCELLED, DRAFT, SCHEDULED, SENT, STOPPED, Copy, Notice
from records.outbox import PUSH, NewMessage
from records.people import add_person
from tests.builders import day, moment

NOW = moment("01/06/2023 07:00")


def author(session: Session) -> int:
    return add_person(session, "Lãnh đạo", frozenset({"lanh-dao"}), day("01/01/2023"))


def a_draft(session: Session, by: int, words: str = "Họp") -> Notice:
    return notices.draft(session, words, [], by, NOW, None)


def queued(session: Session, key: str, recipient: str) -> int:
    message = NewMessage(key, "broadcast", "console", recipient, recipient, PUSH, {"blocks": [], "buttons": []})
    number = outbox.queue(session, message, NOW)
    assert number is not None
    return number


def test_a_draft_is_found_as_it_was_written(engine: Engine) -> None:
    with transaction(engine) as session:
        by = author(session)
        files = [{"kind": "photo", "id": "1", "name": ""}]
        notices.draft(session, "Họp", files, by, NOW, moment("02/06/2023 14:00"))
    with transaction(engine) as session:
        assert notices.find(session, 1) == Notice(
            id=1,
            text="Họp",
            attachments=({"kind": "photo", "id": "1", "name": ""},),
            created_by=by,
            created_at=NOW,
            send_at=moment("02/06/2023 14:00"),
            sent_at=None,
            state=DRAFT,
        )
        assert notices.find(session, 2) is None


@pytest.mark.parametrize(
    ("state", "again", "shown"),
    [
        ("pending", "", "pending"),
        ("sending", "", "sending"),
        ("sent", "", "sent"),
        ("failed", "", "failed"),
        ("unconfirmed", "", "unconfirmed"),
        ("unconfirmed", "sent", "sent"),
        ("unconfirmed", "pending", "pending"),
        ("unconfirmed", "unconfirmed", "unconfirmed"),
        ("dropped", "", "dropped"),
        ("", "", "unreachable"),
    ],
)
def test_a_copy_is_where_its_last_message_is(engine: Engine, state: str, again: str, shown: str) -> None:
    with transaction(engine) as session:
        notice = a_draft(session, author(session))
        key = notices.key_of(notice.id, "person:1")
        for suffix, each in (("", state), ("|again", again)):
            if each:
                outbox.finish(session, queued(session, key + suffix, "person:1"), each, NOW, error="thử")
        notices.mark_sent(session, notice.id, ["person:1"], NOW)
        assert notices.copies(session, notice.id) == [Copy("person:1", shown)]


def test_what_is_held_back_is_only_what_waits_and_only_of_that_notice(engine: Engine) -> None:
    with transaction(engine) as session:
        by = author(session)
        one, other = a_draft(session, by), a_draft(session, by)
        for notice in (one, other):
            for recipient in ("group:1", "person:1"):
                queued(session, notices.key_of(notice.id, recipient), recipient)
            notices.mark_sent(session, notice.id, ["group:1", "person:1"], NOW)
        outbox.finish(session, 1, "sent", NOW)
        assert notices.hold_back(session, one.id, NOW) == 1
        assert notices.hold_back(session, one.id, NOW) == 0
        assert notices.copies(session, one.id) == [Copy("group:1", "sent"), Copy("person:1", "stopped")]
        assert notices.copies(session, other.id) == [Copy("group:1", "pending"), Copy("person:1", "pending")]
        assert [(each.id, each.recipient) for each in notices.held_back(session, one.id)] == [(2, "person:1")]
        notices.let_go(session, 2, "đã nghỉ")
        assert notices.copies(session, one.id) == [Copy("group:1", "sent"), Copy("person:1", "dropped")]
        assert notices.held_back(session, one.id) == []


def test_only_a_stopped_notice_keeps_back_what_returns(engine: Engine) -> None:
    with transaction(engine) as session:
        notice = a_draft(session, author(session))
        key = notices.key_of(notice.id, "person:1")
        queued(session, key, "person:1")
        notices.mark_sent(session, notice.id, ["person:1"], NOW)
        notices.hold_back_returned(session, key, NOW)
        assert notices.copies(session, notice.id) == [Copy("person:1", "pending")]
        notices.set_state(session, notice.id, STOPPED)
        notices.hold_back_returned(session, f"{key}|again", NOW)
        assert notices.copies(session, notice.id) == [Copy("person:1", "stopped")]


@pytest.mark.parametrize(("place", "parts_out"), [(("telegram", "4711"), ""), (("console", "person:1"), "77,78")])
def test_what_goes_on_is_a_fresh_message_to_where_the_person_is_now(
    engine: Engine, place: tuple[str, str], parts_out: str
) -> None:
    with transaction(engine) as session:
        notice = a_draft(session, author(session))
        number = queued(session, notices.key_of(notice.id, "person:1"), "person:1")
        outbox.put_back(session, number, NOW, "đứt giữa chừng", "77,78")
        notices.mark_sent(session, notice.id, ["person:1"], NOW)
        notices.hold_back(session, notice.id, NOW)
        message, *others = notices.held_back(session, notice.id)
        assert (message.begun, message.place, others) == (True, ("console", "person:1"), [])
        later = NOW + timedelta(days=4)
        body = {"blocks": [["muộn", False]], "buttons": []}
        notices.queue_again(session, message, place, body, later)
        found = claim(session, place[0], later)
        assert found is not None
        assert (found.id, found.chat, found.body, found.created_at, found.attempts) == (
            number, place[1], body, later, 1,
        )  # fmt: skip
        assert found.remote_id == parts_out


def test_due_are_the_scheduled_ones_whose_time_has_come(engine: Engine) -> None:
    with transaction(engine) as session:
        by = author(session)
        for hour in (16, 14, 15, 14):
            notices.draft(session, "Họp", [], by, NOW, moment(f"02/06/2023 {hour}:00"))
        for number in (1, 2, 3):
            notices.set_state(session, number, SCHEDULED)
        assert notices.due(session, moment("02/06/2023 13:59")) == []
        assert notices.due(session, moment("02/06/2023 15:00")) == [2, 3]


def test_the_latest_are_listed_without_cancelled_ones_and_drafts_of_others(engine: Engine) -> None:
    with transaction(engine) as session:
        one, other = author(session), author(session)
        for by, state in ((one, SENT), (one, DRAFT), (other, DRAFT), (other, CANCELLED), (other, SCHEDULED)):
            notices.set_state(session, a_draft(session, by).id, state)
        listed = {whose: [each.id for each in notices.latest(session, 3, whose)] for whose in (one, other, None)}
        assert listed == {one: [5, 2, 1], other: [5, 3, 1], None: [5, 3, 2]}


def test_the_one_that_was_sent_last_counts_not_the_one_written_last(engine: Engine) -> None:
    with transaction(engine) as session:
        by = author(session)
        first, second = a_draft(session, by), a_draft(session, by)
        assert notices.latest_out(session) is None
        notices.mark_sent(session, second.id, [], NOW)
        notices.mark_sent(session, first.id, [], NOW + timedelta(minutes=1))
        latest = notices.latest_out(session)
        assert latest is not None
        assert latest.id == first.id


def test_an_acknowledgement_is_kept_once_and_drops_the_chaser_that_waits(engine: Engine) -> None:
    with transaction(engine) as session:
        by, reader = author(session), author(session)
        notice, other = a_draft(session, by), a_draft(session, by)
        waiting = [
            NewMessage(f"chase|{each.id}|person:{reader}|2023-06-05", "chase", "console", "x", f"person:{reader}",
                       PUSH, {"blocks": [], "buttons": []})
            for each in (notice, other)
        ]  # fmt: skip
        for message in waiting:
            outbox.queue(session, message, NOW)
        assert acknowledge(session, notice.id, reader, NOW) is None
        assert acknowledge(session, notice.id, reader, NOW + timedelta(hours=1)) == NOW
        assert acknowledge(session, notice.id, by, NOW - timedelta(hours=1)) is None
        assert list(acknowledged(session, notice.id).items()) == [(by, NOW - timedelta(hours=1)), (reader, NOW)]
        assert acknowledgements(session, [notice.id, other.id]) == {notice.id: 2}
        assert outbox.states(session) == {"dropped": 1, "pending": 1}


def test_notices_of_an_older_database_stay(database_url: str) -> None:
    engine = open_database(database_url)
    config = Config()
    config.set_main_option("script_location", "records/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(text("INSERT INTO person (name, joined_on) VALUES ('Lan', '2023-01-03')"))
        connection.execute(
            text(
                "INSERT INTO notice (text, attachments, created_by, created_at, state) "
                "VALUES ('Họp', '[]', 1, '2023-06-01 00:00:00', 'draft')"
            )
        )
    migrate(engine)
    with transaction(engine) as session:
        found = notices.find(session, 1)
    engine.dispose()
    assert found is not None
    assert (found.text, found.state, found.sent_at) == ("Họp", "draft", None)
