"""Personal data: old messages go, somebody who has left is forgotten, and the clerk can shut anybody out at once."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select

from bot.forgetting import forget
from bot.mistakes import BadArgument
from jobs.retention import clear_nightly
from records.audit_chain import verify
from records.backups import contents
from records.database import reading, transaction
from records.mail_tables import AlertRow, OutboxRow
from records.people import roster
from records.people_tables import RegistrationRow
from tests.ledger import records
from tests.machine import Machine
from tests.phone import Phone
from tests.town import GROUP, Town
from wording.refusals import STRANGER

NAME = "Công chức Tư pháp"
LABEL = "Cán bộ số 3 (Tư pháp - Hộ tịch)"


def rows(engine: Engine, statement: str) -> Sequence[tuple[object, ...]]:
    with reading(engine) as session:
        return [tuple(row) for row in session.connection().execute(text(statement))]


def everything(engine: Engine) -> str:
    """Every row of every table, as text."""
    tables = contents(engine).rows
    found = [rows(engine, f"SELECT * FROM {name}") for name in tables]
    return _readable(str(found))


def _readable(text: str) -> str:
    """JSON keeps letters with diacritics as numbers."""
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


# Retention -------------------------------------------------------------------------------------------------------


async def busy(town: Town) -> None:
    """A day on which something was typed, answered and announced."""
    await town.at("13/06/2023 07:30").tick()
    await town.says("tu-phap", "/xong II.1 số 5/BC")
    await town.says("cchc", "/tinhhinh")


async def test_messages_and_conversation_go_after_a_year_and_the_records_of_the_plan_stay(town: Town) -> None:
    await busy(town)
    with transaction(town.engine) as session:
        alerts = len(session.exec(select(AlertRow)).all())
    done, audited = records(town), contents(town.engine).rows["audit"]
    town.clock.step(timedelta(days=12 * 31))
    assert clear_nightly(town.engine, 12, town.clock) == 0
    town.clock.step(timedelta(days=1))
    assert clear_nightly(town.engine, 12, town.clock) >= 10
    with transaction(town.engine) as session:
        assert {row.kind for row in session.exec(select(OutboxRow))} == {"notice"}
        told = session.exec(select(OutboxRow)).all()
        assert [(row.chat, row.body) for row in told if row.finished_at] == [("", {"blocks": [], "buttons": []})]
        links = session.exec(select(AlertRow.outbox_id)).all()
    assert (records(town), contents(town.engine).rows["audit"]) == (done, audited)
    assert links == [None] * alerts


async def test_what_was_told_once_is_not_told_again_after_it_was_cleared(town: Town) -> None:
    await busy(town)
    town.clock.step(timedelta(days=400))
    clear_nightly(town.engine, 12, town.clock)
    before = [sent.text for sent in town.channel.sent]
    assert [text for text in before if "📁" in text] != []
    await town.at("18/07/2024 08:00").tick()
    assert [sent.text for sent in town.channel.sent[len(before) :] if "📁" in sent.text] == []


async def test_what_waits_or_is_young_stays(town: Town) -> None:
    await busy(town)
    before = contents(town.engine).rows
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'pending', finished_at = NULL"))
    town.clock.step(timedelta(days=400))
    assert clear_nightly(town.engine, 12, town.clock) == 0
    after = contents(town.engine).rows
    assert {**after, "mark": 0} == {**before, "mark": 0}


async def test_it_is_done_once_a_day_and_a_part_at_a_time(town: Town) -> None:
    await busy(town)
    with transaction(town.engine) as session:
        session.add_all(
            RegistrationRow(channel="zalo", address=str(n), account_name="x", state="denied", created_at=town.clock())
            for n in range(1100)
        )
    town.clock.step(timedelta(days=400))
    first = clear_nightly(town.engine, 12, town.clock)
    assert (first > 1100, clear_nightly(town.engine, 12, town.clock)) == (True, 0)


# Forgetting ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def left(town: Town) -> Town:
    """The justice official has worked, was renamed, was written about, and has left."""
    await town.says("cchc", f"/canbo {town.people['tu-phap']} ten Người Cũ Tên")
    await town.says("cchc", f"/canbo {town.people['tu-phap']} ten {NAME}")
    await busy(town)
    await town.says("tu-phap", "/hoantac", in_group=True)
    await town.says("tu-phap", "/xong II.1 số 6/BC")
    await town.says("cchc", f"/canbo {NAME}")
    phone = Phone(town)
    with transaction(town.engine) as session:
        session.connection().execute(text("UPDATE account SET address = '990011' WHERE address = 'tu-phap'"))
        session.connection().execute(text("UPDATE outbox SET chat = '990011' WHERE chat = 'tu-phap'"))
    await phone.says("990012", "/batdau SAI-MÃ")
    await town.says("cchc", f"/canbo {town.people['tu-phap']} nghi")
    return town


async def test_forgotten_person_leaves_only_what_was_done_under_the_role(left: Town) -> None:
    number = left.people["tu-phap"]
    done = records(left)
    assert "Người Cũ Tên" in everything(left.engine)
    told = forget(left.engine, left.office, NAME, left.clock(), yes=True)
    kept = everything(left.engine)
    for word in (NAME, "Người Cũ Tên", "990011"):
        assert word not in kept
    assert f"dưới tên “{LABEL}”" in told
    assert records(left) == done != []
    with reading(left.engine) as session:
        people = roster(session, left.office.plans)
        assert [(each.name, each.roles, each.retired) for each in people.everybody if each.id == number] == [
            (LABEL, frozenset({"tu-phap"}), True)
        ]
        assert verify(session)[1] is None
    assert LABEL in (await left.says("cchc", "/tinhhinh II.1")).text


async def test_other_people_are_not_touched(left: Town) -> None:
    others = "SELECT name FROM person WHERE id <> 3 ORDER BY id"
    accounts = "SELECT person_id, address FROM account WHERE person_id <> 3 ORDER BY id"
    messages = "SELECT count(*) FROM outbox WHERE recipient NOT IN ('person:3', 'chat:tu-phap', 'chat:990011')"
    before = [rows(left.engine, each) for each in (others, accounts, messages)]
    forget(left.engine, left.office, "3", left.clock(), yes=True)
    assert [rows(left.engine, each) for each in (others, accounts, messages)] == before


async def test_name_that_is_a_part_of_another_name_is_left_alone(town: Town) -> None:
    await town.says("cchc", "/canbo them Lan; tư pháp")
    await town.says("cchc", "/canbo them Lan Anh Lang; tư pháp")
    await town.says("cchc", "/canbo Lang")
    await town.says("cchc", "/canbo 10 nghi")
    forget(town.engine, town.office, "10", town.clock(), yes=True)
    bodies = rows(town.engine, "SELECT CAST(body AS VARCHAR) FROM outbox")
    shown = _readable(str(bodies))
    assert (
        "Lang" in shown,
        "Cán bộ số 10 (Tư pháp - Hộ tịch) Anh" in str(rows(town.engine, "SELECT name FROM person")),
    ) == (
        True,
        False,
    )


async def test_nothing_is_forgotten_without_a_yes(left: Town) -> None:
    before = everything(left.engine)
    told = forget(left.engine, left.office, NAME, left.clock(), yes=False)
    assert told.endswith("chạy: nhacviec people forget 3 --yes")
    assert everything(left.engine) == before


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("Không Ai", "Không có cán bộ nào là “Không Ai”; xem nhacviec people list."),
        ("999", "Không có cán bộ nào là “999”; xem nhacviec people list."),
        ("4", "Tài chính đang làm việc nên chưa xóa được. Công chức CCHC gửi bot /canbo 4 nghi trước."),
    ],
)
def test_who_is_not_known_or_still_here_is_not_forgotten(town: Town, who: str, sentence: str) -> None:
    with pytest.raises(BadArgument) as caught:
        forget(town.engine, town.office, who, town.clock(), yes=True)
    assert str(caught.value).endswith(sentence)


def test_forgetting_at_the_machine(
    town: Town, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path, monkeypatch, capsys)
    machine.env(f"DATABASE_URL={database_url}")
    assert machine.nhacviec("people", "forget", "Không Ai").told == (
        2,
        ["Không có cán bộ nào là “Không Ai”; xem nhacviec people list."],
    )


# Shutting out ----------------------------------------------------------------------------------------------------


def waiting(town: Town, chat: str) -> Sequence[tuple[object, ...]]:
    with reading(town.engine) as session:
        found = session.exec(select(OutboxRow).where(OutboxRow.chat == chat, col(OutboxRow.kind) != "answer"))
        return [(row.state, row.error) for row in found]


async def test_account_is_revoked_at_once_and_what_waits_for_it_is_dropped(town: Town) -> None:
    phone = Phone(town).seat("tu-phap", "tai-chinh")
    await town.at("13/06/2023 07:30").tick()
    assert waiting(town, "tu-phap") == [("pending", "")]
    answer = await town.says("cchc", "/canbo 3 thu hồi telegram")
    assert answer.text.splitlines() == [
        "Đã thu hồi tài khoản Telegram của Công chức Tư pháp. Tài khoản đó không dùng được bot nữa; "
        "tin đang chờ gửi đến đó đã bỏ.",
        "Cấp lại khi cần: /canbo 3 ma",
    ]
    assert waiting(town, "tu-phap") == [("dropped", "tài khoản đã bị thu hồi")]
    assert waiting(town, "tai-chinh") == [("pending", "")]
    assert (await phone.says("tu-phap", "/viec")).text == STRANGER
    assert (await town.says("tu-phap", "/viec")).text != STRANGER
    await town.says("cchc", "/canbo 3 thuhoi")
    assert (await town.says("tu-phap", "/viec")).text == STRANGER


async def test_last_clerk_is_not_shut_out(town: Town) -> None:
    answer = await town.says("cchc", "/canbo 1 thuhoi")
    assert answer.text.startswith("Công chức CCHC là công chức CCHC duy nhất đang dùng bot.")
    assert (
        await town.says("cchc", "/canbo 3 thuhoi zalo")
    ).text == "Công chức Tư pháp không có tài khoản nào ở Zalo."


async def test_group_is_unlinked_from_a_private_chat(town: Town) -> None:
    listed = await town.says("cchc", "/huyketnoi")
    assert listed.text.splitlines() == [
        "Các nhóm đang kết nối:",
        "• số 1: Nhóm cơ quan (màn hình)",
        "Ngừng kết nối nhóm nào, gửi /huyketnoi kèm số, ví dụ: /huyketnoi 1",
    ]
    assert (await town.says("cchc", "/huyketnoi 7")).text == listed.text
    assert (await town.says("cchc", "/huyketnoi 1")).text.startswith("Đã ngừng kết nối nhóm “Nhóm cơ quan”.")
    said = await town.at("13/06/2023 07:30").tick()
    assert GROUP not in {sent.chat for sent in said}
    assert (await town.says("cchc", "/huyketnoi")).text == "Chưa có nhóm nào được kết nối."
