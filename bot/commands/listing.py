"""/start, /help, /tasks and /calendar: what am I, what can I do, what do I owe, what is coming."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.command import Command, Request
from bot.commands.targets import is_responsible, my_open_items
from records import deadlines
from wording import answers, help
from wording.message import Reply, folded

MOST_DAYS = 366


def start(request: Request) -> Reply:
    """Who am I, what can I do; a stranger learns only how to register."""
    if request.who is None:
        return help.welcome_stranger()
    roles = [request.office.plans.roles[role].name for role in sorted(request.who.roles)]
    return help.welcome(request.who.name, roles, request.office.plans.all[0].office)


def help_for(commands: Callable[[], Sequence[Command]]) -> Callable[[Request], Reply]:
    """The /help of a command table: one line for each command that this person may use."""

    def run(request: Request) -> Reply:
        if request.who is None:
            return help.welcome_stranger()
        usable = [command for command in commands() if command.who.admits(request.who) and not command.hidden]
        return help.commands([(each.name, each.alias, each.summary, each.example) for each in usable])

    return run


def tasks(request: Request) -> Reply:
    """The person's open items, overdue first, a page at a time."""
    page = int(request.args) if request.args.isdecimal() else 1
    return answers.my_items(my_open_items(request), request.now, request.office.calendar, page)


def calendar(request: Request) -> Reply:
    """The next 30 (or N) days: the person's own deadlines, or everybody's."""
    words = folded(request.args).split()
    days = next((min(int(word), MOST_DAYS) for word in words if word.isdecimal()), 30)
    everything = bool({"all", "tat", "ca", "chung"}.intersection(words))
    last = min(request.today + timedelta(days=days), request.office.calendar.last_day)
    items = deadlines.between(request.session, request.office.plans, request.today, last)
    if not everything:
        items = [item for item in items if is_responsible(request, item.deadline)]
    whose = "chung của cơ quan" if everything else "của anh/chị"
    return answers.calendar_list(items, request.today, last, whose)
