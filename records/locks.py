"""The advisory locks of PostgreSQL, each with a number of its own, known to nobody else on the server.

Two of one number would wait for each other, for ever where one is kept as long as a process lives.
"""

from enum import IntEnum, unique

from sqlalchemy import Connection, text


@unique
class AdvisoryLock(IntEnum):
    """What is locked. The first group is kept as long as a process lives, the others to a transaction's end."""

    SERVICE = 4_206_902  # by a single bot for itself alone, by workers together
    WORKERS = 4_206_904  # with the worker's own number
    LEADER = 4_206_905

    MIGRATION = 4_206_901
    SYNC = 4_206_903  # otherwise one sync may withdraw what another one, beside it, has just added
    CLAIMING = 4_206_906
    AUDIT = 4_206_907
    CASES = 4_206_908


def wait_for(connection: Connection, lock: AdvisoryLock) -> None:
    """Wait until no other transaction holds it, and hold it to the end of this one."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock.value})


def try_to_keep(connection: Connection, lock: AdvisoryLock, *, together: bool = False) -> bool:
    """Keep it as long as the connection lives, `together` with others who do; False when that cannot be now."""
    shared = "_shared" if together else ""
    taken = connection.execute(text(f"SELECT pg_try_advisory_lock{shared}(:lock)"), {"lock": lock.value})
    return bool(taken.scalar_one())


def keep_as(connection: Connection, lock: AdvisoryLock, number: int) -> None:
    """Keep the one that belongs to this number as long as the connection lives."""
    statement = "SELECT pg_advisory_lock(CAST(:lock AS integer), CAST(:number AS integer))"
    connection.execute(text(statement), {"lock": lock.value, "number": number})
