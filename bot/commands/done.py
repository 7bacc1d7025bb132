"""/done and /undo: recording completion, and taking it back."""

from datetime import timedelta

from bot.command import Request
from bot.commands.targets import (
    Named,
    begun,
    check_may_record,
    due_next,
    is_responsible,
    my_open_items,
    named_task,
    numbered,
    periods_of,
    sounding_like,
)
from bot.lookup import SURE, document_in, take_number
from bot.standing_in import instead_of, named_share, only_absent, with_shares_of_absent
from jobs.digest import refresh
from plan_data.plan import Deadline
from records import completions, deadlines
from records.completions import WHOLE, Completion
from records.deadlines import Item
from records.people import Person
from wording import answers
from wording.answers import DoneBy
from wording.message import Reply
from wording.refusals import (
    bad_number,
    each_for_themselves,
    nothing_found,
    nothing_open,
    nothing_to_undo,
    too_late_to_undo,
    undo_is_not_yours,
    undone_already,
)

UNDO_HOURS = 24


def done(request: Request) -> Reply:
    """Record completion: of a numbered deadline, of a task named by code or words; bare, list what is open."""
    if not request.args:
        return answers.my_items(my_open_items(request), request.now, request.office.calendar, 1)
    found = numbered(request)
    if found is not None:
        return _record(request, found[0].deadline, found[1])
    task = named_task(request)
    return _done_by_code(request, task) if task else _done_by_words(request)


def _done_by_words(request: Request) -> Reply:
    likely = sounding_like(request)
    if not likely:
        raise nothing_found(request.args)
    (best, plan, task), *others = likely
    if best < SURE or any(best - score < 8 for score, _, _ in others):
        return answers.which_task([each for _, _, each in likely[:6]])
    return _done_by_code(request, Named(task.code, [(plan, task)], None, ""))


def _done_by_code(request: Request, task: Named) -> Reply:
    items = periods_of(request, task)
    own = [item for item in items if is_responsible(request, item.deadline)] or items
    candidates = own if task.wish else begun(own, request.today)
    chosen = due_next(candidates, request.today)
    if chosen is not None:
        return _record(request, chosen.deadline, task.rest)
    if task.wish is None and (sign := _sign_of_life(request, task)) is not None:
        return sign
    if candidates:
        return _nothing_left(request, candidates[-1].deadline, own, task)
    ahead = due_next(own, request.today)
    if ahead is None:
        raise nothing_open(task.code)
    check_may_record(request, ahead.deadline)
    return answers.not_begun(ahead.deadline, request.today)


def _nothing_left(request: Request, last: Deadline, items: list[Item], task: Named) -> Reply:
    """Everything that has begun is done: who did it, or what comes next."""
    check_may_record(request, last)
    ahead = due_next(items, request.today)
    current = completions.current_of(request.session, [last.id]).get(last.id, [])
    if current and (task.wish is not None or ahead is None or last.last_day >= request.today):
        return answers.done_already(last, done_by(request, current[-1], last), request.today)
    return answers.not_begun(ahead.deadline, request.today) if ahead else _refuse(task)


def _refuse(task: Named) -> Reply:
    raise nothing_open(task.code)


def _sign_of_life(request: Request, task: Named) -> Reply | None:
    """A continuous task has no deadline: its completion is a record of the day."""
    for plan, each in task.tasks:
        for rule in each.rules:
            if rule.kind == "continuous":
                number = completions.sign_of_life(request.session, plan, each, rule, request.now)
                item = deadlines.get(request.session, request.office.plans, number)
                if item is not None:
                    return _record(request, item.deadline, task.rest)
    return None


def _record(request: Request, deadline: Deadline, words: str) -> Reply:
    check_may_record(request, deadline)
    share_of, on_behalf, words = _whose(request, deadline, words)
    current = completions.current_of(request.session, [deadline.id]).get(deadline.id, [])
    before = next((each for each in current if each.share_of in (share_of, WHOLE)), None)
    if before is not None:
        already = answers.done_already(deadline, done_by(request, before, deadline), request.today)
        return with_shares_of_absent(request, deadline, already)
    completion = completions.complete(
        request.session,
        deadline,
        share_of,
        request.person.id,
        request.now,
        request.roster,
        note=words,
        document=document_in(words),
        evidence=[dict(each) for each in request.attachments],
    )
    detail = {"completion": completion.id, "share_of": share_of, "document": completion.document, "note": words}
    request.note_down("done", deadline.key, detail)
    missing = _missing(request, deadline) if deadline.rule.each else None
    refresh(request.session, request.office, request.roster, deadline.id, request.now, whole=not missing)
    answer = answers.done(
        deadline,
        done_by(request, completion, deadline),
        on_behalf,
        missing,
        _other_open_periods(request, deadline),
    )
    return with_shares_of_absent(request, deadline, answer)


