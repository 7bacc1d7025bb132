"""Opening, migrating, reading and writing the database, on SQLite and on PostgreSQL."""

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

import records.case_tables
import records.channel_tables
import records.mail_tables
import records.people_tables
import records.tables
from records.audit import mark, set_mark
from records.database import (
    DatabaseUnavailable,
    exists,
    insert_new,
    migrate,
    one_at_a_time,
    open_database,
    reading,
    transaction,
)
from records.locks import AdvisoryLock
from records.tables import AccountRow
from records.workers import sign_on, try_to_lead
from tests.builders import moment

NOW = moment("01/06/2023 07:00")
TO_THE_END_OF_A_TRANSACTION = (
    AdvisoryLock.MIGRATION,
    AdvisoryLock.SYNC,
    AdvisoryLock.CLAIMING,
    AdvisoryLock.AUDIT,
    AdvisoryLock.CASES,
)
BROKEN_MIGRATION = '''
"""One that fails after it has begun."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("left_behind", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO mark (name, value) VALUES ('left', 'behind')")
    op.execute("SELECT * FROM nowhere")
'''


def version(engine: Engine) -> str:
    """The schema's version, as the database knows it."""
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_migrated_schema_is_the_one_that_the_code_works_with(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing_and_keeps_what_was_written(engine: Engine) -> None:
    with transaction(engine) as session:
        set_mark(session, "here", "before")
    before = version(engine)
    migrate(engine)
    with reading(engine) as session:
        assert (mark(session, "here"), version(engine)) == ("before", before)


def test_failed_migration_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    before = version(engine)
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    shipped = Path(records.tables.__file__).with_name("migrations")
    for file in ("env.py", *(f"versions/{path.name}" for path in (shipped / "versions").glob("v*.py"))):
        (folder / file).write_text((shipped / file).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "versions" / "broken.py").write_text(BROKEN_MIGRATION.format(head=before), encoding="utf-8")
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        migrate(engine, folder)
    with reading(engine) as session:
        assert (version(engine), mark(session, "left")) == (before, None)
    assert inspect(engine).has_table("left_behind") is False


def test_processes_that_migrate_at_once_wait_for_each_other(database_url: str) -> None:
    code = (
        "import sys; from records.database import migrate, open_database;"
        "engine = open_database(sys.argv[1]); sys.stdin.readline(); migrate(engine)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, database_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert results == [("", 0)] * 3
    engine = open_database(database_url)
    assert inspect(engine).has_table("outbox") is True
    engine.dispose()


def test_transaction_is_rolled_back_unless_it_ends_well(engine: Engine) -> None:
    def stumble() -> None:
        with transaction(engine) as session:
            set_mark(session, "half", "done")
            raise RuntimeError("giữa chừng")

    with pytest.raises(RuntimeError, match="giữa chừng"):
        stumble()
    with reading(engine) as session:
        assert mark(session, "half") is None


def test_reading_never_writes(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="read-only transaction"), reading(engine) as session:
            set_mark(session, "written", "while reading")
    else:
        with reading(engine) as session:
            set_mark(session, "written", "while reading")
    with reading(engine) as session:
        assert mark(session, "written") is None


def test_reading_sees_one_moment_whatever_is_written_meanwhile(engine: Engine) -> None:
    with transaction(engine) as session:
        set_mark(session, "seen", "first")
    with reading(engine) as reader:
        before = mark(reader, "seen")
        with transaction(engine) as writer:
            set_mark(writer, "seen", "second")
        reader.expire_all()
        assert (before, mark(reader, "seen")) == ("first", "first")
    with reading(engine) as reader:
        assert mark(reader, "seen") == "second"


def test_foreign_keys_are_kept(engine: Engine) -> None:
    def act_as_nobody() -> None:
        with transaction(engine) as session:
            session.add(AccountRow(person_id=99, channel="", address="", used_at=NOW))

    with pytest.raises(IntegrityError):
        act_as_nobody()


def test_insert_new_returns_the_numbers_of_the_rows_that_were_not_there(engine: Engine) -> None:
    def row(key: str) -> dict[str, object]:
        words = {"key": key, "subject": "", "reason": "upcoming", "recipient": "group:1", "dropped": ""}
        return {**words, "number": 0, "at": NOW}

    table = records.mail_tables.AlertRow
    with transaction(engine) as session:
        first = insert_new(session, table, [row("một"), row("hai")])
        again = insert_new(session, table, [row("hai"), row("ba"), row("một"), row("bốn")])
        assert (len(set(first)), len(set(again)), set(first) & set(again)) == (2, 2, set())
        assert insert_new(session, table, [row("ba")]) == []
        assert insert_new(session, table, []) == []


def test_lock_keeps_another_transaction_waiting_until_the_first_one_ends(engine: Engine) -> None:
    order: list[str] = []
    locked = Event()

    def second() -> None:
        locked.wait(10)
        with transaction(engine) as session:
            one_at_a_time(session, AdvisoryLock.CASES)
            order.append("second")

    thread = Thread(target=second)
    thread.start()
    with transaction(engine) as session:
        one_at_a_time(session, AdvisoryLock.CASES)
        locked.set()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_process_keeps_as_long_as_it_lives_holds_up_no_transaction_of_another(engine: Engine) -> None:
    free = []
    with engine.connect() as process:
        assert (sign_on(process, 1), try_to_lead(process)) == (True, True)
        process.commit()
        for lock in (*TO_THE_END_OF_A_TRANSACTION, AdvisoryLock.LEADER):
            with transaction(engine) as session:
                free.append(session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock.value}))
        process.connection.invalidate()
    assert free == [True] * len(TO_THE_END_OF_A_TRANSACTION) + [False]


