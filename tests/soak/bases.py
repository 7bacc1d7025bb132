"""The database of a run, seen and disturbed from outside: a SQLite file, or a database on a PostgreSQL server."""

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, insert, select
from sqlmodel import SQLModel

from records.database import open_database
from tests.soak.bot_life import BotLife

CHECKED = "nhacviec.db"  # what the checker reads in the folder of a run
_OWN = "nhacviec_soak"


class Busy(Exception):
    """The database cannot be looked at now."""


class Base(Protocol):
    """What the run needs of a database."""

    url: str  # as the bot is told
    failure: str  # what it is called when nothing can be written
    progress: str  # asks for a number that is another one whenever the bot has written

    def open(self) -> None:
        """Look at it from now on; it has its tables."""

    def ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What a query gives, a "?" for each value. Raises Busy."""

    def lock(self) -> None:
        """Another process writes, and does not come to an end."""

    def unlock(self) -> None:
        """It has."""

    def fail(self, life: BotLife) -> None:
        """Nothing can be written: the disk is full, or the server is gone."""

    def work(self, life: BotLife) -> None:
        """It can again."""

    def close(self) -> None:
        """Look no more; what the checker reads is in the folder."""


class SqliteBase:
    """A file in the folder of the run."""

    failure = "disk full"
    progress = "PRAGMA data_version"

    def __init__(self, folder: Path) -> None:
        self._file = folder / CHECKED
        self.url = f"sqlite:///{self._file}"

    def open(self) -> None:
        """With two connections: one looks, one locks."""
        self._eye = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        self._lock = sqlite3.connect(self._file, timeout=5, isolation_level=None)

    def ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        try:
            return self._eye.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            raise Busy from error

    def lock(self) -> None:
        """A write that does not come to an end."""
        self._lock.execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        """It has."""
        self._lock.execute("ROLLBACK")

    def fail(self, life: BotLife) -> None:
        """The disk is full."""
        life.fill_disk(full=True)

    def work(self, life: BotLife) -> None:
        """It has room again."""
        life.fill_disk(full=False)

    def close(self) -> None:
        """Close both connections."""
        self._eye.close()
        self._lock.close()


class PostgresBase:
    """A database of its own on a server. It is copied into a file for the checker in the end."""

    failure = "server gone"
    progress = "SELECT (pg_current_wal_lsn() - '0/0')::bigint"

    def __init__(self, folder: Path, server: str) -> None:
        self._file = folder / CHECKED
        self._server = server.replace("postgresql+psycopg:", "postgresql:")
        self.url = self._server.replace("/postgres?", f"/{_OWN}?")
        self._command(sql.SQL("CREATE DATABASE {}"))

    def open(self) -> None:
        """With two connections: one looks, one locks."""
        self._eye = psycopg.connect(self.url, autocommit=True, options="-c timezone=UTC")
        self._lock = psycopg.connect(self.url)

    def ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        cursor = self._eye.execute(query.replace("?", "%s") if values else query, values or None)
        return cursor.fetchall()

    def lock(self) -> None:
        """A write to what everything goes through, that does not come to an end."""
        self._lock.execute("LOCK TABLE inbox, outbox, deadline, mark IN EXCLUSIVE MODE")

    def unlock(self) -> None:
        """It has."""
        self._lock.rollback()

    def fail(self, _life: BotLife) -> None:
        """The server drops everybody and lets nobody in."""
        self._command(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false"))
        own = self._eye.info.backend_pid, self._lock.info.backend_pid
        self._eye.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid NOT IN (%s, %s)",
            own,
        )

    def work(self, _life: BotLife) -> None:
        """It lets everybody in again."""
        self._command(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true"))

    def close(self) -> None:
        """Copy it, as it is, into a file, and drop it."""
        self._eye.close()
        self._lock.close()
        self._file.unlink(missing_ok=True)
        there, here = open_database(self.url), create_engine(f"sqlite:///{self._file}")
        SQLModel.metadata.create_all(here)
        with there.connect() as source, here.begin() as target:
            for table in SQLModel.metadata.sorted_tables:
                if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                    target.execute(insert(table), rows)
        there.dispose()
        here.dispose()
        self._command(sql.SQL("DROP DATABASE {} WITH (FORCE)"))

    def _command(self, command: sql.SQL) -> None:
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(command.format(sql.Identifier(_OWN)))