def _whose(request: Request, deadline: Deadline, words: str) -> tuple[int, str, str]:
    """Whose share it is, on whose behalf it is recorded (empty: one's own), and the words without that name."""
    if not deadline.rule.each:
        return WHOLE, instead_of(request, deadline), words
    owing = request.roster.owing(deadline.lead, deadline.last_day)
    named = named_share(request, owing, words)
    if named is not None:
        return named.id, _behalf(request, named), ""
    if request.person in owing:
        return request.person.id, "", words
    absent = only_absent(request, owing)
    if absent is None:
        raise each_for_themselves(deadline.task.code)
    return absent.id, absent.name, words


def _behalf(request: Request, person: Person) -> str:
    return "" if person.id == request.person.id else person.name


def _missing(request: Request, deadline: Deadline) -> int:
    current = completions.current_of(request.session, [deadline.id]).get(deadline.id, [])
    owing = {person.id for person in request.roster.owing(deadline.lead, deadline.last_day)}
    return len(owing - {each.share_of for each in current})


def _other_open_periods(request: Request, deadline: Deadline) -> list[Deadline]:
    """Other begun periods of the same rule that are still open for the person."""
    items = deadlines.of_tasks(request.session, request.office.plans, [(deadline.plan.id, deadline.task.code)])
    return [
        item.deadline
        for item in begun(items, request.today)
        if not item.is_done
        and not item.before_tracking
        and item.deadline.rule.id == deadline.rule.id
        and item.deadline.id != deadline.id
        and not deadline.rule.each
    ]


def undo(request: Request) -> Reply:
    """Take back a completion: a numbered one, the last one of a task, or the person's own last one."""
    completion = _to_undo(request)
    if completion.undone:
        raise undone_already()
    if not request.person.is_clerk:
        if completion.recorded_by != request.person.id:
            raise undo_is_not_yours()
        if request.now - completion.recorded_at > timedelta(hours=UNDO_HOURS):
            raise too_late_to_undo(UNDO_HOURS)
    item = deadlines.get(request.session, request.office.plans, completion.deadline_id)
    if item is None:
        raise nothing_to_undo()
    deadline = item.deadline
    completions.undo(request.session, completion, deadline, request.person.id, request.now, request.roster)
    request.note_down("undo", deadline.key, {"completion": completion.id})
    refresh(request.session, request.office, request.roster, deadline.id, request.now)
    after = deadlines.get(request.session, request.office.plans, deadline.id) or item
    words = done_by(request, completion, deadline)
    return answers.undone(deadline, words, after, request.today, request.office.calendar)


def _to_undo(request: Request) -> Completion:
    taken = take_number(request.args)
    if taken is not None:
        found = completions.find(request.session, taken[0])
        if found is None:
            raise bad_number(f"#{taken[0]}")
        return found
    task = named_task(request)
    if task is None:
        latest = completions.latest_by(request.session, request.person.id)
        if latest is None:
            raise nothing_to_undo()
        return latest
    keys = [(plan.id, each.code) for plan, each in task.tasks]
    items = deadlines.of_tasks(request.session, request.office.plans, keys)
    chosen = [item.deadline.id for item in items if task.wish is None or task.wish.fits(item.deadline.period)]
    current = [each for each in completions.history_of(request.session, chosen) if not each.undone]
    if not current:
        raise nothing_to_undo()
    return max(current, key=lambda each: each.recorded_at)


def done_by(request: Request, completion: Completion, deadline: Deadline) -> DoneBy:
    """A completion as words need it."""
    late = completion.done_on > deadline.last_day
    if deadline.due_at is not None:
        late = completion.recorded_at > deadline.due_at
    return DoneBy(
        id=completion.id,
        done_on=completion.done_on,
        late=late,
        recorded_at=completion.recorded_at,
        recorded_by=request.roster.name_of(completion.recorded_by),
        share_of=request.roster.name_of(completion.share_of) if completion.share_of else "",
        note=completion.note,
        document=completion.document,
        evidence=len(completion.evidence),
        undone=completion.undone,
    )
