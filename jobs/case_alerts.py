"""When a case must be spoken of: pure decisions, no session, no clock, no network.

A case that runs has a timeline of steps that depends on its appointed day alone: so many working hours left, late,
late for so many days. The officer hears a step first, the group in the next digest after that. Only the latest step
matters; what a restart or an outage left unsaid heals itself.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plan_data.cases import SETTLED, Kind, Standing
from plan_data.office import Office
from plan_data.workdays import ZONE, CalendarYearMissing
from records.cases import Case

_ACCEPT_WITHIN = timedelta(hours=8)  # III.6: working hours to accept or refuse what was sent online
_PUBLISH_WITHIN = 2  # III.15: working days to publish the answer to feedback
_ASK_BEFORE = timedelta(days=2)  # III.14: an extension is asked for at least so long before it expires
_NEWS_FOR = timedelta(days=5)  # an errand that is older was over before the bot heard of the case


class CaseReason(StrEnum):
    """Why a case is spoken of."""

    LEFT = "case_left"
    LATE = "case_late"
    ASK = "case_ask"  # the last days on which an extension of feedback can be asked for
    PUBLISH = "case_publish"  # the answer to feedback must be published


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step: so many hours left or days late (`number`), when the officer hears it, and when the group does."""

    case: Case
    reason: CaseReason
    number: int
    limit: datetime
    at: datetime
    group_at: datetime | None

    @property
    def key(self) -> str:
        """The natural key, without the recipient: a new appointed day says everything again."""
        return f"case/{self.case.id}@{self.limit.astimezone(ZONE):%Y-%m-%dT%H:%M}|{self.reason}{self.number}"


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """The steps that the officer and the group should have heard by now, and when to look at each case again."""

    officer: list[CaseStep]
    group: list[CaseStep]
    next_looks: dict[int, datetime | None]


def due_steps(cases: Iterable[Case], office: Office, now: datetime) -> CaseDecision:
    """The latest step of each case for each audience; the records know which were said already."""
    officer, group, looks = list[CaseStep](), list[CaseStep](), dict[int, datetime | None]()
    for case in cases:
        steps = timeline(case, office)
        nagging = [step for step in steps if step.reason in {CaseReason.LEFT, CaseReason.LATE}]
        officer += [step for step in nagging if step.at <= now][-1:]
        group += [step for step in nagging if step.group_at is not None and step.group_at <= now][-1:]
        officer += [step for step in steps if step not in nagging and step.at <= now < step.at + _NEWS_FOR]
        moments = [moment for step in steps for moment in (step.at, step.group_at) if moment and moment > now]
        looks[case.id] = min(moments, default=None)
    return CaseDecision(officer, group, looks)


def limit_of(case: Case, office: Office) -> datetime | None:
    """The moment that reminders aim at; what was sent online and is not accepted yet has 8 working hours."""
    if case.standing is Standing.REGISTERED and case.listed.received is not None:
        with suppress(CalendarYearMissing):
            return office.calendar.plus_working_hours(case.listed.received, _ACCEPT_WITHIN)
    return case.due


def timeline(case: Case, office: Office) -> list[CaseStep]:
    """Every step of the case's life if nothing more happens, in order of time."""
    limit = limit_of(case, office)
    steps = list[CaseStep]()
    with suppress(CalendarYearMissing):  # the clerk is told separately where the calendar ends
        if case.is_running and limit is not None:
            steps += _nagging(case, limit, office)
            if case.listed.kind is Kind.PAKN and case.new_due is None:
                steps += _asking(case, limit, office)
        finished = case.listed.finished
        if case.listed.kind is Kind.PAKN and case.standing in SETTLED and finished and case.published_at is None:
            steps += _publishing(case, finished, office)
    return sorted(steps, key=lambda step: step.at)


def _nagging(case: Case, limit: datetime, office: Office) -> Iterator[CaseStep]:
    policy, calendar = office.policy.cases, office.calendar
    for hours in policy.hours_left:
        since = calendar.minus_working_hours(limit, timedelta(hours=hours))
        yield _step(case, CaseReason.LEFT, hours, limit, since, office)
    yield _step(case, CaseReason.LATE, 0, limit, limit + timedelta(minutes=1), office)
    for days in policy.late_again:
        day = calendar.plus_working_days(limit.astimezone(ZONE).date(), days)
        at = office.policy.openings_of(day, calendar.hours)[0]
        if at > limit:
            yield _step(case, CaseReason.LATE, days, limit, at, office)


def _asking(case: Case, limit: datetime, office: Office) -> Iterator[CaseStep]:
    last = office.calendar.working_day_on_or_before(limit.astimezone(ZONE).date() - _ASK_BEFORE)
    for days in (1, 0):
        day = office.calendar.plus_working_days(last, -days)
        yield CaseStep(case, CaseReason.ASK, days, limit, office.policy.morning_of(day), None)


def _publishing(case: Case, finished: datetime, office: Office) -> Iterator[CaseStep]:
    answered = finished.astimezone(ZONE).date()
    for days in range(_PUBLISH_WITHIN):
        day = office.calendar.plus_working_days(answered, _PUBLISH_WITHIN - days)
        last = office.calendar.plus_working_days(answered, _PUBLISH_WITHIN)
        limit = datetime.combine(last, office.calendar.hours.intervals[-1][1], ZONE)
        yield CaseStep(case, CaseReason.PUBLISH, days, limit, office.policy.morning_of(day), None)


def _step(case: Case, reason: CaseReason, number: int, limit: datetime, since: datetime, office: Office) -> CaseStep:
    at = opening_from(since, office)
    return CaseStep(case, reason, number, limit, at, next_digest(at, office))


def opening_from(moment: datetime, office: Office) -> datetime:
    """The moment itself when the bot may speak then, else the next at which it may."""
    local = moment.astimezone(ZONE)
    if office.policy.may_push(local, office.calendar):
        return local
    day = local.date()
    while True:
        for opening in office.policy.openings_of(day, office.calendar.hours):
            if opening > local and office.policy.may_push(opening, office.calendar):
                return opening
        day += timedelta(days=1)


def next_digest(moment: datetime, office: Office) -> datetime:
    """The first digest of the groups after that moment."""
    day = moment.astimezone(ZONE).date()
    while True:
        if office.calendar.is_working_day(day):
            for at in office.policy.cases.digests_of(day):
                if at > moment:
                    return opening_from(at, office)
        day += timedelta(days=1)
