"""/case: recording by hand what happens to one case. In private only: reasons are nobody else's business."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.command import Request, Who
from bot.commands.cases import found_case
from bot.positions import person_named
from bot.spoken import day_in, moment_in
from jobs.case_announce import mend_what_waits
from jobs.case_letters import send_letter
from plan_data.cases import DROPPED, RUNNING, SETTLED, Kind, Listed, Standing, kind_of
from plan_data.workdays import ZONE
from records.cases import Case, add_by_hand, case_of_code, life_of, record
from wording import case_changes as words
from wording.message import Reply, cut, folded
from wording.refusals import only_for

_CODE = re.compile(r"(?=\S*\d)\S{3,60}")
_TIME = re.compile(r"\d{1,2}(?:[:hg]\d{2}|[hg])\b\s*")
_DAY = re.compile(r"(?:ngày|ngay)?\s*\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b[\s,]*")
_NOTICE = timedelta(days=2)  # III.14: an extension of feedback is asked for at least so long before it expires
_LONGEST = 300


def case(request: Request) -> Reply:
    """Record something; without words, tell what can be recorded."""
    if request.in_group:
        raise words.in_private()
    verb, _, rest = request.args.partition(" ")
    run = _VERBS.get(folded(verb))
    return run(request, rest.strip()) if run else words.how_to()


def _split(request: Request, text: str) -> tuple[Case, str]:
    """The case that the first word names, and the words after it. Raises Refusal."""
    code, _, rest = text.partition(" ")
    code = code.strip(",;")
    if not code:
        raise words.unclear("xong H32.19-230601-0001")
    return found_case(request, code), cut(rest, _LONGEST).strip(" ,;:") if rest else ""


def _running(request: Request, text: str) -> tuple[Case, str]:
    found, rest = _split(request, text)
    if found.standing in SETTLED | DROPPED:
        raise words.settled(found.code)
    return found, rest


def _record(request: Request, found: Case, what: str, note: str = "", **fields: object) -> None:
    record(request.session, found.id, what, request.person.id, request.now, note, **fields)
    request.note_down(f"case_{what}", f"case:{found.id}")
    mend_what_waits(request.session, request.office, request.now)


def _add(request: Request, text: str) -> Reply:
    is_feedback = folded(text).startswith("pakn ")
    code, _, rest = (text[5:] if is_feedback else text).strip().partition(" ")
    code = code.strip(",;")
    if not _CODE.fullmatch(code) or day_in(code, request.today) is not None:
        raise words.not_a_code()
    if case_of_code(request.session, code) is not None:
        raise words.known_already(code)
    due, procedure = _day_and_words(request, rest, "them H32.19-230601-0001 12/6 Chứng thực bản sao")
    if not procedure:
        raise words.unclear("them H32.19-230601-0001 12/6 Chứng thực bản sao")
    kind = Kind.PAKN if is_feedback else kind_of(folded(procedure), "")
    listed = Listed(code, kind, procedure, "", request.now, due, None, "", Standing.OPEN, "")
    person = None if request.person.runs_the_office else request.person.id
    number = add_by_hand(request.session, listed, person, request.person.id, request.now)
    request.note_down("case_added", f"case:{number}")
    return words.added(code, due, request.today)


def _day_and_words(request: Request, text: str, example: str) -> tuple[datetime, str]:
    """A day that lies ahead, at the office's closing time where no hour is said, and the other words."""
    found = _DAY.search(text)
    day = day_in(found[0], request.today, "ahead") if found else None
    if found is None or day is None:
        raise words.unclear(example)
    if day < request.today:
        raise words.day_is_past(day)
    hour = _TIME.match(text, found.end())
    rest = f"{text[: found.start()]} {text[hour.end() if hour else found.end() :]}"
    at = moment_in(f"{day:%d/%m/%Y} {hour[0]}", request.now).time() if hour else None
    closing = request.office.calendar.hours.intervals[-1][1]
    return datetime.combine(day, at or closing, ZONE), " ".join(rest.split()).strip(" ,;:")


def _done(request: Request, text: str) -> Reply:
    found, note = _running(request, text)
    finished = {"standing": Standing.FINISHED.value, "finished_at": request.now, "held_at": None}
    _record(request, found, "done", note, **finished)
    publish = " Công khai kết quả trong 2 ngày làm việc" if found.listed.kind is Kind.PAKN else ""
    return words.recorded(found.code, f"đã ghi nhận xong, chờ trả kết quả.{publish}".rstrip("."))


