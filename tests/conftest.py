"""Fixtures: both databases, the office with the real plan, and a small town hall to talk in."""

import getpass
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "1"

import pytest
from sqlalchemy import Engine

from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS, load_calendar
from records.database import migrate
from tests.builders import moment
from tests.databases import Originals, PostgresStock, SqliteStock, open_for_test
from tests.machine import Machine
from tests.postgres import postgres
from tests.town import PEOPLE, START, Town, settle


def pytest_unconfigure() -> None:
    """Take away what pytest leaves when it has removed its folder: the one around it, unless others use it too."""
    around = Path(tempfile.gettempdir(), f"pytest-of-{getpass.getuser()}")
    current = around / "pytest-current"
    if current.is_symlink() and not current.exists():
        current.unlink()
    with suppress(OSError):
        around.rmdir()


@pytest.fixture(scope="session")
def office() -> Office:
    """The office with the real plan of 2023."""
    plans, problems = load(["2023-phuoc-hai"])
    assert problems == []
    return Office(plans, load_calendar(), load_policy(EIGHT_HOURS))


@pytest.fixture(scope="session")
def originals(office: Office) -> Originals:
    """What the databases of tests are copied from, by the name of the fixture that asks for it."""

    def settled(engine: Engine) -> None:
        migrate(engine)
        settle(engine, office, moment(START))

    return {"settled": settled, "engine": migrate}


@pytest.fixture(scope="session")
def sqlite(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> SqliteStock:
    """Database files."""
    return SqliteStock(originals, tmp_path_factory.mktemp("originals"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this test run."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql(originals: Originals, postgres_url: str) -> Iterator[PostgresStock]:
    """Databases on that server."""
    stock = PostgresStock(originals, postgres_url)
    yield stock
    stock.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, originals: Originals, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind; a migrated one for a test that asks for `engine` too."""
    stock: SqliteStock | PostgresStock = request.getfixturevalue(request.param)
    asked = (name for name in originals if name in request.fixturenames)
    with stock.copied(next(asked, None), tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of each kind."""
    engine = open_for_test(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def settled(engine: Engine) -> dict[str, int]:
    """The people of the town by position: they are in the database already."""
    return dict(PEOPLE)


@pytest.fixture
def town(engine: Engine, settled: dict[str, int], office: Office, tmp_path: Path) -> Town:
    """A small town hall: one person for each position, everybody at the console, one linked group."""
    return Town(engine, office, files=tmp_path / "files", people=settled)


@pytest.fixture
def console(sqlite: SqliteStock, office: Office, tmp_path: Path) -> Iterator[Town]:
    """A second town hall, at the console: what is said on other channels is held against it."""
    folder = tmp_path / "console"
    folder.mkdir()
    with sqlite.copied("settled", folder) as url:
        engine = open_for_test(url)
        yield Town(engine, office, people=dict(PEOPLE))
        engine.dispose()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    """Somebody at the command line, in an empty folder."""
    return Machine(tmp_path, monkeypatch, capsys)
