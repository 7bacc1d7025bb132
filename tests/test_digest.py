"""What one message says to its recipient, and how it follows what happens afterwards."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from jobs.decide import Reason, name_of
from jobs.digest import compose, drop_what_is_over, holders, refresh, shares_of, still_worth_saying
from plan_data.plan import Deadline
from records.alerts import Said, carried_by, record
from records.completions import WHOLE
from records.database import transaction
from records.deadlines import Item
from records.events import record_extension
from records.mail_tables import OutboxRow
from records.outbox import PUSH, NewMessage, queue
from records.outbox import finish as finish_message
from records.people import link_account, retire
from tests.builders import day, moment, rule
from tests.small_office import bring_up_to_date, finish, hire, items, office, open_group, people, undo_last
from wording.alerts import Shares
from wording.message import Reply

NOW = moment("16/06/2023 07:30")
LAN, MINH, HOA, CHAIRMAN = 1, 2, 3, 4
DUE = rule("fixed", id="mot", day=day("16/06/2023"), bound="by", lead=["tu-phap"], label="Báo cáo một")
LATER = rule("fixed", id="hai", day=day("30/06/2023"), bound="by", lead=["tu-phap"], label="Báo cáo hai")
EACH = rule("monthly", id="ba", day=22, bound="before", each=True, lead=["toan-the"], label="Báo cáo tháng")
WHERE = office(DUE, LATER, EACH, rule("continuous", id="bon"))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction in which the office is at work since 1 June."""
    with transaction(engine) as session:
        start = moment("01/06/2023 07:00")
        for name, role in (("Lan", "vp-tk"), ("Minh", "tu-phap"), ("Hoa", "mot-cua"), ("Chủ tịch", "chu-tich")):
            hire(session, name, role, seen=start)
        open_group(session, start)
        bring_up_to_date(session, WHERE, start)
        yield session


def of_rule(session: Session, name: str) -> Item:
    """The first deadline of that rule."""
    return next(each for each in items(session, WHERE) if each.deadline.rule.id == name)


def alert(deadline: Deadline, reason: Reason, recipient: str, at: datetime = NOW) -> Said:
    """Something to say about the deadline."""
    key = f"{name_of(deadline)}|{reason}|{recipient}"
    return Said(key, deadline.id, "", reason, 0, at, recipient)


def written(session: Session, *said: Said, at: datetime = NOW) -> list[str]:
    """The lines of the message that says this; no lines when there is nothing to say."""
    reply = compose(session, WHERE, people(session, WHERE), said, at)
    return reply.plain.splitlines() if reply else []


def about(lines: list[str], words: str) -> str:
    """The line with these words, and the one after it."""
    (place,) = [number for number, line in enumerate(lines) if words in line]
    return "\n".join(lines[place : place + 2])


def post(session: Session, *said: Said, state: str = "sent", at: datetime = NOW) -> int:
    """A message that says this and has been posted, or still waits."""
    reply = compose(session, WHERE, people(session, WHERE), said, at)
    assert reply is not None
    recipient = said[0].recipient
    message = NewMessage(said[0].key, "push", "console", "chat", recipient, PUSH, reply.to_dict())
    number = queue(session, message, at)
    assert number is not None
    record(session, said)
    carried_by(session, [each.key for each in said], number)
    if state != "pending":
        finish_message(session, number, state, at)
    return number


def row(session: Session, number: int) -> OutboxRow:
    """The message as it is now."""
    return session.get_one(OutboxRow, number, populate_existing=True)


def after(
    session: Session, number: int, *, whole: bool = True, now: datetime = NOW, rule_id: str = "mot"
) -> OutboxRow:
    """The message after the news about the deadline have been brought to it."""
    deadline = of_rule(session, rule_id).deadline
    refresh(session, WHERE, people(session, WHERE), deadline.id, NOW, whole=whole)
    return row(session, number)


def text(message: OutboxRow) -> str:
    """What it says."""
    return Reply.from_dict(message.body).plain


def test_nothing_to_say_is_no_message(session: Session) -> None:
    gone = Said("x", 999, "", Reason.LAST_DAY, 0, NOW, "person:2")
    assert (written(session), written(session, gone)) == ([], [])


def test_group_is_told_who_answers_for_it_and_a_person_is_not_told_so(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    shown = [about(written(session, alert(deadline, Reason.OVERDUE, to)), "Báo cáo một") for to in
             ("group:1", "person:2")]  # fmt: skip
    assert ["Tư pháp: Minh" in each for each in shown] == [True, False]


def test_leader_is_told_who_answers_for_what_is_reported(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    assert "Tư pháp: Minh" in about(written(session, alert(deadline, Reason.ESCALATED, "person:4")), "Báo cáo một")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["tu-phap"], "Tư pháp: Minh"),
        (["tu-phap", "mot-cua"], "Tư pháp: Minh, Một cửa: Hoa"),
        (["chuyen-mon"], "Chuyên môn"),
        (["toan-the"], "Toàn thể"),
    ],
)
def test_holder_is_named_where_just_one_person_holds_the_role(
    session: Session, roles: list[str], expected: str
) -> None:
    assert holders(WHERE, people(session, WHERE), roles) == expected


