"""What the software says of a case, as columns of the table and as JSON."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from plan_data.cases import Kind, Listed, Standing
from records.case_tables import CaseRow

NAMES = tuple(field.name for field in fields(Listed))
_COLUMNS = {"received": "received_at", "due": "due_at", "finished": "finished_at"}
COLUMNS = tuple(_COLUMNS.get(name, name) for name in NAMES)


def columns_of(case: Listed) -> dict[str, Any]:
    """The columns and their values."""
    return {column: getattr(case, name) for column, name in zip(COLUMNS, NAMES, strict=True)}


def listed_of(row: CaseRow) -> Listed:
    """The same from the table."""
    return listed_from([getattr(row, column) for column in COLUMNS])


def listed_from(values: Iterable[Any]) -> Listed:
    """The same from bare columns, in the order of `COLUMNS`."""
    code, kind, procedure, field, received, due, finished, status, standing, *rest = values
    return Listed(code, Kind(kind), procedure, field, received, due, finished, status, Standing(standing), *rest)


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
