"""Cases in words: how much time is left, a line of a list, the card of one case with its life."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plan_data.cases import Kind, Standing
from plan_data.workdays import ZONE, CalendarYearMissing, WorkCalendar
from records.cases import Case, Happened
from wording.dates import clock_time, day_name, short_day
from wording.message import Block, Button, Reply, cut, say
from wording.refusals import Refusal

PAGE = 20
_SHORT = 60
_A_FEW_HOURS = timedelta(hours=16)
_A_DAY = timedelta(hours=8)
_A_WHILE = timedelta(minutes=10)
STANDINGS = {
    Standing.REGISTERED: "mới đăng ký, chờ tiếp nhận",
    Standing.OPEN: "đang xử lý",
    Standing.LAST_STEP: "đang ở bước ký, phát hành",
    Standing.PAUSED: "đang dừng tính giờ",
    Standing.FINISHED: "đã xử lý xong, chờ trả kết quả",
    Standing.HANDED_OVER: "đã trả kết quả",
    Standing.REFUSED: "không tiếp nhận",
    Standing.WITHDRAWN: "đã rút",
}
NOBODY = "chưa rõ người xử lý"


@dataclass(frozen=True, slots=True)
class View:
    """What drawing a case needs: the moment, the calendar, the names of the people who answer for cases."""

    now: datetime
    calendar: WorkCalendar
    names: Mapping[int, str]

    def officer(self, case: Case) -> str:
        """Who answers for the case: the person, or as the file calls them."""
        return self.names.get(case.person or 0, "") or cut(case.listed.officer, _SHORT) or NOBODY


def hours_of(span: timedelta) -> str:
    """ "3 giờ", "3 giờ 30 phút", "20 phút"; working time."""
    minutes = int(span / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} giờ" if hours else "", f"{rest} phút" if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def time_left(due: datetime | None, now: datetime, calendar: WorkCalendar) -> str:
    """ "còn 3 giờ làm việc", "còn 4 ngày làm việc", "trễ 2 ngày làm việc"."""
    if due is None:
        return "chưa có ngày hẹn trả"
    with suppress(CalendarYearMissing):
        if due >= now:
            left = calendar.working_hours_until(now, due)
            if left <= _A_FEW_HOURS:
                return f"còn {hours_of(left)} làm việc"
            days = calendar.working_days_until(now.astimezone(ZONE).date(), due.astimezone(ZONE).date())
            return f"còn {days} ngày làm việc"
        late = calendar.working_hours_until(due, now)
        if late < _A_DAY:
            return f"trễ {hours_of(late)} làm việc" if late >= _A_WHILE else "vừa quá hạn"
        days = calendar.working_days_until(due.astimezone(ZONE).date(), now.astimezone(ZONE).date())
        return f"trễ {max(days, 1)} ngày làm việc"
    return f"hẹn trả {_moment(due, now)}"


def _moment(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(ZONE)
    today = now.astimezone(ZONE).date()
    return f"{local:%H:%M} {day_name(local.date())} {short_day(local.date(), today)}"


def mark_of(case: Case, now: datetime) -> str:
    """A sign for how urgent it is."""
    if case.standing is Standing.FINISHED:
        return "📦"
    if not case.is_running:
        return "⏸"
    if case.due is not None and case.due < now:
        return "🔴"
    close = case.due is not None and case.due.astimezone(ZONE).date() <= now.astimezone(ZONE).date()
    return "🟠" if close else "•"


def state_of(case: Case, view: View) -> str:
    """How it stands, with the time that is left where the clock runs."""
    if case.standing is Standing.FINISHED:
        return "đã xong, chờ trả kết quả"
    return time_left(case.due, view.now, view.calendar) if case.is_running else STANDINGS[case.standing]


def line(case: Case, view: View, *, with_officer: bool) -> str:
    """One case in a private list."""
    officer = f" · {view.officer(case)}" if with_officer else ""
    head = f"{mark_of(case, view.now)} {case.code} · {cut(case.listed.procedure, _SHORT)}{officer}"
    return f"{head}\n  {state_of(case, view)}"


def masked_line(cases: Sequence[Case], view: View) -> str:
    """Cases of a sensitive field of law in a group: their number and the least time left, nothing else."""
    dues = [case.due for case in cases if case.due is not None]
    worst = f", gấp nhất {time_left(min(dues), view.now, view.calendar)}" if dues else ""
    return f"• {len(cases)} hồ sơ thuộc lĩnh vực cần giữ kín (không nêu mã){worst}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: what it shows, out of how many, and the words that call the next one."""

    title: str
    number: int
    pages: int
    filter: str


def listing(shown: Sequence[Case], everything: Sequence[Case], page: Page, view: View, *, officers: bool) -> Reply:
    """A list in private."""
    late = sum(case.is_running and case.due is not None and case.due < view.now for case in everything)
    paused = sum(case.standing is Standing.PAUSED for case in everything)
    ready = sum(case.standing is Standing.FINISHED for case in everything)
    running = len(everything) - paused - ready
    counted = [f"{running} đang giải quyết", f"{late} trễ hạn" if late else "",
               f"{paused} dừng tính giờ" if paused else "", f"{ready} chờ trả kết quả" if ready else ""]  # fmt: skip
    turn = f", trang {page.number}/{page.pages}" if page.pages > 1 else ""
    blocks = [Block(f"🗂 {page.title}: {', '.join(part for part in counted if part)}{turn}", heading=True)]
    blocks += [Block(line(case, view, with_officer=officers)) for case in shown]
    return Reply(tuple(blocks), _turns(page))


