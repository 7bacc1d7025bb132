"""Which deadline a person means by the words after /done, /status or /extend, and whether it is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.command import Request
from bot.lookup import PeriodWish, by_words, take_code, take_number, take_period, tasks_of_code
from jobs.digest import holders
from plan_data.plan import Deadline, Plan, Task
from records import deadlines
from records.deadlines import Item
from wording.dates import period_name
from wording.refusals import bad_number, no_such_period, no_such_task, not_yours


@dataclass(frozen=True, slots=True)
class Named:
    """A task that was named by code, perhaps with a period, and the words after it."""

    code: str
    tasks: list[tuple[Plan, Task]]
    wish: PeriodWish | None
    rest: str


def named_task(request: Request) -> Named | None:
    """The task whose code stands first in the arguments; None when no code does. Refuses an unknown code."""
    taken = take_code(request.args)
    if taken is None:
        return None
    code, rest = taken
    tasks = tasks_of_code(request.office.plans, code)
    if not tasks:
        raise no_such_task(code)
    wish, rest = take_period(rest)
    return Named(code, tasks, wish, rest)


def numbered(request: Request) -> tuple[Item, str] | None:
    """The deadline behind "#57", and the words after it; None when there is no number. Refuses a dead one."""
    taken = take_number(request.args)
    if taken is None:
        return None
    item = deadlines.get(request.session, request.office.plans, taken[0])
    if item is None or item.withdrawn:
        raise bad_number(f"#{taken[0]}")
    return item, taken[1]


def periods_of(request: Request, task: Named) -> list[Item]:
    """The dated deadlines of the task, those of the named period only; refuses a period it does not have."""
    keys = [(plan.id, each.code) for plan, each in task.tasks]
    found = deadlines.of_tasks(request.session, request.office.plans, keys)
    items = [item for item in found if item.deadline.rule.kind != "continuous"]
    if task.wish is None:
        return [item for item in items if not item.before_tracking]
    chosen = [item for item in items if task.wish.fits(item.deadline.period)]
    if not chosen:
        known = list(dict.fromkeys(period_name(item.deadline.period) for item in items))
        raise no_such_period(task.code, task.wish.words, known[:8])
    return chosen


def due_next(items: Sequence[Item], today: date) -> Item | None:
    """The open one that is due next; when all open ones are overdue, the latest of them."""
    open_items = [item for item in items if not item.is_done]
    in_time = [item for item in open_items if item.deadline.last_day >= today]
    return in_time[0] if in_time else open_items[-1] if open_items else None


def begun(items: Sequence[Item], today: date) -> list[Item]:
    """Those whose period has begun."""
    return [item for item in items if item.deadline.opens <= today]


def is_responsible(request: Request, deadline: Deadline) -> bool:
    """Whether the person holds one of the lead roles, or stands in for somebody who does."""
    return bool(request.held.intersection(deadline.lead))


def check_may_record(request: Request, deadline: Deadline) -> None:
    """Only those responsible, or the clerk and the leaders on their behalf."""
    if not is_responsible(request, deadline) and not request.person.runs_the_office:
        raise not_yours(deadline.task.code, holders(request.office, request.roster, deadline.lead))


def my_open_items(request: Request) -> list[Item]:
    """Open deadlines of the person's roles whose period has begun; a share that is done is not open."""
    items = deadlines.begun_and_open(request.session, request.office.plans, request.today)
    return [item for item in items if is_responsible(request, item.deadline)]


def sounding_like(request: Request) -> list[tuple[float, Plan, Task]]:
    """Tasks that the words sound like; for staff, only their own."""
    tasks = [
        (plan, task)
        for plan, task in request.office.plans.tasks()
        if request.person.runs_the_office or any(request.held.intersection(task.lead_of(rule)) for rule in task.rules)
    ]
    return by_words(request.args, tasks)
