"""The tables of cases: the cases, what happened to them, imports, and who the officers in the files are."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

_RUNNING = text("standing IN ('registered', 'open', 'last_step') AND gone_at IS NULL")


class CaseRow(SQLModel, table=True):
    """A case ("hồ sơ"). The first part is what the software's export says, see `plan_data.cases.Listed`.

    `source`: "file", or "hand" for one that no export has listed yet. `gone_at`: an export that should list it did
    not. `import_id`: the import that brought it. What follows is recorded by hand and no import touches it:
    `assigned_to` goes before the officer of the file; `held_at` stops the clock; `new_due_at` is the day of the
    re-appointment; an exempt case is late by a fault of the software. `next_look`: as of a deadline.
    """

    __tablename__: ClassVar[Any] = "case_file"
    __table_args__ = (
        Index("ix_case_file_next_look", "next_look", sqlite_where=text("next_look IS NOT NULL"),
              postgresql_where=text("next_look IS NOT NULL")),
        Index("ix_case_file_running", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    kind: str
    procedure: str
    field: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    status: str
    standing: str
    officer: str
    online: bool | None = None
    by_post: bool | None = None
    applicant: str = ""
    address: str = ""
    source: str
    gone_at: datetime | None = None
    import_id: int | None = Field(default=None, foreign_key="case_import.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="person.id")
    held_at: datetime | None = None
    supplemented_at: datetime | None = None
    new_due_at: datetime | None = None
    exempt_why: str = ""
    exempt_by: int | None = Field(default=None, foreign_key="person.id")
    published_at: datetime | None = None
    next_look: datetime | None = None


class CaseChangeRow(SQLModel, table=True):
    """Something that happened to a case: by an import, whose undoing takes it back, or by hand.

    `before` and `after` hold the fields as they were and are; of a new case there is nothing to hold.
    """

    __tablename__: ClassVar[Any] = "case_change"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    import_id: int | None = Field(default=None, foreign_key="case_import.id", index=True)
    at: datetime
    by: int | None = Field(default=None, foreign_key="person.id")
    what: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    note: str = ""


class CaseImportRow(SQLModel, table=True):
    """A file of cases. States: waiting (to be fetched and read), open (read, waits for a yes), done, cancelled,
    refused, undone.

    `file` says where a waiting one is to be fetched and who is told; `listed` is what an open one lists. Both are
    forgotten when they are needed no longer. `base`: the last change of a case when the preview was made.
    """

    __tablename__: ClassVar[Any] = "case_import"
    __table_args__ = (
        Index("ix_case_import_waiting", "id", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    state: str
    source: str
    digest: str = Field(default="", index=True)
    file: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    listed: list[list[Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    base: int = 0
    created_at: datetime
    created_by: int | None = Field(default=None, foreign_key="person.id")
    done_at: datetime | None = None
    done_by: int | None = Field(default=None, foreign_key="person.id")
    undone_at: datetime | None = None
    undone_by: int | None = Field(default=None, foreign_key="person.id")


class CaseOfficerRow(SQLModel, table=True):
    """Who an officer's name in the files is. `person_id` NULL: nobody of the office, or not decided yet."""

    __tablename__: ClassVar[Any] = "case_officer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
