"""Deciding, addressing and queueing in one step: what is due is put into the outbox once, for whom it concerns."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from jobs.announce import announce
from jobs.digest import refresh
from plan_data.office import Office
from records.addresses import mark_unreachable
from records.alerts import of_message
from records.audit import mark
from records.database import reading, transaction
from records.deadlines import Item
from records.events import record_event, record_extension
from records.mail_tables import AlertRow, OutboxRow
from records.outbox import drop
from records.outbox import finish as finish_message
from records.people import link_account, retire, set_roles
from records.tables import DeadlineRow
from tests.builders import day, moment, rule
from tests.small_office import bring_up_to_date, finish, hire, item, items, office, open_group, people, undo_last
from wording.message import Reply

START = moment("01/06/2023 07:00")
DUE = rule("fixed", day=day("16/06/2023"), bound="by", lead=["tu-phap"])
EACH = rule("monthly", day=22, bound="before", each=True, lead=["toan-the"], closing_list=True)
LAN, MINH, HOA, CHAIRMAN = 1, 2, 3, 4


@dataclass
class Hall:
    """An office at work: Lan is the clerk, Minh and Hoa the staff; the chairman; one group."""

    engine: Engine
    office: Office

    def look(self, when: str) -> list[str]:
        """What is queued at that moment: to whom, and the steps that it says."""
        before = self._count()
        queued = announce(self.engine, self.office, moment(when))
        new = self.messages()[before:]
        assert queued == len(new)
        return [f"{row.recipient}: {self.steps(row)}" for row in new]

    def steps(self, row: OutboxRow) -> str:
        """The steps that a message says."""
        with reading(self.engine) as session:
            said = of_message(session, row.id or 0)
        return " ".join(dict.fromkeys(f"{each.reason}{each.number or ''}" for each in said))

    def messages(self) -> list[OutboxRow]:
        """The outbox."""
        with reading(self.engine) as session:
            return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))  # type: ignore[arg-type]

    def text(self, number: int) -> str:
        """The text of that message, counted from 0; negative from the end."""
        return Reply.from_dict(self.messages()[number].body).plain

    def alerts(self) -> dict[str, str]:
        """Every alert on record, and why it was dropped."""
        with reading(self.engine) as session:
            return {row.key: row.dropped for row in session.exec(select(AlertRow))}

    def _count(self) -> int:
        return len(self.messages())

    def deliver(self, now: datetime) -> None:
        """Everything that waits goes out."""
        with transaction(self.engine) as session:
            for row in session.exec(select(OutboxRow).where(OutboxRow.state == "pending")):
                finish_message(session, row.id or 0, "sent", now)


def hall(engine: Engine, *rules: dict[str, object], group: bool = True) -> Hall:
    """The office with these duties, since 1 June 2023."""
    where = office(*rules)
    with transaction(engine) as session:
        for name, role in (("Lan", "vp-tk"), ("Minh", "tu-phap"), ("Hoa", "mot-cua"), ("Chủ tịch", "chu-tich")):
            hire(session, name, role, seen=START)
        if group:
            open_group(session, START)
        bring_up_to_date(session, where, START)
    return Hall(engine, where)


def test_last_day_is_said_to_those_responsible_and_to_the_group(engine: Engine) -> None:
    assert hall(engine, DUE).look("16/06/2023 07:30") == [
        "person:2: last_day",
        "group:1: last_day",
    ]


def test_what_was_said_is_not_said_again_however_often_it_is_looked_at(engine: Engine) -> None:
    at = hall(engine, DUE)
    looks = [len(at.look(f"16/06/2023 {clock}")) for clock in ("07:30", "07:30", "07:31", "09:00", "14:59")]
    assert (looks, len(at.look("16/06/2023 15:00"))) == ([2, 0, 0, 0, 0], 2)


def test_what_was_said_is_not_said_again_when_every_deadline_is_looked_at_anew(engine: Engine) -> None:
    at = hall(engine, DUE)
    said = at.look("16/06/2023 07:30")
    with transaction(engine) as session:
        for row in session.exec(select(DeadlineRow)):
            row.next_look = START
    assert (len(said), at.look("16/06/2023 09:00")) == (2, [])


@pytest.mark.parametrize("when", ["16/06/2023 06:59", "16/06/2023 12:00", "16/06/2023 17:00", "17/06/2023 09:00"])
def test_nothing_is_said_outside_office_hours(engine: Engine, when: str) -> None:
    at = hall(engine, DUE)
    assert (at.look(when), at.alerts()) == ([], {})


def test_interruption_ends_with_one_message_that_says_what_should_have_come(engine: Engine) -> None:
    at = hall(engine, DUE, {**DUE, "id": "khac", "day": day("20/06/2023")})
    assert at.look("19/06/2023 09:00") == ["person:2: overdue1 upcoming1", "group:1: upcoming1"]
    assert [at.text(number).count("lẽ ra nhắc lúc 07:30 hôm nay") for number in (0, 1)] == [2, 1]
    dropped = [key.split("|")[1:] for key, why in at.alerts().items() if why]
    assert sorted(dropped) == sorted(
        [step, recipient]
        for recipient in ("person:2", "group:1")
        for step in ("upcoming10", "upcoming3", "upcoming1", "last_day", "last_call", "upcoming10", "upcoming3")
    )


def test_older_message_that_never_went_out_is_merged_into_the_next(engine: Engine) -> None:
    at = hall(engine, DUE, {**DUE, "id": "khac", "day": day("19/06/2023")})
    at.look("16/06/2023 07:30")
    at.look("16/06/2023 15:00")
    states = [(row.recipient, row.state, row.error) for row in at.messages()]
    assert states == [
        ("person:2", "dropped", "gộp vào tin nhắc mới hơn"),
        ("group:1", "dropped", "gộp vào tin nhắc mới hơn"),
        ("person:2", "pending", ""),
        ("group:1", "pending", ""),
    ]
    assert [at.steps(row) for row in at.messages()] == ["", "", "last_day upcoming1 last_call"] * 1 + [
        "last_day upcoming1 last_call"
    ]
    assert at.text(2).count("• I.1") == 2


def test_message_that_went_out_is_left_as_it_is(engine: Engine) -> None:
    at = hall(engine, DUE, {**DUE, "id": "khac", "day": day("19/06/2023")})
    at.look("16/06/2023 07:30")
    at.deliver(moment("16/06/2023 07:31"))
    at.look("16/06/2023 15:00")
    assert [row.state for row in at.messages()] == ["sent", "sent", "pending", "pending"]
    assert [at.steps(row) for row in at.messages()] == ["last_day upcoming1"] * 2 + ["last_call"] * 2


def test_what_was_done_is_not_merged_into_the_next_message(engine: Engine) -> None:
    at = hall(engine, DUE, {**DUE, "id": "khac"})
    at.look("16/06/2023 07:30")
    with transaction(engine) as session:
        first = item_of_rule(session, at.office, "r")
        finish(session, at.office, first.deadline, MINH, moment("16/06/2023 09:00"))
    at.look("16/06/2023 15:00")
    assert at.text(2).count("• I.1") == 1


def item_of_rule(session: Session, where: Office, name: str) -> Item:
    """The only deadline of that rule."""
    (found,) = [each for each in items(session, where) if each.deadline.rule.id == name]
    return found


def test_done_work_is_not_nagged_about_and_taken_back_work_is(engine: Engine) -> None:
    at = hall(engine, DUE)
    with transaction(engine) as session:
        finish(session, at.office, item(session, at.office, "2023").deadline, MINH, moment("15/06/2023 09:00"))
    morning = at.look("16/06/2023 07:30")
    with transaction(engine) as session:
        undo_last(session, at.office, MINH, moment("16/06/2023 10:00"))
    assert (morning, at.look("16/06/2023 10:01"), len(at.look("16/06/2023 15:00"))) == ([], [], 2)


def test_work_taken_back_after_the_last_day_is_overdue_from_the_next_step_on(engine: Engine) -> None:
    at = hall(engine, DUE)
    with transaction(engine) as session:
        finish(session, at.office, item(session, at.office, "2023").deadline, MINH, moment("15/06/2023 09:00"))
        undo_last(session, at.office, MINH, moment("19/06/2023 10:00"))
    assert at.look("19/06/2023 10:01") == []
    assert at.look("20/06/2023 07:30") == [
        "person:2: overdue2",
        "group:1: overdue2",
        "person:4: escalated2",
    ]


def test_deadline_that_was_moved_is_spoken_of_again_for_its_new_day(engine: Engine) -> None:
    at = hall(engine, DUE)
    said = [len(at.look(f"{when} 07:30")) for when in ("02/06/2023", "13/06/2023", "15/06/2023", "16/06/2023")]
    with transaction(engine) as session:
        key = item(session, at.office, "2023").deadline.key
        record_extension(
            session, key, day("16/06/2023"), day("30/06/2023"), "15/UBND", LAN, moment("16/06/2023 09:00")
        )
        bring_up_to_date(session, at.office, moment("16/06/2023 09:00"))
    after = [
        len(at.look(when))
        for when in (
            "16/06/2023 09:01",
            "16/06/2023 15:00",
            "19/06/2023 07:30",
            "27/06/2023 07:30",
            "29/06/2023 07:30",
            "30/06/2023 07:30",
            "30/06/2023 15:00",
        )
    ]
    assert (said, after) == ([2, 2, 2, 2], [0, 0, 0, 2, 2, 2, 2])


def test_waiting_message_about_a_deadline_that_was_moved_is_dropped(engine: Engine) -> None:
    at = hall(engine, DUE)
    at.look("16/06/2023 07:30")
    now = moment("16/06/2023 09:00")
    with transaction(engine) as session:
        deadline = item(session, at.office, "2023").deadline
        record_extension(session, deadline.key, deadline.named_day, day("30/06/2023"), "15/UBND", LAN, now)
        bring_up_to_date(session, at.office, now)
        refresh(session, at.office, people(session, at.office), deadline.id, now)
    why = "đã hoàn thành hoặc đã dời hạn trước khi gửi"
    assert [(row.state, row.error) for row in at.messages()] == [("dropped", why)] * 2


def test_event_is_said_at_once_in_office_hours(engine: Engine) -> None:
    at = hall(engine, rule("after_event", event="có đơn", count=2, unit="working_days", lead=["tu-phap"]))
    recorded = moment("08/06/2023 08:30")
    with transaction(engine) as session:
        record_event(session, "2023-thu", "I.1", "r", recorded, None, "đơn của tổ 5", LAN, recorded)
        bring_up_to_date(session, at.office, recorded)
    assert at.look("08/06/2023 08:30") == [
        "person:2: event",
        "group:1: event",
    ]


# --- to whom ----------------------------------------------------------------------------------------------------


def test_person_with_two_of_the_roles_hears_it_once(engine: Engine) -> None:
    at = hall(engine, {**DUE, "lead": ["tu-phap", "mot-cua", "chuyen-mon"]})
    with transaction(engine) as session:
        set_roles(session, MINH, frozenset({"tu-phap", "mot-cua"}))
    assert at.look("16/06/2023 07:30") == ["person:2: last_day", "person:3: last_day", "group:1: last_day"]


def test_leader_who_does_the_work_hears_of_it_as_own_work_and_not_as_a_report(engine: Engine) -> None:
    at = hall(engine, {**DUE, "lead": ["chu-tich"]})
    assert at.look("20/06/2023 07:30") == ["person:4: overdue2 escalated2", "group:1: overdue2"]
    assert "BÁO CÁO LÃNH ĐẠO" not in at.text(0)


def test_person_without_an_account_or_with_one_that_cannot_be_reached_is_left_out(engine: Engine) -> None:
    at = hall(engine, {**DUE, "lead": ["tu-phap", "mot-cua"]})
    with transaction(engine) as session:
        hire(session, "Chưa có tài khoản", "tu-phap")
        mark_unreachable(session, "console", "Hoa", "đã chặn bot")
    assert [line.split(": ")[0] for line in at.look("16/06/2023 07:30")] == ["person:2", "group:1"]


def test_person_is_written_to_on_another_account_when_the_last_used_one_cannot_be_reached(engine: Engine) -> None:
    at = hall(engine, DUE)
    with transaction(engine) as session:
        link_account(session, MINH, "zalo", "77", START + timedelta(days=1))
        link_account(session, MINH, "telegram", "88", START + timedelta(days=2))
        mark_unreachable(session, "telegram", "88", "đã chặn bot")
    at.look("16/06/2023 07:30")
    assert [(row.channel, row.chat) for row in at.messages()] == [("zalo", "77"), ("console", "Nhóm")]


def test_who_retired_hears_nothing_more(engine: Engine) -> None:
    at = hall(engine, DUE)
    with transaction(engine) as session:
        retire(session, MINH, START)
    assert at.look("16/06/2023 07:30") == ["group:1: last_day"]


def test_office_without_a_group_speaks_to_people_only(engine: Engine) -> None:
    assert hall(engine, DUE, group=False).look("16/06/2023 07:30") == ["person:2: last_day"]


def test_every_linked_group_of_the_office_is_spoken_to_and_a_group_of_a_role_only_about_that_role(
    engine: Engine,
) -> None:
    at = hall(engine, DUE, {**DUE, "id": "mot-cua", "lead": ["mot-cua"], "day": day("19/06/2023")})
    with transaction(engine) as session:
        open_group(session, START, "Nhóm thứ hai")
        open_group(session, START, "Nhóm Một cửa", "mot-cua")
        open_group(session, START, "Nhóm không vào được")
        mark_unreachable(session, "console", "Nhóm không vào được", "bot không còn trong nhóm")
    asked = [[line.split(": ")[0] for line in at.look(when)] for when in ("16/06/2023 15:00", "19/06/2023 15:00")]
    assert asked[0] == ["person:2", "group:1", "group:2", "person:3", "group:3"]
    assert asked[1] == ["person:2", "person:3", "group:1", "group:2", "group:3"]


def test_empty_office_says_nothing_and_forgets_nothing(engine: Engine) -> None:
    where = office(DUE, EACH, rule("continuous", id="song", silence_days=7))
    with transaction(engine) as session:
        bring_up_to_date(session, where, START)
    at = Hall(engine, where)
    assert [at.look(f"{number:02}/06/2023 07:30") for number in (2, 13, 16, 19, 20, 22)] == [[]] * 6
    assert [key for key, why in at.alerts().items() if not why] == []


def test_duty_of_everybody_is_said_to_those_who_still_owe_it(engine: Engine) -> None:
    at = hall(engine, EACH)
    with transaction(engine) as session:
        finish(session, at.office, item(session, at.office, "2023-06").deadline, HOA, START, share_of=HOA)
    assert [line.split(": ")[0] for line in at.look("21/06/2023 15:00")] == ["person:1", "person:2", "group:1"]


def test_closing_list_is_shown_even_when_everybody_has_reported(engine: Engine) -> None:
    at = hall(engine, EACH)
    with transaction(engine) as session:
        deadline = item(session, at.office, "2023-06").deadline
        for person in (LAN, MINH, HOA):
            finish(session, at.office, deadline, person, START, share_of=person)
    assert at.look("22/06/2023 07:30") == ["group:1: closing_list"]


def test_closing_list_is_not_lost_beside_what_is_overdue_after_an_interruption(engine: Engine) -> None:
    at = hall(engine, EACH)
    said = at.look("23/06/2023 07:30")
    assert said[0] == "group:1: closing_list overdue2"
    assert [line.endswith("Lan, Minh, Hoa.") for line in at.text(0).splitlines() if "Chưa gửi" in line] == [True]


# --- the picture, silence, the noise budget ---------------------------------------------------------------------

PICTURE = rule("monthly", id="tong-hop", day=25, bound="on", monthly_picture=True, lead=["vp-tk"])


def test_clerk_gets_the_picture_of_the_month_as_a_message_of_its_own(engine: Engine) -> None:
    found = hall(engine, PICTURE).look("23/06/2023 07:30")
    assert found == [
        "person:1: monthly_picture",
        "person:1: last_day",
        "group:1: last_day",
    ]


def test_picture_that_has_not_gone_out_is_not_swallowed_by_the_next_message(engine: Engine) -> None:
    at = hall(engine, PICTURE)
    at.look("23/06/2023 07:30")
    at.look("23/06/2023 15:00")
    with transaction(engine) as session:
        deadline = item(session, at.office, "2023-06").deadline
        finish(session, at.office, deadline, LAN, moment("23/06/2023 16:00"))
        refresh(session, at.office, people(session, at.office), deadline.id, moment("23/06/2023 16:00"))
    first = at.messages()[0]
    assert (first.state, at.steps(first), first.edit_due) == ("pending", "monthly_picture", False)
    assert at.text(0).startswith("🗓 Tổng hợp tháng 6/2023")


SILENT = rule("continuous", id="song", silence_days=7, lead=["mot-cua"])


def test_silence_is_asked_about_once_for_each_span(engine: Engine) -> None:
    at = hall(engine, SILENT)
    found = []
    for when in ("07/06/2023 16:59", "08/06/2023 07:29", "08/06/2023 08:00", "09/06/2023 08:00", "15/06/2023 08:00"):
        found.append(at.look(when))
        at.deliver(moment(when))
    assert found == [[], [], ["person:3: silent7"], [], ["person:3: silent14"]]
    with reading(engine) as session:
        assert mark(session, "silences_looked_for") == "2023-06-15"


def test_silence_that_was_never_told_is_told_once_with_its_whole_length(engine: Engine) -> None:
    at = hall(engine, SILENT)
    assert [at.look(when) for when in ("08/06/2023 08:00", "15/06/2023 08:00")] == [
        ["person:3: silent7"],
        ["person:3: silent7 silent14"],
    ]
    assert at.text(1).count("• I.1") == 1


def events(at: Hall, count: int, when: str) -> None:
    """So many applications come in, each said by itself."""
    now = moment(when)
    for _ in range(count):
        now += timedelta(minutes=1)
        with transaction(at.engine) as session:
            record_event(session, "2023-thu", "I.1", "don", now, None, "đơn", LAN, now)
            bring_up_to_date(session, at.office, now)
        announce(at.engine, at.office, now)
        at.deliver(now)


APPLICATION = rule("after_event", id="don", event="có đơn", count=20, unit="working_days", lead=["mot-cua"])


def test_nobody_gets_more_than_three_pushes_a_day_and_the_rest_comes_next_morning(engine: Engine) -> None:
    at = hall(engine, APPLICATION)
    events(at, 5, "08/06/2023 08:00")
    said = len(at.messages())
    assert (said, at.look("08/06/2023 16:00")) == (6, [])
    assert at.look("09/06/2023 07:30") == [
        "person:3: event",
        "group:1: event",
    ]
    assert at.text(-1).count("• I.1") == 2
    assert at.look("09/06/2023 07:31") == []


def test_last_call_does_not_wait_for_the_next_day_however_much_was_said(engine: Engine) -> None:
    at = hall(engine, APPLICATION, {**DUE, "lead": ["mot-cua"], "day": day("08/06/2023")})
    at.look("08/06/2023 07:30")
    at.deliver(moment("08/06/2023 07:30"))
    events(at, 3, "08/06/2023 08:00")
    assert at.look("08/06/2023 15:00") == ["person:3: last_call", "group:1: last_call"]
    at.deliver(moment("08/06/2023 15:00"))
    assert at.look("09/06/2023 07:30") == ["person:3: overdue1 event", "group:1: event"]


def test_what_is_overdue_does_not_wait_for_the_next_day_however_much_was_said(engine: Engine) -> None:
    at = hall(engine, {**APPLICATION, "count": 8, "unit": "working_hours"})
    events(at, 3, "08/06/2023 08:00")
    events(at, 3, "08/06/2023 09:00")
    said = []
    for clock in ("07:30", "08:01", "08:02", "08:03", "09:03"):
        said.append(at.look(f"09/06/2023 {clock}"))
        at.deliver(moment(f"09/06/2023 {clock}"))
    assert said == [["person:3: event", "group:1: event"], *[["person:3: overdue"]] * 4]


def test_budget_of_one_recipient_does_not_hold_back_the_others(engine: Engine) -> None:
    at = hall(engine, APPLICATION, {**DUE, "day": day("13/06/2023")})
    events(at, 3, "08/06/2023 07:00")
    assert at.look("08/06/2023 07:30") == ["person:2: upcoming3"]


def test_budget_is_of_the_local_day_and_not_spent_by_what_was_dropped(engine: Engine) -> None:
    at = hall(engine, APPLICATION)
    events(at, 3, "08/06/2023 16:00")
    events(at, 3, "09/06/2023 08:00")
    with transaction(engine) as session:
        for row in session.exec(select(OutboxRow)):
            row.state = "pending"
            drop(session, row.id or 0, "thử", moment("09/06/2023 08:10"))
    events(at, 1, "09/06/2023 09:00")
    assert len(at.messages()) == 14


def test_two_who_look_at_the_same_moment_say_it_once(engine: Engine) -> None:
    at = hall(engine, DUE, EACH)
    queued: list[int] = []
    threads = [
        Thread(target=lambda: queued.append(announce(engine, at.office, moment("16/06/2023 07:30"))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(queued) == [0, 0, 2]
    assert [row.recipient for row in at.messages()] == ["person:2", "group:1"]


def test_clock_that_went_back_repeats_nothing(engine: Engine) -> None:
    at = hall(engine, DUE)
    found = [len(at.look(when)) for when in ("16/06/2023 15:00", "16/06/2023 08:00", "15/06/2023 09:00")]
    assert (found, at.look("16/06/2023 15:01")) == ([2, 0, 0], [])
