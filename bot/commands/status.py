"""/status: the board, narrowed by section, role, person, month or to the overdue list; or one task in full."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.command import Request
from bot.commands.completed import done_by
from bot.commands.selecting import (
    Narrowed,
    is_section_word,
    narrow,
    roles_to_choose,
    sections,
    take_overdue,
)
from bot.commands.targets import Named, by_words, due_next, is_responsible, named_task, periods_of, still_open
from bot.roster_view import unreached
from jobs.board import board, picture_of
from jobs.digest import shares_of
from jobs.quota import worth_showing
from plan_data.plan import Role
from records import completions, deadlines
from records.backup_result import last_backup
from records.deadlines import Item
from records.people import accounts
from wording import board as words
from wording.answers import DoneBy
from wording.backups import backup_line
from wording.buttons import button, packed, period_buttons
from wording.channels import spending_line
from wording.message import Block, Button, Reply, folded, in_rows
from wording.people import unreached as unreached_line
from wording.refusals import nothing_to_show
from wording.task_detail import Period, task_detail

_PERIODS_SHOWN = 6
_ROLE_WORDS = frozenset({"vi tri", "role"})


def status(request: Request) -> Reply:
    """The board of what the words name; without words, of everything that the person may see."""
    task = named_task(request)
    if task is not None:
        return _task(request, task)
    if is_section_word(request.args):
        return words.choose("Anh/chị muốn xem phần nào?", _section_buttons(request))
    if folded(request.args) in _ROLE_WORDS:
        return words.choose("Anh/chị muốn xem vị trí nào?", _role_buttons(roles_to_choose(request)))
    overdue_only, rest = take_overdue(request.args)
    found = narrow(request, rest)
    if found is None:
        return _by_words(request)
    if not isinstance(found, Narrowed):
        return words.choose("Anh/chị muốn xem vị trí nào?", _role_buttons(found))
    shown = board(request.session, request.office, request.roster, found.selection, request.now)
    if overdue_only:
        return words.overdue_list(shown, request.now, _remind_buttons(request, found, bool(shown.overdue)))
    reply = words.status(shown, request.now, _buttons(request, found, bool(shown.overdue)))
    if request.person.runs_the_office and found.selection.rules is None:
        picture = picture_of(found.selection, request.now, in_group=request.in_group)
        reply = replace(reply, attachments=(picture,))
    return reply if request.args else replace(reply, blocks=(*reply.blocks, *_about_the_bot(request)))


def _about_the_bot(request: Request) -> Iterator[Block]:
    """Those who run the office see whom no message reaches and which channel runs short of messages.

    The clerk sees, in private, how the backups stand.
    """
    if request.person.runs_the_office:
        count = len(unreached(request.roster, accounts(request.session)))
        if count:
            yield Block(unreached_line(count, request.person.is_clerk))
        yield from (Block(spending_line(each)) for each in worth_showing(request.session, request.now))
    if request.person.is_clerk and not request.in_group and (backup := last_backup(request.session)):
        yield Block(backup_line(backup, request.now))


def _by_words(request: Request) -> Reply:
    """The task whose title is meant beyond doubt; else tell what can be asked."""
    likely, clear = by_words(request, request.args)
    if not clear:
        raise nothing_to_show(request.args)
    plan, task = likely[0]
    return _task(request, Named(task.code, [(plan, task)], None, ""))


def _buttons(request: Request, found: Narrowed, any_overdue: bool) -> tuple[tuple[Button, ...], ...]:
    buttons = [button("🔴 Danh sách quá hạn", f"/tinhhinh qua han {found.words}".strip())] if any_overdue else []
    buttons += [each for row in _remind_buttons(request, found, any_overdue) for each in row]
    if request.person.runs_the_office:
        buttons += [button("📂 Theo phần", "/tinhhinh phan"), button("👤 Theo vị trí", "/tinhhinh vi tri")]
    return in_rows(buttons, 2)


def _remind_buttons(request: Request, found: Narrowed, any_overdue: bool) -> tuple[tuple[Button, ...], ...]:
    if not any_overdue or not request.person.runs_the_office:
        return ()
    return ((button("📣 Đôn đốc", f"/dondoc {found.words or 'qua han'}"),),)


def _section_buttons(request: Request) -> tuple[tuple[Button, ...], ...]:
    return in_rows([button(f"Phần {code}", f"/tinhhinh {code}") for code in sections(request)], 3)


def _role_buttons(roles: Sequence[tuple[str, Role]]) -> tuple[tuple[Button, ...], ...]:
    return packed([button(role.short, f"/tinhhinh {key}") for key, role in roles])


def _task(request: Request, named: Named) -> Reply:
    """One task in full: what the plan says, how its periods stand, who did what."""
    plan, task = named.tasks[0]
    items = _worth_showing(request, periods_of(request, named), everything=named.wish is not None)
    history = completions.history_of(request.session, [item.deadline.id for item in items])
    shares = shares_of(request.session, request.roster, items)
    periods = [
        Period(
            item,
            [done_by(request, each, item.deadline) for each in history if each.deadline_id == item.deadline.id],
            shares.get(item.deadline.id),
        )
        for item in items
    ]
    begun = [item for item in items if item.deadline.opens <= request.today and _may_record(request, item)]
    open_now = still_open(request, begun, request.person)
    buttons = period_buttons([item.deadline for item in open_now], _PERIODS_SHOWN)
    signs = [] if named.wish else _signs_of_life(request, plan.id, task.code)
    roles, calendar = request.office.plans.roles, request.office.calendar
    return task_detail(task, roles, periods, signs, request.now, calendar, packed(buttons))


def _may_record(request: Request, item: Item) -> bool:
    """Whether a button is of use: shares of others are recorded by name."""
    responsible = is_responsible(request, item.deadline)
    return responsible or (request.person.runs_the_office and not item.deadline.rule.each)


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
