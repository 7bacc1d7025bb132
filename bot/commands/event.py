"""/event: recording that something happened which starts a deadline."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.command import Request
from bot.commands.targets import named_task
from bot.lookup import without_document
from bot.spoken import day_in, moment_in
from bot.word_search import Index
from jobs.digest import holders
from plan_data.event_rules import AfterEvent, BeforeExpiry
from plan_data.plan import EventRule, Plan, Plans, Task
from plan_data.workdays import ZONE, CalendarYearMissing
from records import deadlines
from records.deadlines import Item
from records.events import events, record_event
from records.sync import sync
from wording import changes
from wording.message import Reply, folded
from wording.refusals import event_not_yours, usage

Choice = tuple[Plan, Task, EventRule]
_LONGEST = 200
_SAY_NOTHING = frozenset({"ngay", "so", "luc", "gio", "het", "han", "thang", "nam"})


def may_record_events(request: Request) -> bool:
    """The clerk, and who answers for a duty that starts from an event."""
    return any(_may_record(request, each) for each in _all(request.office.plans))


def event(request: Request) -> Reply:
    """Record that something happened that starts a deadline; bare, list what can be recorded."""
    words = request.args.strip("\"'“”‘’«»„ ")
    mine = [each for each in _all(request.office.plans) if _may_record(request, each)]
    named = named_task(request, words)
    if named is None:
        if not words:
            return changes.event_list([(task, rule) for _, task, rule in mine])
        return _record_meant(request, mine, words)
    choices = [each for each in _all(request.office.plans) if each[1].code == named.code]
    if not choices:
        raise changes.no_event_rule(named.code)
    allowed = [each for each in choices if _may_record(request, each)]
    if not allowed:
        roles = [role for _, task, rule in choices for role in task.lead_of(rule)]
        raise event_not_yours(named.code, holders(request.office, request.roster, list(dict.fromkeys(roles))))
    if len(allowed) > 1:
        return _record_meant(request, allowed, named.rest)
    return _record(request, allowed[0], named.rest.strip("\"'“”‘’«»„ "))


def _record_meant(request: Request, choices: Sequence[Choice], words: str) -> Reply:
    """The event that the words tell of; asks when unsure."""
    by_key = {f"{plan.id}/{task.code}/{rule.id}": (plan, task, rule) for plan, task, rule in choices}
    index = Index({key: ((rule.event, rule.label), task.title) for key, (_, task, rule) in by_key.items()})
    said = [word for word in folded(without_document(words)).split() if word not in _SAY_NOTHING and word.isalpha()]
    found = index.find(" ".join(said))
    if index.is_clear(found):
        return _record(request, by_key[found[0][0]], words)
    likely = [by_key[key] for key, _ in found] or list(choices)
    return changes.event_list([(task, rule) for _, task, rule in likely], words)


def _all(plans: Plans) -> list[Choice]:
    return [
        (plan, task, rule)
        for plan, task in plans.tasks()
        for rule in task.rules
        if isinstance(rule, AfterEvent | BeforeExpiry)
    ]


def _may_record(request: Request, choice: Choice) -> bool:
    _, task, rule = choice
    return request.person.is_clerk or bool(request.held.intersection(task.lead_of(rule)))


def _record(request: Request, choice: Choice, words: str) -> Reply:
    plan, task, rule = choice
    if not words:
        what = "Anh/chị cho biết việc gì đã xảy ra, ngày nào."
        raise usage("sukien", f"{task.code} {rule.event} ngày 3/11, số 12/UBND", what)
    happened, expires = _when(request, choice, words)
    description = words[:_LONGEST]
    before = _recorded_before(request, choice, description, happened, expires)
    if before is not None:
        return changes.recorded_already(before.deadline, request.today)
    number = record_event(
        request.session, plan.id, task.code, rule.id, happened, expires, description, request.person.id, request.now
    )
    try:
        sync(request.session, request.office.plans, request.office.calendar, request.now)
    except CalendarYearMissing:
        raise changes.event_out_of_reach(expires or happened.astimezone(ZONE).date()) from None
    started = _started_by(request, choice, number)
    if started is None:
        raise changes.event_out_of_reach(expires or happened.astimezone(ZONE).date())
    detail = {"event": number, "happened": happened.isoformat(), "words": description}
    request.note_down("event", started.deadline.key, detail)
    return changes.recorded(started.deadline, happened, expires, request.now, request.office.calendar)


def _when(request: Request, choice: Choice, words: str) -> tuple[datetime, date | None]:
    """When it happened, and for what will expire, the day on which it does."""
    plain = without_document(words)
    if not isinstance(choice[2], BeforeExpiry):
        happened = moment_in(plain, request.now)
        if happened > request.now:
            raise changes.event_in_the_future(happened)
        return happened, None
    expires = day_in(plain, request.today, "ahead")
    if expires is None:
        example = f"{choice[1].code} {choice[2].event} hết hạn 20/11"
        raise usage("sukien", example, "Anh/chị cho biết ngày hết hạn.")
    if expires < request.today:
        raise changes.expired_already(expires)
    return request.now, expires


def _recorded_before(
    request: Request, choice: Choice, words: str, happened: datetime, expires: date | None
) -> Item | None:
    """The deadline of an event with the same words and day, as when a message is sent twice."""
    plan, task, rule = choice
    day = happened.astimezone(ZONE).date()
    for each in reversed(events(request.session)):
        same = (each.plan, each.task, each.rule, each.expires) == (plan.id, task.code, rule.id, expires)
        if same and folded(each.description) == folded(words) and each.happened.astimezone(ZONE).date() == day:
            return _started_by(request, choice, each.id)
    return None


def _started_by(request: Request, choice: Choice, number: int) -> Item | None:
    plan, task, _ = choice
    items = deadlines.of_tasks(request.session, request.office.plans, [(plan.id, task.code)])
    return next((item for item in items if item.deadline.event == number), None)
