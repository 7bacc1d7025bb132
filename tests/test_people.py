"""People with their roles and accounts, and the linked groups."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from records.addresses import is_linked, mark_reachable, mark_unreachable, move_address, name_at, name_of
from records.database import transaction
from records.people import account_of, accounts, groups, link_account, link_group, retire, set_roles, touch_account
from tests.builders import day, moment, rule
from tests.small_office import hire, office, people

NOW = moment("13/06/2023 08:00")
LATER = NOW + timedelta(hours=1)
WHERE = office(rule("continuous"))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction on an empty database."""
    with transaction(engine) as session:
        yield session


def test_roster_without_people_answers_every_question(session: Session) -> None:
    nobody = people(session, WHERE)
    assert (nobody.everybody, nobody.active, nobody.clerks, nobody.leaders) == ((), (), (), ())
    assert (nobody.holders(("mot-cua",)), nobody.owing(("toan-the",), NOW.date())) == ((), ())
    assert (nobody.get(1), nobody.name_of(1)) == (None, "?")


def test_person_holds_the_own_roles_and_those_that_follow_from_them(session: Session) -> None:
    hire(session, "Minh", "tu-phap", "vp-tk")
    (minh,) = people(session, WHERE).everybody
    assert minh.roles == {"tu-phap", "vp-tk"}
    assert minh.held == {"tu-phap", "vp-tk", "chuyen-mon", "toan-the"}
    assert (minh.is_clerk, minh.is_leader, minh.runs_the_office) == (True, False, True)


def test_person_without_any_role_is_one_of_everybody(session: Session) -> None:
    hire(session, "Tập sự")
    (intern,) = people(session, WHERE).everybody
    assert (intern.roles, intern.held, intern.runs_the_office) == (frozenset(), frozenset({"toan-the"}), False)


def test_role_that_no_plan_has_any_more_gives_nothing(session: Session) -> None:
    hire(session, "Minh", "vi-tri-cu")
    (minh,) = people(session, WHERE).everybody
    assert minh.held == {"vi-tri-cu", "toan-the"}
    assert (minh.is_clerk, minh.is_leader) == (False, False)


def test_holders_are_in_the_order_in_which_they_were_added_and_each_only_once(session: Session) -> None:
    for name, role in (("Hoa", "mot-cua"), ("Minh", "tu-phap"), ("Chủ tịch", "chu-tich"), ("Lan", "vp-tk")):
        hire(session, name, role)
    found = people(session, WHERE).holders(("chuyen-mon", "tu-phap", "vp-tk"))
    assert [person.name for person in found] == ["Hoa", "Minh", "Lan"]
    assert [person.name for person in people(session, WHERE).holders(("toan-the",))] == ["Hoa", "Minh", "Lan"]


def test_who_joined_after_the_last_day_owes_nothing_and_who_joined_on_it_does(session: Session) -> None:
    hire(session, "Cũ", "mot-cua", joined="03/01/2023")
    hire(session, "Kịp", "mot-cua", joined="21/06/2023")
    hire(session, "Mới", "mot-cua", joined="22/06/2023")
    found = people(session, WHERE).owing(("mot-cua",), day("21/06/2023"))
    assert [person.name for person in found] == ["Cũ", "Kịp"]


def test_who_retired_owes_nothing_and_is_still_named_in_the_records(session: Session) -> None:
    number = hire(session, "Hoa", "mot-cua", "vp-tk", "chu-tich")
    retire(session, number, NOW)
    found = people(session, WHERE)
    assert (found.active, found.clerks, found.leaders, found.holders(("mot-cua",))) == ((), (), (), ())
    assert (found.name_of(number), name_of(session, f"person:{number}")) == ("Hoa", "Hoa")
    assert [person.retired for person in found.everybody] == [True]


def test_new_roles_replace_the_old_ones(session: Session) -> None:
    number = hire(session, "Hoa", "mot-cua", "vp-tk")
    set_roles(session, number, frozenset({"tu-phap"}))
    assert [person.roles for person in people(session, WHERE).everybody] == [{"tu-phap"}]


def test_person_is_written_to_on_the_account_used_last(session: Session) -> None:
    number = hire(session, "Hoa", "mot-cua")
    link_account(session, number, "telegram", "7", NOW)
    link_account(session, number, "zalo", "8", LATER)
    before = [each.channel for each in accounts(session)[number]]
    telegram = account_of(session, "telegram", "7")
    assert telegram is not None
    touch_account(session, telegram, LATER + timedelta(hours=1))
    assert (before, [each.channel for each in accounts(session)[number]]) == (
        ["zalo", "telegram"],
        ["telegram", "zalo"],
    )


