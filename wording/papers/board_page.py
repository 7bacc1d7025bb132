"""The board to project: one HTML page that needs no network, in light and in dark, on a phone and on A4."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plan_data.workdays import ZONE
from records.figures import State, Tally
from wording.dates import full_day, limit, period_name, title
from wording.sheets import Day, Overview, Row
from wording.states import MARKS, NAMES, REASONS

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def draw(overview: Overview) -> bytes:
    """The whole page."""
    page = _PAGES.get_template("board.html.j2").render(
        board=overview,
        at=overview.at.astimezone(ZONE),
        states=[(state.value, MARKS[state], NAMES[state]) for state in State],
        number_of=_number_of,
        cells=_cells,
        month=period_name(f"{overview.month:%Y-%m}"),
        weeks=_weeks(overview.days),
        marks=MARKS,
        names=NAMES,
        reasons=REASONS,
        title=title,
        full_day=full_day,
    )
    return page.encode()


def _number_of(numbers: Tally, state: str) -> int:
    return int(getattr(numbers, state))


def _cells(row: Row) -> dict[str, str]:
    """What a line says, and what it is sorted by."""
    deadline = row.deadline
    return {
        "code": deadline.task.code,
        "what": title(deadline),
        "task": deadline.task.short,
        "holders": row.holders,
        "due": limit(deadline, deadline.last_day),
        "day": deadline.last_day.isoformat(),
        "done": f"xong {full_day(row.done_on)}" if row.done_on else "",
    }


def _weeks(days: Sequence[Day]) -> list[list[Day | None]]:
    """The days of a month in weeks from Monday on; None where a week reaches into another month."""
    cells: list[Day | None] = [None] * days[0].day.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
