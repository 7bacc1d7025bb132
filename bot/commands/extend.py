"""/extend: setting or moving a date by a document; the date in the plan stays visible."""

from collections.abc import Sequence
from datetime import date

from bot.command import Request
from bot.commands.targets import Named, begun, due_next, named_task, numbered, periods_of, which
from bot.lookup import document_in, without_document
from bot.spoken import day_in
from jobs.digest import refresh
from plan_data.event_rules import OnDirection
from plan_data.plan import Deadline, Plan, Task
from records import deadlines
from records.deadlines import Item
from records.events import record_extension
from records.sync import sync
from wording import changes
from wording.message import Reply, folded
from wording.refusals import usage

_EXAMPLE = "III.16 Q2 20/6/2023 số 15/UBND-VP"


def extend(request: Request) -> Reply:
    """Set or move the date of a task's deadline, or of the one behind a number."""
    found = numbered(request)
    named = None if found else named_task(request)
    if found is None and named is None:
        raise usage("giahan", _EXAMPLE, "Anh/chị cho biết mã nhiệm vụ, ngày mới và số văn bản.")
    new_day, document = _read(request, found[1] if found else named.rest if named else "")
    if named is not None:
        targets = _to_move(request, named, new_day)
    elif found is not None:
        targets = [(found[0].deadline.key, found[0])]
    done = next((item for _, item in targets if item is not None and item.is_done), None)
    if done is not None:
        raise changes.done_before_moving(done.deadline.task.code)
    return changes.extended([_move(request, *target, new_day, document) for target in targets], request.today)


def _read(request: Request, words: str) -> tuple[date, str]:
    """The new day and the document number; refuses when one is missing or the day cannot be."""
    document, new_day = document_in(words), day_in(without_document(words), request.today, "ahead")
    if new_day is None or not document:
        missing = "ngày mới" if document else "số văn bản" if new_day else "ngày mới và số văn bản"
        raise usage("giahan", _EXAMPLE, f"Anh/chị cho biết thêm {missing}.")
    if new_day < request.today:
        raise changes.day_is_past(new_day)
    if new_day > request.office.calendar.last_day:
        raise changes.day_too_far(new_day, request.office.calendar.last_day)
    return new_day, document


Target = tuple[str, Item | None]


def _to_move(request: Request, named: Named, new_day: date) -> list[Target]:
    """Keys of the deadlines to move, with the deadlines; None where a rule "by direction" had no date until now.

    Duties of one task that end on the same day move together: a document moves the task.
    """
    directed = [
        (plan, task, rule) for plan, task in named.tasks for rule in task.rules if isinstance(rule, OnDirection)
    ]
    for plan, task, rule in directed:
        if len(task.rules) == 1 or rule.id.replace("-", " ") in folded(named.rest):
            return [_by_direction(request, plan, task, rule.id, new_day)]
    items = periods_of(request, named)
    still = [item for item in items if not item.is_done]
    running = begun(still, request.today) if named.wish is None else still
    chosen = which(running, request.today) or [item for item in [due_next(still, request.today)] if item]
    if not chosen and items and named.wish is not None:
        raise changes.done_before_moving(named.code)
    if not chosen and directed:
        plan, task, rule = directed[0]
        return [_by_direction(request, plan, task, rule.id, new_day)]
    if not chosen:
        raise changes.nothing_to_move(named.code)
    if _several(chosen):
        raise changes.which_to_move(named.code, [item.deadline for item in chosen])
    return [(item.deadline.key, item) for item in chosen]


def _several(items: Sequence[Item]) -> bool:
    """Whether they end on different days, or start from different events."""
    return len({(item.deadline.last_day, item.deadline.event) for item in items}) > 1


def _by_direction(request: Request, plan: Plan, task: Task, rule: str, new_day: date) -> Target:
    """The open date of the rule is moved; a new direction is a new period: the year, or the day itself."""
    found = deadlines.of_tasks(request.session, request.office.plans, [(plan.id, task.code)])
    own = [item for item in found if item.deadline.rule.id == rule]
    still = [item for item in own if not item.is_done]
    if still:
        return still[-1].deadline.key, still[-1]
    start = f"{plan.id}/{task.code}/{rule}"
    taken = {item.deadline.key: item for item in own}
    key = f"{start}/{new_day.year}"
    key = key if key not in taken else f"{start}/{new_day.isoformat()}"
    return key, taken.get(key)


def _move(
    request: Request, key: str, before: Item | None, new_day: date, document: str
) -> tuple[Deadline, date | None]:
    old_day = before.deadline.named_day if before else None
    record_extension(request.session, key, old_day, new_day, document, request.person.id, request.now)
    sync(request.session, request.office.plans, request.office.calendar, request.now)
    plan, task = key.split("/")[:2]
    items = deadlines.of_tasks(request.session, request.office.plans, [(plan, task)])
    after = next((item.deadline for item in items if item.deadline.key == key), None)
    if after is None:
        raise changes.out_of_reach(new_day)
    detail = {"old": old_day.isoformat() if old_day else None, "new": new_day.isoformat(), "document": document}
    request.note_down("extend", key, detail)
    refresh(request.session, request.office, request.roster, after.id, request.now)
    return after, old_day
