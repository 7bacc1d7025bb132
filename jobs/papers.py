"""The papers that the bot can make: each is collected from the records, then drawn outside the transaction."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from jobs.accounts import account
from jobs.board import Selection
from jobs.case_letters import PAPER as LETTER
from jobs.case_letters import draw_letter
from jobs.case_stats import PAPER as STATS
from jobs.case_stats import draw_stats
from jobs.digest import holders
from jobs.dossiers import dossier_of
from jobs.overview import overview
from plan_data.office import Office
from plan_data.plan import Deadline
from records import completions, deadlines
from records.deadlines import Item
from records.people import Person, Roster, roster
from wording.papers import board_page, documents, dossiers, tables, year_calendar
from wording.papers import picture as drawing
from wording.sheets import Dated

# How a paper is drawn, given the folder of the office's own templates, if it has any.
Draw = Callable[[Path | None], bytes]
Paper = Callable[[Session, Office, datetime, Mapping[str, Any]], Draw]


def calendar(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """Deadlines of a `year` as an .ics file: of the `person` of that number, or of everybody."""
    people = roster(session, office.plans)
    person = people.get(about["person"]) if about.get("person") else None
    year = about["year"]
    items = deadlines.between(session, office.plans, date(year, 1, 1), date(year, 12, 31))
    if person is not None:
        items = [item for item in items if person.held.intersection(item.deadline.lead)]
    done = _done(session, items, person)
    entries = [_dated(item, item.deadline.id in done, office, people) for item in items]
    name = f"Nhắc Việc {year}: {person.name if person else office.plans.all[0].office}"
    return lambda _: year_calendar.draw(name, entries, now)


def _done(session: Session, items: list[Item], person: Person | None) -> set[int]:
    """Which are done; of what everybody owes, the person's own share."""
    found = {item.deadline.id for item in items if item.is_done}
    if person is not None:
        shared = [item.deadline.id for item in items if item.deadline.rule.each]
        current = completions.current_of(session, shared)
        found |= {number for number, each in current.items() if any(one.share_of == person.id for one in each)}
    return found


def _dated(item: Item, is_done: bool, office: Office, people: Roster) -> Dated:
    who = holders(office, people, item.deadline.lead)
    return Dated(item.deadline, who, is_done, _rings(item.deadline, office))


def _rings(deadline: Deadline, office: Office) -> list[datetime]:
    """The mornings of the working day before and of the day itself; an hour before the end of a span of hours."""
    if deadline.due_at is not None:
        return [deadline.due_at - timedelta(hours=1)]
    aim = deadline.last_working_day
    return [office.policy.morning_of(day) for day in (office.calendar.plus_working_days(aim, -1), aim)]


def board(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """The board to project: everything, on one HTML page; for a `group` without cases."""
    people = roster(session, office.plans)
    shown = overview(session, office, people, Selection(), now, with_cases=not about.get("group"))
    return lambda _: board_page.draw(shown)


def picture(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """How the office stands, or how a `month` (its first day) of it stands, as a PNG; for a `group` without cases."""
    month = date.fromisoformat(about["month"]) if about.get("month") else None
    selection = Selection(about.get("title") or "", None, month)
    people = roster(session, office.plans)
    shown = overview(session, office, people, selection, now, with_cases=not about.get("group"))
    return lambda _: drawing.draw(shown)


def document(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """The consolidated report of a `kind` for a `period`, as .docx."""
    found = account(session, office, about["kind"], about["period"], now)
    return lambda templates: documents.draw(found, templates)


def workbook(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """The tables of the same report, as .xlsx."""
    found = account(session, office, about["kind"], about["period"], now)
    return lambda _: tables.draw(found)


def task_dossier(session: Session, office: Office, now: datetime, about: Mapping[str, Any]) -> Draw:
    """Everything on record about a `task` of a `plan`, as .docx."""
    found = dossier_of(session, office, about["plan"], about["task"], now)
    return lambda _: dossiers.draw(found)


PAPERS: Mapping[str, Paper] = {
    "calendar": calendar,
    "board": board,
    "picture": picture,
    "document": document,
    "workbook": workbook,
    LETTER: draw_letter,
    STATS: draw_stats,
    "dossier": task_dossier,
}
