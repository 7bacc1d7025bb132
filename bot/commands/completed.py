"""A completion as the words of answers need it."""

from bot.command import Request
from bot.standing_in import instead_of
from jobs.digest import holders
from plan_data.plan import Deadline
from records import evidence
from records.completions import Completion
from wording.answers import DoneBy


def done_by(request: Request, completion: Completion, deadline: Deadline) -> DoneBy:
    """Who did it, when, whether late, on whose behalf and with what."""
    late = completion.done_on > deadline.last_day
    if deadline.due_at is not None:
        late = completion.recorded_at > deadline.due_at
    files = evidence.of_completions(request.session, [completion.id]).get(completion.id, ())
    return DoneBy(
        id=completion.id,
        done_on=completion.done_on,
        late=late,
        recorded_at=completion.recorded_at,
        recorded_by=request.roster.name_of(completion.recorded_by),
        share_of=request.roster.name_of(completion.share_of) if completion.share_of else "",
        on_behalf=_behalf(request, completion, deadline),
        note=completion.note,
        document=completion.document,
        evidence=len(completion.evidence) + sum(each.state != "refused" for each in files),
        undone=completion.undone,
    )


def _behalf(request: Request, completion: Completion, deadline: Deadline) -> str:
    """For whom it was recorded; empty when that is who recorded it, or one of those who answer for it."""
    if completion.share_of:
        own = completion.share_of == completion.recorded_by
        return "" if own else request.roster.name_of(completion.share_of)
    if completion.recorded_by == request.person.id:
        return instead_of(request, deadline)
    by = request.roster.get(completion.recorded_by)
    own = by is not None and bool(by.held.intersection(deadline.lead))
    return "" if own else holders(request.office, request.roster, deadline.lead)
