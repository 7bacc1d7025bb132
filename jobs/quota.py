"""A channel's monthly quota of messages is a budget: how it is shared out, and when the clerk is told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from jobs.notices import tell_clerks
from plan_data.office import Office
from plan_data.periods import span_of
from plan_data.workdays import ZONE
from records.channels import at_work, month_of, spend, spent
from records.outbox import ANSWER, NOTICE, PUSH, URGENT
from wording.channels import Spending, spending_notice

# From this share of the quota on, only messages at least so urgent go out; the others wait for the next month.
_KEPT_FOR = ((1.0, ANSWER), (0.95, NOTICE), (0.85, URGENT))
_TELL_AT = (100, 90, 70)


def least_urgent(spent_already: int, quota: int) -> int:
    """The priority of the least urgent message that may still go out in this month."""
    return next((priority for share, priority in _KEPT_FOR if spent_already >= share * quota), PUSH)


def first_of_month(now: datetime) -> datetime:
    """The local midnight with which the month began."""
    return now.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def runs_out_on(spent_already: int, quota: int, now: datetime) -> date | None:
    """The day on which the quota will be spent if the month goes on as it went; None when it lasts."""
    local = now.astimezone(ZONE)
    days = (local - first_of_month(now)) / timedelta(days=1)
    _, last = span_of(month_of(now))
    if spent_already >= quota:
        return local.date()
    if not spent_already or not days:
        return None
    left = (quota - spent_already) * days / spent_already
    day = local.date() + timedelta(days=int(left)) if left < 31 else last + timedelta(days=1)
    return day if day <= last else None


@dataclass(frozen=True, slots=True)
class Budget:
    """The quota of one channel; None where there is no limit, and then nothing is counted."""

    channel: str
    monthly_quota: int | None

    def down_to(self, session: Session, now: datetime) -> int:
        """The priority of the least urgent message that may go out now."""
        if self.monthly_quota is None:
            return PUSH
        return least_urgent(spent(session, self.channel, now), self.monthly_quota)

    def spend(self, session: Session, office: Office, messages: int, now: datetime) -> None:
        """Count what went out, and tell the clerk when 70, 90 or 100 % are reached: each once a month."""
        if self.monthly_quota is None or messages <= 0:
            return
        total = spend(session, self.channel, messages, now)
        reached = next((percent for percent in _TELL_AT if total * 100 >= percent * self.monthly_quota), None)
        if reached is not None:
            key = f"quota|{self.channel}|{month_of(now)}|{reached}"
            tell_clerks(session, office, key, spending_notice(spending(session, self, now)), now)


def worth_showing(session: Session, now: datetime) -> list[Spending]:
    """The channels at work that have spent 70 % of their month's quota or more."""
    limited = [Budget(each.name, each.monthly_quota) for each in at_work(session) if each.monthly_quota is not None]
    found = [spending(session, budget, now) for budget in limited]
    return [each for each in found if each.spent * 100 >= _TELL_AT[-1] * each.quota]


def spending(session: Session, budget: Budget, now: datetime) -> Spending:
    """How far the month's quota is spent."""
    quota, total = budget.monthly_quota or 0, spent(session, budget.channel, now)
    next_month = span_of(month_of(now))[1] + timedelta(days=1)
    return Spending(budget.channel, total, quota, runs_out_on(total, quota, now), next_month)
