"""Recording for a colleague who is away: whose share it is, and on whose behalf."""

from bot.command import Request
from jobs.digest import holders
from jobs.stand_ins import absent_holders
from plan_data.plan import Deadline
from records import completions
from records.completions import WHOLE
from records.people import Person
from wording.away import also_for
from wording.message import Reply


def instead_of(request: Request, deadline: Deadline) -> str:
    """On whose behalf the whole is recorded; empty when the person answers for it."""
    if request.person.held.intersection(deadline.lead):
        return ""
    absent = absent_holders(
        request.roster, deadline, request.person.id, frozenset(each.id for each in request.absent)
    )
    return ", ".join(each.name for each in absent) or holders(request.office, request.roster, deadline.lead)


def only_absent(request: Request, owing: tuple[Person, ...]) -> Person | None:
    """The one absent colleague whose share it must be, for somebody who owes none."""
    absent = _absent(request, owing)
    return absent[0] if len(absent) == 1 else None


def with_shares_of_absent(request: Request, deadline: Deadline, reply: Reply) -> Reply:
    """Beside the own share: a button for each absent colleague whose share is still missing."""
    if not deadline.rule.each or not request.absent:
        return reply
    done = {each.share_of for each in completions.current_of(request.session, [deadline.id]).get(deadline.id, [])}
    owing = request.roster.owing(deadline.lead, deadline.last_day)
    missing = [each for each in _absent(request, owing) if each.id not in done and WHOLE not in done]
    return also_for(reply, deadline.id, [(each.id, each.name) for each in missing]) if missing else reply


def _absent(request: Request, owing: tuple[Person, ...]) -> tuple[Person, ...]:
    return tuple(each for each in request.absent if each in owing)
