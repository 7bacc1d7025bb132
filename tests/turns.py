"""What several workers have said, as it stands in their common file: what is missing, said twice, or out of turn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from records.mail_tables import OutboxRow

Event = tuple[str, int]


def events(file: Path) -> list[Event]:
    """What came to pass, in its order: "begun" or "said" with the number of the message, "leads" with a process."""
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return [(what, int(number)) for what, number in lines]


def times_said(happened: Sequence[Event]) -> Counter[int]:
    """How often each message was said."""
    return Counter(number for what, number in happened if what == "said")


def leaders(happened: Sequence[Event]) -> set[int]:
    """The processes that have led, one after the other."""
    return {number for what, number in happened if what == "leads"}


def turns(session: Session) -> dict[int, tuple[str, int]]:
    """The chat of each message, and its place in the order of all."""
    rows = session.exec(select(OutboxRow.id, OutboxRow.chat).order_by(col(OutboxRow.priority), col(OutboxRow.id)))
    return {number or 0: (chat, place) for place, (number, chat) in enumerate(rows)}


def out_of_turn(happened: Sequence[Event], order: Mapping[int, tuple[str, int]]) -> list[int]:
    """The messages that were begun while another one was on its way to the same chat, or after a later one.

    What was begun by a process that died counts as on its way until it has been said.
    """
    last: dict[str, Event] = {}
    wrong = []
    for what, number in happened:
        if what == "leads":
            continue
        chat, place = order[number]
        before, earlier = last.get(chat, ("said", number))
        if what == "begun" and number != earlier and (before != "said" or place < order[earlier][1]):
            wrong.append(number)
        last[chat] = what, number
    return wrong
