"""The tables of what comes in and goes out: the inbox, the outbox, and the alerts that the outbox carries."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class InboxRow(SQLModel, table=True):
    """An update of a channel, stored before it is confirmed there, so that a crash cannot lose a command."""

    __tablename__: ClassVar[Any] = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index("ix_inbox_open", "id", sqlite_where=text("handled_at IS NULL"),
              postgresql_where=text("handled_at IS NULL")),
        Index("ix_inbox_handled", "handled_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    update_id: str
    chat: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    received_at: datetime
    handled_at: datetime | None = None


class OutboxRow(SQLModel, table=True):
    """A message that must go out, or has gone out. States: pending, sending, sent, unconfirmed, failed, dropped.

    `claimed_by`: the worker that is sending it, where several share the work. `edit_due`: the posted message no
    longer tells the truth and should be edited where the channel can.
    """

    __tablename__: ClassVar[Any] = "outbox"
    __table_args__ = (
        Index("ix_outbox_pending", "channel", "priority", "id", sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_edit", "channel", sqlite_where=text("edit_due"), postgresql_where=text("edit_due")),
        Index("ix_outbox_sending", "claimed_at", sqlite_where=text("state = 'sending'"),
              postgresql_where=text("state = 'sending'")),
        Index("ix_outbox_recipient", "recipient", "created_at"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    channel: str
    chat: str
    recipient: str
    priority: int
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = "pending"
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    claimed_at: datetime | None = None
    claimed_by: int | None = None
    finished_at: datetime | None = None
    remote_id: str = ""
    error: str = ""
    edit_due: bool = False


class AlertRow(SQLModel, table=True):
    """One alert to one recipient, said or dropped: the UNIQUE key is what makes it said once."""

    __tablename__: ClassVar[Any] = "alert"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    deadline_id: int | None = Field(default=None, foreign_key="deadline.id", index=True)
    subject: str = ""
    reason: str
    number: int
    at: datetime
    recipient: str
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)
    dropped: str = ""
