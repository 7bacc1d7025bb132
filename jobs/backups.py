"""The nightly backup: copied, restored into a scratch database, checked there; what came of it stands in a mark.

Level-triggered: a backup is due when the last one is from before the last night, however long the machine was off.
"""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from plan_data.workdays import ZONE
from records import backups
from records.audit_chain import verify
from records.backup_result import Backup, keep_backup, last_backup
from records.backups import BackupBroken, Contents
from records.database import reading, transaction
from records.postgres_tools import MayNotCreate, ToolFailed
from wording.audit import broken

log = logging.getLogger(__name__)

NIGHT = time(2, 0, tzinfo=ZONE)
_TRY_AGAIN_AFTER = timedelta(hours=1)


def is_due(last: Backup, now: datetime) -> bool:
    """Whether a backup should be made: once a night, after a failure every hour."""
    local = now.astimezone(ZONE)
    night = datetime.combine(local.date() if local.timetz() >= NIGHT else local.date() - timedelta(days=1), NIGHT)
    failed = bool(last.trouble) and not (last.proven or last.good == last.tried)
    return not night <= last.tried <= now or (failed and now - last.tried >= _TRY_AGAIN_AFTER)


def back_up_nightly(engine: Engine, folder: Path, keep: int, clock: Callable[[], datetime]) -> Backup | None:
    """Make a backup when one is due; returns what came of it. Never to be called on the event loop."""
    now = clock()
    with reading(engine) as session:
        last = last_backup(session)
    if last is None:
        _keep(engine, Backup(since=now, tried=now))
        return None
    return make_backup(engine, folder, keep, now) if is_due(last, now) else None


def make_backup(engine: Engine, folder: Path, keep: int, now: datetime) -> Backup:
    """Copy, prove, delete the oldest copies, and write down what came of it."""
    with reading(engine) as session:
        last = last_backup(session) or Backup(since=now, tried=now)
    try:
        before = backups.contents(engine)
        file = backups.back_up(engine, folder, now.astimezone(ZONE))
        result = _proven(engine, before, replace(last, tried=now, good=now, file=str(file)))
        backups.rotate(folder, keep)
    except (BackupBroken, ToolFailed) as error:
        result = replace(last, tried=now, trouble=str(error))
    except (OSError, sqlite3.Error, DatabaseError) as error:
        log.exception("the backup has failed")
        result = replace(last, tried=now, trouble=f"không ghi được bản sao vào {folder} ({type(error).__name__})")
    if result.trouble:
        log.error("backup: %s", result.trouble)
    _keep(engine, result)
    return result


def _proven(engine: Engine, before: Contents, made: Backup) -> Backup:
    """Restore the copy into a scratch database and look what is in it. Raises BackupBroken: it is no copy then."""
    file = Path(made.file)
    try:
        with backups.scratch(engine, file) as restored:
            backups.check_integrity(restored)
            found = backups.contents(restored)
            with reading(restored) as session:
                _, flaw = verify(session)
        backups.compare(before, found, backups.contents(engine))
    except MayNotCreate as error:
        return replace(made, rows=before.total, proven=False, trouble=str(error))
    except BackupBroken:
        file.unlink()
        raise
    return replace(made, rows=found.total, proven=True, trouble=broken(flaw) if flaw else "")


def _keep(engine: Engine, backup: Backup) -> None:
    with transaction(engine) as session:
        keep_backup(session, backup)
