"""The buttons that many messages share."""

from collections import Counter
from collections.abc import Sequence

from plan_data.plan import Deadline
from wording.dates import occurrence
from wording.message import Button, cut

MOST_BUTTONS = 9
_LONGEST_LABEL = 40
_LONGEST_ABOUT, _HEAD, _TAIL = 30, 12, 20
_WIDTH = 44


def button(label: str, command: str) -> Button:
    """A button whose label a phone can show."""
    return Button(cut(label, _LONGEST_LABEL), command)


def done_button(deadline: Deadline, label: str, person_id: int | None = None) -> Button:
    """What records that deadline, for a person where one is named."""
    whose = "" if person_id is None else f" thay {person_id}"
    return button(f"✅ {label}", f"/xong #{deadline.id}{whose}")


def done_buttons(deadlines: Sequence[Deadline]) -> tuple[tuple[Button, ...], ...]:
    """A Done button for each deadline, by its code; those of one code are told apart by period or by label."""
    shown = deadlines[:MOST_BUTTONS]
    codes = Counter(deadline.task.code for deadline in shown)
    periods = Counter((deadline.task.code, occurrence(deadline)) for deadline in shown)
    labels = []
    for deadline in shown:
        code, period = deadline.task.code, occurrence(deadline)
        which = _which(deadline) if periods[code, period] == 1 else deadline.rule.label
        labels.append(f"{code} {which}" if codes[code] > 1 else code)
    return packed(_told_apart(shown, labels))


def period_buttons(deadlines: Sequence[Deadline], most: int = MOST_BUTTONS) -> list[Button]:
    """A Done button for each deadline of one task, by its period, or by what it is where there are several rules."""
    shown = deadlines[:most]
    rules = {(deadline.plan.id, deadline.rule.id) for deadline in shown}
    periods = Counter(occurrence(deadline) for deadline in shown)
    labels = []
    for deadline in shown:
        if len(rules) == 1 or deadline.about:
            labels.append(_which(deadline))
        elif periods[occurrence(deadline)] > 1:
            labels.append(deadline.rule.label)
        else:
            labels.append(f"{occurrence(deadline)}: {deadline.rule.label}")
    return _told_apart(shown, labels)


def _which(deadline: Deadline) -> str:
    """The period; of an event, how its description begins and ends, where the number of a document stands."""
    about = " ".join(deadline.about.split())
    if not about:
        return occurrence(deadline)
    return about if len(about) <= _LONGEST_ABOUT else f"{cut(about, _HEAD)} {about[-_TAIL:].partition(' ')[2]}"


def _told_apart(deadlines: Sequence[Deadline], labels: Sequence[str]) -> list[Button]:
    """Labels that a phone would show alike begin with the number of the deadline."""
    shown = Counter(cut(label, _LONGEST_LABEL - 2) for label in labels)
    return [
        done_button(deadline, label if shown[cut(label, _LONGEST_LABEL - 2)] == 1 else f"#{deadline.id} {label}")
        for deadline, label in zip(deadlines, labels, strict=True)
    ]


def packed(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Side by side as far as a phone is wide."""
    rows: list[list[Button]] = []
    for each in buttons:
        if rows and len(rows[-1]) < 3 and sum(len(other.label) + 3 for other in rows[-1]) + len(each.label) <= _WIDTH:
            rows[-1].append(each)
        else:
            rows.append([each])
    return tuple(tuple(row) for row in rows)
