"""What is done, by whom, whose share, late or not; and what is taken back."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from plan_data.office import Office
from records.completions import (
    WHOLE,
    complete,
    current_of,
    find,
    history_of,
    latest_by,
    settle_all,
    sign_of_life,
    undo,
)
from records.database import reading, transaction
from records.deadlines import done_by_key, last_signs_of_life
from records.events import record_event, record_extension
from records.people import retire, set_roles
from records.tables import CompletionRow, DeadlineRow
from tests.builders import day, moment, rule
from tests.small_office import bring_up_to_date, finish, hire, item, items, office, people

NOW = moment("13/06/2023 08:00")
MONTHLY = rule("monthly", day=22, bound="before")
EACH = rule("monthly", day=22, bound="before", each=True, lead=["toan-the"])
LAN, MINH, HOA, CHAIRMAN = 1, 2, 3, 4


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction with four people: two of them one-stop staff, the clerk, the chairman."""
    with transaction(engine) as session:
        hire_everybody(session)
        yield session


def hire_everybody(session: Session) -> None:
    hire(session, "Lan", "vp-tk")
    hire(session, "Minh", "tu-phap")
    hire(session, "Hoa", "mot-cua")
    hire(session, "Chủ tịch", "chu-tich")


def june(session: Session, where: Office) -> DeadlineRow:
    """The row of June, as somebody else would find it."""
    number = item(session, where, "2023-06").deadline.id
    session.expire_all()
    return session.get_one(DeadlineRow, number)


@pytest.mark.parametrize(
    ("when", "done_on", "late"),
    [
        ("13/06/2023 08:00", "13/06/2023", False),
        ("21/06/2023 23:59", "21/06/2023", False),
        ("22/06/2023 00:00", "22/06/2023", True),
        ("03/07/2023 09:00", "03/07/2023", True),
    ],
)
def test_work_is_done_on_the_local_day_and_late_after_the_last_day(
    session: Session, when: str, done_on: str, late: bool
) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    finish(session, where, item(session, where, "2023-06").deadline, LAN, moment(when))
    row = june(session, where)
    assert (row.done_on, row.done_late, row.next_look) == (day(done_on), late, moment(when))


@pytest.mark.parametrize(("when", "late"), [("14/06/2023 09:00", False), ("14/06/2023 09:01", True)])
def test_deadline_of_hours_is_late_by_the_minute(session: Session, when: str, late: bool) -> None:
    where = office(rule("after_event", event="có hồ sơ", count=8, unit="working_hours"))
    record_event(session, "2023-thu", "I.1", "r", moment("13/06/2023 09:00"), None, "hồ sơ 1", LAN, NOW)
    bring_up_to_date(session, where, moment("13/06/2023 09:00"))
    finish(session, where, item(session, where, "event-1").deadline, LAN, moment(when))
    assert item(session, where, "event-1").done_late is late


