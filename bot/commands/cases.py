"""/cases: lists of cases with filters, the life of one case; for the clerk the import of exports."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.command import Request, Who
from bot.commands.case_import import cancel_export, confirm_export, decide_name, names, take_file, undo_last
from jobs.case_stats import stats_reply
from plan_data.workdays import ZONE
from records.case_imports import last_done
from records.cases import Case, alive, case_of_code, codes_ending, life_of
from wording import cases as words
from wording.case_groups import group_listing
from wording.message import Reply, folded
from wording.refusals import only_for

_CODE = re.compile(r"(?=\S*\d)\S{4,60}")
_SPANS = {
    "two_weeks": ("2 tuan", "hai tuan", "2tuan", "2 weeks"),
    "month": ("thang", "month"),
    "quarter": ("quy", "quarter"),
    "year": ("nam", "year"),
}
_ALL, _MINE = re.compile(r"(?:tat ?ca|all)\b\s*"), re.compile(r"(?:cua )?(?:toi|minh|mine)\b\s*")


def cases(request: Request) -> Reply:
    """A list, one case, or a step of an import."""
    first, _, rest = request.args.partition(" ")
    verbs: dict[str, Callable[[Request, str], Reply]] = {
        "nhap": take_file,
        "import": take_file,
        "#ok": confirm_export,
        "#bo": cancel_export,
        "hoantac": undo_last,
        "undo": undo_last,
        "canbo": names,
        "officers": names,
        "#cb": decide_name,
    }
    run = verbs.get(folded(first))
    if run is not None:
        if not request.person.is_clerk:
            raise only_for(Who.CLERK.value)
        if request.in_group:
            raise words.in_private("/hoso")
        return run(request, rest.strip())
    if folded(first) in {"thongke", "stats"}:
        return _stats(request, rest)
    if _CODE.fullmatch(request.args):
        return _card(request, request.args)
    return _list(request)


def view_of(request: Request) -> words.View:
    """What drawing cases needs."""
    names = {person.id: person.name for person in request.roster.everybody}
    return words.View(request.now, request.office.calendar, names)


def found_case(request: Request, code: str) -> Case:
    """The case of that code, or of the only one that ends so; of one's own, or for those who run the office.

    Raises Refusal.
    """
    case = case_of_code(request.session, code)
    if case is None:
        near = codes_ending(request.session, code)
        case = case_of_code(request.session, near[0]) if len(near) == 1 else None
        if case is None:
            raise words.no_such_case(code, near if request.person.runs_the_office else ())
    if not request.person.runs_the_office and case.person not in _own(request):
        raise words.not_yours()
    return case


def _stats(request: Request, asked: str) -> Reply:
    """The figures of the span that the words name; of officers, so for those who run the office and in private."""
    if not request.person.runs_the_office:
        raise only_for(Who.OFFICE.value)
    if request.in_group:
        raise words.in_private("/hoso thongke")
    flat = folded(asked)
    span = next((span for span, named in _SPANS.items() if any(flat.startswith(each) for each in named)), "week")
    return stats_reply(request.session, request.office, span, request.today, request.now)


def _own(request: Request) -> set[int]:
    return {request.person.id, *(person.id for person in request.absent)}


def _card(request: Request, code: str) -> Reply:
    if request.in_group:
        raise words.in_private(f"/hoso {code}")
    case = found_case(request, code)
    view = view_of(request)
    return words.card(case, view, life_of(request.session, case.id), view.names)


def _list(request: Request) -> Reply:
    asked = " ".join(request.args.split())
    page = 1
    if found := re.match(r"(?:trang|page)\s+(\d{1,4})\s*", asked):
        page, asked = int(found[1]), asked[found.end() :]
    chosen, everybody, asked = _chosen(request, asked)
    title = "Hồ sơ của cơ quan" if everybody else "Hồ sơ của anh/chị"
    chosen, title = _filtered(request, chosen, title, asked)
    chosen.sort(key=lambda case: (not case.is_running, case.due is None, case.due or request.now, case.id))
    last = last_done(request.session)
    if not chosen:
        return words.nothing_in(title, last.done_at if last else None, request.now)
    if request.in_group:
        return group_listing(title, chosen, view_of(request), request.office.policy.cases)
    pages = (len(chosen) + words.PAGE - 1) // words.PAGE
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * words.PAGE : page * words.PAGE]
    again = " ".join(part for part in ("tatca" if everybody else "", folded(asked)) if part)
    return words.listing(
        shown, chosen, words.Page(title, page, pages, again[:40]), view_of(request), officers=everybody
    )


def _chosen(request: Request, asked: str) -> tuple[list[Case], bool, str]:
    """One's own cases; everybody's for those who run the office and filter, ask for all, or have none of their own.

    Also whether they are everybody's, and the words that are left.
    """
    listed = alive(request.session)
    own = [case for case in listed if case.person in _own(request)]
    everything, narrowed = _ALL.match(folded(asked)), _MINE.match(folded(asked))
    rest = asked[found.end() :] if (found := everything or narrowed) else asked
    wide = bool(everything) or (narrowed is None and (bool(asked) or not own))
    return (listed, True, rest) if wide and request.person.runs_the_office else (own, False, rest)


def _filtered(request: Request, chosen: Sequence[Case], title: str, asked: str) -> tuple[list[Case], str]:
    flat = folded(asked)
    today = request.today
    if not flat:
        return list(chosen), title
    if flat in {"tre", "tre han", "qua han", "late"}:
        late = [case for case in chosen if case.is_running and case.due is not None and case.due < request.now]
        return late, f"{title} đã trễ hạn"
    if flat in {"hom nay", "today"}:
        return _due_by(chosen, today, today), f"{title} hẹn trả hôm nay"
    if flat in {"tuan", "tuan nay", "week", "this week"}:
        sunday = today + timedelta(days=6 - today.weekday())
        return _due_by(chosen, today, sunday), f"{title} hẹn trả từ nay đến hết tuần"
    view = view_of(request)
    by_officer = [case for case in chosen if flat in folded(view.officer(case))]
    found = by_officer or [
        case for case in chosen if flat in folded(case.listed.procedure) or flat in folded(case.listed.field)
    ]
    if not found and last_done(request.session) is not None:
        raise words.nothing_like(asked)
    return found, f"{title} ({asked})"


def _due_by(chosen: Sequence[Case], first: date, last: date) -> list[Case]:
    running = ((case, case.due.astimezone(ZONE).date()) for case in chosen if case.is_running and case.due)
    return [case for case, day in running if first <= day <= last]
