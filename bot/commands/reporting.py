"""/report: what each person has done in the month, drafted from the records, sent in a tap or in one's own words."""

import re
import unicodedata
from dataclasses import replace
from datetime import date

from bot.command import Request
from bot.commands.consolidating import consolidated
from bot.commands.evidence import attach, hold
from bot.spoken import PeriodWish, folded_in_place, take_period
from jobs.digest import refresh, shares_of
from jobs.work_reports import done_lines, received
from records import completions, deadlines, reports
from records.deadlines import Item
from records.reports import WorkReport
from wording import work_reports as words
from wording.message import Reply, folded

_OPENS_BEFORE = 5  # working days before the last day: when the first reminder comes
_SEND, _SHOW = frozenset({"gui", "gui bao cao", "send"}), frozenset({"xem", "danh sach", "ai da gui", "list"})
_HEADS = {"results": r"ket qua|noi dung", "difficulties": r"kho khan|vuong mac", "proposals": r"de xuat|kien nghi"}
_ANY_HEAD = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _HEADS.items())
_FIRST_HEAD = re.compile(rf"(?:1[.)]\s*)?(?:{_ANY_HEAD})(?:[\s,]+(?:vuong mac|kien nghi))?(?:\s*:|\s|$)\s*")
_NEXT_HEAD = re.compile(rf"(?:[\n.;]\s*)(?:[23][.)]\s*)?(?:{_ANY_HEAD})(?:[\s,]+(?:vuong mac|kien nghi))?\s*:\s*")


def report(request: Request) -> Reply:
    """Show the draft, add to it, send it; words without a heading, or a file, are the report as it is."""
    if drawn := consolidated(request):
        return drawn
    wish, text = take_period(request.args, request.today)
    item = _period(request, wish)
    owes = request.person in request.roster.owing(item.deadline.lead, item.deadline.last_day)
    bare = not text and not request.attachments
    if folded(text) in _SHOW or (bare and not owes and request.person.runs_the_office):
        return _list(request, item)
    if not owes:
        raise words.owes_none(item.deadline)
    before = reports.find(request.session, item.deadline.id, request.person.id)
    before = replace(
        before, files=(*before.files, *({"channel": request.channel, **each} for each in request.attachments))
    )
    parts = _parts(text)
    if parts:
        before = replace(
            before,
            results=parts.get("results", before.results),
            difficulties=parts.get("difficulties", before.difficulties),
            proposals=parts.get("proposals", before.proposals),
        )
        if before.sent_at is None:
            reports.save(request.session, before, request.now)
            return _draft(request, item, before)
    elif bare:
        return _draft(request, item, before)
    elif folded(text) not in _SEND:
        before = replace(before, results=request.args.strip() if text else before.results)
    return _send(request, item, before)


def _parts(text: str) -> dict[str, str]:
    """What stands under each heading; empty when the text has none at its beginning."""
    text = unicodedata.normalize("NFC", text).strip()
    flat = "\n".join(folded_in_place(line) for line in text.split("\n"))
    first = _FIRST_HEAD.match(flat)
    if first is None:
        return {}
    heads = [first, *_NEXT_HEAD.finditer(flat, first.end())]
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {str(head.lastgroup): text[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)}


def _duties(request: Request) -> list[Item]:
    """The report of each period that has begun, by last day; also of one that was over when the bot began."""
    tasks = [
        (plan.id, task.code)
        for plan, task in request.office.plans.tasks()
        if any(rule.closing_list for rule in task.rules)
    ]
    found = deadlines.of_tasks(request.session, request.office.plans, tasks)
    return [item for item in found if item.deadline.rule.closing_list and item.deadline.opens <= request.today]


def _period(request: Request, wish: PeriodWish | None) -> Item:
    """The period that is named, else the latest one for which reports are being taken. Raises Refusal."""
    duties = _duties(request)
    if not duties:
        raise words.no_duty()
    if wish is not None:
        meant = wish.choose({item.deadline.period for item in duties})
        found = [item for item in duties if item.deadline.period in meant]
        if not found:
            raise words.no_such_period([item.deadline.period for item in duties[-3:]])
        return found[-1]
    taken = [item for item in duties if _opens(request, item) <= request.today]
    if not taken:
        raise words.too_early(duties[0].deadline, _opens(request, duties[0]))
    return taken[-1]


def _opens(request: Request, item: Item) -> date:
    return request.office.calendar.plus_working_days(item.deadline.last_working_day, -_OPENS_BEFORE)


def _draft(request: Request, item: Item, draft: WorkReport) -> Reply:
    done = done_lines(request.session, request.office, request.person, item.deadline, request.today)
    return words.draft(item.deadline, draft, done, request.now)


def _send(request: Request, item: Item, report: WorkReport) -> Reply:
    """Keep it as sent, and with it the person's share of the duty is done."""
    deadline, person = item.deadline, request.person
    results = report.results or "\n".join(
        done_lines(request.session, request.office, person, deadline, request.today)
    )
    again = report.sent_at is not None
    sent = replace(report, results=results, sent_at=report.sent_at or request.now)
    reports.save(request.session, sent, request.now)
    current = completions.current_of(request.session, [deadline.id]).get(deadline.id, [])
    before = next((each for each in current if each.share_of in (person.id, completions.WHOLE)), None)
    if before is None:
        done = completions.complete(
            request.session, deadline, person.id, person.id, request.now, request.roster, words.NOTE
        )
        hold(request, sent.files)
        attach(request, done.id)
        detail = {"completion": done.id, "share_of": person.id, "on_behalf": "", "document": "", "note": words.NOTE}
        request.note_down("done", deadline.key, detail)
    else:
        hold(request)
        attach(request, before.id)
        request.note_down("report", deadline.key, {"again": again})
    shares = shares_of(request.session, request.roster, [item])[deadline.id]
    refresh(request.session, request.office, request.roster, deadline.id, request.now, whole=not shares.missing)
    return words.sent(deadline, sent, shares, request.now, again=again)


def _list(request: Request, item: Item) -> Reply:
    """Who has sent, who has not: for those who run the office."""
    if not request.person.runs_the_office:
        raise words.list_is_for_the_office()
    return words.received(item.deadline, received(request.session, request.roster, item), request.now)
