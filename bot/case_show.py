"""What `nhacviec alerts` shows of cases: the next working day for people, the whole window for programs."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from jobs.case_alerts import timeline
from jobs.case_announce import foresee
from jobs.preview import Foreseen
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.cases import alive
from records.database import reading
from records.people import roster
from wording.case_alerts import foreseen
from wording.cases import View, time_left


def foreseen_cases(engine: Engine, office: Office, window: Window) -> list[Foreseen]:
    """Every alert about a case whose time lies in the window, if nothing happens meanwhile."""
    with reading(engine) as session:
        cases = alive(session)
    found = []
    for step in (step for case in cases for step in timeline(case, office)):
        officer = f"person:{step.case.person}" if step.case.person else "clerk"
        for at, audience in ((step.at, officer), (step.group_at, "group")):
            if at is not None and at.astimezone(ZONE).date() in window:
                key, label = f"{step.key}|{audience}", step.case.listed.procedure
                found.append(Foreseen(at, step.reason, step.case.code, label, "", audience, key))
    return sorted(found, key=lambda each: (each.at, each.code, each.reason, each.audience))


def case_alerts(engine: Engine, office: Office, first: date, now: datetime) -> list[str]:
    """The lines: at each moment of the first working day from `first` on, who hears of which cases.

    A day that has begun is shown from its beginning; nothing that was said already is left out.
    """
    day = office.calendar.working_day_on_or_after(first)
    begin, end = datetime.combine(day, time(), ZONE), datetime.combine(day, time.max, ZONE)
    with reading(engine) as session:
        cases = alive(session)
        names = {person.id: person.name for person in roster(session, office.plans).everybody}
    steps = [step for case in cases for step in timeline(case, office)]
    view = View(max(now, begin), office.calendar, names)
    rows = {
        (at, who): list(
            dict.fromkeys(f"{step.case.code} ({time_left(step.limit, at, view.calendar)})" for step in told)
        )
        for (at, who), told in foresee(steps, begin, end + timedelta(microseconds=1), names).items()
    }
    return foreseen(begin, rows)
