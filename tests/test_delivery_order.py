"""Late messages, changed ones, and several chats side by side."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from records.database import transaction
from records.outbox import ANSWER, NOTICE, PUSH, revise
from tests.builders import moment
from tests.post_office import BLOCKED, LOST, NOW, Post, post
from wording.message import say


@pytest.fixture
def here(engine: Engine) -> Post:
    """The office at 08:00 on a working day; one message at a time."""
    return post(engine)


# --- late, and outside office hours ---


@pytest.mark.parametrize(
    ("kind", "written", "when", "late"),
    [
        ("push", "13/06/2023 08:00", "13/06/2023 09:00", False),
        ("push", "13/06/2023 08:00", "13/06/2023 09:01", True),
        ("push", "13/06/2023 16:30", "14/06/2023 07:31", True),
        ("answer", "13/06/2023 08:00", "13/06/2023 20:00", False),
        ("notice", "13/06/2023 20:00", "14/06/2023 07:30", False),  # kept for office hours on purpose
        ("nudge", "16/06/2023 18:00", "19/06/2023 08:00", False),
        ("news", "16/06/2023 18:00", "19/06/2023 08:00", False),
        ("nudge", "16/06/2023 18:00", "19/06/2023 08:31", True),
    ],
)
async def test_message_that_comes_late_says_so(here: Post, kind: str, written: str, when: str, late: bool) -> None:
    here.clock.now = moment(written)
    here.put("một", kind=kind)
    ((_, text),) = await here.at(when)
    assert (text.startswith("(gửi muộn"), text.endswith("tin một")) == (late, True)


@pytest.mark.parametrize("when", ["13/06/2023 17:00", "13/06/2023 12:00", "17/06/2023 09:00", "01/01/2028 09:00"])
async def test_reminders_wait_for_office_hours_and_answers_do_not(here: Post, when: str) -> None:
    waiting = (("push", PUSH), ("nudge", PUSH), ("news", NOTICE))
    for kind, priority in (*waiting, ("answer", ANSWER), ("notice", NOTICE)):
        here.put(kind, kind=kind, priority=priority)
    assert sorted(text[-10:] for _, text in await here.at(when)) == sorted(["tin answer", "tin notice"])
    assert here.states() == ["pending", "pending", "pending", "sent", "sent"]


async def test_reminder_that_failed_until_closing_time_comes_the_next_morning(here: Post) -> None:
    here.clock.now = moment("13/06/2023 16:59")
    here.put("một")
    here.line.answers = [LOST, LOST]
    found = [len(await here.at(when)) for when in ("13/06/2023 16:59", "13/06/2023 17:05", "14/06/2023 06:59")]
    attempts = here.row(1).attempts
    here.line.answers = []
    assert (found, attempts) == ([0, 0, 0], 1)
    ((_, text),) = await here.at("14/06/2023 07:00")
    assert text.startswith("(gửi muộn, soạn lúc 16:59")


# --- edits ---


def change(session: Session, number: int, words: str) -> None:
    """The text of a message has changed."""
    revise(session, number, say(words).to_dict())


async def test_posted_message_is_edited_once_after_everything_else_went_out(here: Post) -> None:
    number = here.put("một")
    await here.at(NOW)
    here.put("hai")
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    sent = await here.at(NOW)
    assert (sent, here.line.edited) == ([("Hoa", "tin hai")], [("tin 1", "đã xong")])
    await here.at(NOW)
    assert len(here.line.edited) == 1


async def test_waiting_message_goes_out_with_its_new_text(here: Post) -> None:
    number = here.put("một")
    with transaction(here.engine) as session:
        change(session, number, "đã đổi")
    assert (await here.at(NOW), here.line.edited) == ([("Hoa", "đã đổi")], [])


@pytest.mark.parametrize("failure", [LOST, BLOCKED, ValueError("x")])
async def test_edit_that_fails_is_not_worth_another_attempt(here: Post, failure: Exception) -> None:
    number = here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    here.line.answers = [failure]
    await here.at(NOW)
    await here.at(NOW + timedelta(hours=1))
    assert (here.line.edited, here.states(), here.notices()) == ([], ["sent"], [])


async def test_channel_that_cannot_edit_is_not_asked_to(here: Post) -> None:
    here.line.can_edit = False
    number = here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    await here.at(NOW)
    assert here.line.edited == []


# --- side by side ---


async def test_chats_are_written_to_side_by_side_and_each_of_them_in_order(engine: Engine) -> None:
    here = post(engine, at_once=4)
    here.line.seconds = 0.02
    for number in range(24):
        here.put(f"{number:02}", chat=f"chat {number % 6}", kind="answer", priority=ANSWER)
    sent = await here.at(NOW)
    assert len(sent) == 24
    for chat in range(6):
        texts = [text for where, text in sent if where == f"chat {chat}"]
        assert texts == sorted(texts)
    assert (here.line.most_in_one_chat, here.line.most_at_once) == (1, 4)


async def test_two_deliveries_at_the_same_time_send_nothing_twice(engine: Engine) -> None:
    here = post(engine, at_once=2)
    here.line.seconds = 0.01
    for number in range(10):
        here.put(f"{number:02}", chat=f"chat {number % 3}", kind="answer", priority=ANSWER)
    await asyncio.gather(here.courier.deliver(), here.courier.deliver())
    assert sorted(text for _, text in here.line.sent) == [f"tin {number:02}" for number in range(10)]
    assert here.line.most_in_one_chat == 1


async def test_running_courier_delivers_when_it_is_woken(here: Post) -> None:
    running = asyncio.create_task(here.courier.run())
    await asyncio.sleep(0.05)
    here.put("một")
    woken = await here.courier.deliver()
    for _ in range(100):
        await asyncio.sleep(0.02)
        if here.line.sent:
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (woken, here.line.sent, here.states()) == (0, [("Hoa", "tin một")], ["sent"])
