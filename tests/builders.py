"""Small values that several tests start from: one calendar, one plan of few words."""

from collections.abc import Mapping
from datetime import date, datetime

from plan_data.deadlines import RecordedEvent
from plan_data.plan import Plan, Plans, Role
from plan_data.workdays import ZONE, load_calendar

CALENDAR = load_calendar()


def day(text: str) -> date:
    """A day written as in a Vietnamese document: "22/06/2023"."""
    number, month, year = text.split("/")
    return date(int(year), int(month), int(number))


def moment(text: str) -> datetime:
    """A local moment: "22/06/2023 08:30"."""
    when, clock = text.split(" ")
    hour, minute = clock.split(":")
    return datetime(*day(when).timetuple()[:3], int(hour), int(minute), tzinfo=ZONE)


def rule(kind: str, **fields: object) -> dict[str, object]:
    """A rule as the plan file gives it."""
    return {"kind": kind, "id": "r", "label": "nộp báo cáo", **fields}


def plan(*rules: Mapping[str, object], **fields: object) -> Plan:
    """A plan for 2023, issued on 25/04/2023, with one task "I.1" that has these rules."""
    task = {
        "code": "I.1",
        "title": "Báo cáo kết quả thực hiện",
        "short": "Báo cáo tháng",
        "source_words": "Trước ngày 22 hàng tháng",
        "clause": "III.1",
        "lead": ["vp-tk"],
        "rules": list(rules),
    }
    return Plan.model_validate(
        {
            "id": "2023-thu",
            "title": "Kế hoạch thử",
            "number": "567/KH-UBND",
            "issued": day("25/04/2023"),
            "year": 2023,
            "office": "UBND phường Phước Hải",
            "roles": {"vp-tk": {"name": "Văn phòng - Thống kê", "short": "VP-TK", "function": "clerk"}},
            "sections": [{"code": "I", "title": "Chỉ đạo, điều hành"}],
            "tasks": [task],
            **fields,
        }
    )


def plans_with_roles(**roles: Role) -> Plans:
    """One plan in which only the roles matter."""
    return Plans((plan(rule("continuous"), roles=roles),))


def event(number: int, happened: str, expires: str = "", rule_id: str = "r") -> RecordedEvent:
    """Something that happened for rule "r" of task "I.1" of the plan."""
    when = moment(happened)
    return RecordedEvent(
        id=number,
        plan="2023-thu",
        task="I.1",
        rule=rule_id,
        happened=when,
        recorded=when,
        expires=day(expires) if expires else None,
        description="văn bản đến",
    )
