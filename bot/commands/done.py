"""/done: recording completion."""

from collections.abc import Sequence
from datetime import timedelta

from bot.command import Request
from bot.commands.completed import done_by
from bot.commands.evidence import attach, hold
from bot.commands.targets import (
    Named,
    begun,
    by_words,
    check_may_record,
    due_next,
    is_responsible,
    my_open_items,
    named_task,
    numbered,
    periods_of,
    still_open,
    which,
)
from bot.lookup import document_in, split_at_document, take_name, take_person, without_document
from bot.spoken import find_period
from bot.standing_in import only_absent, with_shares_of_absent
from bot.word_search import all_of
from jobs.digest import holders, refresh
from plan_data.event_rules import AfterEvent, BeforeExpiry, Continuous, OnDirection
from plan_data.plan import Deadline, Plan, Rule, Task
from records import completions, deadlines
from records.completions import WHOLE, Completion
from records.deadlines import Item
from records.people import Person
from wording import answers, lists
from wording.message import Reply
from wording.refusals import Refusal, each_for_themselves, not_yours, nothing_found, nothing_open, owes_no_share

# The same code again within this time is the same message sent twice, not another period.
_AGAIN = timedelta(minutes=10)
_MOST_TASKS = 6


def done(request: Request) -> Reply:
    """Record completion: of a numbered deadline, of a task named by code or words; bare, list what is open."""
    hold(request)
    if not request.args:
        return lists.my_items(my_open_items(request), request.now, request.office.calendar, 1)
    found = numbered(request)
    if found is not None:
        people, words = _people_named(request, [found[0]], found[1])
        return _record(request, found[0].deadline, words, people)
    task = named_task(request)
    return _by_code(request, task) if task else _by_words(request)


def _by_words(request: Request) -> Reply:
    """The words of a title, perhaps with a period, then a document number and a note; asks when unsure."""
    wish, words = find_period(request.args, request.today)
    before, _ = split_at_document(words)
    likely, clear = by_words(request, before)
    if not clear:
        likely, clear = by_words(request, without_document(words))
    if not likely:
        raise nothing_found(request.args)
    if not clear:
        by_code = {task.code: task for _, task in reversed(likely)}
        first = [by_code[code] for code in dict.fromkeys(task.code for _, task in likely)]
        return answers.which_task(first[:_MOST_TASKS])
    plan, task = likely[0]
    note = _without_title(words, task) if document_in(words) else ""
    return _by_code(request, Named(task.code, [(plan, task)], wish, note))


def _without_title(words: str, task: Task) -> str:
    """Without what only names the task before the document number; everything, when it says more than that."""
    before, rest = split_at_document(words)
    return rest if all_of(before, (task.short, task.title, *(rule.label for rule in task.rules))) else words


def _by_code(request: Request, task: Named) -> Reply:
    items = periods_of(request, task)
    people, words = _people_named(request, items, task.rest)
    person = people[0] if people else request.person
    own = [item for item in items if is_responsible(request, item.deadline, person)]
    continuous = [] if task.wish or people else _continuous(request, task, own)
    if not own and not continuous:
        own = _of_others(request, task, items)
    candidates = own if task.wish else begun(own, request.today)
    still = still_open(request, candidates, person)
    if still:
        again = None if task.wish else _just_recorded(request, candidates, person)
        if again is not None:
            others = [item.deadline for item in still if item.deadline.id != again[0].id]
            return _done_already(request, *again, words, others, None)
        chosen = which(still, request.today)
        if len(chosen) == 1:
            return _record(request, chosen[0].deadline, words, people)
        return answers.which_deadline(task.code, [item.deadline for item in chosen], lost=bool(words))
    if continuous:
        return _sign_of_life(request, *continuous[0], words)
    return _nothing_left(request, task, own, candidates, person, words)


def _people_named(request: Request, items: Sequence[Item], words: str) -> tuple[list[Person], str]:
    """Whose share the words name, where everybody owes one: for the clerk and the leaders, of anybody."""
    if not any(item.deadline.rule.each for item in items):
        return [], words
    allowed = request.roster.active if request.person.runs_the_office else request.absent
    taken = take_person(words)
    if taken is not None:
        return [person for person in allowed if person.id == taken[0]], taken[1]
    named = take_name(words, allowed)
    if named[0] or not request.person.runs_the_office:
        return named
    return take_name(words, [person for person in request.roster.everybody if person.retired])  # who owes nothing


def _continuous(request: Request, task: Named, own: Sequence[Item]) -> Sequence[tuple[Plan, Task, Rule]]:
    """The rules without a date that the person may give a sign of life of; on behalf, when nothing else is theirs."""
    found = [(plan, each, rule) for plan, each in task.tasks for rule in each.rules if isinstance(rule, Continuous)]
    mine = [each for each in found if request.held.intersection(each[1].lead_of(each[2]))]
    return mine or (found if request.person.runs_the_office and not own else [])


def _of_others(request: Request, task: Named, items: list[Item]) -> list[Item]:
    """What the clerk and the leaders may record on behalf of those responsible; refused to anybody else."""
    if not request.person.runs_the_office:
        roles = [role for item in items for role in item.deadline.lead]
        roles = roles or [role for _, each in task.tasks for rule in each.rules for role in each.lead_of(rule)]
        raise not_yours(task.code, holders(request.office, request.roster, list(dict.fromkeys(roles))))
    return items


def _just_recorded(request: Request, items: Sequence[Item], person: Person) -> tuple[Deadline, Completion] | None:
    """What the same person recorded of the task moments ago."""
    found = [
        (deadline, each)
        for deadline, each in _current(request, items, person)
        if each.recorded_by == request.person.id and request.now - each.recorded_at < _AGAIN
    ]
    return max(found, key=lambda pair: pair[1].recorded_at, default=None)


