"""Every table but those of `mail_tables.py`. Table models do not validate: values are checked before they come here.

All times are aware and stored as UTC; all days are local (Asia/Ho_Chi_Minh). Rows stay inside the transaction:
the other files of this room hand out frozen values.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """A member of the staff ("cán bộ"). Never deleted: what a person did stays."""

    __tablename__: ClassVar[Any] = "person"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    joined_on: date
    retired_at: datetime | None = None


class PersonRoleRow(SQLModel, table=True):
    """A role of the plan that a person holds."""

    __tablename__: ClassVar[Any] = "person_role"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    role: str = Field(primary_key=True)


class AccountRow(SQLModel, table=True):
    """A chat account of a person; a person may have several, on several channels."""

    __tablename__: ClassVar[Any] = "account"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str
    address: str
    used_at: datetime
    unreachable: str = ""


class GroupRow(SQLModel, table=True):
    """A linked group chat. `audience` is "all" or one role."""

    __tablename__: ClassVar[Any] = "group_chat"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    title: str
    audience: str = "all"
    linked_at: datetime
    unlinked_at: datetime | None = None
    unreachable: str = ""


class PlanSeenRow(SQLModel, table=True):
    """When the bot first saw a plan: what was over before that is not nagged about."""

    __tablename__: ClassVar[Any] = "plan_seen"
    plan: str = Field(primary_key=True)
    first_seen: datetime


class DeadlineRow(SQLModel, table=True):
    """A deadline that the plan yields, kept with its outcome.

    A sign of life of a continuous task is a row too: one that is done on the day it opens. `done_on` is set
    when the work of all who owe it is complete. `known_since`: since when it has stood open as it is now; what
    would have been said before that is not said late. `next_look` is the next moment at which there may be something
    to say about it; NULL when there is not.
    """

    __tablename__: ClassVar[Any] = "deadline"
    __table_args__ = (
        UniqueConstraint("plan", "task", "rule", "period"),
        Index("ix_deadline_next_look", "next_look", sqlite_where=text("next_look IS NOT NULL"),
              postgresql_where=text("next_look IS NOT NULL")),
        Index("ix_deadline_open", "last_day", sqlite_where=text("done_on IS NULL"),
              postgresql_where=text("done_on IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    plan: str
    task: str
    rule: str
    period: str
    kind: str
    opens: date
    named_day: date
    bound: str
    last_day: date
    last_working_day: date
    target: str = ""
    due_at: datetime | None = None
    original_day: date | None = None
    document: str = ""
    event_id: int | None = Field(default=None, foreign_key="event.id")
    started: datetime | None = None
    about: str = ""
    known_since: datetime
    before_tracking: bool = False
    withdrawn: bool = False
    done_on: date | None = None
    done_late: bool = False
    next_look: datetime | None = None


class CompletionRow(SQLModel, table=True):
    """Work on a deadline is done. `share_of` is the person whose share it is; 0 means the whole.

    Undone, not deleted: `undone_at` is set and the row stays. One current row for each share. `evidence` is what
    versions before `EvidenceRow` wrote down about files: their channels' references.
    """

    __tablename__: ClassVar[Any] = "completion"
    __table_args__ = (
        Index("ux_completion_current", "deadline_id", "share_of", unique=True,
              sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    share_of: int = 0
    done_on: date
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id", index=True)
    note: str = ""
    document: str = ""
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    undone_at: datetime | None = None
    undone_by: int | None = Field(default=None, foreign_key="person.id")


class EvidenceRow(SQLModel, table=True):
    """A file that proves a completion ("minh chứng").

    States: loose (nobody has said yet of what), waiting (to be fetched from its channel), kept, refused. `reference`
    and `chat`, where it is fetched from and who is told, go when it is settled. `name` is the sender's, cleaned;
    `stored_as` its random name in the folder, whose ending tells what the bot found in it.
    """

    __tablename__: ClassVar[Any] = "evidence"
    id: int | None = Field(default=None, primary_key=True)
    completion_id: int | None = Field(default=None, foreign_key="completion.id", index=True)
    state: str = Field(index=True)
    channel: str
    chat: str
    reference: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    name: str
    sent_by: int = Field(foreign_key="person.id")
    sent_at: datetime
    stored_as: str = ""
    size: int = 0
    sha256: str = ""


class ExtensionRow(SQLModel, table=True):
    """A date set or moved by a document ("gia hạn"). The latest one of a deadline holds."""

    __tablename__: ClassVar[Any] = "extension"
    id: int | None = Field(default=None, primary_key=True)
    deadline_key: str = Field(index=True)
    old_day: date | None
    new_day: date
    document: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")


class EventRow(SQLModel, table=True):
    """Something that happened and starts a deadline ("sự kiện")."""

    __tablename__: ClassVar[Any] = "event"
    id: int | None = Field(default=None, primary_key=True)
    plan: str
    task: str
    rule: str
    happened: datetime
    expires: date | None = None
    description: str
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="person.id")


class NoticeRow(SQLModel, table=True):
    """A notice ("thông báo") that somebody sends to groups and people.

    States: draft, scheduled (waits for `send_at`), sent (queued at `sent_at`), stopped half-way, cancelled.
    """

    __tablename__: ClassVar[Any] = "notice"
    __table_args__ = (
        Index("ix_notice_scheduled", "send_at", sqlite_where=text("state = 'scheduled'"),
              postgresql_where=text("state = 'scheduled'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    text: str
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime
    send_at: datetime | None = None
    sent_at: datetime | None = None
    state: str = "draft"


class NoticeRecipientRow(SQLModel, table=True):
    """For whom a notice was meant when it was sent: "person:3" or "group:1", also who could not be reached then."""

    __tablename__: ClassVar[Any] = "notice_recipient"
    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    recipient: str = Field(primary_key=True)


class AcknowledgementRow(SQLModel, table=True):
    """A person has pressed "Đã nhận" under a notice."""

    __tablename__: ClassVar[Any] = "acknowledgement"
    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    at: datetime


class WorkReportRow(SQLModel, table=True):
    """A person's report for one period ("báo cáo kết quả nhiệm vụ"); a draft until `sent_at` is set."""

    __tablename__: ClassVar[Any] = "work_report"
    __table_args__ = (UniqueConstraint("deadline_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    results: str = ""
    difficulties: str = ""
    proposals: str = ""
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    changed_at: datetime
    sent_at: datetime | None = None


class AuditRow(SQLModel, table=True):
    """Who did what, when, from which channel. Append-only: the database itself refuses to change a row.

    `digest` covers the row and `previous`, the digest of the row before. The detail enters through `seal`, a digest
    of it and of `salt`: when a person is forgotten, detail and salt go, and the chain still holds.
    """

    __tablename__: ClassVar[Any] = "audit"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    channel: str
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    salt: str
    seal: str
    previous: str
    digest: str


class MarkRow(SQLModel, table=True):
    """A single value that must survive a restart, by name."""

    __tablename__: ClassVar[Any] = "mark"
    name: str = Field(primary_key=True)
    value: str
