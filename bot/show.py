"""What the command line shows: the plan and the reminder calendar, for people and as JSON."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from jobs.preview import Foreseen
from plan_data.deadlines import Window
from plan_data.office import Office
from plan_data.plan import Deadline, Plan, Rule
from plan_data.schedule import order_of, schedule
from plan_data.workdays import ZONE
from wording.dates import full_day, limit, period_name, title
from wording.reasons import (
    REASONS,
    audience_name,
    calendar_heading,
    calendar_sum,
    day_heading,
    reason_name,
    working_days,
)
from wording.rules import in_one_line, section_heading, without_date

_SHOWN_ONE_BY_ONE = 14


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
    """The same for a person: sections, tasks, who answers for them, and every date."""
    found = _by_task(schedule(office.plans, window, office.calendar))
    lines = [f"Hạn từ {full_day(window.first)} đến {full_day(window.last)}"]
    for plan in office.plans.all:
        lines.append(f"\nKế hoạch {plan.number} ngày {full_day(plan.issued)} ({plan.id}): {plan.title}")
        section = ""
        for task in plan.tasks:
            if task.section != section:
                section = task.section
                lines.append("\n" + section_heading(section, plan.sections))
            lines.append(f"\n{task.code}  {task.title}")
            lines.append(f"    Phụ trách: {'; '.join(office.plans.roles[role].short for role in task.lead)}")
            lines.append(f"    Tiến độ: {in_one_line(task.source_words)}")
            for rule in task.rules:
                dated = [each for each in found.get((plan.id, task.code), []) if each.rule.id == rule.id]
                lines += [f"    • {line}" for line in _rule_lines(rule, dated, window.first)]
    return "\n".join(lines)


def _rule_lines(rule: Rule, dated: Sequence[Deadline], today: date) -> list[str]:
    if not dated:
        return [without_date(rule)]
    if len(dated) <= _SHOWN_ONE_BY_ONE:
        return [f"{title(each)}: {limit(each, today)}" for each in dated]
    first, last = full_day(dated[0].last_day), full_day(dated[-1].last_day)
    return [f"{rule.label}: {len(dated)} kỳ, hạn đầu {first}, hạn cuối {last}"]


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


def alerts_text(alerts: Sequence[Foreseen], window: Window, office: Office) -> str:
    """The reminder calendar for people: day, hour and reason as headings; the audiences of one alert in one line."""
    lines = [calendar_heading(window.first, window.last)]
    headed: tuple[date | None, datetime | None, str] = (None, None, "")
    for at, reason, code, what, audiences in _merged(alerts, office):
        if at.date() != headed[0]:
            lines.append(f"\n{day_heading(at.date())}")
        if (at.date(), at, reason) != headed:
            lines.append(f"  {at:%H:%M} {reason}")
        headed = (at.date(), at, reason)
        lines.append(f"        {code:<7}{what} → {'; '.join(audiences)}")
    days = {each.at.astimezone(ZONE).date() for each in alerts}
    return "\n".join([*lines, "", calendar_sum(len(_merged(alerts, office)), len(days))])


def _merged(alerts: Sequence[Foreseen], office: Office) -> list[tuple[datetime, str, str, str, list[str]]]:
    """The worst first, as in the digests, then in the order of the plan."""
    found: dict[tuple[datetime, str, str, str], list[str]] = {}
    for each in sorted(alerts, key=_as_read):
        period = f" {period_name(each.period)}" if each.period else ""
        key = (each.at.astimezone(ZONE), reason_name(each.reason, each.key), each.code, f"{each.label}{period}")
        found.setdefault(key, []).append(audience_name(each.audience, office.plans.roles))
    return [(*key, audiences) for key, audiences in found.items()]


def _as_read(alert: Foreseen) -> tuple[datetime, int, int, tuple[int, int], str]:
    reason = list(REASONS).index(alert.reason)
    return (alert.at, reason, working_days(alert.reason, alert.key), order_of(alert.code), alert.period)


def plan_in_order(plan: Plan) -> str:
    """One line about a plan that is in order."""
    rules = sum(len(task.rules) for task in plan.tasks)
    return f"{plan.id}: {len(plan.tasks)} nhiệm vụ, {rules} quy tắc hạn, {len(plan.roles)} vị trí. Không có lỗi."
