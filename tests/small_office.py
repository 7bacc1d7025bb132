"""A small office for tests of records and jobs: one plan with one task, a few people, no conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from plan_data.office import Office
from plan_data.plan import Deadline, Plans
from plan_data.policy import load_policy
from plan_data.workdays import EIGHT_HOURS
from records import deadlines
from records.completions import WHOLE, Completion, complete, latest_by, undo
from records.deadlines import Item
from records.people import Roster, add_person, link_account, link_group, roster
from records.sync import sync
from tests.builders import CALENDAR, day, plan

POLICY = load_policy(EIGHT_HOURS)
ROLES: dict[str, dict[str, object]] = {
    "vp-tk": {"name": "Văn phòng - Thống kê", "short": "VP-TK", "function": "clerk"},
    "tu-phap": {"name": "Tư pháp - Hộ tịch", "short": "Tư pháp"},
    "mot-cua": {"name": "Bộ phận Một cửa", "short": "Một cửa"},
    "chuyen-mon": {"name": "Chuyên môn", "short": "Chuyên môn", "includes": ["tu-phap", "mot-cua"]},
    "chu-tich": {"name": "Chủ tịch phường", "short": "Chủ tịch", "function": "leader"},
    "toan-the": {"name": "Toàn thể", "short": "Toàn thể", "everyone": True, "without": ["chu-tich"]},
}
CHANNEL = "console"


def office(*rules: Mapping[str, object], **fields: object) -> Office:
    """An office whose plan has one task, I.1, with these rules."""
    return Office(Plans((plan(*rules, roles=ROLES, **fields),)), CALENDAR, POLICY)


def hire(session: Session, name: str, *roles: str, joined: str = "03/01/2023", seen: datetime | None = None) -> int:
    """A new person; with `seen`, one who has a chat of their own name."""
    number = add_person(session, name, frozenset(roles), day(joined))
    if seen is not None:
        link_account(session, number, CHANNEL, name, seen)
    return number


def open_group(session: Session, now: datetime, title: str = "Nhóm", audience: str = "all") -> int:
    """A linked group whose chat is named by its title."""
    return link_group(session, CHANNEL, title, title, now, audience)


def people(session: Session, where: Office) -> Roster:
    """Everybody."""
    return roster(session, where.plans)


def bring_up_to_date(session: Session, where: Office, now: datetime) -> int:
    """What the plan asks for is on record."""
    return sync(session, where.plans, where.calendar, now)


def items(session: Session, where: Office, first: date | None = None) -> list[Item]:
    """Everything on record about the task, by last day; with `first`, what is not over before it."""
    return deadlines.of_tasks(
        session, where.plans, [(plan.id, task.code) for plan, task in where.plans.tasks()], first
    )


def item(session: Session, where: Office, period: str) -> Item:
    """The deadline of that period."""
    (found,) = [each for each in items(session, where) if each.deadline.period == period]
    return found


def finish(
    session: Session, where: Office, deadline: Deadline, by: int, now: datetime, share_of: int = WHOLE
) -> Completion:
    """Somebody records completion."""
    return complete(session, deadline, share_of, by, now, people(session, where))


def undo_last(session: Session, where: Office, by: int, now: datetime) -> None:
    """Somebody takes back what they recorded last."""
    made = latest_by(session, by)
    assert made is not None
    (of,) = [each.deadline for each in items(session, where) if each.deadline.id == made.deadline_id]
    undo(session, made, of, by, now, people(session, where))


def without_rule(where: Office, rule: str) -> Office:
    """The same office after the rule was taken out of its plan file."""
    (old,) = where.plans.all
    (task,) = old.tasks
    kept = task.model_copy(update={"rules": tuple(each for each in task.rules if each.id != rule)})
    return replace(where, plans=Plans((old.model_copy(update={"tasks": (kept,)}),)))


def with_plans(where: Office, *others: Office) -> Office:
    """An office that follows the plans of several."""
    return replace(where, plans=Plans(tuple(each for one in (where, *others) for each in one.plans.all)))


def shown(found: Sequence[Item]) -> list[str]:
    """Rule, period and last day, and how it stands."""
    return [
        f"{each.deadline.rule.id} {each.deadline.period} {each.deadline.last_day:%d/%m/%Y}"
        f"{' before' if each.before_tracking else ''}{' done' if each.is_done else ''}"
        for each in found
    ]
