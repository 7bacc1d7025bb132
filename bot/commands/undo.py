"""/undo: taking a completion back."""

from datetime import timedelta

from bot.command import Request
from bot.commands.completed import done_by
from bot.commands.targets import named_task
from bot.lookup import take_name, take_number
from jobs.digest import refresh
from records import completions, deadlines
from records.completions import Completion
from wording import answers
from wording.message import Reply
from wording.refusals import (
    bad_number,
    nothing_to_undo,
    too_late_to_undo,
    undo_is_not_yours,
    undone_already,
    usage,
)

UNDO_HOURS = 24


def undo(request: Request) -> Reply:
    """Take back a completion: a numbered one, the last one of a task, or the person's own last one."""
    completion = _to_undo(request)
    if completion.undone:
        raise undone_already()
    if not request.person.is_clerk:
        if completion.recorded_by != request.person.id:
            raise undo_is_not_yours(request.roster.name_of(completion.recorded_by))
        if request.now - completion.recorded_at > timedelta(hours=UNDO_HOURS):
            raise too_late_to_undo(UNDO_HOURS)
    item = deadlines.get(request.session, request.office.plans, completion.deadline_id)
    if item is None:  # the plan no longer has the task
        raise nothing_to_undo()
    deadline = item.deadline
    completions.undo(request.session, completion, deadline, request.person.id, request.now, request.roster)
    request.note_down("undo", deadline.key, {"completion": completion.id})
    refresh(request.session, request.office, request.roster, deadline.id, request.now)
    after = deadlines.get(request.session, request.office.plans, deadline.id) or item
    words = done_by(request, completion, deadline)
    return answers.undone(deadline, words, after, request.now, request.office.calendar)


def _to_undo(request: Request) -> Completion:
    taken = take_number(request.args)
    if taken is not None:
        found = completions.find(request.session, taken[0])
        if found is None:
            raise bad_number(f"#{taken[0]}")
        return found
    task = named_task(request)
    if task is not None:
        items = deadlines.of_tasks(request.session, request.office.plans, task.keys)
        meant = task.wish.choose({item.deadline.period for item in items}) if task.wish else None
        chosen = [item.deadline.id for item in items if meant is None or item.deadline.period in meant]
        return _last_of_task(request, chosen, task.code, task.rest)
    if request.args:
        raise usage("hoantac", "III.16", "Anh/chị cho biết mã nhiệm vụ cần hoàn tác.")
    latest = completions.latest_by(request.session, request.person.id)
    if latest is None:
        raise nothing_to_undo()
    return latest


def _last_of_task(request: Request, deadline_ids: list[int], code: str, words: str) -> Completion:
    """The last one that holds: of the person who is named, else one's own before those of others."""
    current = [each for each in completions.history_of(request.session, deadline_ids) if not each.undone]
    people = {person.id for person in take_name(words, request.roster.everybody)[0]}
    if people:
        current = [each for each in current if each.share_of in people]
    mine = [each for each in current if each.recorded_by == request.person.id and not people]
    if not current:
        raise nothing_to_undo(code)
    return max(mine or current, key=lambda each: each.id)
