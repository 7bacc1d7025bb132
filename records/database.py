"""Opening the database, bringing its schema up to date, and the transaction.

SQLite by default (WAL, foreign keys, full durability), PostgreSQL by URL; the same code runs on both. SQLite's
own driver would commit DDL half-way, so it is put in autocommit mode and every BEGIN is ours.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Engine, Executable, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, SQLModel

from records.locks import AdvisoryLock, wait_for
from records.schema import upgrading

BUSY_TIMEOUT_SECONDS = 10
_MIGRATIONS = Path(__file__).with_name("migrations")
_DISCREET: dict[str, Any] = {"hide_parameters": True}  # an error must not carry names or tokens into a log
# In seconds, and times.
_PATIENCE_OF_THE_SERVER = {
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "idle_in_transaction_session_timeout": "'60s'",
}
_MAKING_LOCKS = Lock()
_WRITERS: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()


class DatabaseUnavailable(Exception):
    """The database cannot be opened; the sentence is for the person at the machine and holds no password."""


def open_database(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; nothing is read or written yet but the folder of a SQLite file.

    Raises DatabaseUnavailable.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **_DISCREET)
        event.listen(engine, "connect", _let_go_of_the_dead)
        return engine
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseUnavailable("DATABASE_URL phải bắt đầu bằng sqlite:/// hoặc postgresql://.")
    if parsed.database and parsed.database != ":memory:":
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unavailable(parsed, error) from None
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, **_DISCREET)
    event.listen(engine, "do_connect", _keep_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def exists(url: str) -> bool:
    """Whether there is a database to look at; a PostgreSQL server is taken to have one."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or bool(parsed.database and Path(parsed.database).exists())


def versions() -> list[str]:
    """Every version of the schema, the first one first."""
    return upgrading.versions(_MIGRATIONS)


def migrate(engine: Engine, migrations: Path = _MIGRATIONS, version: str = "head") -> None:
    """Bring the schema to the newest version, or to that one, all or nothing; one process at a time.

    Raises DatabaseUnavailable when the database cannot be reached.
    """
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                wait_for(connection, AdvisoryLock.MIGRATION)
            if (migrations, version) != (_MIGRATIONS, "head") or not _is_up_to_date(connection):
                upgrading.upgrade(connection, migrations, version)
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise  # a mistake in a migration
        raise _unavailable(engine.url, error.orig or error) from None


def _is_up_to_date(connection: Connection) -> bool:
    """Nearly every start finds it so, and is quicker without Alembic. The files are named by their versions."""
    newest = max(file.name for file in (_MIGRATIONS / "versions").glob("v*.py"))
    known = inspect(connection).has_table("alembic_version")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    return found is not None and newest.startswith(f"v{found}_")


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The database of that URL, brought up to date, and closed at the end. Raises DatabaseUnavailable."""
    engine = open_database(url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def _unavailable(url: URL, error: BaseException) -> DatabaseUnavailable:
    """The parameters after "?" are left out, since they may hold a password too."""
    place = url.set(query={}).render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        place = f"sqlite:///{url.database}"  # as it was written, without escapes
    return DatabaseUnavailable(
        f"Không mở được cơ sở dữ liệu {place} ({type(error).__name__}). "
        "Hãy kiểm tra DATABASE_URL, quyền ghi của thư mục và dung lượng đĩa."
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One business step: committed when the block ends well, rolled back otherwise."""
    with _writers_turn(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def _writers_turn(engine: Engine) -> AbstractContextManager[object]:
    """SQLite has one writer at a time: threads wait for each other here, because its own waiting is done asleep."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    with _MAKING_LOCKS:
        return _WRITERS.setdefault(engine, Lock())


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A consistent look at the database that takes no write lock and never commits."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def one_at_a_time(session: Session, lock: AdvisoryLock) -> None:
    """Wait until no other transaction holds this lock, and hold it to the end of this one.

    On SQLite every transaction that may write is alone anyway.
    """
    if session.connection().dialect.name == "postgresql":
        wait_for(session.connection(), lock)


def table_of(rows: type[SQLModel]) -> Table:
    """The table itself: a statement on it knows of no objects in a session, and costs a third of one that does."""
    table: Table = rows.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
    return table


def execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Execute a statement on tables; what the session has changed in its objects is written before."""
    session.flush()
    return session.connection().execute(statement, values)


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert the rows whose UNIQUE key is not there yet; returns the numbers of those inserted."""
    if not rows:
        return []
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    target = table_of(table)
    statement = insert(target).on_conflict_do_nothing().returning(target.c.id)
    return [row.id for row in session.connection().execute(statement, list(rows))]


def _keep_private(_dialect: object, _record: object, arguments: Sequence[str], _options: object) -> None:
    """The file is for its owner alone; what SQLite puts beside it takes over its mode."""
    place = arguments[0]
    if place != ":memory:" and not place.startswith("file:"):
        with suppress(OSError):  # connecting tells what is wrong
            Path(place).touch(mode=0o600)
            Path(place).chmod(0o600)


def _let_go_of_the_dead(connection: DBAPIConnection, _record: object) -> None:
    """A machine that vanishes says no goodbye: the server asks after it, and frees its locks within ten seconds.

    A process that stands still in the middle of a transaction is let go of too, but not soon.
    """
    cursor = connection.cursor()
    for name, value in _PATIENCE_OF_THE_SERVER.items():
        cursor.execute(f"SET {name} = {value}")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Two processes that switch a new file at the same time refuse each other at once, without the busy timeout."""
    started = time.monotonic()
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() - started > BUSY_TIMEOUT_SECONDS:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail instead of waiting.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
