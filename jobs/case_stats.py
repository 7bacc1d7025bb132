"""The statistics of cases: of a week, two weeks, a month, a quarter, a year; sent to leaders and clerks by itself."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from jobs.notices import Telling, tell_each
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.periods import month_key
from plan_data.periods import span_of as period_span
from plan_data.workdays import ZONE
from records.audit import mark, set_mark
from records.case_figures import By, CaseFigures, exemptions, figures
from records.case_imports import first_done, last_done
from records.database import transaction
from records.outbox import PUSH
from records.people import Roster, roster
from wording import case_stats as words
from wording.dates import period_name
from wording.message import Reply, paper
from wording.papers import case_sheet
from wording.sheets import CaseAccount

PAPER = "case_stats"
_SPANS = {"week": "tuần", "two_weeks": "hai tuần", "month": "tháng", "quarter": "quý", "year": "năm"}


def span_of(span: str, day: date, office: Office) -> tuple[date, date]:
    """The first and the last day of the span that `day` lies in."""
    if span == "two_weeks":
        return office.policy.cases.two_weeks_of(day)
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    keys = {"month": month_key(day), "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}"}
    return period_span(keys[span])


def collect(session: Session, office: Office, span: str, day: date, now: datetime) -> words.Stats:
    """The figures of the span that `day` lies in; what is open is as of its end, or now."""
    first, last = span_of(span, day, office)
    year = date(day.year, 1, 1)
    imported = last_done(session)
    people = roster(session, office.plans)
    return words.Stats(
        title=f"trong {_SPANS[span]}",
        first=first,
        last=last,
        office=figures_of(session, first, last, now)[0],
        year=figures_of(session, year, last, now)[0],
        officers=figures_of(session, first, last, now, "officer"),
        procedures=figures_of(session, first, last, now, "procedure"),
        year_procedures=figures_of(session, year, last, now, "procedure"),
        exempt=exemptions(session),
        names={person.id: person.name for person in people.everybody},
        since=imported.done_at if imported else None,
        now=now,
    )


def figures_of(session: Session, first: date, last: date, now: datetime, by: By = "office") -> list[CaseFigures]:
    """The figures of the days from `first` to `last`; what is open is as of their end, or now."""
    begin, end = _start(first), _start(last + timedelta(days=1))
    return figures(session, begin, end, min(now, end), by)


def against_the_lines(session: Session, office: Office, people: Roster, period: str, now: datetime) -> list[str]:
    """Lines for a picture of a `period`: the office and its officers; none before the first import, or before it."""
    first, last = period_span(period)
    if first_done(session) is None or first > now.astimezone(ZONE).date():
        return []
    officers = figures_of(session, first, last, now, "officer")
    names = {person.id: person.name for person in people.everybody}
    whole = figures_of(session, first, last, now)[0]
    return words.against_the_lines(period_name(period), whole, officers, names, office.policy.cases)


def case_account(session: Session, people: Roster, days: Window, now: datetime) -> CaseAccount | None:
    """The cases of a report's days; None where none were ever imported."""
    if first_done(session) is None:
        return None
    begin = _start(days.first)
    before = figures(session, begin, begin, begin)[0]
    names = {person.id: person.name for person in people.everybody}
    officers = figures_of(session, days.first, days.last, now, "officer")
    return CaseAccount(
        office=figures_of(session, days.first, days.last, now)[0],
        officers=sorted(((words.officer_of(each, names), each) for each in officers), key=lambda pair: pair[0]),
        carried=before.open_in_time + before.open_late,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def stats_reply(session: Session, office: Office, span: str, day: date, now: datetime) -> Reply:
    """The figures as text, with the sheet."""
    reply = words.stats(collect(session, office, span, day, now), office.policy.cases)
    name = f"ho-so-{span.replace('_', '-')}-{day.isoformat()}.xlsx"
    sheet = paper("document", PAPER, name, now, {"span": span, "day": day.isoformat()})
    return Reply(reply.blocks, reply.buttons, (sheet,))


def draw_stats(
    session: Session, office: Office, now: datetime, about: Mapping[str, Any]
) -> Callable[[Path | None], bytes]:
    """The sheet of a `span` that a `day` lies in."""
    found = collect(session, office, about["span"], date.fromisoformat(about["day"]), now)
    return lambda _: case_sheet.draw(words.table(found))


def send_stats(engine: Engine, office: Office, now: datetime) -> None:
    """Once each: the week's figures to leaders on its last working day at the hour of the policy, the two weeks' to
    leaders and clerks on the first morning after them; nothing of spans before the first import."""
    local = now.astimezone(ZONE)
    if not office.policy.may_push(now, office.calendar):
        return
    with transaction(engine) as session:
        begun = first_done(session)
        if begun is None:
            return
        today = local.date()
        friday = today - timedelta(days=today.weekday()) + timedelta(days=4)
        last = office.calendar.working_day_on_or_before(friday)
        if today >= last and (today > last or local.time() >= office.policy.cases.weekly):
            _send_once(session, office, "week", today, now, with_clerks=False)
        before = office.policy.cases.two_weeks_of(today)[0] - timedelta(days=1)
        tracked = before >= max(office.policy.cases.anchor, begun.astimezone(ZONE).date())
        if local >= office.policy.morning_of(today) and tracked:
            _send_once(session, office, "two_weeks", before, now, with_clerks=True)


def _send_once(session: Session, office: Office, span: str, day: date, now: datetime, *, with_clerks: bool) -> None:
    name, first = f"case_stats_{span}", span_of(span, day, office)[0].isoformat()
    if mark(session, name) == first:
        return
    set_mark(session, name, first)
    people = roster(session, office.plans)
    concerned = dict.fromkeys(person.id for person in (*people.leaders, *(people.clerks if with_clerks else ())))
    reply = stats_reply(session, office, span, day, now)
    tell_each(session, concerned, f"{name}|{first}", Telling("case", PUSH), reply, now)
