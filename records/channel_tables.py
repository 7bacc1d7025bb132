"""The tables of the channels: which are at work, what a month has taken, and the tokens that must be renewed."""

from datetime import datetime
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


class TokenRow(SQLModel, table=True):
    """The pair of tokens that a platform gives and takes back: the second of it buys the next pair, once.

    `seed` tells (as a hash) which token from the settings the pair descends from. `leased_until`: somebody is
    fetching the next pair until then.
    """

    __tablename__: ClassVar[Any] = "token_pair"
    app: str = Field(primary_key=True)
    access: str = Field(repr=False)
    access_until: datetime
    refresh: str = Field(repr=False)
    refresh_until: datetime
    seed: str
    leased_until: datetime | None = None