def test_account_changes_hands_when_it_is_linked_to_somebody_else(session: Session) -> None:
    hoa, minh = hire(session, "Hoa", "mot-cua"), hire(session, "Minh", "tu-phap")
    link_account(session, hoa, "telegram", "7", NOW)
    link_account(session, minh, "telegram", "7", LATER)
    assert {person: [each.address for each in found] for person, found in accounts(session).items()} == {minh: ["7"]}


def test_same_address_on_another_channel_is_another_account(session: Session) -> None:
    hoa, minh = hire(session, "Hoa", "mot-cua"), hire(session, "Minh", "tu-phap")
    link_account(session, hoa, "telegram", "7", NOW)
    link_account(session, minh, "zalo", "7", NOW)
    found = [account_of(session, channel, "7") for channel in ("telegram", "zalo", "console")]
    assert [each.person_id if each else None for each in found] == [hoa, minh, None]


def test_account_that_cannot_be_reached_can_be_again_once_the_person_has_spoken_there(session: Session) -> None:
    number = hire(session, "Hoa", "mot-cua")
    link_account(session, number, "telegram", "7", NOW)
    mark_unreachable(session, "telegram", "7", "đã chặn bot")
    blocked = account_of(session, "telegram", "7")
    assert blocked is not None
    touch_account(session, blocked, LATER)
    back = account_of(session, "telegram", "7")
    assert back is not None
    assert (blocked.unreachable, back.unreachable) == ("đã chặn bot", "")


def test_group_is_linked_once_with_its_newest_title_and_audience(session: Session) -> None:
    first = link_group(session, "telegram", "-5", "Nhóm", NOW)
    mark_unreachable(session, "telegram", "-5", "bot không còn trong nhóm")
    again = link_group(session, "telegram", "-5", "Nhóm mới", LATER, "mot-cua")
    other = link_group(session, "telegram", "-6", "Nhóm khác", LATER)
    assert first == again
    assert [(each.id, each.title, each.audience, each.unreachable) for each in groups(session)] == [
        (first, "Nhóm mới", "mot-cua", ""),
        (other, "Nhóm khác", "all", ""),
    ]


def test_group_that_can_be_written_to_again_says_so(session: Session) -> None:
    link_group(session, "telegram", "-5", "Nhóm", NOW)
    mark_unreachable(session, "telegram", "-5", "bot không còn trong nhóm")
    before = [each.unreachable for each in groups(session)]
    mark_reachable(session, "telegram", "-5")
    assert (before, [each.unreachable for each in groups(session)]) == (["bot không còn trong nhóm"], [""])


@pytest.mark.parametrize(
    ("channel", "chat", "linked"),
    [
        ("telegram", "-5", True),
        ("telegram", "-5/12", True),
        ("telegram", "-55", False),
        ("zalo", "-5", False),
    ],
)
def test_every_topic_of_a_linked_group_is_linked(session: Session, channel: str, chat: str, linked: bool) -> None:
    link_group(session, "telegram", "-5/3", "Nhóm", NOW)
    assert is_linked(session, channel, chat) is linked


def test_group_that_moved_keeps_its_number_at_the_new_address(session: Session) -> None:
    number = link_group(session, "telegram", "-5", "Nhóm", NOW)
    move_address(session, "telegram", "-5", "-1005")
    move_address(session, "telegram", "-77", "-78")
    assert [(each.id, each.address) for each in groups(session)] == [(number, "-1005")]


def test_group_that_moved_to_where_it_was_linked_already_goes_on_there(session: Session) -> None:
    old = link_group(session, "telegram", "-5", "Nhóm", NOW)
    new = link_group(session, "telegram", "-1005", "Nhóm", NOW)
    mark_unreachable(session, "telegram", "-1005", "bot không còn trong nhóm")
    move_address(session, "telegram", "-5", "-1005")
    assert [(each.id, each.address, each.unreachable) for each in groups(session)] == [
        (old, "-5", "đã chuyển sang -1005"),
        (new, "-1005", ""),
    ]


def test_recipients_have_names(session: Session) -> None:
    hoa = hire(session, "Hoa", "mot-cua")
    link_account(session, hoa, "telegram", "7", NOW)
    link_group(session, "telegram", "-5", "UBND phường", NOW)
    recipients = [f"person:{hoa}", "group:1", "person:99", "chat:7"]
    assert [name_of(session, each) for each in recipients] == ["Hoa", "nhóm UBND phường", "person:99", "chat:7"]
    places = [("telegram", "7"), ("telegram", "-5"), ("telegram", "-5/12"), ("zalo", "7"), ("telegram", "8")]
    assert [name_at(session, *each) for each in places] == ["Hoa", "nhóm UBND phường", "nhóm UBND phường", "", ""]
