"""/people import: a list of people in one message, with a preview; all of it is written, or nothing."""

from bot.command import Request
from bot.positions import example_roles, number_in
from bot.roster_import import Comparison, Line, apply, compare, lines_of
from jobs.leaving import settle_shares
from records.imports import close_import, get_import, keep_import
from records.people import accounts
from wording import people_lists as words
from wording.message import Block, Reply


def read_list(request: Request, text: str) -> Reply:
    """Show what the list would do, and keep it until it is confirmed."""
    lines = lines_of(text)
    if not lines:
        raise words.how_to(example_roles(request.office.plans))
    return _preview(request, lines)


def _preview(request: Request, lines: list[Line]) -> Reply:
    found = _compare(request, lines)
    if found.problems:
        return words.problems(found.problems)
    if not found.changes_anything:
        return words.nothing_new(found.same)
    new, changed = found.in_words(request.office.plans)
    number = keep_import(request.session, lines, [*new, *changed], request.person.id, request.now)
    return words.preview(number, new, changed, found.same)


def _compare(request: Request, lines: list[Line]) -> Comparison:
    return compare(request.office.plans, request.roster, accounts(request.session).keys(), lines)


def confirm_list(request: Request, text: str) -> Reply:
    """Write the list down, if the roster is still the one that the preview was about."""
    number = number_in(text)
    kept = get_import(request.session, number) if number is not None else None
    if number is None or kept is None or kept.by != request.person.id or kept.state != "open":
        return words.closed()
    found = _compare(request, kept.lines)
    new, changed = found.in_words(request.office.plans)
    if found.problems or kept.changes != [*new, *changed]:
        again = _preview(request, kept.lines)
        return Reply((Block(words.changed_meanwhile()), *again.blocks), again.buttons)
    if not close_import(request.session, number, "done"):
        return words.closed()
    apply(request.session, found, request.person.id, request.channel, request.now)
    settle_shares(request.session, request.office, request.now)
    request.note_down("roster_import", f"roster_import:{number}", {"new": len(new), "changed": len(changed)})
    return words.done(len(new), len(changed))


def drop_list(request: Request, text: str) -> Reply:
    """The list was not meant so."""
    number = number_in(text)
    kept = get_import(request.session, number) if number is not None else None
    if number is None or kept is None or kept.by != request.person.id:
        return words.closed()
    return words.dropped() if close_import(request.session, number, "cancelled") else words.closed()
