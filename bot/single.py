"""One bot at a time on one database, and one poller on one token."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from records.locks import AdvisoryLock, try_to_keep
from wording.stops import ALREADY_RUNNING

_PATIENCE_SECONDS = 3.0  # a server needs a moment to notice that the process that held the lock was killed
_LOOK_AGAIN_SECONDS = 0.1


class AlreadyRunning(Exception):
    """Another bot is at work; the sentence says what to do."""


@contextmanager
def only_one(engine: Engine) -> Iterator[None]:
    """Hold the office's lock for as long as the block lasts; the system frees it when the process dies.

    Raises AlreadyRunning.
    """
    if engine.dialect.name == "sqlite":
        yield from _by_file(Path(f"{engine.url.database}").resolve())
    else:
        yield from _by_server(engine)


def _by_file(database: Path) -> Iterator[None]:
    with database.with_name(f"{database.name}.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(ALREADY_RUNNING) from None
        yield


def _by_server(engine: Engine) -> Iterator[None]:
    """An advisory lock lives as long as its connection, which therefore stays open and out of the pool."""
    with engine.connect() as connection:
        connection.detach()
        began = time.monotonic()
        while not _got(connection):
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise AlreadyRunning(ALREADY_RUNNING)
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield


def _got(connection: Connection) -> bool:
    free = try_to_keep(connection, AdvisoryLock.SERVICE)
    connection.commit()
    return free
