"""/event and /extend: what starts a deadline, and what moves one."""

from datetime import date

from bot.command import Request
from bot.commands.targets import Named, due_next, named_task, periods_of
from bot.lookup import day_in, document_in, moment_in
from jobs.digest import holders, refresh
from plan_data.event_rules import AfterEvent, BeforeExpiry, OnDirection
from plan_data.plan import Deadline, EventRule, Plan, Task
from records import deadlines
from records.deadlines import Item
from records.events import record_event, record_extension
from records.sync import sync
from wording import changes
from wording.message import Reply
from wording.refusals import Refusal, not_yours, usage


def event(request: Request) -> Reply:
    """Record that something happened that starts a deadline; bare, list what can be recorded."""
    known = [
        (plan, task, rule)
        for plan, task in request.office.plans.tasks()
        for rule in task.rules
        if isinstance(rule, AfterEvent | BeforeExpiry)
    ]
    named = named_task(request)
    if named is None:
        return changes.event_list([(task, rule) for _, task, rule in known])
    choices = [each for each in known if each[1].code == named.code]
    if not choices:
        raise changes.no_event_rule(named.code)
    return changes.recorded([_record(request, *each, named.rest) for each in choices], request.today)


def _record(request: Request, plan: Plan, task: Task, rule: EventRule, words: str) -> Deadline:
    if not (request.person.is_clerk or request.held.intersection(task.lead_of(rule))):
        raise not_yours(task.code, holders(request.office, request.roster, task.lead_of(rule)))
    if not words:
        raise usage(
            "sukien", f"{task.code} {rule.event} ngày 3/11, số 12/UBND", "Anh/chị cho biết việc gì đã xảy ra."
        )
    happened, expires = moment_in(words, request.now), None
    if isinstance(rule, BeforeExpiry):
        expires = day_in(words, request.today)
        if expires is None:
            raise usage("sukien", f"{task.code} {rule.event} hết hạn 20/11", "Anh/chị cho biết ngày hết hạn.")
        happened = request.now
    if happened > request.now:
        raise changes.event_in_the_future(happened)
    description = words[:200]
    number = record_event(
        request.session, plan.id, task.code, rule.id, happened, expires, description, request.person.id, request.now
    )
    sync(request.session, request.office.plans, request.office.calendar, request.now)
    started = next(
        item.deadline
        for item in deadlines.of_tasks(request.session, request.office.plans, [(plan.id, task.code)])
        if item.deadline.event == number
    )
    request.note_down("event", started.key, {"event": number, "happened": happened.isoformat(), "words": description})
    return started


def extend(request: Request) -> Reply:
    """Set or move a date by a document; the date in the plan stays visible."""
    named = named_task(request)
    example = "III.16 Q2 20/6/2023 số 15/UBND-VP"
    if named is None:
        raise usage("giahan", example, "Anh/chị cho biết mã nhiệm vụ, ngày mới và số văn bản.")
    new_day, document = _without_document(request, named)
    if new_day is None or not document:
        raise usage("giahan", example, "Cần đủ mã nhiệm vụ, ngày mới và số văn bản.")
    if new_day < request.today:
        raise changes.day_is_past(new_day)
    if new_day > request.office.calendar.last_day:
        raise changes.day_too_far(new_day, request.office.calendar.last_day)
    key, before = _to_move(request, named, new_day)
    old_day = before.deadline.named_day if before else None
    record_extension(request.session, key, old_day, new_day, document, request.person.id, request.now)
    sync(request.session, request.office.plans, request.office.calendar, request.now)
    after = _with_key(request, named, key)
    detail = {"old": old_day.isoformat() if old_day else None, "new": new_day.isoformat(), "document": document}
    request.note_down("extend", key, detail)
    refresh(request.session, request.office, request.roster, after.deadline.id, request.now)
    return changes.extended(after.deadline, old_day, document, request.today)


def _without_document(request: Request, named: Named) -> tuple[date | None, str]:
    """The new day and the document number; a number that looks like a day ("số 12/6") is not taken for the day."""
    document = document_in(named.rest)
    return day_in(named.rest.replace(document, " ") if document else named.rest, request.today), document


def _to_move(request: Request, named: Named, new_day: date) -> tuple[str, Item | None]:
    """The key of the deadline to move, and the deadline; None when the rule had no date until now."""
    items = [] if _only_on_direction(named) else periods_of(request, named)
    chosen = due_next(items, request.today) or (items[-1] if named.wish and items else None)
    if chosen is not None:
        return chosen.deadline.key, chosen
    for plan, task in named.tasks:
        for rule in task.rules:
            if isinstance(rule, OnDirection):
                key = f"{plan.id}/{task.code}/{rule.id}/{new_day.year}"
                items = deadlines.of_tasks(request.session, request.office.plans, [(plan.id, task.code)])
                return key, next((item for item in items if item.deadline.key == key), None)
    raise changes.nothing_to_move(named.code)


def _only_on_direction(named: Named) -> bool:
    return all(isinstance(rule, OnDirection) for _, task in named.tasks for rule in task.rules)


def _with_key(request: Request, named: Named, key: str) -> Item:
    keys = [(plan.id, task.code) for plan, task in named.tasks]
    items = deadlines.of_tasks(request.session, request.office.plans, keys)
    found = next((item for item in items if item.deadline.key == key), None)
    if found is None:
        raise Refusal("Ngày mới nằm ngoài khoảng thời gian bot đang theo dõi; chưa có gì thay đổi.")
    return found
