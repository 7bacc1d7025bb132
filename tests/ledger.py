"""What the records say after a conversation: completions, events, extensions and the trail, in plain values."""

from typing import Any, NamedTuple

from sqlalchemy import text

from records.audit import trail
from records.database import transaction
from tests.town import Sent, Town


class Record(NamedTuple):
    """A completion: of what, whose share, by whom, with what, and whether it still holds."""

    task: str
    period: str
    share_of: str
    by: str
    note: str = ""
    document: str = ""
    undone: bool = False


def rows(town: Town, query: str, **values: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with transaction(town.engine) as session:
        return [tuple(row) for row in session.connection().execute(text(query), values)]


def records(town: Town) -> list[Record]:
    """Every completion, in the order in which they were recorded."""
    names = {number: role for role, number in town.people.items()} | {0: "", None: ""}
    found = rows(
        town,
        "SELECT task, period, share_of, recorded_by, note, completion.document, undone_at FROM completion "
        "JOIN deadline ON deadline.id = deadline_id ORDER BY completion.id",
    )
    return [
        Record(task, period, names[share], names[by], note, document, undone is not None)
        for task, period, share, by, note, document, undone in found
    ]


def deeds(town: Town, *actions: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Action, who did it and the detail of each entry of the trail; of these actions, or of all."""
    names = {number: role for role, number in town.people.items()} | {None: ""}
    with transaction(town.engine) as session:
        found = trail(session)
    return [(action, names[by], detail) for _, by, action, _, detail in found if not actions or action in actions]


def commands(sent: Sent) -> list[str]:
    """What the buttons stand for, in their order."""
    return [button.command for row in sent.reply.buttons for button in row]


def number_of(town: Town, task: str, period: str, rule: str = "") -> int:
    """The number of a deadline, as buttons carry it."""
    found = rows(
        town,
        "SELECT id FROM deadline WHERE task = :task AND period = :period AND (:rule = '' OR rule = :rule)",
        task=task,
        period=period,
        rule=rule,
    )
    assert len(found) == 1, found
    return int(found[0][0])
