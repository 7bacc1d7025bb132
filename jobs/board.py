"""The board: the four numbers and what stands out, for /status and for the clerk's picture of the month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from jobs.digest import holders, shares_of
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.periods import month_key, span_of
from plan_data.plan import Deadline
from plan_data.schedule import order_of
from plan_data.workdays import ZONE
from records import deadlines
from records.deadlines import Item
from records.figures import RuleKey, Scope, Tally, tally
from records.people import Roster
from wording.alerts import Shares
from wording.board import Board, Entry, Picture, picture
from wording.dates import period_name
from wording.message import Reply, paper


@dataclass(frozen=True, slots=True)
class Selection:
    """What a board is about: a name, the rules (None: all), the month or the days (None: everything begun)."""

    name: str = ""
    rules: frozenset[RuleKey] | None = None
    month: date | None = None
    days: Window | None = None

    @property
    def scope(self) -> Scope:
        """The same as a scope for counting."""
        if self.days is not None:
            return Scope(self.rules, self.days.first, self.days.last)
        if self.month is None:
            return Scope(self.rules)
        return Scope(self.rules, self.month, _month_end(self.month))

    def covers(self, rule: RuleKey) -> bool:
        """Whether the rule is one of them."""
        return self.rules is None or rule in self.rules


def board(session: Session, office: Office, people: Roster, selection: Selection, now: datetime) -> Board:
    """Everything that /status shows of a selection at `now`."""
    today = now.astimezone(ZONE).date()
    open_items = [item for item in deadlines.begun_and_open(session, office.plans, today) if _chosen(item, selection)]
    overdue = [item for item in open_items if item.is_overdue(now)]
    soon = [
        item
        for item in open_items
        if not item.is_overdue(now) and item.deadline.last_working_day <= today + timedelta(days=7)
    ]
    shares = shares_of(session, people, open_items)
    return Board(
        name=selection.name,
        numbers=tally(session, now, selection.scope),
        overdue=_entries(office, people, overdue, shares),
        soon=_entries(office, people, soon, shares),
        report=_report(session, office, people, selection.month or today.replace(day=1)),
    )


def picture_of(selection: Selection, now: datetime, *, in_group: bool = False) -> dict[str, Any]:
    """The picture of all rules, or of a month of them, to go with a message; no officer's cases into a group."""
    month = selection.month.isoformat() if selection.month else None
    name = f"tinh-hinh-{(month or now.astimezone(ZONE).date().isoformat())[: 7 if month else 10]}.png"
    about = {"month": month, "title": selection.name, **({"group": 1} if in_group else {})}
    return paper("photo", "picture", name, now, about)


def monthly_picture(
    session: Session, office: Office, people: Roster, deadline_id: int, now: datetime
) -> Reply | None:
    """The clerk's picture of the month whose review is this deadline."""
    item = deadlines.get(session, office.plans, deadline_id)
    if item is None:
        return None
    month = item.deadline.named_day.replace(day=1)
    selection = Selection(period_name(item.deadline.period), None, month)
    shown = board(session, office, people, selection, now)
    in_month = deadlines.between(session, office.plans, month, _month_end(month))
    sections: dict[str, Tally] = {
        section: tally(session, now, Scope(_rules_of(office, section), month, _month_end(month)))
        for section in dict.fromkeys(each.deadline.task.section for each in sorted(in_month, key=_in_plan_order))
    }
    entries = [entry for entry in shown.overdue if entry.deadline.last_day >= month]
    reply = picture(Picture(item.deadline, shown.numbers, sections, entries, shown.soon, shown.report), now)
    return replace(reply, attachments=(picture_of(selection, now),))


def _in_plan_order(item: Item) -> tuple[int, int]:
    return order_of(item.deadline.task.code)


def _rules_of(office: Office, section: str) -> frozenset[RuleKey]:
    return frozenset(
        (plan.id, task.code, rule.id)
        for plan, task in office.plans.tasks()
        if task.section == section
        for rule in task.rules
    )


def _chosen(item: Item, selection: Selection) -> bool:
    deadline = item.deadline
    if not selection.covers((deadline.plan.id, deadline.task.code, deadline.rule.id)):
        return False
    month = selection.month
    return month is None or month <= deadline.last_day <= _month_end(month)


def _entries(office: Office, people: Roster, items: Iterable[Item], shares: dict[int, Shares]) -> list[Entry]:
    """Several missed periods of one rule are one entry: the oldest, with their number."""
    groups: dict[RuleKey, list[Deadline]] = {}
    for item in items:
        deadline = item.deadline
        groups.setdefault((deadline.plan.id, deadline.task.code, deadline.rule.id), []).append(deadline)
    return [
        Entry(first, len(rest) + 1, holders(office, people, first.lead), shares.get(first.id))
        for first, *rest in groups.values()
    ]


def _report(session: Session, office: Office, people: Roster, month: date) -> tuple[Deadline, Shares] | None:
    """The state of the month's report: the duty of everybody that has a closing list."""
    for item in deadlines.between(session, office.plans, month, _month_end(month)):
        if item.deadline.rule.closing_list:
            return item.deadline, shares_of(session, people, [item])[item.deadline.id]
    return None


def _month_end(month: date) -> date:
    return span_of(month_key(month))[1]
