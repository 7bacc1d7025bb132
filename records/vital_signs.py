"""When the bot last looked at what is due, and when each channel last answered: for whoever watches from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from records.audit import mark, set_mark
from records.mail_tables import OutboxRow

_NAME, _ALIVE = "vital_signs", "alive"


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """The last tick that ended, and by channel the last poll that was answered."""

    ticked: datetime
    polled: Mapping[str, datetime] = field(default_factory=dict)


def alive_at(session: Session) -> datetime | None:
    """The last sign of life of the bot; None when it has never run."""
    kept = mark(session, _ALIVE)
    return datetime.fromisoformat(kept) if kept else None


def set_alive(session: Session, now: datetime) -> None:
    """The bot lives."""
    set_mark(session, _ALIVE, now.isoformat())


def keep_signs(session: Session, signs: VitalSigns) -> None:
    """Write them down."""
    polled = {channel: at.isoformat() for channel, at in signs.polled.items()}
    set_mark(session, _NAME, json.dumps({"ticked": signs.ticked.isoformat(), "polled": polled}))


def last_signs(session: Session) -> VitalSigns | None:
    """As they were written down last, at most a minute ago while the bot is at work."""
    kept = mark(session, _NAME)
    if kept is None:
        return None
    known = json.loads(kept)
    polled = {channel: datetime.fromisoformat(at) for channel, at in known["polled"].items()}
    return VitalSigns(datetime.fromisoformat(known["ticked"]), polled)


def waiting_now(session: Session, channel: str, now: datetime) -> int:
    """How many messages of the channel could have gone by now."""
    return session.exec(
        select(func.count()).where(
            col(OutboxRow.state) == "pending", col(OutboxRow.channel) == channel, col(OutboxRow.not_before) <= now
        )
    ).one()


def take_back(session: Session, about: str, now: datetime) -> list[str]:
    """Drop the notices about this that have not gone out, since a newer one says it too; returns their keys."""
    dropped = session.scalars(
        update(OutboxRow)
        .where(col(OutboxRow.state) == "pending", col(OutboxRow.key).startswith(f"{about}|"))
        .values(state="dropped", error="gộp vào tin mới hơn", finished_at=now)
        .returning(col(OutboxRow.key))
    )
    return list(dropped)
