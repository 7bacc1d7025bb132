"""What the command line shows: the plan and the reminder calendar, for people and as JSON."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from jobs.preview import Foreseen
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.plan import Deadline, Plan
from plan_data.schedule import schedule
from plan_data.workdays import ZONE
from wording.dates import day_name, full_day, limit, period_name, title
from wording.reasons import REASONS, audience_name


def plan_json(office: Office, window: Window) -> str:
    """Every task with its deadlines in the window."""
    found = _by_task(schedule(office.plans, window, office.calendar))
    rows = [
        {
            "code": task.code,
            "section": task.section,
            "title": task.title,
            "roles": {"lead": list(task.lead), "support": list(task.support), "monitor": list(task.monitor)},
            "kinds": list(dict.fromkeys(rule.kind for rule in task.rules)),
            "source_words": task.source_words,
            "deadlines": [_deadline_json(each) for each in found.get((plan.id, task.code), [])],
        }
        for plan, task in office.plans.tasks()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def _deadline_json(deadline: Deadline) -> dict[str, str | None]:
    return {
        "label": deadline.rule.label,
        "period": deadline.period,
        "named_day": deadline.named_day.isoformat(),
        "bound": deadline.bound.value,
        "last_day": deadline.last_day.isoformat(),
        "last_working_day": deadline.last_working_day.isoformat(),
        "target": deadline.target or None,
    }


def plan_text(office: Office, window: Window) -> str:
    """The same for a person."""
    found = _by_task(schedule(office.plans, window, office.calendar))
    lines = []
    for plan, task in office.plans.tasks():
        roles = ", ".join(office.plans.roles[role].short for role in task.lead)
        lines.append(f"{task.code} {task.title}\n    Phụ trách: {roles}. Tiến độ: {task.source_words}")
        lines += [f"    - {title(each)}: {limit(each, window.first)}" for each in found.get((plan.id, task.code), [])]
    return "\n".join(lines)


def _by_task(deadlines: Iterable[Deadline]) -> dict[tuple[str, str], list[Deadline]]:
    found: dict[tuple[str, str], list[Deadline]] = {}
    for deadline in deadlines:
        found.setdefault((deadline.plan.id, deadline.task.code), []).append(deadline)
    return found


def alerts_json(alerts: Sequence[Foreseen]) -> str:
    """The reminder calendar for programs."""
    rows = [
        {
            "at": each.at.astimezone(ZONE).isoformat(),
            "reason": each.reason,
            "code": each.code,
            "label": each.label,
            "period": each.period,
            "audience": each.audience,
            "key": each.key,
        }
        for each in alerts
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def alerts_text(alerts: Sequence[Foreseen], office: Office) -> str:
    """The reminder calendar for people: a heading for each moment, the audiences of one alert in one line."""
    lines: list[str] = []
    moment = None
    for at, reason, code, what, audiences in _merged(alerts, office):
        if at != moment:
            moment = at
            lines.append(f"\n{day_name(at.date())} {full_day(at.date())}, {at:%H:%M}")
        lines.append(f"  {code:<7}{what}\n         {REASONS[reason]} → {', '.join(audiences)}")
    return "\n".join(lines).strip() or "Không có lời nhắc nào trong thời gian này."


def _merged(alerts: Sequence[Foreseen], office: Office) -> list[tuple[datetime, str, str, str, list[str]]]:
    found: dict[tuple[datetime, str, str, str], list[str]] = {}
    for each in alerts:
        period = f" ({period_name(each.period)})" if each.period else ""
        key = (each.at.astimezone(ZONE), each.reason, each.code, f"{each.label}{period}")
        found.setdefault(key, []).append(audience_name(each.audience, office.plans.roles))
    return [(*key, audiences) for key, audiences in found.items()]


def plan_in_order(plan: Plan) -> str:
    """One line about a plan that is in order."""
    rules = sum(len(task.rules) for task in plan.tasks)
    return f"{plan.id}: {len(plan.tasks)} nhiệm vụ, {rules} quy tắc hạn, {len(plan.roles)} vị trí. Không có lỗi."
