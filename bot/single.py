"""One bot at a time on one database, and one poller on one token."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from wording.stops import ALREADY_RUNNING

_SERVICE_LOCK = 4_206_902


class AlreadyRunning(Exception):
    """Another bot is at work; the sentence says what to do."""


@contextmanager
def only_one(engine: Engine) -> Iterator[None]:
    """Hold the office's lock for as long as the block lasts; the system frees it when the process dies.

    Raises AlreadyRunning.
    """
    if engine.dialect.name == "sqlite":
        yield from _by_file(Path(f"{engine.url.database}.lock"))
        return
    with engine.connect() as connection:
        free = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _SERVICE_LOCK}).scalar_one()
        connection.commit()
        if not free:
            raise AlreadyRunning(ALREADY_RUNNING)
        yield


def _by_file(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(ALREADY_RUNNING) from None
        yield
