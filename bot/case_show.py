"""What `nhacviec alerts` shows of cases: what will be said of them on the next working day."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from jobs.case_alerts import timeline
from jobs.case_announce import foresee
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.cases import alive
from records.database import reading
from records.people import roster
from wording.case_alerts import foreseen
from wording.cases import View, time_left


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
