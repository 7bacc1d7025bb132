"""What stands on a paper, as values: light, so that they can be collected without the libraries that draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plan_data.plan import Deadline


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline in a calendar: who answers for it, whether it is done, and when to ring."""

    deadline: Deadline
    holders: str
    is_done: bool
    rings: Sequence[datetime]
