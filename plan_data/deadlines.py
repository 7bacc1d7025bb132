"""What a deadline is: a local day with a bound, for one period of one rule of one task.

`named_day` is the day in the document. A `before` bound excludes it ("trước ngày"), `by` includes it ("đến",
"chậm nhất", "trong tháng"), `on` is that very day ("trong ngày"). Named days never move; reminders aim at the
last working day, because nobody is in the office on Sunday. Overdue begins the day after `last_day`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Bound(StrEnum):
    """How a deadline includes its named day."""

    BEFORE = "before"
    BY = "by"
    ON = "on"

    def last_day(self, named_day: date) -> date:
        """The last day on which the work is in time."""
        return named_day - timedelta(days=1) if self is Bound.BEFORE else named_day


@dataclass(frozen=True, slots=True)
class Window:
    """A range of local days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether `day` lies in the window."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """Something that happened and started a deadline (`after_event`) or that will expire (`before_expiry`).

    `recorded` is when the bot learned of it, which may be later than it `happened`.
    """

    id: int
    plan: str
    task: str
    rule: str
    happened: datetime
    recorded: datetime
    expires: date | None
    description: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date that a rule yields, before the calendar has been asked about it.

    `opens` is the first day on which the work can sensibly be done; until then it is not counted as open.
    `due_at` is set only where the law counts in working hours.
    """

    period: str
    opens: date
    named_day: date
    bound: Bound
    target: str = ""
    due_at: datetime | None = None
    event: RecordedEvent | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A date that somebody set or moved by a document ("gia hạn"); it replaces the rule's own date."""

    day: date
    document: str
