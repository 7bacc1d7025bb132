"""The apology and re-appointment letter of a case: sent as a draft to its officer and to the clerks, in private.

The message holds the number of the case and nothing of the applicant; the paper is made when it goes out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from jobs.notices import Telling, tell_each
from plan_data.office import Office
from records.cases import cases_with, life_of
from records.outbox import NOTICE
from records.people import Roster, roster
from wording.case_letters import Letter, letter_is_here
from wording.message import paper
from wording.papers import case_letter

PAPER = "case_letter"


def send_letter(session: Session, office: Office, people: Roster, case_id: int, now: datetime) -> None:
    """Queue the draft for the officer, who may have left, and each clerk; once for each appointed day."""
    case = cases_with(session, [case_id])[case_id]
    officer = people.get(case.person or 0)
    concerned = {person.id for person in (officer, *people.clerks) if person is not None and not person.retired}
    attachment = paper("document", PAPER, f"phieu-xin-loi-{case_id}.docx", now, {"case": case_id})
    reply = letter_is_here(case.code, appointed=case.new_due is not None)
    day = (case.new_due or case.due or now).isoformat()
    letter = replace(reply, attachments=(attachment,))
    tell_each(session, sorted(concerned), f"case_letter|{case_id}@{day}", Telling("notice", NOTICE), letter, now)


def draw_letter(
    session: Session, office: Office, now: datetime, about: Mapping[str, Any]
) -> Callable[[Path | None], bytes]:
    """The paper of the `case` of that number; what the records do not hold is left as a blank to fill in."""
    case = cases_with(session, [about["case"]])[about["case"]]
    reasons = [event.note for event in life_of(session, case.id) if event.what in {"late", "extended"} and event.note]
    plan = office.plans.all[0]
    letter = Letter(
        office=plan.office,
        code=case.code,
        procedure=case.listed.procedure,
        applicant=case.listed.applicant,
        address=case.listed.address,
        received=case.listed.received,
        due=case.listed.due,
        new_due=case.new_due,
        reason=reasons[-1] if reasons else "",
        officer=roster(session, office.plans).name_of(case.person) if case.person else "",
        day=now,
    )
    return lambda _: case_letter.draw(letter)
