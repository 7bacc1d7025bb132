"""An office that comes from any earlier version keeps every row, and works on with them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, Integer, MetaData, Table, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from jobs.daily import start_up
from plan_data.office import Office
from records.audit import audit, mark
from records.audit_chain import verify
from records.database import migrate, open_database, reading, transaction, versions
from tests.builders import moment

EARLIER = versions()[:-1]
WITHOUT_CHAIN = EARLIER[: EARLIER.index("0005")]
WHEN = datetime(2023, 6, 15, 2, 30, 0, 123456, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]


def value(column: Any, number: int) -> object:  # noqa: ANN401  # any column of any table
    """Something that fits into the column, different in each row."""
    if isinstance(column.type, Boolean):
        return number == 1
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, DateTime):
        return WHEN
    if isinstance(column.type, Date):
        return date(2023, 6, number)
    if isinstance(column.type, JSON):
        return {"tên": f"số {number}", "list": [1, None, 0.5]}
    return f"{column.name} “{number}”"


def reflected(engine: Engine) -> list[Table]:
    """Every table that the database has, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(engine)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def fill(engine: Engine) -> None:
    """Two rows in every table, every column filled."""
    for table in reflected(engine):
        with engine.begin() as connection:
            for number in (1, 2):
                row = {
                    column.name: value(column, number)
                    for column in table.columns
                    if not (column.primary_key and column.name == "id")
                }
                connection.execute(table.insert().values(row))


def contents(engine: Engine, tables: list[Table]) -> Rows:
    """The rows of these tables, of these columns."""
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row._mapping) for row in connection.execute(select(table))), key=str)
            for table in tables
        }


@pytest.mark.parametrize("version", EARLIER)
def test_every_row_of_an_earlier_version_is_kept(database_url: str, office: Office, version: str) -> None:
    engine = open_database(database_url)
    migrate(engine, version=version)
    fill(engine)
    tables = reflected(engine)
    before = contents(engine, tables)
    assert {len(rows) for rows in before.values()} == {2}
    migrate(engine)
    after = contents(engine, tables)
    after["mark"] = [row for row in after["mark"] if row["name"] != "audit_head"]
    assert after == before
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    start_up(engine, office, moment("15/06/2023 08:00"))
    with reading(engine) as session:
        assert mark(session, "kept_up_on") == "2023-06-15"
    engine.dispose()


@pytest.mark.parametrize("version", WITHOUT_CHAIN)
def test_audit_trail_of_an_earlier_version_is_chained_as_it_stands_and_guarded_again(
    database_url: str, version: str
) -> None:
    engine = open_database(database_url)
    migrate(engine, version=version)
    fill(engine)
    migrate(engine)
    with transaction(engine) as session:
        audit(session, moment("15/06/2023 08:00"), "done", "I.1")
    with reading(engine) as session:
        assert verify(session) == (3, None)
    for change in ("UPDATE audit SET action = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="the audit trail is append-only"), engine.begin() as connection:
            connection.execute(text(change))
    engine.dispose()


@pytest.mark.parametrize("version", EARLIER)
def test_empty_database_of_an_earlier_version_is_migrated(database_url: str, version: str) -> None:
    engine = open_database(database_url)
    migrate(engine, version=version)
    migrate(engine)
    with reading(engine) as session:
        assert verify(session) == (0, None)
    engine.dispose()
