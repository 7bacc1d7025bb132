"""Consolidated reports: which days they are about, and everything that they say, out of the records."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from jobs.board import Selection
from jobs.case_stats import case_account
from jobs.overview import overview
from jobs.work_reports import received
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.periods import month_key, span_of
from plan_data.workdays import ZONE
from records import deadlines
from records.figures import RuleKey, Tally, tally_by_rule
from records.people import Roster, roster
from wording.accounts import brought, to_fill
from wording.message import Reply, paper
from wording.sheets import Account, ReportKind
from wording.work_reports import Received

TTHC_SECTION = "III"
_CLOSES_ON = 14  # a periodic report counts from the 15th before its period to the 14th of its last month


def days_of(kind: ReportKind, period: str, today: date) -> Window:
    """The days that a report is about, up to today at most.

    A month is the calendar month of the deadlines. The others count from the 15th of the month before the period to
    the 14th of its last month (Decree 09/2019, as offices use it).
    """
    first, last = span_of(period)
    if kind != "month":
        first = (first - timedelta(days=1)).replace(day=_CLOSES_ON + 1)
        last = last.replace(day=_CLOSES_ON)
    return Window(first, max(first, min(last, today) if kind != "month" else last))


def account(session: Session, office: Office, kind: ReportKind, period: str, now: datetime) -> Account:
    """The whole report. Raises ValueError with a Vietnamese sentence for a period that cannot be read."""
    people = roster(session, office.plans)
    days = days_of(kind, period, now.astimezone(ZONE).date())
    rules = _rules_of_section(office, TTHC_SECTION) if kind == "tthc" else None
    month = days.first if kind == "month" else days.last.replace(day=1)
    selection = Selection("", rules, month, days)
    return Account(
        kind=kind,
        period=period,
        days=days,
        overview=overview(session, office, people, selection, now),
        roles=_by_role(session, office, selection, now),
        plans=[(plan.number, plan.issued) for plan in office.plans.all],
        received=_received(session, office, people, days) if kind == "month" else (),
        cases=case_account(session, people, days, now),
    )


def _rules_of_section(office: Office, section: str) -> frozenset[RuleKey]:
    return frozenset(
        (plan.id, task.code, rule.id)
        for plan, task in office.plans.tasks()
        if task.section == section
        for rule in task.rules
    )


def _by_role(session: Session, office: Office, selection: Selection, now: datetime) -> list[tuple[str, Tally]]:
    """The four numbers of each role, in the order of the plans; a duty of several roles counts for each of them."""
    numbers: defaultdict[str, Tally] = defaultdict(Tally)
    for (plan, task, rule), each in tally_by_rule(session, now, selection.scope).items():
        if found := office.plans.rule(plan, task, rule):
            for role in found[1].lead_of(found[2]):
                numbers[role] += each
    return [(role.short, numbers[key]) for key, role in office.plans.roles.items() if key in numbers]


def _received(session: Session, office: Office, people: Roster, days: Window) -> list[Received]:
    """What people have reported for the duty with a closing list that ends in these days."""
    for item in deadlines.between(session, office.plans, days.first, days.last):
        if item.deadline.rule.closing_list:
            return received(session, people, item)
    return []


def latest_period(kind: ReportKind, today: date) -> str:
    """The period whose report is written now."""
    quarter = (today.month - 1) // 3 + 1
    if kind == "month":
        return month_key(today)
    if kind == "cchc":
        return (f"{today.year}-H1", f"{today.year}-H1", f"{today.year}-Q3", str(today.year))[quarter - 1]
    return f"{today.year}-Q{quarter}" if quarter < 4 else str(today.year)


def files_of(kind: ReportKind, period: str, now: datetime) -> tuple[dict[str, Any], ...]:
    """The draft as .docx and its tables as .xlsx, to go with a message."""
    return tuple(
        paper(
            "document",
            what,
            f"bao-cao-{kind.replace('month', 'thang')}-{period}.{ending}",
            now,
            {"kind": kind, "period": period},
        )
        for what, ending in (("document", "docx"), ("workbook", "xlsx"))
    )


def draft_of(session: Session, office: Office, kind: ReportKind, period: str, now: datetime) -> Reply:
    """The message that brings a draft."""
    days = days_of(kind, period, now.astimezone(ZONE).date())
    cases = case_account(session, roster(session, office.plans), days, now)
    return brought(kind, period, days, to_fill(kind, cases), files_of(kind, period, now))
