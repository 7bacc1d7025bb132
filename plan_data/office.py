"""What does not change while the bot runs: the plans, the calendar, the policy."""

from dataclasses import dataclass

from plan_data.plan import Plans
from plan_data.policy import Policy
from plan_data.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Office:
    """The office that the bot serves."""

    plans: Plans
    calendar: WorkCalendar
    policy: Policy
