"""What must be said, and why: pure decisions, no session, no clock, no network.

A deadline has a timeline of steps that depends on nothing but the deadline, the policy and the calendar. What
is due at a moment is the latest step of each audience; older steps that nobody said are superseded. A restart, a
missed wake-up or a jump of the clock therefore heals itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from plan_data.event_rules import Continuous
from plan_data.office import Office
from plan_data.plan import Deadline, Plans
from plan_data.policy import KindPolicy, Policy
from plan_data.workdays import ZONE, CalendarYearMissing
from records.deadlines import Item


class Reason(StrEnum):
    """Why an alert is said."""

    EVENT = "event"
    UPCOMING = "upcoming"
    LAST_DAY = "last_day"
    LAST_CALL = "last_call"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    CLOSING_LIST = "closing_list"
    MONTHLY_PICTURE = "monthly_picture"
    DRAFT = "draft"
    SILENT = "silent"
    BEFORE_TRACKING = "before_tracking"
    CALENDAR = "calendar"


# Said whether or not the work is done: they inform, they do not nag.
INFORMING = frozenset({Reason.CLOSING_LIST, Reason.MONTHLY_PICTURE})
# A message of its own, with files, to the clerk; it stays as it was written.
PAPERS = frozenset({Reason.MONTHLY_PICTURE, Reason.DRAFT})
_IN_TIME = frozenset({Reason.EVENT, Reason.UPCOMING, Reason.LAST_DAY, Reason.LAST_CALL, Reason.DRAFT})


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an alert is meant; `role` only with kind "role"."""

    kind: Literal["group", "role", "leaders", "clerk"]
    role: str = ""

    def __str__(self) -> str:
        """Such as "group" or "role:tu-phap"."""
        return f"role:{self.role}" if self.role else self.kind


GROUP, LEADERS, CLERK = Audience("group"), Audience("leaders"), Audience("clerk")


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to say about a deadline at a moment. `number` tells steps of one reason apart (days)."""

    deadline: Deadline
    reason: Reason
    number: int
    audience: Audience
    at: datetime

    @property
    def key(self) -> str:
        """The natural key: deadline with its period and day, reason, audience."""
        return f"{name_of(self.deadline)}|{self.step}|{self.audience}"

    @property
    def step(self) -> str:
        """Reason and number; one recipient hears each step of a deadline once."""
        return f"{self.reason}{self.number or ''}"


def name_of(deadline: Deadline) -> str:
    """The deadline as it stands: when its day is moved by a document, everything is said again for the new day."""
    return f"{deadline.key}@{deadline.last_day}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is due, what nobody said while it mattered, and when to look at each deadline again."""

    alerts: list[Alert]
    superseded: list[Alert]
    next_looks: dict[int, datetime | None]


def due_alerts(items: Iterable[Item], office: Office, now: datetime) -> Decision:
    """Decide what is due about these deadlines at `now`: the latest step of each audience.

    A step that was to be said while there was still time is not said once the time is over; the steps for what is
    overdue have their own order, in which the person hears it first. The answer does not know what was said
    already: the records do, by the key.
    """
    alerts: list[Alert] = []
    superseded: list[Alert] = []
    next_looks: dict[int, datetime | None] = {}
    for item in items:
        steps = relevant_steps(item, office)
        past = [step for step in steps if item.known_since <= step.at <= now]
        latest = {step.audience: step for step in past if step.reason not in INFORMING}
        for step in past:
            too_late = is_too_late(item, step.reason, step.at, now)
            said = step.reason in INFORMING or (latest[step.audience] is step and not too_late)
            (alerts if said else superseded).append(step)
        next_looks[item.deadline.id] = min((step.at for step in steps if step.at > now), default=None)
    return Decision(alerts, superseded, next_looks)


def is_too_late(item: Item, reason: str, at: datetime, now: datetime) -> bool:
    """Whether the step was to be said at a time when the work could still be done in time, and that time is over."""
    return reason in _IN_TIME and item.is_overdue(now) and not item.is_overdue(at)


def relevant_steps(item: Item, office: Office) -> list[Alert]:
    """The steps that the outcome of the deadline leaves: done work is not nagged about."""
    if item.before_tracking or item.withdrawn:
        return []
    steps = timeline(item.deadline, office)
    return [step for step in steps if step.reason in INFORMING] if item.is_done else steps


def timeline(deadline: Deadline, office: Office) -> list[Alert]:
    """Every step of a deadline's life if it is never done, in order of time.

    One nagging step for an audience at a moment: an event is news before it is anything else, and of two delays the
    longer one says more. Nothing can be said before the event is on record.
    """
    policy = office.policy.kinds.get(deadline.rule.kind)
    if policy is None:
        return []
    nagging = [*_known(_before(deadline, policy, office)), *_known(_after(deadline, policy, office))]
    nagging += _known(_start(deadline, office))
    chosen = {(step.audience, step.at): step for step in nagging}
    steps = [*chosen.values(), *_known(_informing(deadline, office))]
    return sorted((step for step in steps if step.at >= (deadline.started or step.at)), key=lambda step: step.at)


