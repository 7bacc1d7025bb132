"""What the bot tells the clerk on its own: each thing once, to every clerk who can be reached."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from jobs.notices import tell_clerks
from records.addresses import mark_unreachable
from records.database import transaction
from records.mail_tables import OutboxRow
from records.outbox import NOTICE
from records.people import link_account, retire
from tests.builders import moment, rule
from tests.small_office import hire, office
from wording.message import Reply, say

NOW = moment("13/06/2023 08:00")
LATER = moment("14/06/2023 07:30")
WHERE = office(rule("continuous"))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def told(session: Session) -> list[str]:
    """Every notice: its key and its chat."""
    rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
    return [f"{row.key} → {row.channel} {row.chat}" for row in rows]


def test_every_clerk_is_told_once_and_nobody_else(session: Session) -> None:
    for name, role in (("Lan", "vp-tk"), ("Minh", "tu-phap"), ("Chủ tịch", "chu-tich"), ("Thu", "vp-tk")):
        hire(session, name, role, seen=NOW)
    for _ in range(2):
        tell_clerks(session, WHERE, "bug|7", say("Lệnh gặp lỗi"), NOW)
    assert told(session) == ["bug|7|person:1 → console Lan", "bug|7|person:4 → console Thu"]
    row = session.get_one(OutboxRow, 1)
    assert (row.kind, row.priority, row.not_before, row.recipient) == ("notice", NOTICE, NOW, "person:1")
    assert Reply.from_dict(row.body) == say("Lệnh gặp lỗi")


def test_other_news_is_told_too(session: Session) -> None:
    hire(session, "Lan", "vp-tk", seen=NOW)
    for key in ("bug|7", "bug|8"):
        tell_clerks(session, WHERE, key, say("Lệnh gặp lỗi"), NOW)
    assert told(session) == ["bug|7|person:1 → console Lan", "bug|8|person:1 → console Lan"]


def test_news_that_can_wait_is_kept_for_office_hours(session: Session) -> None:
    hire(session, "Lan", "vp-tk", seen=NOW)
    tell_clerks(session, WHERE, "calendar|2027", say("Lịch nghỉ"), NOW, LATER)
    row = session.get_one(OutboxRow, 1)
    assert (row.created_at, row.not_before) == (NOW, LATER)


def test_clerk_is_told_on_the_account_that_can_be_reached(session: Session) -> None:
    number = hire(session, "Lan", "vp-tk", seen=NOW)
    link_account(session, number, "zalo", "77", LATER)
    mark_unreachable(session, "zalo", "77", "đã chặn bot")
    tell_clerks(session, WHERE, "bug|7", say("Lệnh gặp lỗi"), LATER)
    assert told(session) == ["bug|7|person:1 → console Lan"]


def test_office_without_a_clerk_who_can_be_reached_is_told_nothing(session: Session) -> None:
    hire(session, "Chưa có tài khoản", "vp-tk")
    retire(session, hire(session, "Đã nghỉ", "vp-tk", seen=NOW), NOW)
    hire(session, "Bị chặn", "vp-tk", seen=NOW)
    mark_unreachable(session, "console", "Bị chặn", "đã chặn bot")
    tell_clerks(session, WHERE, "bug|7", say("Lệnh gặp lỗi"), NOW)
    assert told(session) == []