def _current(request: Request, items: Sequence[Item], person: Person) -> list[tuple[Deadline, Completion]]:
    """Completions that hold and that settle the deadlines for the person."""
    by_id = {item.deadline.id: item.deadline for item in items}
    current = completions.current_of(request.session, by_id)
    return [
        (by_id[number], each)
        for number, found in current.items()
        for each in found
        if each.share_of in (person.id, WHOLE)
    ]


def _nothing_left(
    request: Request,
    task: Named,
    own: Sequence[Item],
    candidates: Sequence[Item],
    person: Person,
    words: str,
) -> Reply:
    """Everything that has begun is done: who did it, and what comes next."""
    ahead = None if task.wish else due_next([each for each in own if each not in candidates], request.today)
    settled = _current(request, candidates, person)
    if settled:
        deadline, last = max(settled, key=lambda pair: pair[1].recorded_at)
        return _done_already(request, deadline, last, words, [], ahead.deadline if ahead else None)
    shared = [item for item in candidates if item.deadline.rule.each]
    if shared:
        _whose(request, shared[-1].deadline, [person])  # refuses
    if ahead is not None:
        return answers.not_begun(ahead.deadline, request.today)
    rules = [rule for _, each in task.tasks for rule in each.rules]
    raise nothing_open(
        task.code,
        by_event=any(isinstance(rule, AfterEvent | BeforeExpiry) for rule in rules),
        by_direction=any(isinstance(rule, OnDirection) for rule in rules),
    )


def _sign_of_life(request: Request, plan: Plan, task: Task, rule: Rule, words: str) -> Reply:
    """A continuous task has no deadline: its completion is a record of the day."""
    number = completions.sign_of_life(request.session, plan, task, rule, request.now)
    item = deadlines.get(request.session, request.office.plans, number)
    assert item is not None, "it was written a moment ago, for a rule of the plan"
    return _record(request, item.deadline, words)


def _record(request: Request, deadline: Deadline, words: str, people: Sequence[Person] = ()) -> Reply:
    check_may_record(request, deadline)
    if deadline.rule.each and len(people) > 1:
        return answers.which_person(deadline, [(person.id, person.name) for person in people])
    person = _whose(request, deadline, people) if deadline.rule.each else request.person
    share_of = person.id if deadline.rule.each else WHOLE
    current = completions.current_of(request.session, [deadline.id]).get(deadline.id, [])
    before = next((each for each in current if each.share_of in (share_of, WHOLE)), None)
    if before is not None:
        others = _other_open_periods(request, deadline, person)
        return _done_already(request, deadline, before, words, others, None)
    completion = completions.complete(
        request.session,
        deadline,
        share_of,
        request.person.id,
        request.now,
        request.roster,
        note=words,
        document=document_in(words),
    )
    attach(request, completion.id)
    by = done_by(request, completion, deadline)
    detail = {"completion": completion.id, "share_of": share_of, "on_behalf": by.on_behalf}
    request.note_down("done", deadline.key, {**detail, "document": completion.document, "note": words})
    missing = _missing(request, deadline) if deadline.rule.each else None
    refresh(request.session, request.office, request.roster, deadline.id, request.now, whole=not missing)
    others = _other_open_periods(request, deadline, person)
    answer = answers.done(deadline, by, missing, others, in_group=request.in_group)
    return with_shares_of_absent(request, deadline, answer)


def _whose(request: Request, deadline: Deadline, people: Sequence[Person]) -> Person:
    """Whose share it is: of who is named, one's own, or that of the only colleague who is away."""
    owing = request.roster.owing(deadline.lead, deadline.last_day)
    person = people[0] if people else request.person
    if person in owing:
        return person
    absent = None if people else only_absent(request, owing)
    if absent is None:
        raise _no_share(request, deadline, person)
    return absent


def _done_already(
    request: Request,
    deadline: Deadline,
    before: Completion,
    words: str,
    others: Sequence[Deadline],
    ahead: Deadline | None,
) -> Reply:
    """Twice is not an error. What came along this time is not lost: it goes into the trail."""
    check_may_record(request, deadline)
    files = attach(request, before.id)
    more = bool(files) or (bool(words) and words != before.note)
    if more:
        detail = {"completion": before.id, "document": document_in(words), "note": words}
        request.note_down("done_again", deadline.key, {**detail, "evidence": files})
    by = done_by(request, before, deadline)
    already = answers.done_already(deadline, by, others, ahead, request.today, more_kept=more)
    return with_shares_of_absent(request, deadline, already)


def _no_share(request: Request, deadline: Deadline, person: Person) -> Refusal:
    """The clerk or a leader who has no share may have forgotten the name; anybody else has come later."""
    if person == request.person and not is_responsible(request, deadline):
        return each_for_themselves(deadline.task.code)
    return owes_no_share(deadline.task.code, person.name)


def _missing(request: Request, deadline: Deadline) -> int:
    current = completions.current_of(request.session, [deadline.id]).get(deadline.id, [])
    owing = {person.id for person in request.roster.owing(deadline.lead, deadline.last_day)}
    return len(owing - {each.share_of for each in current})


def _other_open_periods(request: Request, deadline: Deadline, person: Person) -> list[Deadline]:
    """Other begun periods of the same rule that are still open for the person."""
    items = deadlines.of_tasks(request.session, request.office.plans, [(deadline.plan.id, deadline.task.code)])
    same = [
        item
        for item in begun(items, request.today)
        if item.deadline.rule.id == deadline.rule.id
        and item.deadline.id != deadline.id
        and not item.before_tracking
        and item.deadline.rule.kind != "continuous"
    ]
    return [item.deadline for item in still_open(request, same, person)]
