"""Which channels are at work, in the office's order, and what they have spent of their monthly quota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from plan_data.periods import month_key
from plan_data.workdays import ZONE
from records.channel_tables import ChannelRow, SpendingRow
from records.database import table_of


@dataclass(frozen=True, slots=True)
class AtWork:
    """A channel that carries messages at this time; `monthly_quota` messages a month, None without a limit."""

    name: str
    monthly_quota: int | None = None


def put_to_work(session: Session, channels: Sequence[AtWork]) -> None:
    """These channels, the preferred first, and no others, carry messages from now on."""
    session.exec(delete(ChannelRow))
    for position, channel in enumerate(channels):
        session.add(ChannelRow(name=channel.name, position=position, monthly_quota=channel.monthly_quota))
    session.flush()


def lay_off(session: Session, name: str) -> None:
    """The channel carries nothing until the bot is started anew."""
    session.exec(delete(ChannelRow).where(col(ChannelRow.name) == name))


def at_work(session: Session) -> list[AtWork]:
    """The channels at work, the preferred first; none before the bot was first started."""
    rows = session.exec(select(ChannelRow).order_by(col(ChannelRow.position)))
    return [AtWork(row.name, row.monthly_quota) for row in rows]


def month_of(now: datetime) -> str:
    """The local month, such as "2023-06": quotas begin anew on its first day."""
    return month_key(now.astimezone(ZONE).date())


def spend(session: Session, channel: str, messages: int, now: datetime) -> int:
    """Count messages that went out; returns how many the channel has sent in this month."""
    insert: Any = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    table = table_of(SpendingRow)
    statement = (
        insert(table)
        .values(channel=channel, month=month_of(now), messages=messages)
        .on_conflict_do_update(
            index_elements=[table.c.channel, table.c.month], set_={"messages": table.c.messages + messages}
        )
        .returning(table.c.messages)
    )
    return int(session.connection().execute(statement).scalar_one())


def spent(session: Session, channel: str, now: datetime) -> int:
    """How many messages the channel has sent in this month."""
    row = session.get(SpendingRow, (channel, month_of(now)))
    return row.messages if row else 0
