"""Commands take part in the rounds of delivery: they share a transaction, and what they answer is claimed with it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session, select

from bot.command import Command, Request, Who
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.incoming import Incoming
from plan_data.office import Office
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import ANSWER, NewMessage, queue
from records.people import add_person, roster
from records.tables import AccountRow
from tests.post_office import NOW, Post, post
from tests.town import CHANNEL, Town
from wording.message import Reply, say
from wording.refusals import BROKEN


@pytest.fixture
def here(engine: Engine) -> Post:
    """Four messages at once."""
    return post(engine, at_once=4)


def answer(key: str, chat: str, session: Session, now: datetime = NOW) -> None:
    """A step that writes an answer."""
    body = say(f"tin {key}").to_dict()
    queue(session, NewMessage(key, "answer", "console", chat, f"chat:{chat}", ANSWER, body), now)


def refused(session: Session) -> None:
    """A step that the database refuses: nobody has that number."""
    session.add(AccountRow(person_id=999, channel="console", address="?", used_at=NOW))
    session.flush()


async def test_an_answer_is_claimed_in_the_transaction_that_writes_it(here: Post) -> None:
    await here.courier.take(partial(answer, "1", "Hoa"))
    assert (here.states(), here.line.sent) == (["sending"], [])
    await here.courier.deliver()
    assert (here.states(), here.line.sent) == (["sent"], [("Hoa", "tin 1")])


async def test_an_answer_goes_at_once_though_time_passes_while_it_is_written(here: Post) -> None:
    def slow(session: Session) -> None:
        here.clock.now += timedelta(milliseconds=20)
        answer("1", "Hoa", session, here.clock())

    await here.courier.take(slow)
    assert here.states() == ["sending"]


async def test_a_second_answer_to_a_chat_waits_its_turn(here: Post) -> None:
    def three(session: Session) -> None:
        for key, chat in (("1", "Hoa"), ("2", "Hoa"), ("3", "Lan")):
            answer(key, chat, session)

    await here.courier.take(three)
    assert here.states() == ["sending", "pending", "sending"]
    await here.courier.deliver()
    assert sorted(here.line.sent) == [("Hoa", "tin 1"), ("Hoa", "tin 2"), ("Lan", "tin 3")]


async def test_no_more_answers_are_claimed_than_can_be_sent_at_once(here: Post) -> None:
    def six(session: Session) -> None:
        for number in range(6):
            answer(str(number), f"chat {number}", session)

    await here.courier.take(six)
    assert here.states() == ["sending"] * 4 + ["pending"] * 2
    await here.courier.deliver()
    assert here.states() == ["sent"] * 6


async def test_a_step_that_the_database_refuses_fails_alone(here: Post) -> None:
    came = await asyncio.gather(
        here.courier.take(refused),
        here.courier.take(partial(answer, "1", "Hoa")),
        here.courier.take(partial(answer, "2", "Lan")),
        return_exceptions=True,
    )
    assert [type(each) for each in came] == [IntegrityError, type(None), type(None)]
    await here.courier.deliver()
    assert here.states() == ["sent", "sent"]


async def test_a_step_is_given_back_when_the_database_is_away(here: Post) -> None:
    def away(session: Session) -> None:
        raise OperationalError("SELECT", {}, DBAPIError("", {}, Exception("away")))

    with pytest.raises(OperationalError):
        await here.courier.take(away)
    await here.courier.take(partial(answer, "1", "Hoa"))
    assert here.states() == ["sending"]


async def test_running_delivery_takes_steps_and_those_left_at_its_end(here: Post) -> None:
    running = asyncio.create_task(here.courier.run())
    await asyncio.gather(*(here.courier.take(partial(answer, str(number), "Hoa")) for number in range(3)))
    left = asyncio.create_task(here.courier.take(partial(answer, "3", "Hoa")))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    await left
    await here.courier.deliver()
    assert here.states() == ["sent"] * 4


def test_a_command_that_fails_leaves_nothing_and_does_not_spoil_its_neighbours(
    engine: Engine, office: Office
) -> None:
    town = Town(engine, office)

    def hire_and_fail(request: Request) -> Reply:
        add_person(request.session, "Người Mới", frozenset({"tu-phap"}), request.today)
        raise ZeroDivisionError

    broken = Command("broken", "hong", Who.ANYONE, "", "", hire_and_fail)
    conversation = Conversation(engine, office, [*COMMANDS, broken], town.clock)
    people = ["tu-phap", "cchc", "van-hoa"]
    typed = zip(people, ["/viec", "/hong", "/không-có"], strict=True)
    stored = conversation.store(CHANNEL, [Incoming(f"u{who}", who, who, text, False) for who, text in typed])
    with transaction(engine) as session:
        for each in stored:
            conversation.handle_within(each, session)
    with reading(engine) as session:
        answers = {
            row.chat: Reply.from_dict(row.body).plain
            for row in session.exec(select(OutboxRow))
            if row.kind == "answer"
        }
        names = {person.name for person in roster(session, office.plans).everybody}
    assert sorted(answers) == sorted(people)
    assert answers["cchc"] == BROKEN
    assert "Người Mới" not in names
    assert conversation.waiting(CHANNEL) == []
