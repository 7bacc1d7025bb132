"""Copies of the database: made while the bot works, restored, and proven by restoring them.

SQLite copies itself page by page (its online backup), PostgreSQL through `pg_dump`. Every file is for our eyes only.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, func, inspect, select, table, text, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from records import postgres_tools
from records.database import BUSY_TIMEOUT_SECONDS, open_database
from records.mail_tables import OutboxRow

PREFIX, STAMP = "nhacviec-", "%Y%m%d-%H%M%S"
# What is never deleted: a copy holds at least what was there before it was made, and at most what was there after.
_KEPT = ("audit", "completion", "person")


class BackupBroken(Exception):
    """A copy that cannot be restored, or holds not what it should; the sentence names what was found."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the version of its schema, and how many rows each table has."""

    version: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def back_up(engine: Engine, folder: Path, now: datetime) -> Path:
    """Copy the database into a new file in the folder, consistently, without keeping anybody from writing.

    Raises ToolFailed, OSError or sqlite3.Error; nothing half-done is left under a copy's name then.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = "db" if engine.dialect.name == "sqlite" else "dump"
    file = folder / f"{PREFIX}{now:{STAMP}}.{ending}"
    part = file.with_suffix(".part")
    try:
        _make_private(part)
        if engine.dialect.name == "sqlite":
            _copy_sqlite(Path(f"{engine.url.database}"), part)
            _make_one_file(part)
        else:
            postgres_tools.dump(engine.url, part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def copies(folder: Path) -> list[Path]:
    """The copies in the folder, oldest first; other files do not count."""
    return sorted(file for file in folder.glob(f"{PREFIX}*") if file.suffix in {".db", ".dump"})


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` copies; returns those that are gone."""
    gone = copies(folder)[:-keep]
    for file in gone:
        file.unlink()
    return gone


def check_integrity(engine: Engine) -> None:
    """Let the database look for damage in itself; PostgreSQL has done so while it restored. Raises BackupBroken."""
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            found = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
            orphans = connection.execute(text("PRAGMA foreign_key_check"))
            found += [f"khóa ngoại của bảng {row[0]}" for row in orphans]
    except DatabaseError as error:
        raise BackupBroken(f"Bản sao bị hỏng: {error.orig}.") from None
    if found != ["ok"]:
        raise BackupBroken(f"Bản sao bị hỏng: {'; '.join(found)[:200]}.")


def contents(engine: Engine) -> Contents:
    """The schema's version, and how many rows each table has. Raises BackupBroken when it is not our database."""
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        if "alembic_version" not in names:
            raise BackupBroken("Tệp này không phải bản sao cơ sở dữ liệu của bot.")
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        rows = {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in sorted(names - {"alembic_version"})
        }
    return Contents(version, rows)


def compare(before: Contents, copied: Contents, after: Contents) -> None:
    """The copy holds no less than was there before it was made, no more than afterwards. Raises BackupBroken."""
    if copied.version != before.version or set(copied.rows) != set(before.rows):
        raise BackupBroken("Bản sao thiếu bảng so với cơ sở dữ liệu đang dùng.")
    for name in _KEPT:
        if not before.rows[name] <= copied.rows[name] <= after.rows[name]:
            raise BackupBroken(f"Bản sao có {copied.rows[name]} dòng ở bảng {name}, phải có {before.rows[name]}.")


@contextmanager
def scratch(engine: Engine, file: Path) -> Iterator[Engine]:
    """Restore the copy into a database of its own, which is gone afterwards. Raises BackupBroken or ToolFailed."""
    if engine.dialect.name != "sqlite":
        with postgres_tools.scratch_database(engine, file) as url:
            yield from _opened(url)
        return
    with TemporaryDirectory() as folder:
        place = Path(folder) / "scratch.db"
        _copy_checked(file, place)
        yield from _opened(f"sqlite:///{place}")


def _opened(url: str) -> Iterator[Engine]:
    restored = open_database(url)
    try:
        yield restored
    finally:
        restored.dispose()


def made_at(file: Path, zone: tzinfo) -> datetime:
    """When the copy was made: its name says so, else the file's own time."""
    try:
        return datetime.strptime(file.stem.removeprefix(PREFIX), STAMP).replace(tzinfo=zone)
    except ValueError:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=zone)


def doubt_what_waits(session: Session, now: datetime) -> None:
    """What waits in a restored copy may have gone out since: it counts as being sent when a process died."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.state) == "pending", col(OutboxRow.not_before) <= now)
        .values(state="sending", claimed_at=now)
    )


def set_aside(engine: Engine, now: datetime) -> Path:
    """Keep a SQLite file that is too damaged to be copied beside the place where it was; returns where it is."""
    place = Path(f"{engine.url.database}")
    aside = place.with_name(f"{place.name}.hong-{now:{STAMP}}")
    engine.dispose()
    for ending in ("-wal", "-shm", ""):
        if (old := place.with_name(place.name + ending)).exists():
            old.replace(aside.with_name(aside.name + ending))
    return aside


def restore(engine: Engine, file: Path) -> None:
    """Put the copy in the database's place, all or nothing. Raises ToolFailed or BackupBroken."""
    if engine.dialect.name == "sqlite":
        _copy_checked(file, Path(f"{engine.url.database}"))
    else:
        postgres_tools.replace(engine, file)


def _copy_checked(file: Path, place: Path) -> None:
    try:
        _copy_sqlite(file, place)
    except sqlite3.Error as error:
        raise BackupBroken(f"Không đọc được bản sao ({error}).") from None


def _copy_sqlite(source: Path, target: Path) -> None:
    """All pages in one step: in WAL mode the copy's reader keeps no writer waiting, and sees one moment."""
    address = f"{source.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_SECONDS)) as reader,
        closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_SECONDS)) as writer,
    ):
        reader.backup(writer)


def _make_one_file(file: Path) -> None:
    """A copy has no journal beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _make_private(file: Path) -> None:
    """An empty file that nobody but its owner can read, whatever stood there before."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
