"""What delivery takes out of the outbox: the next message, the next edit.

It asks this several times for every message and every command, so that the statements are made once, and on the table
itself.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select, update
from sqlmodel import Session

from records.database import execute, table_of
from records.mail_tables import OutboxRow
from records.outbox import PUSH, Claimed, claimed

_OUTBOX = table_of(OutboxRow)
_EACH = _OUTBOX.c
# As the index has it: SQLite would not use it for "edit_due IS 1".
_EDIT_DUE: ColumnElement[bool] = literal_column("outbox.edit_due")


def _one_of(found: Select[tuple[int]]) -> ColumnElement[bool]:
    # "=" and not "IN": PostgreSQL may run a subquery under IN once for each row, and claim them all.
    return _EACH.id == found.limit(1).with_for_update(skip_locked=True).scalar_subquery()


_MAY_GO = select(_EACH.id).where(
    _EACH.state == "pending",
    _EACH.channel == bindparam("by"),
    _EACH.kind.not_in(bindparam("held", expanding=True)),
    _EACH.priority <= bindparam("down_to"),
    _EACH.not_before <= bindparam("now"),
)
_CLAIM = (
    update(_OUTBOX)
    .where(
        _one_of(
            _MAY_GO.where(_EACH.chat.not_in(bindparam("busy", expanding=True))).order_by(_EACH.priority, _EACH.id)
        ),
        _EACH.state == "pending",
    )
    .values(state="sending", claimed_at=bindparam("now"), claimed_by=bindparam("worker"), attempts=_EACH.attempts + 1)
    .returning(_OUTBOX)
)
_SOMETHING_MAY_GO = _MAY_GO.limit(1)
_TO_EDIT = select(_EACH.id).where(_EACH.channel == bindparam("by"), _EACH.state == "sent", _EDIT_DUE)
_SOMETHING_TO_EDIT = _TO_EDIT.limit(1)
_CLAIM_EDIT = update(_OUTBOX).where(_one_of(_TO_EDIT.order_by(_EACH.id))).values(edit_due=False).returning(_OUTBOX)


def claim(
    session: Session,
    channel: str,
    now: datetime,
    busy_chats: frozenset[str] = frozenset(),
    held: frozenset[str] = frozenset(),
    down_to: int = PUSH,
    worker: int | None = None,
) -> Claimed | None:
    """Take the most urgent message of the channel that may go now, leaving chats that are being written to alone.

    Messages of the kinds that are `held` wait, and those that are less urgent than `down_to`. `worker`: who takes it,
    where several share the work.
    """
    limits = {"by": channel, "held": list(held), "down_to": down_to, "now": now, "busy": list(busy_chats)}
    row = execute(session, _CLAIM, {**limits, "worker": worker}).first()
    return claimed(row) if row else None


def claim_edit(session: Session, channel: str) -> Claimed | None:
    """Take a posted message whose text must be edited."""
    row = execute(session, _CLAIM_EDIT, {"by": channel}).first()
    return claimed(row) if row else None


def is_something_due(
    session: Session,
    channel: str,
    now: datetime,
    held: frozenset[str] = frozenset(),
    down_to: int = PUSH,
    *,
    can_edit: bool = True,
) -> bool:
    """Whether the channel has something to send or to edit at `now`; what `claim` would leave does not count."""
    limits = {"by": channel, "held": list(held), "down_to": down_to, "now": now}
    if execute(session, _SOMETHING_MAY_GO, limits).first() is not None:
        return True
    return can_edit and execute(session, _SOMETHING_TO_EDIT, {"by": channel}).first() is not None
