"""The audit trail is one chain: whatever is done to it behind the bot's back is found, and the entry is named."""

import csv
import stat
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records.audit import audit, trail
from records.audit_chain import FORGETTING, Flaw, Kind, entries, verify
from records.database import open_database, reading, transaction
from records.people import add_person
from tests.builders import day, moment
from tests.machine import Machine
from wording.audit import HEADINGS

NOW = moment("22/06/2023 08:30")
DETAIL = {"note": "số 12/BC-UBND", "weeks": [1, 2], "late": False, "by": None, "share": 0.5}


@pytest.fixture
def chained(engine: Engine) -> Engine:
    """Six entries, written in three transactions."""
    for first in (1, 3, 5):
        with transaction(engine) as session:
            audit(session, NOW, "done", f"I.{first}", detail=DETAIL)
            audit(session, NOW, "undo", f"I.{first + 1}", detail={"tên": "Lan"})
    return engine


def tamper(engine: Engine, *statements: str) -> None:
    """What somebody with the keys to the database can do."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(engine: Engine) -> tuple[int, Flaw | None]:
    with reading(engine) as session:
        return verify(session)


def test_chain_that_nobody_touched_holds(chained: Engine) -> None:
    assert found(chained) == (6, None)
    with reading(chained) as session:
        assert [(each.id, each.subject) for each in entries(session)] == [(n, f"I.{n}") for n in range(1, 7)]


def test_empty_trail_holds(engine: Engine) -> None:
    assert found(engine) == (0, None)


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE audit SET action = 'undo' WHERE id = 3", Flaw(Kind.CHANGED, 3)),
        ("UPDATE audit SET at = '2023-06-22 01:30:00.000001' WHERE id = 3", Flaw(Kind.CHANGED, 3)),
        ("UPDATE audit SET subject = 'I.9' WHERE id IN (4, 2)", Flaw(Kind.CHANGED, 2)),
        ("UPDATE audit SET channel = 'zalo' WHERE id = 1", Flaw(Kind.CHANGED, 1)),
        ("UPDATE audit SET detail = '{}' WHERE id = 6", Flaw(Kind.CHANGED, 6)),
        ("UPDATE audit SET detail = '{\"forgotten\": true}', salt = '' WHERE id = 5", Flaw(Kind.CHANGED, 5)),
        ("UPDATE audit SET digest = 'x' WHERE id = 2", Flaw(Kind.CHANGED, 2)),
        ("DELETE FROM audit WHERE id = 1", Flaw(Kind.REMOVED, 2)),
        ("DELETE FROM audit WHERE id IN (3, 4)", Flaw(Kind.REMOVED, 5)),
        ("DELETE FROM audit WHERE id = 6", Flaw(Kind.CUT_OFF, 5)),
        ("DELETE FROM audit", Flaw(Kind.CUT_OFF, 0)),
        ("DELETE FROM mark WHERE name = 'audit_head'", Flaw(Kind.CUT_OFF, 6)),
    ],
)
def test_first_entry_that_was_touched_is_named(chained: Engine, statement: str, flaw: Flaw) -> None:
    tamper(chained, statement)
    assert found(chained)[1] == flaw


def test_entry_that_was_slipped_in_is_named(chained: Engine) -> None:
    columns = "at, person_id, channel, action, subject, detail, salt, seal, previous, digest"
    tamper(
        chained,
        "UPDATE audit SET id = id + 10 WHERE id > 5",
        f"INSERT INTO audit (id, {columns}) SELECT 6, {columns} FROM audit WHERE id = 2",
    )
    assert found(chained)[1] == Flaw(Kind.INSERTED, 6)


def test_order_of_entries_is_part_of_the_chain(chained: Engine) -> None:
    tamper(chained, "UPDATE audit SET id = 99 WHERE id = 3")
    assert found(chained)[1] == Flaw(Kind.REMOVED, 4)


def test_database_itself_lets_nothing_be_changed_but_a_detail_be_forgotten(chained: Engine) -> None:
    def change(statement: str) -> None:
        with chained.begin() as connection:
            connection.exec_driver_sql(statement)

    forget = "UPDATE audit SET detail = '{\"forgotten\": true}', salt = ''"
    for statement in ("UPDATE audit SET action = 'x'", f"{forget}, action = 'x' WHERE id = 2", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="the audit trail is append-only"):
            change(statement)
    change(f"{forget} WHERE id = 2")
    assert found(chained)[1] == Flaw(Kind.CHANGED, 2)
    with transaction(chained) as session:
        audit(session, NOW, FORGETTING, "person:1", detail={"entries": [2]})
    assert found(chained) == (7, None)


def test_entries_of_a_step_that_failed_are_not_written(engine: Engine) -> None:
    def stumble() -> None:
        with transaction(engine) as session:
            audit(session, NOW, "done", "I.1")
            raise RuntimeError("giữa chừng")

    with pytest.raises(RuntimeError, match="giữa chừng"):
        stumble()
    with transaction(engine) as session:
        audit(session, NOW, "done", "I.2")
    with reading(engine) as session:
        assert [subject for *_, subject, _ in trail(session)] == ["I.2"]
    assert found(engine) == (1, None)


def test_entries_written_side_by_side_make_one_chain(engine: Engine) -> None:
    together = Barrier(4)

    def write(who: int) -> None:
        together.wait(10)
        for number in range(25):
            with transaction(engine) as session:
                audit(session, NOW, "done", f"{who}.{number}")

    threads = [Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found(engine) == (100, None)


def test_processes_that_write_at_once_make_one_chain(engine: Engine, database_url: str) -> None:
    code = (
        "import sys; from records.audit import audit; from records.database import open_database, transaction;"
        "from tests.builders import moment; engine = open_database(sys.argv[1]); sys.stdin.readline()\n"
        "for number in range(20):\n"
        "    with transaction(engine) as session:\n"
        "        audit(session, moment('22/06/2023 08:30'), 'done', str(number))\n"
        "engine.dispose()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, database_url], stdin=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        process.communicate("go\n", timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]
    other = open_database(database_url)
    assert found(other) == (60, None)
    other.dispose()


# At the machine --------------------------------------------------------------------------------------------------


@pytest.fixture
def machine(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Machine:
    at = Machine(tmp_path, monkeypatch, capsys)
    at.env(f"DATABASE_URL={database_url}")
    return at


def test_proof_at_the_machine_names_the_entry_that_was_edited_by_hand(chained: Engine, machine: Machine) -> None:
    whole = machine.nhacviec("audit", "verify")
    tamper(chained, "UPDATE audit SET subject = 'I.9' WHERE id = 4")
    edited = machine.nhacviec("audit", "verify")
    assert [(ran.code, ran.out) for ran in (whole, edited)] == [
        (0, "Sổ nhật ký nguyên vẹn: 6 dòng, chuỗi mã băm khớp từ dòng đầu đến dòng cuối.\n"),
        (1, "Sổ nhật ký KHÔNG nguyên vẹn: dòng số 4 đã bị sửa.\n"),
    ]


def test_export_holds_every_entry_and_runs_no_formula(engine: Engine, machine: Machine) -> None:
    with transaction(engine) as session:
        number = add_person(session, "=HYPERLINK(1)", frozenset(), day("03/01/2023"))
        audit(session, NOW, "done", "@I.1", number, "telegram", {"note": "số 12"})
        audit(session, NOW, "setup_code", "office")
    ran = machine.nhacviec("audit", "export", "nhat-ky.csv")
    file = machine.folder / "nhat-ky.csv"
    assert (ran.out, stat.S_IMODE(file.stat().st_mode)) == ("Đã xuất 2 dòng nhật ký ra nhat-ky.csv.\n", 0o600)
    with file.open(encoding="utf-8-sig", newline="") as table:
        heading, first, second = csv.reader(table)
    assert heading == list(HEADINGS)
    done = ["1", "22/06/2023 08:30:00", "'=HYPERLINK(1)", "telegram", "done", "'@I.1", '{"note": "số 12"}']
    assert first[:-1] == done
    assert second[:-1] == ["2", "22/06/2023 08:30:00", "bot", "", "setup_code", "office", ""]
    assert machine.nhacviec("audit", "export", "nhat-ky.csv").told == (
        2,
        ["Tệp nhat-ky.csv đã có; hãy chọn tên khác."],
    )
