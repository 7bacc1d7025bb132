"""Why an alert is said and to whom, in words, for the reminder calendar."""

from collections.abc import Mapping

from plan_data.plan import Role

REASONS = {
    "event": "việc mới phát sinh hạn",
    "upcoming": "nhắc trước",
    "last_day": "sáng ngày làm việc cuối cùng",
    "last_call": "nhắc cuối ngày, nếu chưa xong",
    "overdue": "quá hạn",
    "escalated": "quá hạn, báo lãnh đạo",
    "closing_list": "chốt danh sách",
    "monthly_picture": "tổng hợp tháng",
    "silent": "lâu chưa có cập nhật",
}
_AUDIENCES = {"group": "nhóm chung", "leaders": "lãnh đạo", "clerk": "công chức CCHC"}


def audience_name(audience: str, roles: Mapping[str, Role]) -> str:
    """ "group" or "role:tu-phap" in words."""
    kind, _, role = audience.partition(":")
    return roles[role].short if kind == "role" else _AUDIENCES[kind]
