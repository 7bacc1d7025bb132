"""What /status and /remind are narrowed to by the words after them: a section, a role, a person, a month."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.command import Request
from bot.lookup import take_name, take_person
from bot.spoken import PeriodWish, find_period
from jobs.board import Selection
from plan_data.plan import Deadline, Role
from records.figures import RuleKey
from records.people import Person
from wording.dates import period_name
from wording.message import folded
from wording.refusals import only_months, only_your_own

_OVERDUE = ("qua han", "quahan", "tre han", "overdue")
_SECTION_WORDS = ("phan", "muc", "section")
_BEFORE_A_NAME = re.compile(r"^(?:cua|vi tri|role)\s+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A selection, and the words of a button that stand for it again."""

    selection: Selection
    words: str = ""

    def covers(self, deadline: Deadline) -> bool:
        """Whether the deadline belongs to it."""
        rules, month = self.selection.rules, self.selection.month
        key = (deadline.plan.id, deadline.task.code, deadline.rule.id)
        in_month = month is None or deadline.last_day.replace(day=1) == month
        return in_month and (rules is None or key in rules)


def take_overdue(words: str) -> tuple[bool, str]:
    """Whether the words ask for what is overdue, and what else they ask for; folded."""
    flat = folded(words)
    for each in _OVERDUE:
        if flat == each or flat.startswith(f"{each} ") or flat.endswith(f" {each}"):
            return True, flat.replace(each, " ").strip()
    return flat in {"tre", "muon"}, "" if flat in {"tre", "muon"} else words


def narrow(request: Request, words: str) -> Narrowed | list[tuple[str, Role]] | None:
    """What the words mean; several roles when it is not clear which; None when they mean nothing here.

    Staff see their own duties only, however they narrow.
    """
    wish, rest = find_period(words, request.today)
    month = _month(request, wish) if wish else None
    rest = rest if wish else words
    wanted = _BEFORE_A_NAME.sub("", folded(rest))
    when, suffix = ("", "") if month is None else (period_name(f"{month:%Y-%m}"), f"{month.month}/{month.year}")
    if not wanted:
        everything = _everything(request)
        name = ", ".join(part for part in (everything.name, when) if part)
        return Narrowed(Selection(name, everything.rules, month), suffix)
    for section in sections(request):
        if wanted.removeprefix("phan ").removeprefix("muc ") == section.lower():
            return _narrowed(
                f"phần {section}", _rules(request, section=section), section, when, suffix, month, request
            )
    person = _person(request, rest)
    if person is not None:
        rules = _rules(request, held=person.held)
        return _narrowed(f"của {person.name}", rules, f"thay {person.id}", when, suffix, month, request)
    roles = _roles(request, wanted)
    if len(roles) != 1:
        return roles or None
    key, role = roles[0]
    if not request.person.runs_the_office and key not in request.held:
        raise only_your_own()
    rules = _rules(request, held=request.office.plans.held_roles(frozenset({key})))
    return _narrowed(f"của {role.short}", rules, key, when, suffix, month, request)


def _narrowed(
    name: str,
    rules: frozenset[RuleKey],
    words: str,
    when: str,
    suffix: str,
    month: date | None,
    request: Request,
) -> Narrowed:
    whole = f"{name}, {when}" if when else name
    return Narrowed(Selection(whole, _mine(request, rules), month), f"{words} {suffix}".strip())


def _everything(request: Request) -> Selection:
    """The whole office for leaders and the clerk; one's own duties for everybody else."""
    if request.person.runs_the_office:
        return Selection()
    return Selection("việc của anh/chị", _mine(request, _rules(request)))


def _mine(request: Request, rules: frozenset[RuleKey]) -> frozenset[RuleKey]:
    if request.person.runs_the_office:
        return rules
    return rules & _rules(request, held=request.held)


def _rules(request: Request, section: str = "", held: frozenset[str] | None = None) -> frozenset[RuleKey]:
    return frozenset(
        (plan.id, task.code, rule.id)
        for plan, task in request.office.plans.tasks()
        for rule in task.rules
        if (not section or task.section == section) and (held is None or held.intersection(task.lead_of(rule)))
    )


def sections(request: Request) -> list[str]:
    """Codes of all sections, in the order of the plans."""
    return list(dict.fromkeys(section.code for plan in request.office.plans.all for section in plan.sections))


def is_section_word(words: str) -> bool:
    """Whether the word asks which sections there are."""
    return folded(words) in _SECTION_WORDS


def roles_to_choose(request: Request) -> list[tuple[str, Role]]:
    """Roles that answer for something; for staff, only their own."""
    plans = request.office.plans
    leading = {role for _, task in plans.tasks() for rule in task.rules for role in task.lead_of(rule)}
    shown = leading if request.person.runs_the_office else leading & request.held
    return [(key, role) for key, role in plans.roles.items() if key in shown]


def _month(request: Request, wish: PeriodWish) -> date:
    """The named month, in the year nearest to today when no year was said. Refuses another period."""
    years = {plan.year for plan in request.office.plans.all} | {request.today.year, request.today.year - 1}
    months = {f"{year}-{month:02}": date(year, month, 1) for year in years for month in range(1, 13)}
    fitting = [months[key] for key in wish.choose(set(months))]
    if not fitting:
        raise only_months(wish.words)
    return min(fitting, key=lambda month: abs((month - request.today).days))


def _roles(request: Request, wanted: str) -> list[tuple[str, Role]]:
    """The role of that name, else those whose name has the words in it."""
    roles = request.office.plans.roles
    for key, role in roles.items():
        if wanted in (key, key.replace("-", " "), folded(role.short), folded(role.name)):
            return [(key, role)]
    if len(wanted) < 3 or len(wanted) > _LONGEST:
        return []
    return [(key, role) for key, role in roles.items() if f" {wanted} " in f" {_bare(role)} "]


def _bare(role: Role) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in folded(role.name)).split())


def _person(request: Request, words: str) -> Person | None:
    """Somebody of the office, for those who run it."""
    if not request.person.runs_the_office:
        return None
    taken = take_person(words)
    if taken is not None:
        return next((person for person in request.roster.active if person.id == taken[0]), None)
    found: Sequence[Person] = take_name(words, request.roster.active)[0]
    return found[0] if len(found) == 1 else None
