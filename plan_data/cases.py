"""A case ("hồ sơ") as an export of the one-stop software lists it, and what its status says. Pure values.

The software's due date is the truth: nothing here computes one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plan_data.case_policy import StatusWords


class Standing(StrEnum):
    """Where a case stands; what its status is called is the software's business."""

    REGISTERED = "registered"  # sent online, not accepted yet
    OPEN = "open"
    LAST_STEP = "last_step"  # open, waits for a signature or a stamp
    PAUSED = "paused"  # the clock is stopped
    FINISHED = "finished"  # the result waits to be handed over
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({Standing.REGISTERED, Standing.OPEN, Standing.LAST_STEP})
SETTLED = frozenset({Standing.FINISHED, Standing.HANDED_OVER})
DROPPED = frozenset({Standing.REFUSED, Standing.WITHDRAWN})


class Kind(StrEnum):
    """An administrative procedure, or feedback and petitions ("phản ánh, kiến nghị")."""

    TTHC = "TTHC"
    PAKN = "PAKN"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of an export. Moments are aware; `due` without an hour is the day's closing time, `finished` its
    beginning, so that a day alone is never late against its own day.

    `online` and `by_post` are None where the export does not say. `applicant` and `address` stay empty unless the
    office has switched them on; phone and ID numbers have no field.
    """

    code: str
    kind: Kind
    procedure: str
    field: str
    received: datetime | None
    due: datetime | None
    finished: datetime | None
    status: str
    standing: Standing
    officer: str
    online: bool | None = None
    by_post: bool | None = None
    applicant: str = ""
    address: str = ""


def standing_of(folded_status: str, words: StatusWords) -> Standing | None:
    """What a status means; None for one that nobody has told us about."""
    order = (
        (words.open_again, Standing.OPEN),
        (words.refused, Standing.REFUSED),
        (words.withdrawn, Standing.WITHDRAWN),
        (words.paused, Standing.PAUSED),
        (words.handed_over, Standing.HANDED_OVER),
        (words.finished, Standing.FINISHED),
        (words.last_step, Standing.LAST_STEP),
        (words.registered, Standing.REGISTERED),
        (words.open, Standing.OPEN),
    )
    return next((standing for known, standing in order if any(word in folded_status for word in known)), None)


def kind_of(folded_procedure: str, folded_field: str) -> Kind:
    """Feedback and petitions are told by their name."""
    is_feedback = any("phan anh" in text and "kien nghi" in text for text in (folded_procedure, folded_field))
    return Kind.PAKN if is_feedback else Kind.TTHC
