"""The tables of the channels: which are at work, and how many messages a month has taken."""

from typing import Any, ClassVar

from sqlmodel import Field, SQLModel


class ChannelRow(SQLModel, table=True):
    """A channel at work, in the office's order of preference; `monthly_quota` is NULL where there is no limit."""

    __tablename__: ClassVar[Any] = "channel"
    name: str = Field(primary_key=True)
    position: int
    monthly_quota: int | None = None


class SpendingRow(SQLModel, table=True):
    """How many messages have gone out on a channel in a month (local, "2023-06")."""

    __tablename__: ClassVar[Any] = "spending"
    channel: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    messages: int = 0
