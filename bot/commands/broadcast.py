"""/broadcast and /ack: write a notice, look at it, send it now or at its hour, see who has received it."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.appointments import take_appointment
from bot.command import Request
from jobs import broadcasts
from jobs.addressees import addressees
from plan_data.office import Office
from plan_data.workdays import ZONE, CalendarYearMissing
from records import acknowledgements, notices
from records.notices import CANCELLED, DRAFT, SCHEDULED, SENT, STOPPED, Notice
from wording import broadcasts as words
from wording import notice_progress
from wording.message import Reply, folded

MOST_CHARACTERS = 3000
LISTED = 5
_STEP = re.compile(r"(gui|huy|xem|status|nhac|dung|tiep)(?: #?(\d{1,9}))?")
_SEND_NOW = re.compile(r"gui #?(\d{1,9}) ngay")
_NUMBER = re.compile(r"#?(\d{1,9})")


def broadcast(request: Request) -> Reply:
    """A step with a notice that exists ("gui 5"), a new draft, or bare the list of the last ones."""
    args = folded(request.args)
    if found := _SEND_NOW.fullmatch(args):
        return _send(request, _locked(request, int(found[1])), at_once=True)
    if found := _STEP.fullmatch(args):
        if found[2]:
            return _STEPS[found[1]](request, _locked(request, int(found[2])))
        if found[1] in {"xem", "status"}:
            return _show_latest(request)
        raise words.which_notice(found[1])
    if request.args or request.replied_text or request.attachments:
        return _draft(request)
    return _recent(request)


def ack(request: Request) -> Reply:
    """The person has received the notice; said once, it holds on every channel."""
    found = _NUMBER.fullmatch(request.args)
    if found is None:
        raise words.which_to_receive()
    notice = notices.find(request.session, int(found[1]), lock=True)
    if notice is None or not notice.is_out:
        raise words.nothing_to_receive(int(found[1]))
    since = acknowledgements.acknowledge(request.session, notice.id, request.person.id, request.now)
    if since is None:
        request.note_down("notice_ack", _subject(notice))
    return notice_progress.acknowledged(notice, request.person.name, since, request.now)


def _draft(request: Request) -> Reply:
    send_at, own_words = take_appointment(request.args, request.now)
    text = "\n".join(part for part in (own_words.strip(), request.replied_text.strip()) if part).replace("\x00", "")
    if not text and not request.attachments:
        raise words.nothing_to_send()
    if len(text) > MOST_CHARACTERS:
        raise words.too_long(len(text), MOST_CHARACTERS)
    files = [{**each, "channel": request.channel} for each in request.attachments]
    notice = notices.draft(request.session, text, files, request.person.id, request.now, send_at)
    request.note_down("notice_draft", _subject(notice), {"text": text, "files": len(files)})
    return _preview(request, notice)


def _preview(request: Request, notice: Notice) -> Reply:
    to = addressees(request.session, request.roster)
    outside = _is_outside_hours(request.office, notice.send_at or request.now)
    return words.preview(notice, broadcasts.reach(request.session, to), request.now, outside_hours=outside)


def _is_outside_hours(office: Office, moment: datetime) -> bool:
    with suppress(CalendarYearMissing):  # nobody knows yet
        return not office.policy.may_push(moment, office.calendar)
    return False


def _send(request: Request, notice: Notice, *, at_once: bool = False) -> Reply:
    _check_owner(request, notice)
    if notice.state == STOPPED:
        raise words.stopped_already(notice)
    if notice.is_out:
        return words.out_already(notice, request.now)
    if notice.state == CANCELLED:
        raise words.cancelled_already(notice)
    if notice.send_at is not None and not at_once:
        return _schedule(request, notice, notice.send_at)
    reached = broadcasts.send(request.session, request.roster, notice, request.now)
    detail = {"groups": reached.groups, "people": reached.people, "unreachable": list(reached.unreachable)}
    request.note_down("notice_send", _subject(notice), detail)
    return words.sending(notice, reached)


def _schedule(request: Request, notice: Notice, send_at: datetime) -> Reply:
    if notice.state == SCHEDULED:
        return words.scheduled(notice, request.now, already=True)
    if send_at <= request.now:
        raise words.hour_has_come(notice, request.now)
    notices.set_state(request.session, notice.id, SCHEDULED)
    request.note_down("notice_schedule", _subject(notice), {"send_at": send_at.astimezone(ZONE).isoformat()})
    return words.scheduled(notice, request.now)


def _cancel(request: Request, notice: Notice) -> Reply:
    _check_owner(request, notice)
    if notice.is_out:
        raise words.too_late_to_cancel(notice)
    if notice.state == CANCELLED:
        raise words.cancelled_already(notice)
    notices.set_state(request.session, notice.id, CANCELLED)
    request.note_down("notice_cancel", _subject(notice))
    return words.cancelled(notice)


def _show(request: Request, notice: Notice) -> Reply:
    author = request.roster.name_of(notice.created_by)
    if notice.state == DRAFT and _may_send(request, notice):
        return _preview(request, notice)
    if not notice.is_out:
        return notice_progress.not_out(notice, author, request.now)
    shown = broadcasts.progress(request.session, request.roster, notice)
    return notice_progress.progress(notice, author, shown, request.now)


def _show_latest(request: Request) -> Reply:
    notice = notices.latest_out(request.session)
    if notice is None:
        raise words.none_is_out()
    return _show(request, notice)


def _chase(request: Request, notice: Notice) -> Reply:
    _check_out(notice)
    result = broadcasts.chase(request.session, request.office, request.roster, notice, request.person, request.now)
    request.note_down("notice_chase", _subject(notice), {"people": list(result.queued)})
    return notice_progress.chased(notice, result, request.now)


def _stop(request: Request, notice: Notice) -> Reply:
    _check_out(notice)
    if notice.state == STOPPED:
        raise words.stopped_already(notice)
    if not broadcasts.progress(request.session, request.roster, notice).waiting:
        raise words.nothing_to_stop(notice)
    held = broadcasts.stop(request.session, notice, request.now)
    request.note_down("notice_stop", _subject(notice), {"held_back": held})
    shown = broadcasts.progress(request.session, request.roster, notice)
    return notice_progress.stopped(notice, held, shown)


def _resume(request: Request, notice: Notice) -> Reply:
    _check_out(notice)
    if notice.state == SENT:
        raise words.not_stopped(notice)
    queued, gone = broadcasts.resume(request.session, request.roster, notice, request.now)
    request.note_down("notice_resume", _subject(notice), {"queued": queued, "gone": list(gone)})
    return notice_progress.resumed(notice, queued, gone)


def _recent(request: Request) -> Reply:
    found = notices.latest(request.session, LISTED, None if request.person.is_clerk else request.person.id)
    names = {each.id: request.roster.name_of(each.created_by) for each in found}
    received = acknowledgements.acknowledgements(request.session, [each.id for each in found])
    return notice_progress.recent(found, names, received, request.now)


def _locked(request: Request, number: int) -> Notice:
    """The notice of that number; the draft of somebody else is nobody's business but the clerk's."""
    notice = notices.find(request.session, number, lock=True)
    if notice is None:
        raise words.no_such_notice(number)
    if notice.state in {DRAFT, CANCELLED}:
        _check_owner(request, notice)
    return notice


def _check_owner(request: Request, notice: Notice) -> None:
    if not _may_send(request, notice):
        raise words.not_your_notice(notice, request.roster.name_of(notice.created_by))


def _may_send(request: Request, notice: Notice) -> bool:
    return request.person.is_clerk or request.person.id == notice.created_by


def _check_out(notice: Notice) -> None:
    if notice.state == CANCELLED:
        raise words.cancelled_already(notice)
    if not notice.is_out:
        raise words.not_out_yet(notice)


def _subject(notice: Notice) -> str:
    return f"notice:{notice.id}"


_STEPS: dict[str, Callable[[Request, Notice], Reply]] = {
    "gui": _send,
    "huy": _cancel,
    "xem": _show,
    "status": _show,
    "nhac": _chase,
    "dung": _stop,
    "tiep": _resume,
}
