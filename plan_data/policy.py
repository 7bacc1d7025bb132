"""When and how often the bot speaks: lead times, last call, back-off, escalation, quiet time, noise budget.

Policy is data (`policy.toml`). Counts of days are working days; times are local.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from plan_data.case_policy import CasePolicy, LocalTime
from plan_data.data_files import read_toml
from plan_data.problems import DataError, Problem, problems_of
from plan_data.rules import Entry
from plan_data.workdays import ZONE, OfficeHours, WorkCalendar

POLICY_FILE = Path(__file__).with_name("policy.toml")


def _no_day_twice(days: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(days)) < len(days):
        raise ValueError("mỗi số ngày chỉ ghi một lần.")
    return days


Days = Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], AfterValidator(_no_day_twice)]
DATED_KINDS = frozenset(
    [
        "fixed",
        "milestones",
        "within",
        "monthly",
        "period_end",
        "weekly",
        "biweekly",
        "after_event",
        "before_expiry",
        "on_direction",
    ]
)


class KindPolicy(Entry):
    """How one kind of rule is reminded about; see the comments in `policy.toml`."""

    upcoming: Days
    overdue: Days
    escalate_after: Annotated[int, Field(ge=0, le=60)]
    group: bool


class Policy(Entry):
    """The whole reminder policy."""

    morning: LocalTime
    last_call: LocalTime
    review_day: Annotated[int, Field(ge=2, le=7)] = 2  # as Vietnamese counts: 2 is Monday
    review: LocalTime = time(7, 45)
    quiet: tuple[str, ...]
    pushes_a_day: Annotated[int, Field(ge=1, le=50)]
    late_after_minutes: Annotated[int, Field(ge=1, le=1440)]
    group_hears_late_after: Annotated[int, Field(ge=1, le=60)]
    kinds: dict[str, KindPolicy]
    cases: CasePolicy

    @field_validator("quiet")
    @classmethod
    def _readable(cls, quiet: tuple[str, ...]) -> tuple[str, ...]:
        for part in quiet:
            OfficeHours.parse(part)
        return quiet

    @model_validator(mode="after")
    def _every_kind(self) -> "Policy":
        if missing := DATED_KINDS - self.kinds.keys():
            raise ValueError(f"thiếu bảng kinds của loại: {', '.join(sorted(missing))}.")
        if unknown := self.kinds.keys() - DATED_KINDS:
            raise ValueError(f"không có loại quy tắc: {', '.join(sorted(unknown))}.")
        if self.morning >= self.last_call:
            raise ValueError("morning phải sớm hơn last_call.")
        return self

    @property
    def late_after(self) -> timedelta:
        """A message later than this says that it is late."""
        return timedelta(minutes=self.late_after_minutes)

    def morning_of(self, day: date) -> datetime:
        """The moment of the morning digest on `day`."""
        return datetime.combine(day, self.morning, ZONE)

    def last_call_of(self, day: date) -> datetime:
        """The moment of the afternoon call on `day`."""
        return datetime.combine(day, self.last_call, ZONE)

    def review_of(self, day: date, calendar: WorkCalendar) -> datetime | None:
        """The moment of the weekly review in the week of `day`: on its weekday, or the next working day of the week;
        None when that lies after `day`."""
        due = day + timedelta(days=self.review_day - 2 - day.weekday())
        while due <= day and not calendar.is_working_day(due):
            due += timedelta(days=1)
        return datetime.combine(due, self.review, ZONE) if due <= day else None

    def openings_of(self, day: date, hours: OfficeHours) -> list[datetime]:
        """The moments of `day` at which the bot may begin to speak again: an opening, the end of a quiet time."""
        ends = [end for part in self.quiet for _, end in OfficeHours.parse(part).intervals]
        return sorted(datetime.combine(day, at, ZONE) for at in {*(start for start, _ in hours.intervals), *ends})

    def may_push(self, moment: datetime, calendar: WorkCalendar) -> bool:
        """Whether the bot may speak unasked at `moment`: office hours of a working day, outside quiet time."""
        local = moment.astimezone(ZONE).time()
        quiet = any(OfficeHours.parse(part).covers(local) for part in self.quiet)
        return not quiet and calendar.is_office_time(moment)


def load_policy(hours: OfficeHours, file: Path = POLICY_FILE) -> Policy:
    """Read the policy. Raises DataError with every mistake, also when a digest would fall outside office hours."""
    raw, problems = read_toml(file, "không mở được tệp chính sách nhắc việc.")
    if raw is None:
        raise DataError(problems)
    if "cases" not in raw and file != POLICY_FILE:  # a policy of the office's own may leave the cases to ours
        raw["cases"] = (read_toml(POLICY_FILE, "")[0] or {}).get("cases")
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        raise DataError([*problems, *problems_of(error, file.name, "", raw)]) from None
    problems += [
        Problem(file.name, name, f"{moment:%H:%M} nằm ngoài giờ làm việc hoặc trong giờ nghỉ.")
        for name, moment in (("morning", policy.morning), ("last_call", policy.last_call), ("review", policy.review))
        if not hours.covers(moment) or any(OfficeHours.parse(part).covers(moment) for part in policy.quiet)
    ]
    if problems:
        raise DataError(problems)
    return policy
