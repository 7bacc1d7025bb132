"""Several workers on one PostgreSQL: all deliver; one leads, which is to listen, to decide and to do the chores.

Who dies is noticed by the server, which frees the worker's locks: another one leads within seconds, and what the dead
one was sending is settled by the others.
"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine

from bot.mistakes import Mistake
from bot.single import insist
from jobs.delivery import Courier
from records.workers import living, sign_on, try_to_lead
from wording.stops import ONE_PROCESS_ON_SQLITE

LOOK_SECONDS = 1.0
_HIGHEST = 2**31 - 1


class Crew:
    """This worker among the others."""

    def __init__(self, connection: Connection, worker: int) -> None:
        self.worker = worker
        self._living = 1
        self._connection = connection
        self._one_at_a_time = Lock()
        self._leads = False

    def count(self) -> int:
        """How many workers are alive, this one too, as it last looked."""
        return self._living

    async def lead(self) -> None:
        """Wait until this worker leads. Raises OperationalError when the server is lost."""
        while not await asyncio.to_thread(self._try):  # noqa: ASYNC110  (the server is asked, it tells nothing by itself)
            await asyncio.sleep(LOOK_SECONDS)

    async def look_after(self, couriers: Sequence[Courier]) -> None:
        """Settle what the dead were sending, until cancelled. Raises OperationalError when the server is lost.

        Without its locks a worker counts as dead, so it must not go on.
        """
        while True:
            await asyncio.to_thread(self.look)
            for courier in list(couriers):
                await courier.recover()
                await courier.deliver()
            await asyncio.sleep(LOOK_SECONDS)

    def _try(self) -> bool:
        with self._one_at_a_time:
            self._leads = self._leads or try_to_lead(self._connection)
            return self._leads

    def look(self) -> None:
        """Count the living. Raises OperationalError when the server is lost."""
        with self._one_at_a_time:
            self._living = living(self._connection)


@contextmanager
def one_of_many(engine: Engine) -> Iterator[Crew]:
    """Be one of the workers on this database. Raises Mistake on SQLite, AlreadyRunning beside a single bot."""
    if engine.dialect.name == "sqlite":
        raise Mistake(ONE_PROCESS_ON_SQLITE)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        worker = 1 + secrets.randbelow(_HIGHEST)
        insist(lambda: sign_on(connection, worker))
        crew = Crew(connection, worker)
        crew.look()
        yield crew
