"""Why an alert is said and to whom, in words, for the reminder calendar; the worst reason first."""

import re
from collections.abc import Mapping
from datetime import date

from plan_data.plan import Role
from wording.dates import day_name, full_day

REASONS = {
    "event": "việc mới phát sinh hạn",
    "escalated": "quá hạn, báo lãnh đạo",
    "overdue": "quá hạn",
    "closing_list": "chốt danh sách",
    "monthly_picture": "tổng hợp tháng",
    "draft": "dự thảo báo cáo",
    "last_call": "nhắc lần cuối trong ngày",
    "last_day": "hôm nay là ngày làm việc cuối cùng",
    "upcoming": "nhắc trước",
    "silent": "lâu chưa có cập nhật",
    "nudge": "đôn đốc",
}
_WITH_DAYS = {
    "escalated": "quá hạn {} ngày làm việc, báo lãnh đạo",
    "overdue": "quá hạn {} ngày làm việc",
    "upcoming": "nhắc trước {} ngày làm việc",
}
_AUDIENCES = {"group": "nhóm chung", "leaders": "lãnh đạo", "clerk": "công chức CCHC"}


def reason_name(reason: str, key: str) -> str:
    """The reason in words, with the number of working days that the alert's key carries."""
    days = working_days(reason, key)
    return _WITH_DAYS[reason].format(days) if days and reason in _WITH_DAYS else REASONS[reason]


def working_days(reason: str, key: str) -> int:
    """How many working days before or after the deadline; 0 where the reason counts none."""
    found = re.search(rf"\|{reason}(\d+)\|", key)
    return int(found[1]) if found else 0


def audience_name(audience: str, roles: Mapping[str, Role]) -> str:
    """ "group" or "role:tu-phap" in words."""
    kind, _, role = audience.partition(":")
    return roles[role].short if kind == "role" else _AUDIENCES[kind]


def calendar_heading(first: date, last: date) -> str:
    """Above the reminder calendar."""
    return (
        f"Lịch nhắc việc từ {full_day(first)} đến {full_day(last)}, nếu từ nay không ai ghi nhận hoàn thành.\n"
        "Mỗi nhóm, mỗi người nhận mọi dòng của một giờ trong một tin."
    )


def day_heading(day: date) -> str:
    """ "Thứ Sáu, 2/6/2023"."""
    name = day_name(day)
    return f"{name[0].upper()}{name[1:]}, {full_day(day)}"


def calendar_sum(alerts: int, days: int) -> str:
    """Below it."""
    return f"Cộng: {alerts} lời nhắc trong {days} ngày." if alerts else "Không có lời nhắc nào trong thời gian này."
