"""What stands on a paper, as values: light, so that they can be collected without the libraries that draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from plan_data.deadlines import Window
from plan_data.plan import Deadline, Plan, Section, Task
from records.case_figures import CaseFigures
from records.figures import State, Tally
from wording.work_reports import Received

Why = Literal["continuous", "before_tracking", "not_begun"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline in a calendar: who answers for it, whether it is done, and when to ring."""

    deadline: Deadline
    holders: str
    is_done: bool
    rings: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Row:
    """A deadline that is counted: who answers for it, which of the four numbers it belongs to, how it was done."""

    deadline: Deadline
    holders: str
    state: State
    done_on: date | None = None
    documents: str = ""
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A task without any deadline that is counted, and why."""

    task: Task
    holders: str
    why: Why


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a plan with its four numbers, the deadlines that these count, and the other tasks."""

    section: Section
    numbers: Tally
    rows: Sequence[Row]
    quiet: Sequence[Quiet] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month: whether the office works, and what ends on it, with its state; None: not begun."""

    day: date
    works: bool
    ends: Sequence[tuple[Deadline, State | None]]


@dataclass(frozen=True, slots=True)
class Overview:
    """How the office stands at a moment, or how one month stands: what every picture and page of it shows.

    `name` says what was selected; empty: everything. `month` is the first day of the month whose days are shown.
    `cases` are ready lines about case files, officer by officer; empty where none were ever imported.
    """

    office: str
    name: str
    at: datetime
    numbers: Tally
    parts: Sequence[Part]
    month: date
    days: Sequence[Day]
    cases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CaseAccount:
    """The cases of a report's days: of the office, of each officer by name, and how many were open before them."""

    office: CaseFigures
    officers: Sequence[tuple[str, CaseFigures]]
    carried: int


ReportKind = Literal["month", "cchc", "tthc"]
REPORT_KINDS: tuple[ReportKind, ...] = ("month", "cchc", "tthc")


@dataclass(frozen=True, slots=True)
class Account:
    """What a consolidated report of a period says: the figures of its days, by section, by role, person by person.

    `plans` are the numbers and days of the plans that it reports on. `received` is empty where people do not report.
    `cases` is None where none were ever imported.
    """

    kind: ReportKind
    period: str
    days: Window
    overview: Overview
    roles: Sequence[tuple[str, Tally]]
    plans: Sequence[tuple[str, date]]
    received: Sequence[Received] = ()
    cases: CaseAccount | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One period of a task, and how it ended."""

    deadline: Deadline
    done_on: date | None
    is_late: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """Something on record about a deadline: when, what, who did it or heard it."""

    at: datetime
    deadline: Deadline
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A task from the clause of the plan to its last completion."""

    plan: Plan
    task: Task
    lead: str
    support: str
    monitor: str
    at: datetime
    terms: Sequence[Term]
    happened: Sequence[Happened]
