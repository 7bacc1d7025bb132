"""Days, periods and spans of time as Vietnamese offices write them. Days are local."""

import re
from datetime import date, datetime

from plan_data.deadlines import Bound
from plan_data.plan import Deadline
from plan_data.workdays import ZONE, WorkCalendar
from wording.message import cut

_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_ROMAN = ("", "I", "II", "III", "IV")
_HALVES = ("", "6 tháng đầu năm", "6 tháng cuối năm")
_NAMED_ONCE = frozenset({"fixed", "milestones", "on_direction"})
_LONGEST_ABOUT = 70


def short_day(day: date, today: date) -> str:
    """ "17/6", with the year when it is not this year's."""
    return f"{day.day}/{day.month}" + ("" if day.year == today.year else f"/{day.year}")


def full_day(day: date) -> str:
    """ "17/6/2023"."""
    return f"{day.day}/{day.month}/{day.year}"


def day_name(day: date) -> str:
    """ "thứ Bảy"."""
    return _DAYS[day.weekday()]


def named(day: date, today: date) -> str:
    """ "thứ Bảy 17/6"."""
    return f"{day_name(day)} {short_day(day, today)}"


def clock_time(moment: datetime, today: date) -> str:
    """ "07:30 hôm nay", or with its day."""
    local = moment.astimezone(ZONE)
    day = "hôm nay" if local.date() == today else f"{named(local.date(), today)}"
    return f"{local:%H:%M} {day}"


def period_name(period: str) -> str:
    """The period as people say it: "quý II/2023", "6 tháng đầu năm 2023", "tuần 23/2023"."""
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        return f"quý {_ROMAN[int(found[2])]}/{found[1]}"
    if found := re.fullmatch(r"(\d{4})-H([12])", period):
        return f"{_HALVES[int(found[2])]} {found[1]}"
    if found := re.fullmatch(r"(\d{4})-(\d{2})", period):
        return f"tháng {int(found[2])}/{found[1]}"
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", period):
        return f"tuần {int(found[2])}/{found[1]}"
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", period):
        return f"ngày {int(found[3])}/{int(found[2])}/{found[1]}"
    if found := re.fullmatch(r"event-(\d+)", period):
        return f"sự kiện số {found[1]}"
    return f"năm {period}"


def title(deadline: Deadline) -> str:
    """What has to be done, in a line: "Báo cáo kiểm soát TTHC quý II/2023"."""
    label = deadline.rule.label
    if deadline.about:
        return f"{label}: {cut(deadline.about, _LONGEST_ABOUT)}"
    if deadline.target:
        return f"{label} ({deadline.target})"
    if deadline.rule.kind in _NAMED_ONCE or (deadline.rule.kind == "within" and not deadline.rule.standing):
        return label
    return f"{label} {period_name(deadline.period)}"


def occurrence(deadline: Deadline) -> str:
    """Which of the deadlines of a rule it is: its period, or what the event was about."""
    return cut(deadline.about, _LONGEST_ABOUT) if deadline.about else period_name(deadline.period)


def limit(deadline: Deadline, today: date) -> str:
    """The deadline in words: "chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6)"."""
    words = _bare(deadline, today)
    if deadline.last_working_day != deadline.last_day:
        words += f" (ngày nghỉ, nên xong trong {named(deadline.last_working_day, today)})"
    return words + moved(deadline, today)


def moved(deadline: Deadline, today: date) -> str:
    """By which document the day was set or moved, and from which day; empty for a day of the plan."""
    if not deadline.document:
        return ""
    if deadline.original_day is None:
        return f", theo văn bản {deadline.document}"
    return f", dời từ {short_day(deadline.original_day, today)} theo văn bản {deadline.document}"


def due(deadline: Deadline, now: datetime, calendar: WorkCalendar) -> str:
    """The deadline as lists say it, with how long there is or was: "… · còn 3 ngày làm việc"."""
    today = now.astimezone(ZONE).date()
    due_at = deadline.due_at.astimezone(ZONE) if deadline.due_at else None
    if deadline.last_day < today or (due_at is not None and due_at < now):
        days = calendar.working_days_until(deadline.last_day, today)
        since = f"đã quá {days} ngày làm việc" if days > 0 else "đã quá hạn"
        return f"hạn {_former(deadline, today)}, {since}{moved(deadline, today)}"
    if due_at is not None and due_at.date() == today:
        return f"chậm nhất {due_at:%H:%M} hôm nay{moved(deadline, today)}"
    if deadline.last_day == today:
        words = {
            Bound.BEFORE: f"trước ngày {short_day(deadline.named_day, today)}, hôm nay là ngày cuối",
            Bound.BY: "hôm nay là ngày cuối",
            Bound.ON: "trong ngày hôm nay",
        }[deadline.bound]
        return words + moved(deadline, today)
    if deadline.last_working_day == today:
        return f"hạn {named(deadline.last_day, today)} là ngày nghỉ, nên xong hôm nay{moved(deadline, today)}"
    days = calendar.working_days_until(today, deadline.last_working_day)
    return f"{limit(deadline, today)} · còn {days} ngày làm việc" if days > 0 else limit(deadline, today)


def aim(deadline: Deadline, today: date) -> str:
    """The same in the fewest words, for a board: "hạn thứ Bảy 17/6, nên xong thứ Sáu 16/6"."""
    words = f"hạn {_former(deadline, today)}"
    if today <= deadline.last_day != deadline.last_working_day:
        words += f", nên xong {named(deadline.last_working_day, today)}"
    return words


def _bare(deadline: Deadline, today: date) -> str:
    if deadline.due_at is not None:
        local = deadline.due_at.astimezone(ZONE)
        return f"chậm nhất {local:%H:%M} {named(local.date(), today)}"
    last_day = named(deadline.last_day, today)
    return {
        Bound.BEFORE: f"trước ngày {short_day(deadline.named_day, today)}, chậm nhất {last_day}",
        Bound.BY: f"chậm nhất {last_day}",
        Bound.ON: f"trong ngày {last_day}",
    }[deadline.bound]


def _former(deadline: Deadline, today: date) -> str:
    if deadline.due_at is not None:
        return clock_time(deadline.due_at, today)
    if deadline.bound is Bound.BEFORE:
        return f"trước ngày {short_day(deadline.named_day, today)}"
    return named(deadline.last_day, today)


def done_words(deadline: Deadline, done_on: date, late: bool) -> str:
    """ "trước hạn 2 ngày", "đúng hạn", "trễ hạn 3 ngày": calendar days against the last day."""
    days = (deadline.last_day - done_on).days
    if late and days < 0:
        return f"trễ hạn {-days} ngày"
    if late and deadline.due_at is not None:
        return f"trễ hạn {deadline.due_at.astimezone(ZONE):%H:%M}"
    return f"trước hạn {days} ngày" if days > 0 else "đúng hạn"
