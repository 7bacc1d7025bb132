"""Several workers on one PostgreSQL: who is alive, and the messages of those who are not.

A worker holds an advisory lock of its own number for as long as its connection lives: PostgreSQL itself knows who has
died, and no clock is needed.
"""

from sqlalchemy import Connection, Integer, column, or_, select, text, update
from sqlmodel import Session, col

from records.mail_tables import OutboxRow
from records.outbox import Claimed, claimed

SERVICE_LOCK = 4_206_902  # held alone by a single bot, together by workers
_WORKERS, _LEADER = 4_206_904, 4_206_905

_IS_ALIVE = (
    select(column("objid", Integer))
    .select_from(text("pg_locks"))
    .where(
        text(
            "locktype = 'advisory' AND objsubid = 2 AND granted AND classid = :workers "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).bindparams(workers=_WORKERS)
    )
)


def sign_on(connection: Connection, worker: int) -> bool:
    """Count as alive from now on, as long as the connection lives; False while a single bot holds the database."""
    # A machine that vanishes says no goodbye: the server asks after it, and frees its locks within ten seconds.
    for name, value in (("tcp_keepalives_idle", 4), ("tcp_keepalives_interval", 2), ("tcp_keepalives_count", 2)):
        connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": str(value)})
    if not connection.execute(text("SELECT pg_try_advisory_lock_shared(:lock)"), {"lock": SERVICE_LOCK}).scalar_one():
        return False
    connection.execute(
        text("SELECT pg_advisory_lock(CAST(:workers AS integer), CAST(:worker AS integer))"),
        {"workers": _WORKERS, "worker": worker},
    )
    return True


def try_to_lead(connection: Connection) -> bool:
    """Whether this worker leads now: the first one does, for as long as its connection lives."""
    return bool(connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LEADER}).scalar_one())


def is_connected(connection: Connection) -> None:
    """Ask the server; raises OperationalError when the connection is lost, and the locks with it."""
    connection.execute(text("SELECT 1"))


def take_over(session: Session, channel: str, worker: int) -> list[Claimed]:
    """The messages that workers who have died were sending are this worker's now; nobody else gets them."""
    rows = session.scalars(
        update(OutboxRow)
        .where(
            col(OutboxRow.state) == "sending",
            col(OutboxRow.channel) == channel,
            or_(col(OutboxRow.claimed_by).is_(None), col(OutboxRow.claimed_by).not_in(_IS_ALIVE)),
        )
        .values(claimed_by=worker)
        .returning(OutboxRow)
    ).all()
    return sorted((claimed(row) for row in rows), key=lambda each: each.id)
