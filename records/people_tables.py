"""The tables around the roster: codes, registrations, imports that wait for a yes, absences."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel


class CodeRow(SQLModel, table=True):
    """A code that makes an account somebody's; only its digest is kept. Of the set-up code `person_id` is NULL.

    `closed` says why it is valid no longer: "used" or "replaced".
    """

    __tablename__: ClassVar[Any] = "code"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    digest: str = Field(index=True)
    made_at: datetime
    made_by: int | None = Field(default=None, foreign_key="person.id")
    expires_at: datetime | None = None
    closed_at: datetime | None = None
    closed: str = ""


class WrongCodeRow(SQLModel, table=True):
    """An account has typed a wrong code: too many within an hour, and it has to wait."""

    __tablename__: ClassVar[Any] = "wrong_code"
    __table_args__ = (Index("ix_wrong_code_account", "channel", "address", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    at: datetime


class RegistrationRow(SQLModel, table=True):
    """Somebody asks to be let in. States: draft, sent, approved, denied, withdrawn. One open one for an account."""

    __tablename__: ClassVar[Any] = "registration"
    __table_args__ = (
        Index("ux_registration_open", "channel", "address", unique=True,
              sqlite_where=text("state IN ('draft', 'sent')"), postgresql_where=text("state IN ('draft', 'sent')")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    account_name: str
    name: str = ""
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    state: str = "draft"
    created_at: datetime
    sent_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")


class RosterImportRow(SQLModel, table=True):
    """A list of people that the clerk has sent and seen as a preview. States: open, done, cancelled.

    `lines` is what was sent, `changes` what the preview promised.
    """

    __tablename__: ClassVar[Any] = "roster_import"
    id: int | None = Field(default=None, primary_key=True)
    lines: list[list[Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    changes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    state: str = "open"
    created_at: datetime
    created_by: int = Field(foreign_key="person.id")


class AbsenceRow(SQLModel, table=True):
    """A person is away from the first to the last day, both included, and perhaps somebody stands in.

    Cancelled, not deleted: `cancelled_at` is set and the row stays.
    """

    __tablename__: ClassVar[Any] = "absence"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first_day: date
    last_day: date = Field(index=True)
    substitute_id: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")
    cancelled_at: datetime | None = None
    cancelled_by: int | None = Field(default=None, foreign_key="person.id")
