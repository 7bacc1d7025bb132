"""The PostgreSQL server of the tests ends with the process that asked for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from records.database import DatabaseUnavailable, migrate, open_database

KILLED = """
import os, signal
from tests.postgres import postgres
with postgres() as url:
    print(url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_server_of_a_process_that_was_killed_ends_and_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = tmp_path_factory.mktemp("k")
    ran = subprocess.run(  # which ends when nobody holds the pipes any more, the guard of the server neither
        [sys.executable, "-c", KILLED],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "TMPDIR": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr, list(place.iterdir())) == (-signal.SIGKILL, "", [])
    with pytest.raises(DatabaseUnavailable):
        migrate(open_database(ran.stdout.strip()))