def test_everything_that_was_said_about_it_is_kept(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    made = complete(session, deadline, WHOLE, LAN, NOW, people(session, where), "đã gửi số 12/BC-UBND", "12/BC-UBND")
    kept = find(session, made.id)
    assert kept == made
    assert (made.note, made.document, made.recorded_by, made.recorded_at, made.undone) == (
        "đã gửi số 12/BC-UBND",
        "12/BC-UBND",
        LAN,
        NOW,
        False,
    )
    assert find(session, made.id + 1) is None


def test_duty_that_everybody_owes_is_done_with_the_last_share(session: Session) -> None:
    where = office(EACH)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    states = []
    for hour, person in ((8, LAN), (9, MINH), (10, HOA)):
        finish(session, where, deadline, person, moment(f"20/06/2023 {hour:02}:00"), share_of=person)
        states.append(item(session, where, "2023-06").is_done)
    assert states == [False, False, True]
    assert [each.share_of for each in current_of(session, [deadline.id])[deadline.id]] == [LAN, MINH, HOA]


def test_duty_that_everybody_owes_is_late_by_its_last_share(session: Session) -> None:
    where = office(EACH)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    finish(session, where, deadline, HOA, moment("22/06/2023 09:00"), share_of=HOA)
    finish(session, where, deadline, LAN, moment("20/06/2023 09:00"), share_of=LAN)
    finish(session, where, deadline, MINH, moment("20/06/2023 09:00"), share_of=MINH)
    row = june(session, where)
    assert (row.done_on, row.done_late) == (day("22/06/2023"), True)


def test_completion_of_the_whole_stands_for_every_share(session: Session) -> None:
    where = office(EACH)
    bring_up_to_date(session, where, NOW)
    finish(session, where, item(session, where, "2023-06").deadline, LAN, NOW)
    assert item(session, where, "2023-06").is_done is True


def test_share_of_who_joined_after_the_last_day_or_does_not_hold_the_role_is_not_owed(session: Session) -> None:
    where = office(EACH)
    hire(session, "Người mới", "mot-cua", joined="22/06/2023")
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    for person in (LAN, MINH, HOA):
        finish(session, where, deadline, person, NOW, share_of=person)
    assert (item(session, where, "2023-06").is_done, item(session, where, "2023-07").is_done) == (True, False)


def test_duty_that_nobody_owes_stays_open(session: Session) -> None:
    where = office({**EACH, "lead": ["chuyen-mon"]})
    for person in (MINH, HOA):
        retire(session, person, NOW)
    bring_up_to_date(session, where, NOW)
    assert settle_all(session, where.plans, people(session, where), NOW) == 0
    assert item(session, where, "2023-06").is_done is False


def test_share_that_only_somebody_who_left_still_owed_closes_the_duty(session: Session) -> None:
    where = office(EACH)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    finish(session, where, deadline, LAN, moment("20/06/2023 09:00"), share_of=LAN)
    finish(session, where, deadline, MINH, moment("21/06/2023 09:00"), share_of=MINH)
    later = moment("26/06/2023 08:00")
    before = settle_all(session, where.plans, people(session, where), later)
    retire(session, HOA, later)
    after = settle_all(session, where.plans, people(session, where), later)
    row = june(session, where)
    assert (before, after, row.done_on, row.done_late) == (0, 1, day("21/06/2023"), False)


def test_person_whose_role_changed_owes_what_the_new_role_owes(session: Session) -> None:
    where = office({**EACH, "lead": ["mot-cua"]})
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    set_roles(session, MINH, frozenset({"tu-phap", "mot-cua"}))
    finish(session, where, deadline, HOA, NOW, share_of=HOA)
    half = item(session, where, "2023-06").is_done
    set_roles(session, MINH, frozenset({"tu-phap"}))
    settle_all(session, where.plans, people(session, where), NOW)
    assert (half, item(session, where, "2023-06").is_done) == (False, True)


def test_undone_work_is_open_again_and_both_times_stay_on_record(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    first = finish(session, where, deadline, LAN, moment("22/06/2023 09:00"))
    taken_back = moment("22/06/2023 10:00")
    undo(session, first, deadline, MINH, taken_back, people(session, where))
    row = june(session, where)
    assert (row.done_on, row.done_late, row.known_since, row.next_look) == (None, False, taken_back, taken_back)
    second = finish(session, where, deadline, LAN, moment("22/06/2023 11:00"))
    history = [(each.id, each.undone) for each in history_of(session, [deadline.id])]
    assert history == [(first.id, True), (second.id, False)]
    assert [each.id for each in current_of(session, [deadline.id])[deadline.id]] == [second.id]


def test_share_that_is_taken_back_opens_the_duty_of_all(session: Session) -> None:
    where = office(EACH)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    shares = [finish(session, where, deadline, each, NOW, share_of=each) for each in (LAN, MINH, HOA)]
    undo(session, shares[1], deadline, MINH, NOW, people(session, where))
    assert item(session, where, "2023-06").is_done is False
    assert [each.share_of for each in current_of(session, [deadline.id])[deadline.id]] == [LAN, HOA]


def test_completion_taken_back_twice_keeps_who_did_it_first(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    made = finish(session, where, deadline, LAN, NOW)
    undo(session, made, deadline, LAN, NOW, people(session, where))
    undo(session, made, deadline, MINH, NOW + timedelta(hours=1), people(session, where))
    row = session.get_one(CompletionRow, made.id)
    assert (row.undone_by, row.undone_at) == (LAN, NOW)


def test_undoing_what_the_plan_no_longer_asks_for_leaves_it_withdrawn(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "2023-06").deadline
    made = finish(session, where, deadline, LAN, NOW)
    june(session, where).withdrawn = True
    undo(session, made, deadline, LAN, NOW, people(session, where))
    assert session.get_one(DeadlineRow, deadline.id).withdrawn is True


def test_latest_by_a_person_is_the_last_that_still_holds(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    first, second, third = (item(session, where, f"2023-{month}").deadline for month in ("06", "07", "08"))
    one = finish(session, where, first, LAN, NOW)
    two = finish(session, where, second, LAN, NOW)
    finish(session, where, third, MINH, NOW)
    found = [latest_by(session, LAN)]
    undo(session, two, second, LAN, NOW, people(session, where))
    found.append(latest_by(session, LAN))
    undo(session, one, first, LAN, NOW, people(session, where))
    assert [each.id if each else None for each in [*found, latest_by(session, LAN)]] == [two.id, one.id, None]


def test_sign_of_life_is_one_a_day_and_gone_when_it_is_taken_back(session: Session) -> None:
    where = office(rule("continuous"))
    (plan,) = where.plans.all
    task, continuous = plan.tasks[0], plan.tasks[0].rules[0]
    bring_up_to_date(session, where, NOW)
    numbers = [sign_of_life(session, plan, task, continuous, NOW) for _ in range(2)]
    (only,) = items(session, where)
    made = finish(session, where, only.deadline, LAN, NOW)
    heard = [last_signs_of_life(session)]
    undo(session, made, only.deadline, LAN, NOW, people(session, where))
    heard.append(last_signs_of_life(session))
    shown = [len(items(session, where))]
    numbers.append(sign_of_life(session, plan, task, continuous, NOW))
    shown.append(len(items(session, where)))
    assert numbers == [numbers[0]] * 3
    assert heard == [{("2023-thu", "I.1", "r"): day("13/06/2023")}, {}]
    assert shown == [0, 1]


def test_sign_of_life_of_another_day_is_another_one(session: Session) -> None:
    where = office(rule("continuous"))
    (plan,) = where.plans.all
    for when in (NOW, NOW + timedelta(days=1)):
        number = sign_of_life(session, plan, plan.tasks[0], plan.tasks[0].rules[0], when)
        (today,) = [each for each in items(session, where) if each.deadline.id == number]
        finish(session, where, today.deadline, LAN, when)
    assert last_signs_of_life(session) == {("2023-thu", "I.1", "r"): day("14/06/2023")}


def test_done_by_key_knows_the_day_of_everything_that_is_done(session: Session) -> None:
    where = office(MONTHLY)
    bring_up_to_date(session, where, NOW)
    finish(session, where, item(session, where, "2023-06").deadline, LAN, NOW)
    assert done_by_key(session) == {"2023-thu/I.1/r/2023-06": day("13/06/2023")}


def test_two_who_complete_their_shares_at_the_same_moment_complete_the_whole(engine: Engine) -> None:
    where = office({**EACH, "lead": ["chuyen-mon"]})
    finished: list[str] = []
    with transaction(engine) as session:
        hire_everybody(session)
        bring_up_to_date(session, where, NOW)
        deadline = item(session, where, "2023-06").deadline

    def second() -> None:
        with transaction(engine) as session:
            finish(session, where, deadline, HOA, NOW, share_of=HOA)
        finished.append("second")

    thread = Thread(target=second)
    with transaction(engine) as session:
        finish(session, where, deadline, MINH, NOW, share_of=MINH)
        thread.start()
        thread.join(0.3)
        finished.append("first")
    thread.join(20)
    with reading(engine) as session:
        assert (item(session, where, "2023-06").is_done, finished) == (True, ["first", "second"])


def test_same_share_recorded_twice_at_the_same_moment_is_recorded_once(engine: Engine) -> None:
    where = office(MONTHLY)
    made: list[int] = []
    with transaction(engine) as session:
        hire_everybody(session)
        bring_up_to_date(session, where, NOW)
        deadline = item(session, where, "2023-06").deadline

    def second() -> None:
        with transaction(engine) as session:
            made.append(finish(session, where, deadline, MINH, NOW).recorded_by)

    thread = Thread(target=second)
    with transaction(engine) as session:
        made.append(finish(session, where, deadline, LAN, NOW).recorded_by)
        thread.start()
        thread.join(0.3)
    thread.join(20)
    with reading(engine) as session:
        assert [each.recorded_by for each in history_of(session, [deadline.id])] == [LAN]
    assert made == [LAN, LAN]


def test_extension_of_a_deadline_of_hours_judges_by_days(session: Session) -> None:
    where = office(rule("after_event", event="có hồ sơ", count=8, unit="working_hours"))
    record_event(session, "2023-thu", "I.1", "r", moment("13/06/2023 09:00"), None, "hồ sơ 1", LAN, NOW)
    bring_up_to_date(session, where, NOW)
    deadline = item(session, where, "event-1").deadline
    finish(session, where, deadline, LAN, moment("14/06/2023 16:00"))
    before = item(session, where, "event-1").done_late
    record_extension(session, deadline.key, deadline.named_day, day("15/06/2023"), "15/UBND", LAN, NOW)
    bring_up_to_date(session, where, moment("14/06/2023 17:00"))
    assert (before, item(session, where, "event-1").done_late) == (True, False)