def _known(steps: Iterator[Alert]) -> Iterator[Alert]:
    """The steps up to where the calendar ends; the clerk is told separately that it does."""
    with suppress(CalendarYearMissing):
        yield from steps


def _start(deadline: Deadline, office: Office) -> Iterator[Alert]:
    """An event has started the deadline: those who must act hear it at once, or when the office next opens."""
    if deadline.started is not None:
        yield from _to_those_who_act(deadline, Reason.EVENT, 0, next_office_time(deadline.started, office), True)


def _before(deadline: Deadline, policy: KindPolicy, office: Office) -> Iterator[Alert]:
    """Warnings in working days before the last working day, and the last day itself."""
    calendar, aim = office.calendar, deadline.last_working_day
    if deadline.due_at is None:  # a span of hours is over too soon for a last day
        yield from _to_those_who_act(deadline, Reason.LAST_DAY, 0, office.policy.morning_of(aim), policy.group)
        yield from _to_those_who_act(deadline, Reason.LAST_CALL, 0, office.policy.last_call_of(aim), policy.group)
    for days in sorted(policy.upcoming):
        day = calendar.plus_working_days(aim, -days)
        if day >= deadline.opens:
            at = office.policy.morning_of(day)
            yield from _to_those_who_act(deadline, Reason.UPCOMING, days, at, policy.group)
    if deadline.rule.draft is not None:
        yield Alert(deadline, Reason.DRAFT, 0, CLERK, office.policy.morning_of(aim))


def _after(deadline: Deadline, policy: KindPolicy, office: Office) -> Iterator[Alert]:
    """Overdue: the persons first, the group later, the leaders when nothing happens."""
    if deadline.due_at is not None:
        at = next_office_time(deadline.due_at, office)
        yield from _to_those_who_act(deadline, Reason.OVERDUE, 0, at, False)
    for days in sorted(policy.overdue):
        at = office.policy.morning_of(office.calendar.plus_working_days(deadline.last_day, days))
        in_group = policy.group and days >= office.policy.group_hears_late_after
        yield from _to_those_who_act(deadline, Reason.OVERDUE, days, at, in_group)
    if policy.escalate_after:
        day = office.calendar.plus_working_days(deadline.last_day, policy.escalate_after)
        yield Alert(deadline, Reason.ESCALATED, policy.escalate_after, LEADERS, office.policy.morning_of(day))


def _informing(deadline: Deadline, office: Office) -> Iterator[Alert]:
    if deadline.rule.closing_list:
        day = office.calendar.working_day_on_or_after(deadline.last_day + timedelta(days=1))
        yield Alert(deadline, Reason.CLOSING_LIST, 0, GROUP, office.policy.morning_of(day))
    if deadline.rule.monthly_picture:
        at = office.policy.morning_of(deadline.last_working_day)
        yield Alert(deadline, Reason.MONTHLY_PICTURE, 0, CLERK, at)


def _to_those_who_act(
    deadline: Deadline, reason: Reason, number: int, at: datetime, in_group: bool
) -> Iterator[Alert]:
    for role in deadline.lead:
        yield Alert(deadline, reason, number, Audience("role", role), at)
    if in_group:
        yield Alert(deadline, reason, number, GROUP, at)


def next_office_time(moment: datetime, office: Office) -> datetime:
    """`moment` itself when the bot may speak then, else the end of the quiet time or the next morning digest."""
    local = moment.astimezone(ZONE)
    if office.policy.may_push(local, office.calendar):
        return local
    day = local.date()
    if local >= office.policy.morning_of(day):
        later = (at for at in office.policy.openings_of(day, office.calendar.hours) if at > local)
        if opening := next((at for at in later if office.policy.may_push(at, office.calendar)), None):
            return opening
        day += timedelta(days=1)
    return office.policy.morning_of(office.calendar.working_day_on_or_after(day))


@dataclass(frozen=True, slots=True)
class Silence:
    """A continuous task of which nothing was heard for `days` calendar days at `at`."""

    plan: str
    task: str
    rule: str
    roles: tuple[str, ...]
    days: int
    at: datetime

    @property
    def key(self) -> str:
        """Said once for each full span of silence."""
        return f"{self.plan}/{self.task}/{self.rule}|{Reason.SILENT}|{self.at.astimezone(ZONE).date()}"


def silences(
    plans: Plans,
    heard: Mapping[tuple[str, str, str], date],
    tracked_since: Mapping[str, datetime],
    policy: Policy,
    today: date,
) -> list[Silence]:
    """Continuous tasks that have been silent for one or more full spans.

    `heard` is the last sign of life of each rule; silence begins with the day the plan was first seen.
    """
    found = []
    for plan, task in plans.tasks():
        for rule in task.rules:
            if not isinstance(rule, Continuous):
                continue
            start = tracked_since[plan.id].astimezone(ZONE).date()
            last = heard.get((plan.id, task.code, rule.id), start)
            days = (today - last).days // rule.silence_days * rule.silence_days
            if days > 0:
                at = policy.morning_of(last + timedelta(days=days))
                found.append(Silence(plan.id, task.code, rule.id, task.lead_of(rule), days, at))
    return found
