"""The words of /event and /extend."""

from collections.abc import Sequence
from datetime import date, datetime

from plan_data.event_rules import BeforeExpiry
from plan_data.plan import Deadline, EventRule, Task
from plan_data.workdays import ZONE, WorkCalendar
from wording.dates import due, full_day, limit, named, occurrence, short_day, title
from wording.message import Block, Reply, cut, say
from wording.refusals import Refusal

_UNITS = {"days": "ngày", "working_days": "ngày làm việc", "working_hours": "giờ làm việc"}
_EXAMPLE = "/sukien III.15 ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND"


def event_list(rules: Sequence[tuple[Task, EventRule]], words: str = "") -> Reply:
    """What can be recorded with /event; `words` were given, but fit none of them, or several."""
    head = f"Bot chưa rõ sự kiện “{cut(words, 60)}”" if words else "Các sự kiện anh/chị ghi nhận được"
    lines = [Block(f"• {task.code} {rule.event}: {span(rule)}") for task, rule in rules]
    example = f"/sukien {rules[0][0].code} {cut(words, 60)}" if words and rules else _EXAMPLE
    how = "Anh/chị gửi lại kèm mã" if words else "Anh/chị gửi mã, nội dung và ngày"
    return Reply((Block(head, heading=True), *lines, Block(f"{how}, ví dụ: {example}")))


def span(rule: EventRule) -> str:
    """ "trong 5 ngày làm việc", "trước khi hết hạn ít nhất 2 ngày"."""
    counted = f"{rule.count} {_UNITS[rule.unit]}"
    return f"trước khi hết hạn ít nhất {counted}" if isinstance(rule, BeforeExpiry) else f"trong {counted}"


def recorded(
    started: Deadline, happened: datetime, expires: date | None, now: datetime, calendar: WorkCalendar
) -> Reply:
    """An event was recorded, and this is what it started."""
    today = now.astimezone(ZONE).date()
    local = happened.astimezone(ZONE)
    when = f"Xảy ra: {local:%H:%M} {named(local.date(), today)}."
    if started.due_at is None:
        when = f"Ngày xảy ra: {named(local.date(), today)}."
    if expires is not None:
        when = f"Hết hạn: {named(expires, today)}."
    return say(
        f"📌 Đã ghi nhận sự kiện: {started.task.code} {title(started)}",
        when,
        f"Cần xong: {due(started, now, calendar)}.",
    )


def recorded_already(started: Deadline, today: date) -> Reply:
    """The same event was recorded before."""
    return say(
        f"☑️ Sự kiện này đã được ghi nhận trước đó: {started.task.code} {title(started)}",
        f"Cần xong: {limit(started, today)}.",
        "Nếu đây là sự kiện khác, anh/chị gửi lại kèm chi tiết (số văn bản, mã hồ sơ).",
    )


def no_event_rule(code: str) -> Refusal:
    """Nothing starts a deadline of that task."""
    return Refusal(
        f"Nhiệm vụ {code} không có hạn tính từ sự kiện. Anh/chị gửi /sukien để xem các sự kiện ghi nhận được."
    )


def event_in_the_future(moment: datetime) -> Refusal:
    """It has not happened yet."""
    local = moment.astimezone(ZONE)
    return Refusal(
        f"Thời điểm {local:%H:%M} ngày {full_day(local.date())} chưa tới. Anh/chị ghi nhận khi sự kiện đã xảy ra."
    )


def expired_already(day: date) -> Refusal:
    """The day of expiry is over."""
    return Refusal(f"Ngày hết hạn {full_day(day)} đã qua. Anh/chị kiểm tra lại ngày rồi gửi lại.")


def event_out_of_reach(day: date) -> Refusal:
    """Its deadline lies before or after the days that the bot keeps track of."""
    return Refusal(
        f"Hạn tính từ ngày {full_day(day)} nằm ngoài thời gian bot đang theo dõi nên chưa ghi nhận được. "
        "Anh/chị kiểm tra lại ngày rồi gửi lại."
    )


def extended(moved: Sequence[tuple[Deadline, date | None]], today: date) -> Reply:
    """Dates were set or moved, each with its former day; the plan's own date stays visible."""
    lines = []
    for deadline, old_day in moved:
        lines.append(f"📌 Đã đặt hạn mới: {deadline.task.code} {title(deadline)}")
        lines.append(f"Hạn: {limit(deadline, today)}.")
        if old_day is not None and old_day not in (deadline.original_day, deadline.named_day):
            lines.append(f"Hạn trước lần này: {short_day(old_day, today)}.")
    return say(*lines)


def day_is_past(day: date) -> Refusal:
    """The new day is over."""
    return Refusal(f"Ngày {full_day(day)} đã qua nên không đặt làm hạn mới được. Anh/chị kiểm tra lại ngày.")


def day_too_far(day: date, last: date) -> Refusal:
    """The calendar does not reach that far."""
    return Refusal(
        f"Bot chỉ có lịch ngày nghỉ đến {full_day(last)} nên chưa đặt hạn {full_day(day)} được. "
        "Anh/chị chọn ngày sớm hơn, hoặc nhờ người quản trị bổ sung lịch nghỉ."
    )


def nothing_to_move(code: str) -> Refusal:
    """The task has no date that could be moved."""
    return Refusal(
        f"Nhiệm vụ {code} không có hạn nào để dời. Anh/chị gửi /tinhhinh {code} để xem tiến độ trong kế hoạch."
    )


def done_before_moving(code: str) -> Refusal:
    """What is done has no day to move."""
    return Refusal(
        f"Hạn này của nhiệm vụ {code} đã hoàn thành nên không dời được. "
        f"Nếu ghi nhận nhầm, anh/chị gửi /hoantac {code} trước."
    )


def which_to_move(code: str, deadlines: Sequence[Deadline]) -> Refusal:
    """Several open deadlines may be meant; an event has a number instead of a period."""
    names = [f"#{each.id} {occurrence(each)}" if each.about else occurrence(each) for each in deadlines]
    last = deadlines[-1]
    example = f"#{last.id}" if last.about else f"{code} {occurrence(last)}"
    return Refusal(
        f"Nhiệm vụ {code} có {len(names)} hạn đang mở: {'; '.join(names[:6])}. "
        f"Anh/chị nói rõ hạn nào, ví dụ: /giahan {example} 20/12/2023 số 15/UBND-VP"
    )


def out_of_reach(day: date) -> Refusal:
    """The day lies beyond what the bot keeps track of."""
    return Refusal(
        f"Ngày {full_day(day)} xa hơn khoảng thời gian bot đang theo dõi nên chưa đặt được; chưa có gì thay đổi. "
        "Anh/chị đặt lại khi gần tới năm đó."
    )