def _pause(request: Request, text: str) -> Reply:
    found, reason = _running(request, text)
    if found.standing is Standing.PAUSED:
        raise words.paused_already(found.code)
    if not re.search(r"\d", reason):
        raise words.unclear(f"dung {found.code} chờ xác minh, văn bản số 12/UBND")
    _record(request, found, "paused", reason, held_at=request.now)
    return words.recorded(found.code, "đã dừng tính giờ")


def _resume(request: Request, text: str) -> Reply:
    found, note = _running(request, text)
    if found.held_at is None:
        raise words.not_paused(found.code)
    _record(request, found, "resumed", note, held_at=None)
    return words.recorded(found.code, "tính giờ trở lại")


def _supplement(request: Request, text: str) -> Reply:
    found, reason = _running(request, text)
    if found.supplemented_at is not None or _was_supplemented(request, found):
        raise words.supplemented_already(found.code)
    if not reason:
        raise words.unclear(f"bosung {found.code} thiếu giấy tờ gì")
    _record(request, found, "supplement", reason, supplemented_at=request.now, held_at=request.now)
    return words.recorded(found.code, "đã ghi nhận yêu cầu bổ sung, dừng tính giờ")


def _was_supplemented(request: Request, found: Case) -> bool:
    """Whether the software has ever said so."""
    past = life_of(request.session, found.id)
    statuses = [
        found.listed.status,
        *(str(side.get("status", "")) for each in past for side in (each.before, each.after)),
    ]
    return any("bo sung" in folded(status) for status in statuses)


def _extend(request: Request, text: str) -> Reply:
    return _re_appoint(request, text, "extended")


def _late(request: Request, text: str) -> Reply:
    return _re_appoint(request, text, "late")


def _re_appoint(request: Request, text: str, what: str) -> Reply:
    found, rest = _running(request, text)
    verb = "tre" if what == "late" else "giahan"
    new_due, reason = _day_and_words(request, rest, f"{verb} {found.code} 12/6 lý do")
    if not reason:
        raise words.unclear(f"{verb} {found.code} 12/6 lý do")
    if found.new_due is not None:
        raise words.extended_already(found.code)
    due = found.due
    if due is not None and new_due <= due:
        raise words.not_later(found.code)
    if found.listed.kind is Kind.PAKN:
        last = (due or new_due).astimezone(ZONE).date() - _NOTICE
        if request.today > last:
            raise words.too_late_to_extend(found.code, last)
        _record(request, found, "extended", reason, new_due_at=new_due)
        return words.feedback_extended(found.code, new_due, request.today)
    _record(request, found, what, reason, new_due_at=new_due)
    send_letter(request.session, request.office, request.roster, found.id, request.now)
    in_time = due is None or request.now <= due
    return words.re_appointed(found.code, new_due, request.today, in_time=in_time)


def _assign(request: Request, text: str) -> Reply:
    if not request.person.runs_the_office:
        raise only_for(Who.OFFICE.value)
    found, name = _running(request, text)
    if not name:
        raise words.unclear(f"giao {found.code} Họ và tên")
    person = person_named(request.roster, name)
    _record(request, found, "assigned", person.name, assigned_to=person.id)
    return words.recorded(found.code, f"đã giao {person.name}")


def _exempt(request: Request, text: str) -> Reply:
    if not request.person.is_clerk:
        raise only_for(Who.CLERK.value)
    found, reason = _split(request, text)
    if not reason:
        raise words.unclear(f"mien {found.code} phần mềm lỗi ngày 5/6")
    _record(request, found, "exempt", reason, exempt_why=reason, exempt_by=request.person.id)
    return words.recorded(found.code, "không tính trễ hạn vì lỗi phần mềm; thống kê nêu riêng")


def _publish(request: Request, text: str) -> Reply:
    found, note = _split(request, text)
    if found.listed.kind is not Kind.PAKN:
        raise words.only_feedback(found.code)
    if found.standing in RUNNING | {Standing.PAUSED}:
        raise words.not_answered_yet(found.code)
    _record(request, found, "published", note, published_at=request.now)
    return words.recorded(found.code, "đã ghi nhận công khai kết quả")


_VERBS: dict[str, Callable[[Request, str], Reply]] = {
    **dict.fromkeys(("them", "add"), _add),
    **dict.fromkeys(("xong", "done"), _done),
    **dict.fromkeys(("dung", "tamdung", "pause"), _pause),
    **dict.fromkeys(("tiep", "tieptuc", "resume"), _resume),
    **dict.fromkeys(("bosung", "supplement"), _supplement),
    **dict.fromkeys(("giahan", "extend"), _extend),
    **dict.fromkeys(("tre", "late"), _late),
    **dict.fromkeys(("giao", "assign"), _assign),
    **dict.fromkeys(("mien", "exempt"), _exempt),
    **dict.fromkeys(("congkhai", "published"), _publish),
}