def test_sqlite_is_opened_durable_and_strict(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'office.db'}")
    with engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    assert found == ["wal", 2, 1, 10_000]
    engine.dispose()


def test_database_exists_when_its_file_does(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    before = exists(url)
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    assert (before, exists(url), exists("postgresql://server/office")) == (False, True, True)


HINT = "Hãy kiểm tra DATABASE_URL, quyền ghi của thư mục và dung lượng đĩa."


def sentence(url: str) -> str:
    """Why the database cannot be used."""
    with pytest.raises(DatabaseUnavailable) as caught:
        migrate(open_database(url))
    return str(caught.value)


@pytest.mark.parametrize("content", ["xin chào", "xin chào" * 400])
def test_file_that_is_not_a_database_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ghi-chú.db"
    file.write_text(content, encoding="utf-8")
    place = f"sqlite:///{file}"
    assert sentence(place) == f"Không mở được cơ sở dữ liệu {place} (DatabaseError). {HINT}"
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("place", "reason"),
    [("/proc/office.db", "OperationalError"), ("/proc/sub/folder/office.db", "FileNotFoundError")],
)
def test_folder_that_cannot_be_written_is_told_in_a_sentence(place: str, reason: str) -> None:
    url = f"sqlite:///{place}"
    assert sentence(url) == f"Không mở được cơ sở dữ liệu {url} ({reason}). {HINT}"


def test_database_of_another_kind_is_refused_with_a_sentence() -> None:
    url = "mysql://clerk:MậtKhẩu99@server/office"
    assert sentence(url) == "DATABASE_URL phải bắt đầu bằng sqlite:/// hoặc postgresql://."


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://clerk:Secret99@localhost:1/office", "postgresql+psycopg://clerk:***@localhost:1/office"),
        ("postgresql://localhost:1/office?user=clerk&password=Secret99", "postgresql+psycopg://localhost:1/office"),
    ],
)
def test_password_never_appears_in_the_sentence(url: str, place: str) -> None:
    assert sentence(url) == f"Không mở được cơ sở dữ liệu {place} (OperationalError). {HINT}"


def test_database_that_a_real_server_does_not_have_is_told_in_a_sentence(postgres_url: str) -> None:
    url = postgres_url.replace("/postgres?", "/nowhere?")
    engine = open_database(url)
    with pytest.raises(DatabaseUnavailable) as caught:
        migrate(engine)
    place = engine.url.set(query={}).render_as_string(hide_password=True)
    assert str(caught.value) == f"Không mở được cơ sở dữ liệu {place} (OperationalError). {HINT}"
    engine.dispose()
