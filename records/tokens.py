"""Pairs of tokens: the access token opens the platform, the refresh token buys the next pair and is used up by it.

Whoever loses the next pair must ask a person for a new one, so only one process at a time may fetch it (a lease in
the database), and it is saved before it is used.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import or_, update
from sqlmodel import Session, col

from records.channel_tables import TokenRow

LEASE = timedelta(minutes=2)  # longer than the platform takes to answer, or it is given up


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tokens and until when they serve. Its repr shows neither."""

    access: str = field(repr=False)
    access_until: datetime
    refresh: str = field(repr=False)
    refresh_until: datetime


def held(session: Session, app: str) -> Pair | None:
    """The pair of an app."""
    row = session.get(TokenRow, app)
    return Pair(row.access, row.access_until, row.refresh, row.refresh_until) if row else None


def adopt(session: Session, app: str, refresh: str, until: datetime, now: datetime) -> None:
    """Begin with the refresh token of the settings, unless the pair on record descends from it already."""
    row, seed = session.get(TokenRow, app), sha256(refresh.encode()).hexdigest()
    if row is None or row.seed != seed:
        fresh = TokenRow(app=app, access="", access_until=now, refresh=refresh, refresh_until=until, seed=seed)
        session.merge(fresh)
        session.flush()


def lease(session: Session, app: str, refresh: str, now: datetime) -> bool:
    """Take the right to use up this refresh token; False while somebody else has it, or it is used up already."""
    free = or_(col(TokenRow.leased_until).is_(None), col(TokenRow.leased_until) <= now)
    result = session.exec(
        update(TokenRow)
        .where(col(TokenRow.app) == app, col(TokenRow.refresh) == refresh, free)
        .values(leased_until=now + LEASE)
    )
    return result.rowcount == 1


def replace(session: Session, app: str, used: str, pair: Pair) -> None:
    """The refresh token is used up: keep the pair that it has bought, and end the lease."""
    session.exec(
        update(TokenRow)
        .where(col(TokenRow.app) == app, col(TokenRow.refresh) == used)
        .values(
            access=pair.access,
            access_until=pair.access_until,
            refresh=pair.refresh,
            refresh_until=pair.refresh_until,
            leased_until=None,
        )
    )


def release(session: Session, app: str, refresh: str) -> None:
    """Nothing was bought: let others try."""
    session.exec(
        update(TokenRow).where(col(TokenRow.app) == app, col(TokenRow.refresh) == refresh).values(leased_until=None)
    )
