"""/status: the board, narrowed by section, role, month or to the overdue list; or one task in full."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.command import Request
from bot.commands.done import done_by
from bot.commands.targets import Named, due_next, is_responsible, named_task, periods_of
from bot.lookup import take_period
from bot.roster_view import unreached
from jobs.board import Selection, board
from plan_data.plan import Role
from records import completions, deadlines
from records.deadlines import Item
from records.figures import RuleKey
from records.people import accounts
from wording import answers
from wording import board as words
from wording.answers import DoneBy
from wording.dates import period_name
from wording.message import Block, Button, Reply, folded, in_rows
from wording.people import unreached as unreached_line
from wording.refusals import nothing_found

_OVERDUE_WORDS = frozenset({"qua han", "quahan", "tre han", "tre", "overdue"})
_PERIODS_SHOWN = 6


def status(request: Request) -> Reply:
    """The board of what the words name; without words, of everything that the person may see."""
    task = named_task(request)
    if task is not None:
        return _task(request, task)
    if folded(request.args) in _OVERDUE_WORDS:
        shown = board(request.session, request.office, request.roster, _everything(request), request.now)
        return words.overdue_list(shown, request.now)
    if folded(request.args) in {"phan", "muc", "section"}:
        return words.choose("Anh/chị muốn xem phần nào?", _section_buttons(request))
    if folded(request.args) in {"vi tri", "role"}:
        return words.choose("Anh/chị muốn xem vị trí nào?", _role_buttons(request))
    selection = _selection(request)
    shown = board(request.session, request.office, request.roster, selection, request.now)
    reply = words.status(shown, request.now, _buttons(request))
    return reply if request.args or not request.person.runs_the_office else _with_unreached(request, reply)


def _with_unreached(request: Request, reply: Reply) -> Reply:
    """Those who run the office see how many people no message reaches."""
    count = len(unreached(request.roster, accounts(request.session)))
    line = Block(unreached_line(count, request.person.is_clerk))
    return replace(reply, blocks=(*reply.blocks, line)) if count else reply


def _selection(request: Request) -> Selection:
    everything = _everything(request)
    wanted = folded(request.args)
    if not wanted:
        return everything
    for section in _sections(request):
        if wanted == section.lower():
            return Selection(f"phần {section}", _mine(request, _rules(request, section=section)))
    if (month := _month(request)) is not None:
        return Selection(period_name(f"{month:%Y-%m}"), everything.rules, month)
    role = _role(request, wanted)
    if role is None:
        raise nothing_found(request.args)
    return Selection(f"của {role[1].short}", _mine(request, _rules(request, role=role[0])))


def _everything(request: Request) -> Selection:
    """The whole office for leaders and the clerk; one's own duties for everybody else."""
    if request.person.runs_the_office:
        return Selection()
    return Selection("việc của anh/chị", _mine(request, _rules(request)))


def _mine(request: Request, rules: frozenset[RuleKey]) -> frozenset[RuleKey]:
    if request.person.runs_the_office:
        return rules
    plans = request.office.plans
    own = ((found, key) for key in rules if (found := plans.rule(*key)))
    return frozenset(key for (_, task, rule), key in own if request.held.intersection(task.lead_of(rule)))


def _rules(request: Request, section: str = "", role: str = "") -> frozenset[RuleKey]:
    return frozenset(
        (plan.id, task.code, rule.id)
        for plan, task in request.office.plans.tasks()
        for rule in task.rules
        if (not section or task.section == section) and (not role or role in task.lead_of(rule))
    )


def _sections(request: Request) -> list[str]:
    return list(dict.fromkeys(section.code for plan in request.office.plans.all for section in plan.sections))


def _month(request: Request) -> date | None:
    """The named month, in the year nearest to today when no year was said."""
    wish, _ = take_period(request.args)
    years = {plan.year for plan in request.office.plans.all} | {request.today.year, request.today.year - 1}
    months = [date(year, month, 1) for year in years for month in range(1, 13)]
    fitting = [month for month in months if wish is not None and wish.fits(f"{month:%Y-%m}")]
    return min(fitting, key=lambda month: abs((month - request.today).days), default=None)


def _role(request: Request, wanted: str) -> tuple[str, Role] | None:
    for key, role in request.office.plans.roles.items():
        if wanted in (key, folded(role.short)):
            return key, role
    for key, role in request.office.plans.roles.items():
        if wanted in folded(role.name):
            return key, role
    return None


def _buttons(request: Request) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button("🔴 Danh sách quá hạn", "/tinhhinh qua han")]
    if request.person.runs_the_office:
        buttons += [
            Button("📣 Đôn đốc", "/dondoc qua han"),
            Button("📂 Theo phần", "/tinhhinh phan"),
            Button("👤 Theo vị trí", "/tinhhinh vi tri"),
        ]
    return in_rows(buttons, 2)


def _section_buttons(request: Request) -> tuple[tuple[Button, ...], ...]:
    return in_rows([Button(f"Phần {code}", f"/tinhhinh {code}") for code in _sections(request)], 3)


def _role_buttons(request: Request) -> tuple[tuple[Button, ...], ...]:
    leading = {role for _, task in request.office.plans.tasks() for rule in task.rules for role in task.lead_of(rule)}
    roles = request.office.plans.roles
    return in_rows([Button(roles[key].short, f"/tinhhinh {key}") for key in roles if key in leading], 2)


def _task(request: Request, named: Named) -> Reply:
    """One task in full: what the plan says, how its periods stand, who did what."""
    plan, task = named.tasks[0]
    items = _worth_showing(request, periods_of(request, named), everything=named.wish is not None)
    history = completions.history_of(request.session, [item.deadline.id for item in items])
    lines: list[tuple[Item, Sequence[DoneBy]]] = [
        (item, [done_by(request, each, item.deadline) for each in history if each.deadline_id == item.deadline.id])
        for item in items
    ]
    buttons = [
        Button(f"✅ {period_name(item.deadline.period)}", f"/xong #{item.deadline.id}")
        for item in items
        if not item.is_done and item.deadline.opens <= request.today and _may_record(request, item)
    ]
    return answers.task_detail(
        task,
        request.office.plans.roles,
        lines,
        _signs_of_life(request, plan.id, task.code),
        request.now,
        request.office.calendar,
        in_rows(buttons[:_PERIODS_SHOWN], 2),
    )


def _may_record(request: Request, item: Item) -> bool:
    return request.person.runs_the_office or is_responsible(request, item.deadline)


def _worth_showing(request: Request, items: list[Item], everything: bool) -> list[Item]:
    """Every open period that has begun, the one that comes next, and the last ones that are done; newest last."""
    if everything:
        return items
    begun = [item for item in items if item.deadline.opens <= request.today]
    ahead = due_next([item for item in items if item.deadline.opens > request.today], request.today)
    open_items = [item for item in begun if not item.is_done][-_PERIODS_SHOWN:]
    done_items = [item for item in begun if item.is_done][-3:]
    shown = [*done_items, *open_items, *([ahead] if ahead else [])]
    return sorted(shown, key=lambda item: item.deadline.last_day)


def _signs_of_life(request: Request, plan: str, task: str) -> list[DoneBy]:
    found = deadlines.of_tasks(request.session, request.office.plans, [(plan, task)])
    days = [item for item in found if item.deadline.rule.kind == "continuous"][-3:]
    history = completions.current_of(request.session, [item.deadline.id for item in days])
    return [done_by(request, each, item.deadline) for item in days for each in history.get(item.deadline.id, [])]