def _turns(page: Page) -> tuple[tuple[Button, ...], ...]:
    rest = f" {page.filter}" if page.filter else ""
    turns = []
    if page.number > 1:
        turns.append(Button("◀️ Trang trước", f"/hoso trang {page.number - 1}{rest}"))
    if page.number < page.pages:
        turns.append(Button("Trang sau ▶️", f"/hoso trang {page.number + 1}{rest}"))
    return (tuple(turns),) if turns else ()


def nothing_like(asked: str) -> Refusal:
    """The words are no officer, procedure or field of the cases that the person may see."""
    return Refusal(
        f"Không có hồ sơ nào của cán bộ, thủ tục hoặc lĩnh vực “{cut(asked, 40)}”. Anh/chị gõ, ví dụ: "
        "/hoso trễ · /hoso hôm nay · /hoso tuần · /hoso khai sinh"
    )


def nothing_in(title: str, since: datetime | None, now: datetime) -> Reply:
    """There is no such case."""
    if since is None:
        return say(f"{title}: chưa có hồ sơ nào. Công chức CCHC chưa nhập tệp hồ sơ từ phần mềm Một cửa.")
    return say(f"{title}: không có hồ sơ nào. 👍", as_of(since, now))


def as_of(since: datetime, now: datetime) -> str:
    """How fresh the figures are."""
    return f"(Theo tệp hồ sơ nhập lúc {clock_time(since, now.astimezone(ZONE).date())}.)"


def card(case: Case, view: View, life: Sequence[Happened], names: Mapping[int, str]) -> Reply:
    """One case and its life so far. For those who may see it, in private."""
    listed = case.listed
    kind = "Phản ánh, kiến nghị" if listed.kind is Kind.PAKN else "Thủ tục hành chính"
    lines = [
        f"Loại: {kind}" + (f" · {listed.field}" if listed.field else ""),
        f"Thủ tục: {listed.procedure}",
        f"Trạng thái: {listed.status or STANDINGS[listed.standing]}",
        f"Người xử lý: {view.officer(case)}",
    ]
    if listed.received:
        lines.append(f"Tiếp nhận: {_moment(listed.received, view.now)}")
    if listed.due:
        lines.append(f"Hẹn trả: {_moment(listed.due, view.now)}")
    if case.new_due:
        lines.append(f"Hẹn lại: {_moment(case.new_due, view.now)}")
    if listed.finished:
        lines.append(f"Xong: {_moment(listed.finished, view.now)}")
    if case.exempt_why:
        lines.append(f"Không tính trễ (lỗi phần mềm): {case.exempt_why} ({names.get(case.exempt_by or 0, '?')})")
    if case.gone_at:
        lines.append("❓ Không còn trong tệp xuất gần nhất.")
    past = [Block(happened(each, names, view.now)) for each in life]
    return Reply(
        (
            Block(f"🗂 Hồ sơ {case.code}: {state_of(case, view)}", heading=True),
            *map(Block, lines),
            Block("Diễn biến:", heading=True),
            *past,
        )
    )


_WHAT = {
    "new": "bot bắt đầu theo dõi",
    "added": "ghi bằng tay",
    "back": "xuất hiện trở lại trong tệp",
    "reopened": "mở lại",
    "finished": "đã xong",
    "dropped": "không tiếp nhận hoặc đã rút",
    "due": "đổi ngày hẹn trả",
    "other": "cập nhật",
    "gone": "không còn trong tệp xuất",
    "done": "ghi nhận đã xong",
    "paused": "dừng tính giờ",
    "resumed": "tính giờ trở lại",
    "supplement": "yêu cầu bổ sung (lần duy nhất)",
    "extended": "hẹn lại ngày trả",
    "late": "báo sẽ trễ, hẹn lại ngày trả",
    "assigned": "đổi người xử lý",
    "exempt": "không tính trễ vì lỗi phần mềm",
    "published": "đã công khai kết quả",
}


def happened(event: Happened, names: Mapping[int, str], now: datetime) -> str:
    """One step of a case's life."""
    local = event.at.astimezone(ZONE)
    who = f" ({names.get(event.by, '?')})" if event.by else ""
    detail = _difference(event.before, event.after, now)
    note = f": {event.note}" if event.note else ""
    return f"• {local:%d/%m/%Y %H:%M} {_WHAT.get(event.what, event.what)}{detail}{note}{who}"


def _difference(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str:
    parts = []
    for name, label in (("due", "hẹn trả"), ("new_due_at", "hẹn lại"), ("status", "trạng thái")):
        old, new = before.get(name), after.get(name)
        if new and old != new:
            shown = _moment(datetime.fromisoformat(str(new)), now) if name != "status" else f"“{new}”"
            parts.append(f"{label} {shown}")
    return f" ({'; '.join(parts)})" if parts else ""


def no_such_case(words: str, near: Sequence[str]) -> Refusal:
    """No case has that code."""
    meant = f" Có phải: {', '.join(near)}?" if near else " Anh/chị kiểm tra lại mã; xem danh sách: /hoso"
    return Refusal(f"Không có hồ sơ mã “{cut(words, 40)}”.{meant}")


def not_yours() -> Refusal:
    """Somebody else answers for the case."""
    return Refusal(
        "Hồ sơ này do người khác xử lý. Anh/chị xem được hồ sơ của mình bằng /hoso; "
        "lãnh đạo và công chức CCHC xem được mọi hồ sơ."
    )


def in_private(what: str) -> Refusal:
    """Details of cases are not for groups."""
    return Refusal(f"Thông tin chi tiết hồ sơ không nêu trong nhóm. Anh/chị gửi {what} trong tin nhắn riêng với bot.")
