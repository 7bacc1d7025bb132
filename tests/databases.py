"""Databases for tests: what each is to hold is made once for each kind and copied for every test, which is quick."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from records.database import open_database

Originals = Mapping[str, Callable[[Engine], object]]  # by name, what fills an empty database


class SqliteStock:
    """Database files, copied from those in a folder of their own."""

    def __init__(self, originals: Originals, folder: Path) -> None:
        self._originals = originals
        self._folder = folder

    @contextmanager
    def copied(self, original: str | None, folder: Path) -> Iterator[str]:
        """The URL of a copy in the folder; of none, of a file that is not there yet."""
        file = folder / "test.db"
        if original is not None:
            made = self._folder / original
            if not made.exists():
                _fill(f"sqlite:///{made}", self._originals[original])
            shutil.copyfile(made, file)
        yield f"sqlite:///{file}"


class PostgresStock:
    """Databases on one server, which copies them itself."""

    def __init__(self, originals: Originals, url: str) -> None:
        self._originals = originals
        self._url = url
        self._server = open_database(url).execution_options(isolation_level="AUTOCOMMIT")
        self._made = {"template1"}
        self._numbers = count(1)

    @contextmanager
    def copied(self, original: str | None, _folder: Path) -> Iterator[str]:
        """The URL of a copy, which is dropped in the end; of none, of an empty database."""
        name = f"copy_{next(self._numbers)}"
        self._create(name, self._template(original or "template1"))
        yield self._url_of(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self._server.dispose()

    def _template(self, original: str) -> str:
        if original not in self._made:
            self._create(original, "template1")
            _fill(self._url_of(original), self._originals[original])
            self._made.add(original)
        return original

    def _create(self, name: str, template: str) -> None:
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

    def _url_of(self, name: str) -> str:
        return self._url.replace("/postgres?", f"/{name}?")

    def _run(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))


_FIRST: dict[str, Engine] = {}
_COMPILED: dict[Any, Any] = {}


def open_for_test(url: str) -> Engine:
    """A database whose file would only suffer from a crash of the machine; all share what they know of statements."""
    engine = open_database(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    engine.dialect = _FIRST.setdefault(engine.dialect.name, engine).dialect
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def _fill(url: str, fill: Callable[[Engine], object]) -> None:
    engine = open_for_test(url)
    fill(engine)
    engine.dispose()
