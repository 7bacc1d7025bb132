"""Once a night what is older than the office keeps goes: messages and conversation. See `records.retention`."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from plan_data.workdays import ZONE
from records.audit import mark, set_mark
from records.database import reading, transaction
from records.retention import clear_before

log = logging.getLogger(__name__)

_MONTH = timedelta(days=31)
_MARK = "cleared_on"


def clear_nightly(engine: Engine, months: int, clock: Callable[[], datetime]) -> int:
    """Delete what is older than so many months, some hundred rows a transaction; returns how many are gone."""
    now = clock()
    today = now.astimezone(ZONE).date().isoformat()
    with reading(engine) as session:
        if mark(session, _MARK) == today:
            return 0
    gone = 0
    while True:
        with transaction(engine) as session:
            some = clear_before(session, now - months * _MONTH)
            if not some:
                set_mark(session, _MARK, today)
                break
        gone += some
    if gone:
        log.info("%s rows older than %s months are gone", gone, months)
    return gone
