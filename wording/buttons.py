"""The buttons that many messages share."""

from collections import Counter
from collections.abc import Sequence

from plan_data.plan import Deadline
from wording.dates import period_name
from wording.message import Button, in_rows

MOST_BUTTONS = 9


def done_buttons(deadlines: Sequence[Deadline]) -> tuple[tuple[Button, ...], ...]:
    """A Done button for each deadline; codes that stand there twice are told apart by their period."""
    shown = deadlines[:MOST_BUTTONS]
    codes = Counter(deadline.task.code for deadline in shown)
    buttons = []
    for deadline in shown:
        code = deadline.task.code
        label = f"{code} {period_name(deadline.period)}" if codes[code] > 1 else code
        buttons.append(Button(f"✅ {label}", f"/xong #{deadline.id}"))
    return in_rows(buttons, 2 if any(count > 1 for count in codes.values()) else 3)
