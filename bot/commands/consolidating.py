"""/report consolidated: the office's drafts on demand: the month's, the CCHC report, the TTHC control report."""

import re

from bot.command import Request
from bot.spoken import find_period
from jobs.accounts import draft_of, latest_period
from plan_data.deadlines import Window
from plan_data.periods import spans, unit_of
from wording import accounts as words
from wording.message import Reply, folded
from wording.sheets import ReportKind

_KINDS: tuple[tuple[ReportKind, str], ...] = (
    ("cchc", r"cchc|cai cach hanh chinh"),
    ("tthc", r"tthc|kiem soat tthc|kiem soat thu tuc(?: hanh chinh)?"),
    ("month", r"tong hop|tonghop"),
)


def consolidated(request: Request) -> Reply | None:
    """The drafts that the words ask for; None when they ask for none. Raises Refusal."""
    wish, rest = find_period(request.args, request.today)
    asked = folded(rest)
    kind = next((kind for kind, pattern in _KINDS if re.fullmatch(rf"(?:tong hop )?(?:{pattern})", asked)), None)
    if kind is None:
        return None
    if not request.person.runs_the_office:
        raise words.drafts_are_for_the_office()
    if wish is None:
        return draft_of(request.session, request.office, kind, latest_period(kind, request.today), request.now)
    year = Window(request.today.replace(year=request.today.year - 1, month=1, day=1), request.today)
    known = {key for unit in ("month", "quarter", "half", "year") for key, _, _ in spans(unit, year)}
    meant = sorted(key for key in wish.choose(known) if (unit_of(key) == "month") == (kind == "month"))
    if not meant:
        raise words.no_such_draft(kind)
    return draft_of(request.session, request.office, kind, meant[-1], request.now)
