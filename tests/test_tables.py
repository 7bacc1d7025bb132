"""What the tables themselves guarantee, whoever writes to them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session, SQLModel, select

from records.audit import audit, trail, write_down
from records.database import transaction
from records.mail_tables import AlertRow, InboxRow, OutboxRow
from records.tables import AccountRow, CompletionRow, DeadlineRow, GroupRow, PersonRow
from tests.builders import day, moment

NOW = moment("22/06/2023 08:30")


def deadline(period: str) -> DeadlineRow:
    """A deadline of task I.1."""
    last = day("21/06/2023")
    return DeadlineRow(
        plan="thu",
        task="I.1",
        rule="r",
        period=period,
        kind="monthly",
        opens=last,
        named_day=last,
        bound="by",
        last_day=last,
        last_working_day=last,
        known_since=NOW,
    )


def completion(deadline_id: int, person: int, share_of: int = 0) -> CompletionRow:
    """It is done, as the person says."""
    return CompletionRow(
        deadline_id=deadline_id, share_of=share_of, done_on=day("21/06/2023"), recorded_at=NOW, recorded_by=person
    )


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction in which there is one person and one deadline, both of number 1."""
    with transaction(engine) as session:
        session.add(PersonRow(name="Lan", joined_on=day("03/01/2023")))
        session.add(deadline("2023-06"))
        session.flush()
        yield session


def add(session: Session, *rows: SQLModel) -> None:
    """Write the rows now."""
    session.add_all(rows)
    session.flush()


def test_times_are_stored_as_utc_and_read_as_aware_times(session: Session) -> None:
    audit(session, NOW, "done", "I.1")
    write_down(session)
    stored = session.connection().execute(text("SELECT CAST(at AS VARCHAR) FROM audit")).scalar_one()
    assert stored[:19] == "2023-06-22 01:30:00"
    assert [(at, at.tzinfo) for at, *_ in trail(session)] == [(NOW, UTC)]


@pytest.mark.parametrize("micro", [0, 1, 999_999])
def test_times_keep_their_microseconds(session: Session, micro: int) -> None:
    audit(session, NOW + timedelta(microseconds=micro), "done", "I.1")
    session.flush()
    session.expire_all()
    assert [at for at, *_ in trail(session)] == [NOW + timedelta(microseconds=micro)]


def test_naive_time_is_refused(session: Session) -> None:
    naive = datetime(2023, 6, 22, 8, 30)  # noqa: DTZ001
    session.add(AccountRow(person_id=1, channel="zalo", address="7", used_at=naive))
    with pytest.raises(StatementError, match="datetime"):
        session.flush()
    session.rollback()


def test_days_are_local_days_without_an_hour(session: Session) -> None:
    assert session.get_one(DeadlineRow, 1).last_day == day("21/06/2023")


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'undo'", "DELETE FROM audit"])
def test_audit_trail_cannot_be_changed(engine: Engine, change: str) -> None:
    def tamper() -> None:
        with engine.begin() as connection:
            connection.execute(text(change))

    with transaction(engine) as session:
        audit(session, NOW, "done", "I.1", detail={"note": "số 12/BC-UBND"})
    with pytest.raises(DBAPIError, match="the audit trail is append-only"):
        tamper()
    with transaction(engine) as session:
        assert trail(session) == [(NOW, None, "done", "I.1", {"note": "số 12/BC-UBND"})]


def test_audit_trail_cannot_be_emptied_at_one_stroke_on_postgresql(engine: Engine) -> None:
    statement = "TRUNCATE audit" if engine.dialect.name == "postgresql" else "DELETE FROM audit WHERE id > 0"
    with transaction(engine) as session:
        audit(session, NOW, "done", "I.1")
    with pytest.raises(DBAPIError, match="the audit trail is append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_share_has_one_current_completion(session: Session) -> None:
    add(session, completion(1, 1, share_of=1), completion(1, 1, share_of=0))
    with pytest.raises(IntegrityError):
        add(session, completion(1, 1, share_of=1))


def test_share_may_be_completed_again_after_it_was_taken_back(session: Session) -> None:
    first = completion(1, 1)
    add(session, first)
    first.undone_at, first.undone_by = NOW, 1
    add(session, completion(1, 1))
    found = session.exec(select(CompletionRow).order_by(CompletionRow.id))  # type: ignore[arg-type]
    assert [row.undone_at for row in found] == [NOW, None]


def person() -> list[SQLModel]:
    return [
        AccountRow(person_id=1, channel="zalo", address="7", used_at=NOW),
        AccountRow(person_id=1, channel="zalo", address="7", used_at=NOW),
    ]


def group() -> list[SQLModel]:
    return [GroupRow(channel="zalo", address="7", title=title, linked_at=NOW) for title in ("Nhóm", "Nhóm khác")]


def outbox() -> list[SQLModel]:
    return [
        OutboxRow(
            key="một",
            kind="push",
            channel="zalo",
            chat="7",
            recipient="person:1",
            priority=priority,
            body={},
            created_at=NOW,
            not_before=NOW,
        )
        for priority in (0, 1)
    ]


def inbox() -> list[SQLModel]:
    return [
        InboxRow(channel="zalo", update_id="7", chat=chat, payload={}, received_at=NOW) for chat in ("một", "hai")
    ]


def alert() -> list[SQLModel]:
    return [AlertRow(key="một", reason="upcoming", number=days, at=NOW, recipient="group:1") for days in (3, 1)]


def period() -> list[SQLModel]:
    return [deadline("2023-07"), deadline("2023-07")]


@pytest.mark.parametrize("twins", [person, group, outbox, inbox, alert, period], ids=lambda make: str(make.__name__))
def test_natural_key_is_unique(session: Session, twins: Callable[[], list[SQLModel]]) -> None:
    first, second = twins()
    add(session, first)
    with pytest.raises(IntegrityError):
        add(session, second)
