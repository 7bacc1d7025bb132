"""One bot at a time on one database, and one poller on one token."""

import asyncio
import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.channels.polling import Work
from records.locks import AdvisoryLock, try_to_keep
from wording.stops import ALREADY_RUNNING

_PATIENCE_SECONDS = 3.0  # a server needs a moment to notice that the process that held the lock was killed
_LOOK_AGAIN_SECONDS = 0.1
_LOOK_SECONDS = 1.0


class AlreadyRunning(Exception):
    """Another bot is at work; the sentence says what to do."""


@contextmanager
def only_one(engine: Engine) -> Iterator[Callable[[], Work]]:
    """Hold the office's lock for as long as the block lasts; the system frees it when the process dies.

    Gives what has to run as long as the bot works: see `_HeldByServer.keep`. Raises AlreadyRunning.
    """
    if engine.dialect.name == "sqlite":
        yield from _by_file(Path(f"{engine.url.database}").resolve())
    else:
        with closing(_HeldByServer(engine)) as held:
            yield held.keep


def _by_file(database: Path) -> Iterator[Callable[[], Work]]:
    with database.with_name(f"{database.name}.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(ALREADY_RUNNING) from None
        yield _nothing_to_do  # nobody can take it away


async def _nothing_to_do() -> None:
    await asyncio.Event().wait()


class _HeldByServer:
    """An advisory lock lives as long as its connection, which therefore stays open and out of the pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = self._take()

    async def keep(self) -> None:
        """Take the lock again when the server has lost it, in a restart for example, until cancelled.

        Raises AlreadyRunning when somebody else was quicker.
        """
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self._look)

    def close(self) -> None:
        """Give the lock back."""
        self._connection.close()

    def _look(self) -> None:
        try:
            if self._connection.closed:
                self._connection = self._take()
            self._connection.execute(text("SELECT 1"))
            self._connection.commit()
        except (OperationalError, InterfaceError):  # the server is away
            self._connection.close()

    def _take(self) -> Connection:
        with ExitStack() as failing:
            connection = failing.enter_context(self._engine.connect())
            connection.detach()
            insist(lambda: _got(connection))
            failing.pop_all()
        return connection


def insist(taken: Callable[[], bool]) -> None:
    """Ask the server for a place until it is `taken`, for as long as it may need to notice that a process has died.

    Raises AlreadyRunning.
    """
    began = time.monotonic()
    while not taken():
        if time.monotonic() - began > _PATIENCE_SECONDS:
            raise AlreadyRunning(ALREADY_RUNNING)
        time.sleep(_LOOK_AGAIN_SECONDS)


def _got(connection: Connection) -> bool:
    free = try_to_keep(connection, AdvisoryLock.SERVICE)
    connection.commit()
    return free
