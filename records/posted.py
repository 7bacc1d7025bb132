"""What a chat has been shown lately to choose from, for platforms where a choice is typed as a number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from records.mail_tables import InboxRow, OutboxRow

SHOWN = "shown"  # in a message's body: the buttons as they were posted, when its text has been revised since
_LONGEST_WAY = timedelta(days=4)  # a message that could not be sent is given up before


@dataclass(frozen=True, slots=True)
class Choices:
    """A message with buttons (label, command) that a chat has got; `asker`: who asked for it, "" when nobody did."""

    at: datetime
    asker: str
    buttons: tuple[tuple[str, str], ...]


def choices_in(
    session: Session, channel: str, chat: str, recipients: Collection[str], since: datetime
) -> list[Choices]:
    """Those that went out to this chat since then, to one of the recipients, the latest first."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.recipient).in_(recipients),
            col(OutboxRow.created_at) > since - _LONGEST_WAY,
            OutboxRow.channel == channel,
            OutboxRow.chat == chat,
            col(OutboxRow.state).in_(["sent", "unconfirmed"]),
            col(OutboxRow.finished_at) > since,
        )
        .order_by(col(OutboxRow.finished_at).desc(), col(OutboxRow.id).desc())
    )
    found = [(row, buttons) for row in rows if (buttons := _buttons(row))]
    askers = _askers(session, [row.key for row, _ in found])
    return [
        Choices(row.finished_at or row.created_at, askers.get(_asked_by(row.key), ""), buttons)
        for row, buttons in found
    ]


def _buttons(row: OutboxRow) -> tuple[tuple[str, str], ...]:
    rows = row.body.get(SHOWN, row.body.get("buttons", ()))
    return tuple((label, command) for each in rows for label, command in each)


def _asked_by(key: str) -> int:
    """The number of the update that an answer belongs to; 0 for what nobody asked for."""
    kind, *_, number = key.removesuffix("|again").split("|")
    return int(number) if kind == "answer" and number.isdigit() else 0


def _askers(session: Session, keys: Collection[str]) -> dict[int, str]:
    numbers = {number for key in keys if (number := _asked_by(key))}
    rows = session.exec(select(InboxRow).where(col(InboxRow.id).in_(numbers)))
    return {row.id or 0: str(row.payload.get("sender", "")) for row in rows}
