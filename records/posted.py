"""What a chat has been shown lately to choose from, for platforms where a choice is typed as a number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from records.mail_tables import InboxRow, OutboxRow

# In the body of a posted message whose text has been revised since: its buttons as they were posted, and what of the
# revised text has been told in later messages, where it could not be edited.
SHOWN, TOLD = "shown", "told"
_LONGEST_WAY = timedelta(days=4)  # a message that could not be sent is given up before


@dataclass(frozen=True, slots=True)
class Choices:
    """A message with buttons (label, command) that a chat has got; `asker`: who asked for it, "" when nobody did.

    `asked` is what they had typed.
    """

    at: datetime
    asker: str
    buttons: tuple[tuple[str, str], ...]
    asked: str = ""


def choices_in(
    session: Session, channel: str, chat: str, recipients: Collection[str], since: datetime
) -> list[Choices]:
    """Those that went out to this chat since then, to one of the recipients, the latest first.

    One that is being sent may be on the screen already.
    """
    at = func.coalesce(OutboxRow.finished_at, OutboxRow.claimed_at)
    rows = session.exec(
        select(OutboxRow)
        .where(
            col(OutboxRow.recipient).in_(recipients),
            col(OutboxRow.created_at) > since - _LONGEST_WAY,
            OutboxRow.channel == channel,
            OutboxRow.chat == chat,
            col(OutboxRow.state).in_(["sending", "sent", "unconfirmed"]),
            at > since,
        )
        .order_by(at.desc(), col(OutboxRow.id).desc())
    )
    found = [(row, buttons) for row in rows if (buttons := _buttons(row))]
    asked = _asked(session, [row.key for row, _ in found])
    return [
        Choices(row.finished_at or row.claimed_at or row.created_at, sender, buttons, typed)
        for row, buttons in found
        for sender, typed in [asked.get(_question_of(row.key), ("", ""))]
    ]


def _buttons(row: OutboxRow) -> tuple[tuple[str, str], ...]:
    rows = row.body.get(SHOWN, row.body.get("buttons", ()))
    return tuple((label, command) for each in rows for label, command in each)


def _question_of(key: str) -> int:
    """The number of the update that an answer belongs to; 0 for what nobody asked for."""
    kind, _, rest = key.removesuffix("|again").partition("|")
    number = rest.rpartition("|")[2]
    return int(number) if kind == "answer" and number.isdigit() else 0


def _asked(session: Session, keys: Collection[str]) -> dict[int, tuple[str, str]]:
    """Who asked and what, by the number of the update."""
    numbers = {number for key in keys if (number := _question_of(key))}
    rows = session.exec(select(InboxRow).where(col(InboxRow.id).in_(numbers)))
    return {row.id or 0: (str(row.payload.get("sender", "")), str(row.payload.get("text", ""))) for row in rows}
