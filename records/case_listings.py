"""What the software says of a case, as columns of the table and as JSON."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from plan_data.cases import Kind, Listed, Standing
from records.case_tables import CaseRow

NAMES = tuple(field.name for field in fields(Listed))
_COLUMNS = {"received": "received_at", "due": "due_at", "finished": "finished_at"}


def columns_of(case: Listed) -> dict[str, Any]:
    """The columns and their values."""
    return {_COLUMNS.get(name, name): getattr(case, name) for name in NAMES}


def listed_of(row: CaseRow) -> Listed:
    """The same from the table."""
    return Listed(
        code=row.code,
        kind=Kind(row.kind),
        procedure=row.procedure,
        field=row.field,
        received=row.received_at,
        due=row.due_at,
        finished=row.finished_at,
        status=row.status,
        standing=Standing(row.standing),
        officer=row.officer,
        online=row.online,
        by_post=row.by_post,
        applicant=row.applicant,
        address=row.address,
    )


def to_list(case: Listed) -> list[Any]:
    """As JSON, in the order of `NAMES`."""
    return [plain(getattr(case, name)) for name in NAMES]


def from_list(values: Iterable[Any]) -> Listed:
    """The same from JSON."""
    given = dict(zip(NAMES, values, strict=True))
    moments = {name: datetime.fromisoformat(given[name]) for name in _COLUMNS if given[name]}
    return Listed(**{**given, **moments, "kind": Kind(given["kind"]), "standing": Standing(given["standing"])})


def plain(value: object) -> object:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime) else value
