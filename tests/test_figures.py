"""The four numbers, against a slow and obvious count of the same things."""

from collections import Counter
from dataclasses import astuple
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from plan_data.office import Office
from plan_data.workdays import ZONE
from records.completions import undo
from records.database import transaction
from records.events import record_event, record_extension
from records.figures import Scope, Tally, tally, tally_by_rule
from records.tables import CompletionRow, DeadlineRow
from tests.builders import day, moment, rule
from tests.small_office import bring_up_to_date, finish, hire, items, office, people

NOW = moment("13/06/2023 09:00")
PLANS, TASKS, RULES = ("một", "hai"), ("I.1", "I.2", "II.1"), ("a", "b")
WHERE = office(
    rule("monthly", id="thang", day=22, bound="before", each=True, lead=["chuyen-mon"]),
    rule("within", id="quy", unit="quarter"),
    rule("weekly", id="tuan", weekday="fri"),
    rule("after_event", id="ho-so", event="có hồ sơ", count=8, unit="working_hours"),
    rule("fixed", id="cu", day=day("31/03/2023"), bound="by"),
)
STAFF = {"Lan": "vp-tk", "Minh": "tu-phap", "Hoa": "mot-cua"}


def counted(states: list[str | None]) -> Tally:
    """The numbers from the state of each deadline; None is not counted."""
    found = Counter(states)
    return Tally(found["on time"], found["late"], found["open"], found["overdue"])


def state(row: DeadlineRow, now: datetime) -> str | None:
    """How one deadline stands, said in as many words as it takes."""
    today = now.astimezone(ZONE).date()
    if row.withdrawn or row.before_tracking or row.kind == "continuous" or row.opens > today:
        return None
    if row.done_on is not None:
        return "late" if row.done_late else "on time"
    is_over = row.last_day < today or (row.due_at is not None and row.due_at < now)
    return "overdue" if is_over else "open"


def some_row(random: Random, number: int) -> DeadlineRow:
    """Any deadline at all."""
    last = NOW.date() + timedelta(days=random.randint(-3, 3))
    is_done = random.random() < 0.4
    return DeadlineRow(
        plan=random.choice(PLANS),
        task=random.choice(TASKS),
        rule=random.choice(RULES),
        period=f"event-{number}",
        kind=random.choice(("monthly", "after_event", "continuous")),
        opens=last - timedelta(days=random.randint(0, 5)),
        named_day=last,
        bound="by",
        last_day=last,
        last_working_day=last,
        due_at=random.choice((None, NOW + timedelta(minutes=random.randint(-2, 2)))),
        known_since=NOW,
        before_tracking=random.random() < 0.1,
        withdrawn=random.random() < 0.1,
        done_on=last if is_done else None,
        done_late=is_done and random.random() < 0.5,
    )


def some_scope(random: Random) -> Scope:
    """Any scope at all."""
    rules = [(plan, task, rule) for plan in PLANS for task in TASKS for rule in RULES]
    first, last = (NOW.date() + timedelta(days=random.randint(-3, 3)) for _ in range(2))
    return Scope(
        random.choice((None, frozenset(random.sample(rules, random.randint(0, 5))))),
        random.choice((None, first)),
        random.choice((None, last)),
    )


def in_scope(row: DeadlineRow, scope: Scope) -> bool:
    """Whether the row is to be counted."""
    return (
        (scope.rules is None or (row.plan, row.task, row.rule) in scope.rules)
        and (scope.first is None or row.last_day >= scope.first)
        and (scope.last is None or row.last_day <= scope.last)
    )


def test_four_numbers_are_those_of_a_count_by_hand(engine: Engine) -> None:
    for seed in range(20):
        random = Random(seed)
        with Session(engine) as session:
            session.add_all(some_row(random, number) for number in range(60))
            session.flush()
            rows = session.exec(select(DeadlineRow)).all()
            for scope in (Scope(), *(some_scope(random) for _ in range(6))):
                expected = counted([state(row, NOW) for row in rows if in_scope(row, scope)])
                assert (seed, scope, tally(session, NOW, scope)) == (seed, scope, expected)
                by_rule = tally_by_rule(session, NOW, scope)
                assert sum(by_rule.values(), Tally()) == expected
                for rule_key, numbers in by_rule.items():
                    own = [row for row in rows if in_scope(row, scope) and (row.plan, row.task, row.rule) == rule_key]
                    assert numbers == counted([state(row, NOW) for row in own])
            session.rollback()


