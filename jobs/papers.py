"""The papers that the bot can make: each is collected from the records, then drawn outside the transaction."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from jobs.case_letters import PAPER as LETTER
from jobs.case_letters import draw_letter
from jobs.case_stats import PAPER as STATS
from jobs.case_stats import draw_stats
from jobs.digest import holders
from plan_data.office import Office
from plan_data.plan import Deadline
from records import completions, deadlines
from records.deadlines import Item
from records.people import Person, Roster, roster
from wording.papers import year_calendar
from wording.sheets import Dated

Draw = Callable[[], bytes]
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
    return lambda: year_calendar.draw(name, entries, now)


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


PAPERS: Mapping[str, Paper] = {"calendar": calendar, LETTER: draw_letter, STATS: draw_stats}
