"""`nhacviec backup` and `nhacviec restore`: a copy made by hand, and a copy put in the database's place."""

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from bot.mistakes import Mistake
from bot.settings import Settings
from bot.single import AlreadyRunning, only_one
from jobs.backups import make_backup
from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.workdays import ZONE
from records import backups
from records.audit import audit
from records.backup_result import Backup
from records.backups import BackupBroken, Contents
from records.database import migrate, open_database, transaction, versions
from records.postgres_tools import ToolFailed
from wording import backups as words
from wording.message import say


class CannotRestore(Mistake):
    """The copy is not put in the database's place; nothing has changed."""


def back_up_now(settings: Settings, now: datetime) -> Backup:
    """Make, prove and keep a copy. Raises DatabaseUnavailable."""
    engine = open_database(settings.database)
    try:
        migrate(engine)
        return make_backup(engine, settings.backups, settings.backup_keep, now)
    finally:
        engine.dispose()


def restore_from(settings: Settings, office: Office, file: Path, now: datetime, *, yes: bool) -> str:
    """Put the copy in the database's place; returns what to tell. Raises CannotRestore, DatabaseUnavailable.

    The copy is tried in a scratch database first. What was there before is kept in the folder of backups.
    """
    if not file.is_file():
        raise CannotRestore(words.no_such_copy(str(file)))
    engine = open_database(settings.database)
    try:
        with only_one(engine):
            found = _tried(engine, file)
            kept = ""
            if _is_something_there(engine):
                if not yes:
                    raise CannotRestore(words.overwrites(settings.shown_database))
                kept = str(_keep(engine, settings.backups, now))
            backups.restore(engine, file)
            migrate(engine)
            _note_down(engine, office, file, now)
        return words.restored(str(file), found.total, kept)
    except AlreadyRunning:
        raise CannotRestore(words.BOT_IS_RUNNING) from None
    except (BackupBroken, ToolFailed) as error:
        raise CannotRestore(str(error)) from None
    finally:
        engine.dispose()


def _tried(engine: Engine, file: Path) -> Contents:
    with backups.scratch(engine, file) as restored:
        backups.check_integrity(restored)
        found = backups.contents(restored)
    if found.version not in versions():
        raise CannotRestore(words.newer(found.version))
    return found


def _is_something_there(engine: Engine) -> bool:
    """Whether something would be lost."""
    if engine.dialect.name == "sqlite" and not Path(f"{engine.url.database}").exists():
        return False
    try:
        backups.contents(engine)
    except BackupBroken:
        return False
    except DatabaseError:  # it is damaged: perhaps that is why it is to be replaced
        return True
    return True


def _keep(engine: Engine, folder: Path, now: datetime) -> Path:
    try:
        return backups.back_up(engine, folder, now)
    except sqlite3.DatabaseError:
        return backups.set_aside(engine, now)


def _note_down(engine: Engine, office: Office, file: Path, now: datetime) -> None:
    """What the copy holds as waiting may have gone out since: nobody knows, and it is treated so."""
    told = say(words.restored_notice(backups.made_at(file, ZONE), now))
    with transaction(engine) as session:
        backups.doubt_what_waits(session, now)
        audit(session, now, "restored", file.name)
        tell_clerks(session, office, f"restored|{now.isoformat()}", told, now)
