"""Once a night what is older than the office keeps goes: messages and conversation, and files that nobody needs.

See `records.retention`. Files that prove a completion stay as long as it does, which is for good.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from plan_data.workdays import ZONE
from records.audit import mark, set_mark
from records.case_imports import drop_unanswered
from records.database import reading, transaction
from records.evidence import drop_held, kept
from records.retention import clear_before

log = logging.getLogger(__name__)

_MONTH = timedelta(days=31)
_DAY = timedelta(days=1)
_UNANSWERED = timedelta(days=7)  # how long the preview of a list of cases waits for a yes
_MARK, _FILES_MARK = "cleared_on", "files_cleared_on"


def clear_nightly(engine: Engine, months: int, clock: Callable[[], datetime]) -> int:
    """Delete what is older than so many months, some hundred rows a transaction; returns how many are gone."""
    now = clock()
    if _is_done(engine, _MARK, now):
        return 0
    gone = 0
    while True:
        with transaction(engine) as session:
            some = clear_before(session, now - months * _MONTH)
            if not some:
                set_mark(session, _MARK, _today(now))
                break
        gone += some
    if gone:
        log.info("%s rows older than %s months are gone", gone, months)
    return gone


def clear_files(engine: Engine, papers: Path, evidence: Path, months: int, clock: Callable[[], datetime]) -> int:
    """Delete papers older than so many months, and what somebody has sent and nobody has taken.

    That is a file held for a completion for a day, a file in the folder that no row knows for as long, and the rows
    of a list of cases that nobody has confirmed for a week. Returns how many files are gone.
    """
    now = clock()
    if _is_done(engine, _FILES_MARK, now):
        return 0
    old = _older(papers, now - months * _MONTH)
    strange = _older(evidence, now - _DAY)  # before the rows are read: what is new there has no row yet
    with transaction(engine) as session:
        drop_held(session, now - _DAY)
        drop_unanswered(session, now - _UNANSWERED)
        known = {each.stored_as for each in kept(session)}
        set_mark(session, _FILES_MARK, _today(now))
    gone = [*old, *(file for file in strange if file.name not in known)]
    for file in gone:
        file.unlink(missing_ok=True)
    if gone:
        log.info("%s files that nobody needs are gone", len(gone))
    return len(gone)


def _older(folder: Path, before: datetime) -> list[Path]:
    """The files of the folder that were last written before then."""
    files = folder.iterdir() if folder.is_dir() else ()
    return [file for file in files if file.is_file() and file.stat().st_mtime < before.timestamp()]


def _is_done(engine: Engine, name: str, now: datetime) -> bool:
    with reading(engine) as session:
        return mark(session, name) == _today(now)


def _today(now: datetime) -> str:
    return now.astimezone(ZONE).date().isoformat()
