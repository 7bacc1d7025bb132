"""Which deadline a person means by the words after a command, whether it is theirs, and whether it is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.command import Request
from bot.lookup import take_code, take_number
from bot.spoken import PeriodWish, take_period
from bot.word_search import Index
from jobs.digest import holders
from plan_data.plan import Deadline, Plan, Task
from records import completions, deadlines
from records.deadlines import Item
from records.people import Person
from wording.dates import period_name
from wording.refusals import bad_number, no_such_period, no_such_task, not_yours

_PERIODS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A task that was named by code, perhaps with a period, and the words after it."""

    code: str
    tasks: list[tuple[Plan, Task]]
    wish: PeriodWish | None
    rest: str

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Plan and code of each: there are several where several plans are active."""
        return [(plan.id, task.code) for plan, task in self.tasks]


def named_task(request: Request, words: str | None = None) -> Named | None:
    """The task whose code stands in the words; None when no code does. Refuses an unknown code."""
    by_code: dict[str, list[tuple[Plan, Task]]] = {}
    for plan, task in request.office.plans.tasks():
        by_code.setdefault(task.code, []).append((plan, task))
    taken = take_code(request.args if words is None else words, by_code)
    if taken is None:
        return None
    code, rest = taken
    if code not in by_code:
        raise no_such_task(code)
    wish, rest = take_period(rest, request.today)
    return Named(code, by_code[code], wish, rest)


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
    """The dated deadlines of the task, those of the named period only; refuses a period it does not have.

    What was over before tracking is left out, unless there is nothing else.
    """
    found = deadlines.of_tasks(request.session, request.office.plans, task.keys)
    items = [item for item in found if item.deadline.rule.kind != "continuous"]
    if task.wish is None:
        return [item for item in items if not item.before_tracking] or items
    meant = task.wish.choose({item.deadline.period for item in items})
    if not meant:
        raise no_such_period(task.code, task.wish.words, _periods_around(items, request.today))
    return [item for item in items if item.deadline.period in meant]


def _periods_around(items: Sequence[Item], today: date) -> list[str]:
    """Names of the periods nearest to today, in order of time; events have none."""
    dated = [item for item in items if item.deadline.event is None]
    near = sorted(dated, key=lambda item: abs((item.deadline.last_day - today).days))[:_PERIODS_NAMED]
    near.sort(key=lambda item: item.deadline.last_day)
    return list(dict.fromkeys(period_name(item.deadline.period) for item in near))


def due_next(items: Sequence[Item], today: date) -> Item | None:
    """The open one that is due next; when all open ones are overdue, the latest of them."""
    open_items = [item for item in items if not item.is_done]
    in_time = [item for item in open_items if item.deadline.last_day >= today]
    return in_time[0] if in_time else open_items[-1] if open_items else None


def which(items: Sequence[Item], today: date) -> list[Item]:
    """Of several open ones, the one that is meant when no period was named; more than one where that is not clear.

    The one that ends today is meant before all others, else the one that is due next. It is not clear which event
    is meant, which of two duties that end on the same day, or whether an overdue one or the next.
    """
    if len(items) < 2 or any(item.deadline.event is not None for item in items):
        return list(items)
    today_only = [item for item in items if item.deadline.last_working_day <= today <= item.deadline.last_day]
    if len(today_only) == 1:
        return today_only
    if any(item.deadline.last_day < today for item in items):
        return list(items)
    first = min(item.deadline.last_day for item in items)
    return [item for item in items if item.deadline.last_day == first]


def begun(items: Sequence[Item], today: date) -> list[Item]:
    """Those whose period has begun."""
    return [item for item in items if item.deadline.opens <= today]


def is_responsible(request: Request, deadline: Deadline, person: Person | None = None) -> bool:
    """Whether the person (else who asks) answers for it: holds a lead role, or stands in for somebody who does."""
    held = request.held if person is None or person == request.person else person.held
    return bool(held.intersection(deadline.lead))


def check_may_record(request: Request, deadline: Deadline) -> None:
    """Only those responsible, or the clerk and the leaders on their behalf."""
    if not is_responsible(request, deadline) and not request.person.runs_the_office:
        raise not_yours(deadline.task.code, holders(request.office, request.roster, deadline.lead))


def still_open(request: Request, items: Sequence[Item], person: Person) -> list[Item]:
    """Those that the person can still do.

    Of a duty that everybody owes only shares count: who asks also answers for those of absent colleagues, and who
    runs the office but does not owe one, for everybody's.
    """
    if person != request.person:
        return shares_open(request, items, [person])
    own = {item.deadline.id for item in shares_open(request, items, [person, *request.absent])}
    return [
        item
        for item in items
        if item.deadline.id in own
        or (person.runs_the_office and not item.is_done and not is_responsible(request, item.deadline))
    ]


def shares_open(request: Request, items: Sequence[Item], people: Sequence[Person]) -> list[Item]:
    """The open ones; of a duty that everybody owes, those of which one of the people still owes a share."""
    shared = [item.deadline.id for item in items if item.deadline.rule.each]
    current = completions.current_of(request.session, shared)
    shares = {number: {each.share_of for each in found} for number, found in current.items()}
    return [item for item in items if not item.is_done and _owes(request, item.deadline, people, shares)]


def _owes(request: Request, deadline: Deadline, people: Sequence[Person], shares: Mapping[int, set[int]]) -> bool:
    owing = request.roster.owing(deadline.lead, deadline.last_day)
    done = shares.get(deadline.id, set())
    return not deadline.rule.each or any(person in owing and person.id not in done for person in people)


def my_open_items(request: Request) -> list[Item]:
    """Open deadlines of the person's roles whose period has begun; a share that is done is not open."""
    items = deadlines.begun_and_open(request.session, request.office.plans, request.today)
    own = [item for item in items if is_responsible(request, item.deadline)]
    return still_open(request, own, request.person)


def by_words(request: Request, words: str) -> tuple[list[tuple[Plan, Task]], bool]:
    """Tasks that the words sound like, the best first, and whether the first is meant beyond doubt.

    For staff, only tasks of their own.
    """
    tasks = {
        f"{plan.id}/{task.code}": (plan, task)
        for plan, task in request.office.plans.tasks()
        if request.person.runs_the_office or any(request.held.intersection(task.lead_of(rule)) for rule in task.rules)
    }
    names = {key: (task.short, *(rule.label for rule in task.rules)) for key, (_, task) in tasks.items()}
    index = Index({key: (names[key], task.title) for key, (_, task) in tasks.items()})
    found = index.find(words)
    return [tasks[key] for key, _ in found], index.is_clear(found)