def test_role_that_nobody_holds_is_named_without_a_person(session: Session) -> None:
    retire(session, MINH, NOW)
    assert holders(WHERE, people(session, WHERE), ["tu-phap"]) == "Tư pháp"


def test_items_are_in_the_order_of_their_days(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    said = [alert(each, Reason.UPCOMING, "person:2") for each in (second, first)]
    shown = [line[-3:] for line in written(session, *said) if line.startswith("•")]
    assert shown == ["một", "hai"]


def test_newest_word_about_a_deadline_is_the_one_that_is_said(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    earlier = alert(deadline, Reason.UPCOMING, "person:2", NOW - timedelta(days=1))
    lines = written(session, alert(deadline, Reason.LAST_DAY, "person:2"), earlier)
    assert [line for line in lines if "HẠN" in line] == ["🟠 HÔM NAY LÀ HẠN CUỐI"]


def test_own_work_that_is_overdue_is_not_reported_to_oneself(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    said = [alert(deadline, reason, "person:4") for reason in (Reason.ESCALATED, Reason.OVERDUE)]
    for order in (said, said[::-1]):
        assert [line for line in written(session, *order) if "QUÁ HẠN" in line] == ["🔴 QUÁ HẠN"]


def test_shares_are_told_to_the_group_and_to_leaders(session: Session) -> None:
    deadline = of_rule(session, "ba").deadline
    finish(session, WHERE, deadline, HOA, NOW, share_of=HOA)
    told = [("group:1", Reason.UPCOMING), ("person:4", Reason.ESCALATED), ("person:2", Reason.UPCOMING)]
    shown = [about(written(session, alert(deadline, reason, to)), "Báo cáo tháng") for to, reason in told]
    assert ["1/3 người đã xong" in each for each in shown] == [True, True, False]


def test_shares_name_who_has_reported_and_who_has_not(session: Session) -> None:
    deadline = of_rule(session, "ba")
    finish(session, WHERE, deadline.deadline, HOA, NOW, share_of=HOA)
    some = shares_of(session, people(session, WHERE), [deadline])
    finish(session, WHERE, deadline.deadline, LAN, NOW, share_of=WHOLE)
    found = [some, shares_of(session, people(session, WHERE), [deadline])]
    assert found == [
        {deadline.deadline.id: Shares(("Hoa",), ("Lan", "Minh"))},
        {deadline.deadline.id: Shares(("Lan", "Minh", "Hoa"), ())},
    ]
    assert shares_of(session, people(session, WHERE), [of_rule(session, "mot")]) == {}


def test_silence_says_since_when_and_who(session: Session) -> None:
    silent = Said("x", None, "2023-thu/I.1/bon", Reason.SILENT, 92, NOW, "person:1")
    lines = written(session, silent)
    assert "16/3/2023" in about(lines, "• I.1")
    unknown = Said("y", None, "2023-thu/I.9/bon", Reason.SILENT, 92, NOW, "person:1")
    assert written(session, unknown) == []


# --- afterwards -------------------------------------------------------------------------------------------------


def test_posted_message_is_ticked_when_its_item_is_done_and_unticked_when_it_is_taken_back(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    number = post(session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"))
    before = text(row(session, number))
    finish(session, WHERE, first, MINH, NOW)
    ticked = after(session, number)
    shown = (ticked.edit_due, [line[:1] for line in text(ticked).splitlines() if "Báo cáo" in line])
    undo_last(session, WHERE, MINH, NOW)
    assert shown == (True, ["✅", "•"])
    assert text(after(session, number)) == before


def test_button_of_what_is_done_is_gone(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    number = post(session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"))
    finish(session, WHERE, first, MINH, NOW)
    buttons = [button.command for line in Reply.from_dict(after(session, number).body).buttons for button in line]
    assert buttons == [f"/xong #{second.id}"]


def test_waiting_message_leaves_out_what_is_done_and_goes_when_nothing_is_left(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    number = post(
        session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"), state="pending"
    )
    finish(session, WHERE, first, MINH, NOW)
    half = after(session, number)
    shown = (half.state, half.edit_due, [line for line in text(half).splitlines() if "Báo cáo một" in line])
    finish(session, WHERE, second, MINH, NOW)
    gone = after(session, number, rule_id="hai")
    assert shown == ("pending", False, [])
    assert (gone.state, gone.error) == ("dropped", "đã hoàn thành hoặc đã dời hạn trước khi gửi")


def test_work_taken_back_is_in_the_waiting_message_again(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    number = post(
        session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"), state="pending"
    )
    before = text(row(session, number))
    finish(session, WHERE, first, MINH, NOW)
    after(session, number)
    undo_last(session, WHERE, MINH, NOW)
    assert text(after(session, number)) == before


def test_message_that_has_waited_too_long_says_no_more_that_the_day_which_is_over_is_the_last(
    session: Session,
) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    both = post(
        session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"), state="pending"
    )
    one = post(session, alert(first, Reason.LAST_DAY, "person:2"), state="pending")
    found = []
    for now in (NOW + timedelta(hours=9), NOW + timedelta(days=1)):
        drop_what_is_over(session, WHERE, people(session, WHERE), now)
        found.append([("Báo cáo một" in text(row(session, each)), row(session, each).state) for each in (both, one)])
    assert found == [[(True, "pending"), (True, "pending")], [(False, "pending"), (True, "dropped")]]


def test_repetition_that_still_waits_keeps_its_mark_when_something_in_it_is_done(session: Session) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    number = post(
        session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"), state="pending"
    )
    row(session, number).key += "|again"
    finish(session, WHERE, first, MINH, NOW)
    assert text(after(session, number)).startswith("(nhắc lại) 🔔 ")


def test_moved_deadline_is_left_out_of_what_waits_and_shown_with_its_new_day_where_it_is_posted(
    session: Session,
) -> None:
    first, second = of_rule(session, "mot").deadline, of_rule(session, "hai").deadline
    waiting = post(
        session, alert(first, Reason.LAST_DAY, "group:1"), alert(second, Reason.UPCOMING, "group:1"), state="pending"
    )
    posted = post(session, alert(first, Reason.LAST_DAY, "person:2"))
    record_extension(session, first.key, first.named_day, day("23/06/2023"), "15/UBND", LAN, NOW)
    bring_up_to_date(session, WHERE, NOW)
    assert [line for line in text(after(session, waiting)).splitlines() if "Báo cáo một" in line] == []
    assert "15/UBND" in text(after(session, posted))


def test_share_is_ticked_in_the_persons_own_message_only(session: Session) -> None:
    deadline = of_rule(session, "ba").deadline
    own, others, group = (
        post(session, alert(deadline, Reason.UPCOMING, to)) for to in ("person:3", "person:2", "group:1")
    )
    finish(session, WHERE, deadline, HOA, NOW, share_of=HOA)
    shown = [after(session, number, whole=False, rule_id="ba") for number in (own, others, group)]
    assert [each.edit_due for each in shown] == [True, False, True]
    assert ["✅" in text(each) for each in shown] == [True, False, False]
    assert "1/3 người đã xong" in text(shown[2])


def test_share_that_is_done_goes_from_what_waits_for_that_person(session: Session) -> None:
    deadline = of_rule(session, "ba").deadline
    own, others = (
        post(session, alert(deadline, Reason.UPCOMING, to), state="pending") for to in ("person:3", "person:2")
    )
    finish(session, WHERE, deadline, HOA, NOW, share_of=HOA)
    assert [after(session, number, whole=False, rule_id="ba").state for number in (own, others)] == [
        "dropped",
        "pending",
    ]


@pytest.mark.parametrize(
    ("age", "whole", "edited"),
    [
        (timedelta(hours=23), False, True),
        (timedelta(hours=25), False, False),
        (timedelta(days=6), True, True),
        (timedelta(days=8), True, False),
    ],
)
def test_old_messages_are_left_as_they_are(session: Session, age: timedelta, whole: bool, edited: bool) -> None:
    deadline = of_rule(session, "mot").deadline
    number = post(session, alert(deadline, Reason.UPCOMING, "group:1", NOW - age), at=NOW - age)
    finish(session, WHERE, deadline, MINH, NOW)
    assert after(session, number, whole=whole).edit_due is edited


def test_who_has_left_gets_no_edits(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    number = post(session, alert(deadline, Reason.LAST_DAY, "person:2"))
    finish(session, WHERE, deadline, LAN, NOW)
    retire(session, MINH, NOW)
    assert after(session, number).edit_due is False


def test_picture_of_the_month_stays_as_it_was_drawn(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    number = post(session, alert(deadline, Reason.LAST_DAY, "person:1"))
    picture = alert(deadline, Reason.MONTHLY_PICTURE, "person:1")
    record(session, [picture])
    carried_by(session, [picture.key], number)
    before = text(row(session, number))
    finish(session, WHERE, deadline, MINH, NOW)
    now = after(session, number)
    assert (now.edit_due, text(now)) == (False, before)


@pytest.mark.parametrize(
    ("reason", "when", "expected"),
    [
        (Reason.LAST_CALL, "16/06/2023 16:00", True),
        (Reason.LAST_CALL, "17/06/2023 07:00", False),
        (Reason.UPCOMING, "19/06/2023 07:30", False),
        (Reason.OVERDUE, "19/06/2023 07:30", True),
        (Reason.CLOSING_LIST, "19/06/2023 07:30", True),
    ],
)
def test_what_it_is_too_late_for_is_not_worth_saying(
    session: Session, reason: Reason, when: str, expected: bool
) -> None:
    said = alert(of_rule(session, "mot").deadline, reason, "group:1")
    found = still_worth_saying(session, WHERE, people(session, WHERE), [said], moment(when))
    assert found == ([said] if expected else [])


def test_other_account_of_the_same_person_changes_nothing(session: Session) -> None:
    deadline = of_rule(session, "mot").deadline
    number = post(session, alert(deadline, Reason.LAST_DAY, "person:2"))
    link_account(session, MINH, "zalo", "77", NOW)
    assert after(session, number).edit_due is False
