"""Several workers on one PostgreSQL: who is alive, and the messages of those who are not.

A worker holds an advisory lock of its own number for as long as its connection lives: PostgreSQL itself knows who has
died, and no clock is needed.
"""

from sqlalchemy import Connection, Integer, column, func, or_, select, text, update
from sqlmodel import Session, col

from records.database import one_at_a_time
from records.locks import AdvisoryLock, keep_as, try_to_keep
from records.mail_tables import OutboxRow
from records.outbox import Claimed, claimed

_IS_ALIVE = (
    select(column("objid", Integer))
    .select_from(text("pg_locks"))
    .where(
        text(
            "locktype = 'advisory' AND objsubid = 2 AND granted AND classid = :workers "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).bindparams(workers=AdvisoryLock.WORKERS.value)
    )
)


def sign_on(connection: Connection, worker: int) -> bool:
    """Count as alive from now on, as long as the connection lives; False while a single bot holds the database."""
    if not try_to_keep(connection, AdvisoryLock.SERVICE, together=True):
        return False
    keep_as(connection, AdvisoryLock.WORKERS, worker)
    return True


def try_to_lead(connection: Connection) -> bool:
    """Whether this worker leads now: the first one does, for as long as its connection lives."""
    return try_to_keep(connection, AdvisoryLock.LEADER)


def living(connection: Connection) -> int:
    """How many workers are alive. Raises OperationalError when the connection is lost, and the locks with it."""
    return connection.execute(select(func.count()).select_from(_IS_ALIVE.subquery())).scalar_one()


def chats_in_hand(session: Session, channel: str) -> frozenset[str]:
    """The chats that some worker is writing to; until the transaction ends, nobody else can ask this.

    Two who claim at the same time would not see each other's claims. Each statement after the lock sees everything
    that those who held it before have committed.
    """
    one_at_a_time(session, AdvisoryLock.CLAIMING)
    rows = select(col(OutboxRow.chat)).where(col(OutboxRow.state) == "sending", col(OutboxRow.channel) == channel)
    return frozenset(session.scalars(rows))


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
