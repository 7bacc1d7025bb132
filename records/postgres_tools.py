"""PostgreSQL's own tools: `pg_dump` and `pg_restore`, found on PATH. The password never stands in a process list."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

# These fill the metadata: every table of ours is replaced.
import records.channel_tables
import records.mail_tables
import records.people_tables
import records.tables  # noqa: F401
from records.database import open_database

_RESTORE = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")


class ToolFailed(Exception):
    """A tool of PostgreSQL is missing or has failed; the sentence is for the person at the machine."""


class MayNotCreate(ToolFailed):
    """The account may not create a scratch database."""


def dump(url: URL, file: Path) -> None:
    """Write everything into the file, as of one moment. Raises ToolFailed."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


@contextmanager
def scratch_database(engine: Engine, file: Path) -> Iterator[str]:
    """The URL of a new database on the same server that holds the copy. Raises ToolFailed."""
    name = f"{engine.url.database}_kiem_tra"
    _at_once(engine, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    try:
        _at_once(engine, f'CREATE DATABASE "{name}" TEMPLATE template0')
    except ProgrammingError:
        raise MayNotCreate(
            "Tài khoản cơ sở dữ liệu không được tạo cơ sở dữ liệu tạm (CREATEDB) nên bản sao chưa được thử khôi phục."
        ) from None
    try:
        url = engine.url.set(database=name)
        _run("pg_restore", url, *_RESTORE, file=file)
        yield url.render_as_string(hide_password=False).replace("postgresql+psycopg://", "postgresql://", 1)
    finally:
        _at_once(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def replace(engine: Engine, file: Path) -> None:
    """Put the copy in the place of our tables. Raises ToolFailed."""
    names = ", ".join(f'"{name}"' for name in (*SQLModel.metadata.tables, "alembic_version"))
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {names} CASCADE"))
        connection.execute(text("DROP FUNCTION IF EXISTS audit_is_append_only CASCADE"))
    _run("pg_restore", engine.url, *_RESTORE, file=file)


def _at_once(engine: Engine, statement: str) -> None:
    """Run a statement that cannot be part of a transaction."""
    outside = open_database(
        engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql", 1)
    )
    try:
        with outside.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    finally:
        outside.dispose()


def _run(tool: str, url: URL, *options: str, file: Path | None = None) -> None:
    program = shutil.which(tool)
    if program is None:
        raise ToolFailed(f"Không tìm thấy chương trình {tool} của PostgreSQL; hãy cài gói postgresql-client.")
    with _address(url) as address:
        command = [program, *options, f"--dbname={address}", *([str(file)] if file else [])]
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        words = " ".join(ran.stderr.split())[:300]
        raise ToolFailed(f"{tool} báo lỗi: {words}")


@contextmanager
def _address(url: URL) -> Iterator[str]:
    """The server's address without its password, which is put into a file that only we can read."""
    query = dict(url.query)
    password = url.password or query.pop("password", "") or ""
    with TemporaryDirectory() as folder:
        secret = Path(folder) / "pass"
        secret.touch(mode=0o600)
        escaped = str(password).replace("\\", r"\\").replace(":", r"\:")
        secret.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
        yield plain.update_query_dict({"passfile": str(secret)}).render_as_string(hide_password=False)
