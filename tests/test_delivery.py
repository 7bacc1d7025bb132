"""Claim, send, record: each message once, however the line fails."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from jobs.channel import Arrived, SendFailed
from jobs.outcomes import retry_delay
from records.alerts import Said, carried_by, of_message, record
from records.claims import claim
from records.database import reading, transaction
from records.outbox import ANSWER, NOTICE, PUSH, NewMessage, queue
from records.people import accounts, groups
from tests.builders import moment
from tests.post_office import BLOCKED, LOST, NOW, TIMED_OUT, Post, post
from wording.message import say


@pytest.fixture
def here(engine: Engine) -> Post:
    """The office at 08:00 on a working day; one message at a time."""
    return post(engine)


@pytest.mark.parametrize(
    ("attempts", "delay"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(seconds=15)),
        (3, timedelta(minutes=1)),
        (4, timedelta(minutes=5)),
        (5, timedelta(minutes=15)),
        (6, timedelta(hours=1)),
        (7, timedelta(hours=1)),
        (100, timedelta(hours=1)),
    ],
)
def test_pause_grows_with_every_failed_attempt_up_to_an_hour(attempts: int, delay: timedelta) -> None:
    assert retry_delay(attempts) == delay


async def test_message_goes_out_once_and_its_number_on_the_channel_is_kept(here: Post) -> None:
    number = here.put("một")
    found = [await here.at("13/06/2023 08:00"), await here.at("13/06/2023 08:01")]
    row = here.row(number)
    assert found == [[("Hoa", "tin một")], []]
    assert (row.state, row.remote_id, row.attempts, row.finished_at) == ("sent", "tin 1", 1, NOW)


async def test_messages_to_one_chat_go_in_order_and_urgent_ones_first(here: Post) -> None:
    for key, priority in (("nhắc", PUSH), ("đáp", ANSWER), ("báo", NOTICE), ("nhắc nữa", PUSH)):
        here.put(key, kind="answer" if priority == ANSWER else "push", priority=priority)
    assert [text for _, text in await here.at(NOW)] == ["tin đáp", "tin báo", "tin nhắc", "tin nhắc nữa"]


async def test_failed_attempt_is_repeated_after_a_growing_pause(here: Post) -> None:
    number = here.put("một")
    here.line.answers = [LOST, LOST, LOST]
    seen = []
    for after in (0, 4, 5, 19, 20, 79, 80):
        sent = await here.at(NOW + timedelta(seconds=after))
        seen.append((after, here.row(number).attempts, len(sent)))
    assert seen == [(0, 1, 0), (4, 1, 0), (5, 2, 0), (19, 2, 0), (20, 3, 0), (79, 3, 0), (80, 4, 1)]
    assert here.row(number).state == "sent"


async def test_failure_of_one_message_does_not_keep_back_the_others(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan", to="person:1")
    here.line.answers = [LOST]
    assert await here.at(NOW) == [("Lan", "tin hai")]


async def test_chat_in_which_the_platform_asks_for_silence_is_left_alone_until_then(here: Post) -> None:
    for key, chat in (("một", "Hoa"), ("hai", "Hoa"), ("ba", "Lan")):
        here.put(key, chat=chat)
    here.line.answers = [SendFailed("chậm lại", retry_after=timedelta(seconds=40))]
    found = [await here.at(NOW + timedelta(seconds=after)) for after in (0, 39, 40)]
    assert found == [[("Lan", "tin ba")], [], [("Hoa", "tin một"), ("Hoa", "tin hai")]]


async def test_chat_that_rests_gets_nothing(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan")
    here.line.rest = frozenset({"Hoa"})
    first = await here.at(NOW)
    here.line.rest = frozenset()
    assert (first, await here.at(NOW)) == ([("Lan", "tin hai")], [("Hoa", "tin một")])


async def test_person_who_cannot_be_written_to_any_more_is_marked_and_the_clerk_is_told_once(here: Post) -> None:
    numbers = [here.put("một"), here.put("hai")]
    here.line.answers = [BLOCKED, None, BLOCKED]
    sent = await here.at(NOW)
    with reading(here.engine) as session:
        unreachable = {person: [each.unreachable for each in found] for person, found in accounts(session).items()}
    assert [(here.row(number).state, here.row(number).error) for number in numbers] == [("failed", "đã chặn bot")] * 2
    assert unreachable == {1: [""], 2: ["đã chặn bot"]}
    assert here.notices() == ["unreachable|console|Hoa|2023-06-13|person:1"]
    assert [chat for chat, text in sent if "Hoa" in text] == ["Lan"]


async def test_clerk_is_told_again_when_it_happens_on_another_day(here: Post) -> None:
    for key, when in (("một", "13/06/2023 08:00"), ("hai", "14/06/2023 08:00")):
        here.clock.now = moment(when)
        here.put(key)
        here.line.answers = [BLOCKED]
        await here.at(when)
    assert here.notices() == [f"unreachable|console|Hoa|2023-06-{day}|person:1" for day in ("13", "14")]


async def test_group_that_cannot_be_written_to_any_more_is_marked(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("bot không còn trong nhóm", permanent=True)]
    sent = await here.at(NOW)
    with reading(here.engine) as session:
        assert [each.unreachable for each in groups(session)] == ["bot không còn trong nhóm"]
    assert [chat for chat, text in sent if "nhóm Nhóm" in text] == ["Lan"]


async def test_nobody_is_told_that_a_stranger_cannot_be_answered(here: Post) -> None:
    here.put("một", chat="người lạ", kind="answer", to="chat:người lạ")
    here.line.answers = [BLOCKED]
    await here.at(NOW)
    assert (here.states(), here.notices()) == (["failed"], [])


async def test_clerk_who_cannot_be_told_is_not_told_so(here: Post) -> None:
    here.put("một")
    here.line.answers = [BLOCKED, BLOCKED]
    await here.at(NOW)
    assert (here.states(), len(here.notices())) == (["failed", "failed"], 1)


async def test_message_that_the_platform_does_not_take_fails_alone(here: Post) -> None:
    here.put("một")
    here.put("hai")
    here.line.answers = [SendFailed("nội dung bị từ chối", rejected=True)]
    assert ("Hoa", "tin hai") in await here.at(NOW)
    with reading(here.engine) as session:
        assert [each.unreachable for each in accounts(session)[2]] == [""]
    assert here.states() == ["failed", "sent", "sent"]


async def test_clerk_is_told_once_a_day_of_a_message_that_the_platform_does_not_take(here: Post) -> None:
    here.put("Họp giao ban lúc 8h")
    here.put("Họp giao ban\nlúc 8h")
    here.put("lạ", chat="người lạ", kind="answer", to="chat:người lạ")
    rejected = SendFailed("nội dung bị từ chối", rejected=True)
    here.line.answers = [rejected, None, rejected, rejected]
    assert await here.at(NOW) == [
        (
            "Lan",
            "⚠️ Có tin không gửi được\nTin “tin Họp giao ban lúc 8h” gửi cho Hoa không được màn hình chấp nhận "
            "nên chưa tới; gửi cho người khác cũng vậy. Anh/chị báo nội dung bằng cách khác và nhờ người quản trị "
            "xem nhật ký.",
        )
    ]
    assert here.states() == ["failed", "failed", "failed", "sent"]


async def test_clerk_is_told_of_a_refused_code_without_the_code(here: Post) -> None:
    here.put("CFGH-2345", kind="secret")
    here.line.answers = [SendFailed("nội dung bị từ chối", rejected=True)]
    ((_, told),) = await here.at(NOW)
    assert told.splitlines()[1].startswith("Một tin gửi cho Hoa không được màn hình chấp nhận")


async def test_message_of_which_nobody_knows_is_kept_so_and_said_once_more(here: Post) -> None:
    number = here.put("một")
    said = Said("một", None, "I.1", "silent", 92, NOW, "person:2")
    with transaction(here.engine) as session:
        record(session, [said])
        carried_by(session, ["một"], number)
    here.line.answers = [TIMED_OUT]
    sent = [await here.at(NOW), await here.at(NOW + timedelta(minutes=1))]
    assert (sent, here.states()) == ([[], [("Hoa", "(nhắc lại) tin một")]], ["unconfirmed", "sent"])
    with reading(here.engine) as session:
        assert [of_message(session, each) for each in (number, number + 1)] == [[], [said]]
    assert await here.at(NOW + timedelta(hours=1)) == []


async def test_repetition_of_which_nobody_knows_is_not_repeated_and_the_clerk_is_told(here: Post) -> None:
    here.put("một")
    here.line.answers = [TIMED_OUT, TIMED_OUT]
    first = await here.at(NOW)
    ((who, text),) = await here.at(NOW + timedelta(minutes=1))
    assert (first, who, text.splitlines()[0]) == ([], "Lan", "⚠️ Chưa rõ tin đã đến")
    assert await here.at(NOW + timedelta(days=1)) == []
    assert here.states() == ["unconfirmed", "unconfirmed", "sent"]


async def test_answer_of_which_nobody_knows_is_repeated_at_once(here: Post) -> None:
    here.put("một", kind="answer")
    here.line.answers = [TIMED_OUT]
    assert await here.at(NOW) == [("Hoa", "(nhắc lại) tin một")]


async def test_repetition_after_an_outage_says_that_it_is_late(here: Post) -> None:
    here.put("một")
    with transaction(here.engine) as session:
        assert claim(session, "console", NOW) is not None
    here.clock.now = NOW + timedelta(hours=2)
    await here.courier.recover()
    ((_, said),) = await here.at(NOW + timedelta(hours=2))
    assert said.splitlines()[0].startswith("(gửi muộn, soạn lúc ")
    assert said.splitlines()[1] == "(nhắc lại) tin một"


async def test_mistake_of_the_channel_is_taken_for_a_doubtful_sending(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan")
    here.line.answers = [KeyError("message_id")]
    sent = [await here.at(NOW), await here.at(NOW + timedelta(minutes=1))]
    assert sent == [[("Lan", "tin hai")], [("Hoa", "(nhắc lại) tin một")]]
    assert here.row(1).error == "KeyError: 'message_id'"


@pytest.mark.parametrize(
    ("knows", "said", "states"),
    [
        (Arrived.YES, [], ["sent"]),
        (Arrived.NO, [("Hoa", "tin một")], ["sent"]),
        (Arrived.UNKNOWN, [("Hoa", "(nhắc lại) tin một")], ["unconfirmed", "sent"]),
    ],
)
async def test_message_that_a_dead_process_had_claimed_is_settled_at_start(
    here: Post, knows: Arrived, said: list[tuple[str, str]], states: list[str]
) -> None:
    here.put("một")
    with transaction(here.engine) as session:
        claim(session, "console", NOW)
    here.line.knows = knows
    before = await here.at(NOW)
    await here.courier.recover()
    assert (before, await here.at(NOW), here.states()) == ([], said, states)


async def test_recovery_leaves_other_channels_and_finished_messages_alone(here: Post) -> None:
    here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        queue(session, NewMessage("zalo", "push", "zalo", "7", "person:2", PUSH, say("x").to_dict()), NOW)
        claim(session, "zalo", NOW)
    await here.courier.recover()
    assert (await here.at(NOW), here.states()) == ([], ["sent", "sending"])


async def test_group_that_moved_is_written_to_at_its_new_address_at_once(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.put("hai", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("nhóm đã chuyển", moved_to="Nhóm mới")]
    assert await here.at(NOW) == [("Nhóm mới", "tin một"), ("Nhóm mới", "tin hai")]
    with reading(here.engine) as session:
        assert [each.address for each in groups(session)] == ["Nhóm mới"]


async def test_group_that_moved_to_where_it_is_already_is_tried_again_later(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("nhóm đã chuyển", moved_to="Nhóm")] * 2
    found = [
        await here.at(NOW),
        await here.at(NOW + timedelta(seconds=5)),
        await here.at(NOW + timedelta(seconds=20)),
    ]
    assert [len(each) for each in found] == [0, 0, 1]


async def test_message_is_given_up_after_three_days_and_the_clerk_is_told(here: Post) -> None:
    number = here.put("một", kind="answer", to="chat:Hoa")
    here.line.answers = [LOST]
    await here.at(NOW + timedelta(days=3))
    still = here.row(number).state
    here.line.answers = [LOST]
    await here.at(NOW + timedelta(days=3, hours=2))
    assert (still, here.row(number).state) == ("pending", "failed")
    assert here.notices() == ["given up|console|Hoa|2023-06-16|person:1"]


async def test_parts_that_went_out_are_remembered_for_the_next_attempt(here: Post) -> None:
    number = here.put("một")
    here.line.answers = [SendFailed("mất mạng", delivered=("11", "12"))]
    await here.at(NOW)
    assert here.row(number).remote_id == "11,12"
