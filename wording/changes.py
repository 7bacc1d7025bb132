"""The words of /event and /extend."""

from collections.abc import Sequence
from datetime import date, datetime

from plan_data.event_rules import BeforeExpiry
from plan_data.plan import Deadline, EventRule, Task
from plan_data.workdays import ZONE
from wording.dates import clock_time, full_day, limit, short_day, title
from wording.message import Block, Reply, say
from wording.refusals import Refusal

_UNITS = {"days": "ngày", "working_days": "ngày làm việc", "working_hours": "giờ làm việc"}


def event_list(rules: Sequence[tuple[Task, EventRule]]) -> Reply:
    """What can be recorded with /event."""
    lines = [Block(f"• {task.code} {rule.event}: {span(rule)}") for task, rule in rules]
    example = "/sukien III.15 ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND"
    return Reply((Block("Các sự kiện làm phát sinh hạn", heading=True), *lines, Block(f"Ghi nhận, ví dụ: {example}")))


def span(rule: EventRule) -> str:
    """ "trong 5 ngày làm việc", "trước khi hết hạn ít nhất 2 ngày"."""
    counted = f"{rule.count} {_UNITS[rule.unit]}"
    return f"trước khi hết hạn ít nhất {counted}" if isinstance(rule, BeforeExpiry) else f"trong {counted}"


def recorded(started: Sequence[Deadline], today: date) -> Reply:
    """An event was recorded, and this is what it started."""
    lines = [f"• {deadline.task.code} {title(deadline)}\n  Hạn: {limit(deadline, today)}" for deadline in started]
    return say("📌 Đã ghi nhận sự kiện. Hạn phát sinh:", *lines)


def no_event_rule(code: str) -> Refusal:
    """Nothing starts a deadline of that task."""
    return Refusal(f"Nhiệm vụ {code} không có hạn tính từ sự kiện. Gửi /sukien để xem các sự kiện ghi nhận được.")


def event_in_the_future(moment: datetime) -> Refusal:
    """It has not happened yet."""
    when = clock_time(moment, moment.astimezone(ZONE).date())
    return Refusal(f"Thời điểm {when} chưa tới ({full_day(moment.date())}). Anh/chị ghi nhận khi sự kiện đã xảy ra.")


def extended(deadline: Deadline, old_day: date | None, document: str, today: date) -> Reply:
    """A date was set or moved."""
    was = f"trước đây {short_day(old_day, today)}" if old_day else "trước đây chưa có ngày"
    return say(
        f"📌 Đã ghi nhận ngày mới: {deadline.task.code} {title(deadline)}",
        f"Hạn: {limit(deadline, today)} ({was}). Văn bản: {document}.",
    )


def day_is_past(day: date) -> Refusal:
    """The new day is over."""
    return Refusal(f"Ngày {full_day(day)} đã qua nên không đặt làm hạn mới được. Anh/chị kiểm tra lại ngày.")


def day_too_far(day: date, last: date) -> Refusal:
    """The calendar does not reach that far."""
    return Refusal(f"Bot chỉ có lịch ngày nghỉ đến {full_day(last)} nên chưa đặt hạn {full_day(day)} được.")


def nothing_to_move(code: str) -> Refusal:
    """The task has no date that could be moved."""
    return Refusal(f"Nhiệm vụ {code} là việc thường xuyên, không có ngày hạn để gia hạn.")
