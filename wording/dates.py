"""Days, periods and spans of time as Vietnamese offices write them. Days are local."""

import re
from datetime import date, datetime

from plan_data.deadlines import Bound
from plan_data.plan import Deadline
from plan_data.workdays import ZONE, WorkCalendar

_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_ROMAN = ("", "I", "II", "III", "IV")
_HALVES = ("", "6 tháng đầu năm", "6 tháng cuối năm")
_NAMED_ONCE = frozenset({"fixed", "milestones", "on_direction"})


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
        return f"{label}: {deadline.about}"
    if deadline.target:
        return f"{label} ({deadline.target})"
    if deadline.rule.kind in _NAMED_ONCE or (deadline.rule.kind == "within" and not deadline.rule.standing):
        return label
    return f"{label} {period_name(deadline.period)}"


def limit(deadline: Deadline, today: date) -> str:
    """The deadline in words: "chậm nhất thứ Bảy 17/6 (nên xong trong thứ Sáu 16/6)"."""
    if deadline.due_at is not None:
        local = deadline.due_at.astimezone(ZONE)
        return f"trước {local:%H:%M} {named(local.date(), today)}"
    last_day = named(deadline.last_day, today)
    words = {
        Bound.BEFORE: f"trước ngày {short_day(deadline.named_day, today)}, chậm nhất {last_day}",
        Bound.BY: f"chậm nhất {last_day}",
        Bound.ON: f"trong {last_day}",
    }[deadline.bound]
    if deadline.last_working_day != deadline.last_day:
        words += f" (ngày nghỉ, nên xong trong {named(deadline.last_working_day, today)})"
    if deadline.original_day:
        words += f"; gia hạn từ {short_day(deadline.original_day, today)} theo {deadline.document}"
    return words


def left(deadline: Deadline, today: date, calendar: WorkCalendar) -> str:
    """How long there is, or was: "còn 3 ngày làm việc", "hôm nay là ngày cuối", "quá hạn 2 ngày làm việc"."""
    if today > deadline.last_day:
        days = calendar.working_days_until(deadline.last_day, today)
        return f"quá hạn {days} ngày làm việc" if days else "quá hạn"
    days = calendar.working_days_until(today, deadline.last_working_day)
    if days > 0:
        return f"còn {days} ngày làm việc"
    return "hôm nay là ngày cuối" if today == deadline.last_day else "hôm nay là ngày làm việc cuối cùng"


def done_words(deadline: Deadline, done_on: date, late: bool) -> str:
    """ "sớm 2 ngày", "đúng hạn", "muộn 3 ngày": calendar days against the last day."""
    days = (deadline.last_day - done_on).days
    if late:
        return f"muộn {-days} ngày" if days < 0 else "muộn giờ"
    return f"sớm {days} ngày" if days > 0 else "đúng hạn"
