"""The plan model: roles, sections, tasks with their rules; and several plans side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, FiniteFloat

from plan_data.deadlines import Bound
from plan_data.event_rules import AfterEvent, BeforeExpiry, Continuous, OnDirection
from plan_data.rules import (
    Entry,
    EveryMonth,
    EveryTwoWeeks,
    EveryWeek,
    FixedDay,
    Milestones,
    PeriodEnd,
    Slug,
    Text,
    WithinPeriod,
)
from plan_data.workdays import Day, Year

Rule = Annotated[
    FixedDay
    | Milestones
    | WithinPeriod
    | EveryMonth
    | PeriodEnd
    | EveryWeek
    | EveryTwoWeeks
    | AfterEvent
    | BeforeExpiry
    | OnDirection
    | Continuous,
    Field(discriminator="kind"),
]
EventRule = AfterEvent | BeforeExpiry


def _task_code(code: str) -> str:
    if not re.fullmatch(r"[A-Z]+\.[0-9]+", code):
        raise ValueError("mã nhiệm vụ phải gồm mã phần, dấu chấm và số thứ tự, ví dụ II.3.")
    return code


class Role(Entry):
    """A position of the plan ("vị trí"). `everyone`: all persons hold it, except holders of `without` roles.

    `includes` are roles whose holders also hold this one. `function` gives the bot's own rights.
    """

    name: Text
    short: Text
    function: Literal["clerk", "leader"] | None = None
    includes: tuple[Slug, ...] = ()
    everyone: bool = False
    without: tuple[Slug, ...] = ()


class Section(Entry):
    """A part of the plan (I … VIII, B)."""

    code: Text
    title: Text


class Target(Entry):
    """A number that the document asks for: `value` `unit`, compared so, of what."""

    value: FiniteFloat
    unit: Text
    comparison: Literal[">=", ">", "=", "<=", "<"]
    of: Text


class Task(Entry):
    """A task ("nhiệm vụ") of a plan, with the clause it comes from and the document's own deadline words."""

    code: Annotated[str, AfterValidator(_task_code)]
    title: Text
    short: Annotated[Text, Field(max_length=60)]
    product: str = ""
    source_words: Text
    clause: Text
    recipient: str = ""
    lead: Annotated[tuple[Slug, ...], Field(min_length=1)]
    support: tuple[Slug, ...] = ()
    monitor: tuple[Slug, ...] = ()
    targets: tuple[Target, ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @property
    def section(self) -> str:
        """The code of the section it stands in."""
        return self.code.rpartition(".")[0]

    def lead_of(self, rule: Rule) -> tuple[str, ...]:
        """The roles that answer for one rule of the task."""
        return rule.lead or self.lead


class Plan(Entry):
    """One plan document."""

    id: Slug
    title: Text
    number: Text
    issued: Day
    year: Year
    office: Text
    roles: dict[Slug, Role]
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]

    @cached_property
    def by_code(self) -> dict[str, Task]:
        """Tasks by their code."""
        return {task.code: task for task in self.tasks}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline ("hạn"): one occurrence of one rule of one task, with what the calendar says about it.

    `original_day` is the named day before an extension. A deadline that an event started knows the event's number,
    when it was recorded, and what it is about. `id` is the number of its record; 0 before it has one.
    """

    plan: Plan
    task: Task
    rule: Rule
    period: str
    opens: date
    named_day: date
    bound: Bound
    last_day: date
    last_working_day: date
    target: str = ""
    due_at: datetime | None = None
    original_day: date | None = None
    document: str = ""
    event: int | None = None
    started: datetime | None = None
    about: str = ""
    id: int = 0

    @property
    def key(self) -> str:
        """The natural key, unique over all plans and years."""
        return f"{self.plan.id}/{self.task.code}/{self.rule.id}/{self.period}"

    @property
    def lead(self) -> tuple[str, ...]:
        """The roles that answer for it."""
        return self.task.lead_of(self.rule)


@dataclass(frozen=True)
class Plans:
    """All active plans, and the roles that they share."""

    all: tuple[Plan, ...]

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Every role of every plan by its id."""
        return {key: role for plan in self.all for key, role in plan.roles.items()}

    @cached_property
    def by_id(self) -> dict[str, Plan]:
        """Plans by their id."""
        return {plan.id: plan for plan in self.all}

    def tasks(self) -> Iterator[tuple[Plan, Task]]:
        """Every task with its plan."""
        return ((plan, task) for plan in self.all for task in plan.tasks)

    def rule(self, plan: str, task: str, rule: str) -> tuple[Plan, Task, Rule] | None:
        """The rule of that name; None when the plan no longer has it."""
        found = self.by_id[plan].by_code.get(task) if plan in self.by_id else None
        if found is None:
            return None
        return next(((self.by_id[plan], found, each) for each in found.rules if each.id == rule), None)

    def held_roles(self, own: frozenset[str]) -> frozenset[str]:
        """All roles that a person with these roles holds, through `includes` and `everyone`."""
        held = self._with_includes(own)
        everyone = {key for key, role in self.roles.items() if role.everyone and not held.intersection(role.without)}
        return self._with_includes(held | everyone)

    def _with_includes(self, held: frozenset[str]) -> frozenset[str]:
        wider = held | {key for key, role in self.roles.items() if held.intersection(role.includes)}
        return held if wider == held else self._with_includes(wider)

    def has_function(self, own: frozenset[str], function: Literal["clerk", "leader"]) -> bool:
        """Whether one of these roles makes its holder the clerk, or a leader."""
        return any(self.roles[key].function == function for key in own if key in self.roles)
