"""A database as it is after years of work: rows of the past in bulk, none of which has anything to say any more."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

_DEADLINES = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO deadline (plan, task, rule, period, kind, opens, named_day, bound, last_day, last_working_day, target,
    document, about, known_since, before_tracking, withdrawn, done_on, done_late)
    SELECT 'cu', 'X.1', 'x', 'event-' || i, 'after_event', :day, :day, 'by', :day, :day, '', '', '', :now, false,
    false, :day, false FROM n"""
_COMPLETIONS = """INSERT INTO completion (deadline_id, share_of, done_on, recorded_at, recorded_by, note, document,
    evidence) SELECT id, 0, :day, :now, 1, 'đã gửi', '12/BC-UBND', '[]' FROM deadline WHERE plan = 'cu'"""
_OUTBOX = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO outbox (key, kind, channel, chat, recipient, priority, body, state, created_at, not_before, attempts,
    claimed_at, finished_at, remote_id, error, edit_due) SELECT 'cu|' || i, 'push', 'telegram', i % 50,
    'person:' || (i % 50), 2, '{"blocks"\\:[["Nhắc việc sáng",true]],"buttons"\\:[]}', 'sent', :now, :now, 1, :now,
    :now, i, '', false FROM n"""


def fill(engine: Engine, *, deadlines: int, outbox: int, now: datetime) -> None:
    """So many deadlines of the past, each with its completion, and so many messages that were sent long ago."""
    past = now - timedelta(days=400)
    values = {"now": f"{past:%Y-%m-%d %H:%M:%S.000000}", "day": f"{past:%Y-%m-%d}"}
    with engine.begin() as connection:
        connection.execute(text("INSERT OR IGNORE INTO person (id, name, joined_on) VALUES (1, 'X', :day)"), values)
        for statement, count in ((_DEADLINES, deadlines), (_COMPLETIONS, None), (_OUTBOX, outbox)):
            if count != 0:
                connection.execute(text(statement), values if count is None else {**values, "count": count})
        connection.execute(text("ANALYZE"))
