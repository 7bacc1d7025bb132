"""Running the migrations with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, migrations: Path, version: str) -> None:
    """Bring the schema to that version, or to "head", inside the connection's transaction."""
    config = _config(migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def versions(migrations: Path) -> list[str]:
    """Every version of the schema, the first one first."""
    return [script.revision for script in ScriptDirectory.from_config(_config(migrations)).walk_revisions()][::-1]


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config
