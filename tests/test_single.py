import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from bot.single import AlreadyRunning, only_one
from records.database import open_database
from tests.machine import environment
from wording.stops import ALREADY_RUNNING

WITHIN = 60
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def is_held(engine: Engine) -> bool:
    try:
        with only_one(engine):
            return False
    except AlreadyRunning:
        return True


def test_only_one_holds_the_office_and_the_next_gets_it_afterwards(engine: Engine, database_url: str) -> None:
    other = open_database(database_url)
    with only_one(engine):
        with pytest.raises(AlreadyRunning, match=re.escape(ALREADY_RUNNING)), only_one(other):
            raise AssertionError("two at once")
        assert is_held(other)
    assert not is_held(other)
    other.dispose()


def test_an_error_inside_frees_the_office(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), only_one(engine):
        raise ZeroDivisionError
    assert not is_held(engine)


@on_postgresql
async def test_who_was_dropped_by_the_server_takes_its_place_again(engine: Engine, database_url: str) -> None:
    other = open_database(database_url)
    with only_one(engine) as keep_place:
        keeping = asyncio.create_task(keep_place())
        other.connect().close()  # one that may come in
        with nobody_let_in(database_url):
            drop_everybody(other)
            await asyncio.sleep(3)
        await asyncio.sleep(2)
        assert (await asyncio.to_thread(is_held, other), keeping.done()) == (True, False)
        keeping.cancel()
    assert not is_held(other)
    other.dispose()


@on_postgresql
async def test_who_was_dropped_by_the_server_and_finds_its_place_taken_stops(
    engine: Engine, database_url: str
) -> None:
    other = open_database(database_url)
    with only_one(engine) as keep_place:
        drop_everybody(other)
        with only_one(other), pytest.raises(AlreadyRunning, match=re.escape(ALREADY_RUNNING)):
            await asyncio.wait_for(keep_place(), WITHIN)
    other.dispose()


@contextmanager
def nobody_let_in(database_url: str) -> Iterator[None]:
    """Whoever is connected stays so."""
    name = make_url(database_url).database
    server = open_database(re.sub(r"/copy_\d+\?", "/postgres?", database_url))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        yield
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    server.dispose()


def drop_everybody(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_another_way_to_write_the_path_is_the_same_office(tmp_path: Path) -> None:
    (tmp_path / "liên-kết").symlink_to(tmp_path, target_is_directory=True)
    one = open_database(f"sqlite:///{tmp_path}/a.db")
    other = open_database(f"sqlite:///{tmp_path}/liên-kết/a.db")
    with only_one(one):
        assert is_held(other)


@contextmanager
def running(folder: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment({"DATABASE_URL": url, "CONSOLE_FILE": "said.txt"}),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_held(engine: Engine, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + WITHIN
    while not is_held(engine):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_second_process_stops_with_a_sentence_and_the_lock_is_free_after_kill_9(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with running(tmp_path, database_url) as first:
        wait_until_held(engine, first)
        with running(tmp_path, database_url) as second:
            _, told = second.communicate(timeout=WITHIN)
        assert (second.returncode, told.splitlines()[-1]) == (2, ALREADY_RUNNING)
        first.send_signal(signal.SIGKILL)
        first.wait(WITHIN)
        with only_one(engine):
            pass
        with running(tmp_path, database_url) as third:
            wait_until_held(engine, third)
            third.send_signal(signal.SIGTERM)
            third.communicate(timeout=WITHIN)
        assert third.returncode == 0