def live(session: Session, random: Random, now: datetime) -> None:
    """Somebody does something."""
    open_items = [each for each in items(session, WHERE) if each.deadline.opens <= now.astimezone(ZONE).date()]
    act = random.choice(("do", "do", "do", "undo", "extend", "event", "sync"))
    if act == "event":
        happened = now - timedelta(hours=random.randint(0, 30))
        record_event(session, "2023-thu", "I.1", "ho-so", happened, None, "hồ sơ", 1, now)
    if act == "extend" and open_items:
        chosen = random.choice(open_items).deadline
        new_day = max(now.date(), chosen.last_day + timedelta(days=random.randint(-5, 9)))
        record_extension(session, chosen.key, chosen.named_day, new_day, "15/UBND", 1, now)
    if act == "undo":
        current = [row for row in session.exec(select(CompletionRow)) if row.undone_at is None]
        if current:
            row = random.choice(current)
            (chosen,) = [each.deadline for each in items(session, WHERE) if each.deadline.id == row.deadline_id]
            made = finish(session, WHERE, chosen, row.recorded_by, now, row.share_of)
            undo(session, made, chosen, 1, now, people(session, WHERE))
    if act == "do" and open_items:
        chosen = random.choice(open_items).deadline
        for person in random.sample((2, 3), random.randint(1, 2)) if chosen.rule.each else (0,):
            finish(session, WHERE, chosen, max(person, 1), now, person)
    bring_up_to_date(session, WHERE, now)


def recount(session: Session, where: Office, now: datetime) -> Tally:
    """From what people did and not from what was concluded: the completions that hold, by deadline."""
    states: list[str | None] = []
    completions = session.exec(select(CompletionRow)).all()
    for each in items(session, where):
        deadline, today = each.deadline, now.astimezone(ZONE).date()
        if each.before_tracking or deadline.opens > today:
            continue
        held = [row for row in completions if row.deadline_id == deadline.id and row.undone_at is None]
        shares = {row.share_of for row in held}
        if held and (not deadline.rule.each or 0 in shares or {2, 3} <= shares):
            late_day = max(row.done_on for row in held) > deadline.last_day
            late_hour = deadline.due_at is not None and max(row.recorded_at for row in held) > deadline.due_at
            states.append("late" if late_day or late_hour else "on time")
        elif deadline.last_day < today or (deadline.due_at is not None and deadline.due_at < now):
            states.append("overdue")
        else:
            states.append("open")
    return counted(states)


def test_four_numbers_agree_with_whatever_people_have_done(engine: Engine) -> None:
    seen: Tally = Tally()
    with transaction(engine) as session:
        assert [hire(session, name, role) for name, role in STAFF.items()] == [1, 2, 3]
    for seed in range(4):
        random, now = Random(seed), NOW
        with Session(engine) as session:
            bring_up_to_date(session, WHERE, now)
            for _ in range(25):
                now += timedelta(hours=random.randint(1, 40))
                live(session, random, now)
                found = tally(session, now)
                assert (seed, now, found) == (seed, now, recount(session, WHERE, now))
            seen = Tally(*(a + b for a, b in zip(astuple(seen), astuple(found), strict=True)))
            session.rollback()
    assert min(astuple(seen)) > 0  # the histories were worth counting


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("13/06/2023 23:59", Tally(open=1)),
        ("14/06/2023 00:00", Tally(overdue=1)),
        ("14/06/2023 06:59", Tally(overdue=1)),
    ],
)
def test_day_is_over_at_midnight_in_vietnam(engine: Engine, now: str, expected: Tally) -> None:
    where = office(rule("fixed", day=day("13/06/2023"), bound="by"))
    with transaction(engine) as session:
        bring_up_to_date(session, where, NOW)
        assert tally(session, moment(now)) == expected


@pytest.mark.parametrize(
    ("now", "expected"), [("14/06/2023 09:00", Tally(open=1)), ("14/06/2023 09:01", Tally(overdue=1))]
)
def test_deadline_of_hours_is_over_by_the_minute(engine: Engine, now: str, expected: Tally) -> None:
    where = office(rule("after_event", event="có hồ sơ", count=8, unit="working_hours"))
    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk")
        record_event(session, "2023-thu", "I.1", "r", NOW, None, "hồ sơ 1", 1, NOW)
        bring_up_to_date(session, where, NOW)
        assert tally(session, moment(now)) == expected


def test_scope_without_any_rule_counts_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        bring_up_to_date(session, WHERE, NOW)
        found = tally(session, NOW, Scope(frozenset())), tally(session, NOW, Scope(last=date(2022, 12, 31)))
        assert found == (Tally(), Tally())


def test_total_is_the_sum_of_the_four() -> None:
    assert Tally(1, 20, 300, 4000).total == 4321
