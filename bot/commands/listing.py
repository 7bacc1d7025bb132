"""/start, /help, /tasks and /calendar: what am I, what can I do, what do I owe, what is coming."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.command import Command, Request
from bot.commands.targets import is_responsible, my_open_items, still_open
from bot.spoken import find_period
from plan_data.periods import window_of
from records import deadlines
from wording import help, lists
from wording.message import Reply, folded, paper
from wording.refusals import only_your_own_calendar

DAYS, MOST_DAYS = 30, 366
_FILE = frozenset({"file", "tep", "ics"})
_EVERYBODY = frozenset({"all", "tat", "ca", "chung", "nhom"})


def start(request: Request) -> Reply:
    """Who am I, what can I do; a stranger learns only how to register."""
    if request.who is None:
        return help.welcome_stranger()
    known = request.office.plans.roles
    roles = [known[role].name for role in sorted(request.who.roles) if role in known]
    return help.welcome(request.who.name, roles, request.office.plans.all[0].office)


def help_for(commands: Callable[[], Sequence[Command]]) -> Callable[[Request], Reply]:
    """The /help of a command table: one line for each command that this person may use."""

    def run(request: Request) -> Reply:
        if request.who is None:
            return help.welcome_stranger()
        usable = [each for each in commands() if not each.hidden and each.admits(request)]
        return help.commands([(each.name, each.alias, each.summary, each.example) for each in usable])

    return run


def tasks(request: Request) -> Reply:
    """The person's open items, overdue first, a page at a time."""
    page = _number(request.args)
    return lists.my_items(my_open_items(request), request.now, request.office.calendar, 1 if page is None else page)


def calendar(request: Request) -> Reply:
    """The next 30 (or N) days, or a month: the person's own deadlines, or everybody's; or a year's as a file."""
    words = folded(request.args).split()
    everything = bool(_EVERYBODY.intersection(words))
    if _FILE.intersection(words):
        return _calendar_file(request, everything)
    first, last = _span(request)
    items = deadlines.between(request.session, request.office.plans, first, last)
    if not everything:
        items = [item for item in items if is_responsible(request, item.deadline)]
    still = {item.deadline.id for item in (items if everything else still_open(request, items, request.person))}
    shown = [(item, item.is_done if everything else item.deadline.id not in still) for item in items]
    return lists.calendar_list(shown, first, last, "chung của cơ quan" if everything else "của anh/chị")


def _calendar_file(request: Request, everything: bool) -> Reply:
    """The year's deadlines for the person's own calendar; those who run the office get everybody's."""
    if everything and not request.person.runs_the_office:
        raise only_your_own_calendar()
    year = request.today.year
    name = f"lich-{'chung-' if everything else ''}{year}.ics"
    person = None if everything else request.person.id
    return lists.calendar_file(
        year, everything, paper("document", "calendar", name, request.now, {"person": person, "year": year})
    )


def _span(request: Request) -> tuple[date, date]:
    """The days that the words name; none lies beyond what the calendar of days off knows."""
    end = request.office.calendar.last_day
    wish, _ = find_period(request.args, request.today)
    if wish is not None:
        months = [f"{request.today.year + n}-{month:02}" for n in (0, 1, -1) for month in range(1, 13)]
        windows = [window for key in months if key in wish.choose(set(months)) and (window := window_of(key))]
        if windows:
            ahead = next((window for window in windows if window.last >= request.today), windows[0])
            return min(ahead.first, end), min(ahead.last, end)
    days = _number(request.args)
    return request.today, min(request.today + timedelta(days=DAYS if days is None else min(days, MOST_DAYS)), end)


def _number(words: str) -> int | None:
    """The first number in the words; None where there is none, or one that nobody means."""
    found = re.search(r"(?<![\w/.#])[0-9]{1,4}(?![\w/.])", words)
    return int(found[0]) if found else None
