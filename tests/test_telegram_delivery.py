"""Delivery on Telegram: what the outbox becomes when the platform accepts, refuses, moves, or keeps silent."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.pace import Pace
from plan_data.office import Office
from records.database import transaction
from records.outbox import ANSWER, PUSH, NewMessage, queue
from records.people import link_group
from tests.fakes.telegram_server import Fault
from tests.platform_town import WITHIN
from tests.telegram_town import CHANNEL, TelegramTown, Works, assemble, at_work, quiet_town
from wording.message import Block, Reply, say

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LONG = Reply(tuple(Block(f"• Việc số {number}: " + "báo cáo kết quả " * 20) for number in range(30)))


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[TelegramTown]:
    async with quiet_town(engine, office, "13/06/2023 08:00") as town:
        yield town


@pytest.fixture
async def works(town: TelegramTown) -> AsyncIterator[Works]:
    works = assemble(town)
    yield works
    await works.service.close()


def put(town: TelegramTown, chat: object, reply: Reply, *, kind: str = "push", key: str = "") -> None:
    """Something to say to a chat."""
    number = next(town._numbers)
    priority = ANSWER if kind == "answer" else PUSH
    recipient = f"group:{1}" if int(str(chat).partition("/")[0]) < 0 else "person:1"
    with transaction(town.engine) as session:
        message = NewMessage(key or f"k{number}", kind, CHANNEL, str(chat), recipient, priority, reply.to_dict())
        queue(session, message, town.clock())


def states(town: TelegramTown) -> list[tuple[str, str, str]]:
    return [(key, state, chat) for key, state, chat in town.rows("SELECT key, state, chat FROM outbox ORDER BY id")]


async def test_a_group_that_has_moved_gets_its_message_at_its_new_address(town: TelegramTown, works: Works) -> None:
    old = town.group.id
    town.server.migrates(town.group)
    put(town, old, say("một"))
    put(town, old, say("hai"))
    assert await works.courier.deliver() == 2
    new = town.group.migrated_to
    assert [(sent.chat_id, sent.text) for sent in town.server.sent] == [(new, "một"), (new, "hai")]
    assert town.rows("SELECT address, unreachable FROM group_chat") == [(str(new), "")]
    assert [state for _, state, _ in states(town)] == ["sent", "sent"]


async def test_a_group_that_has_moved_to_an_address_that_is_linked_already_goes_on_there(
    town: TelegramTown, works: Works
) -> None:
    old = town.group.id
    town.server.migrates(town.group)
    with transaction(town.engine) as session:
        link_group(session, CHANNEL, str(town.group.migrated_to), "Nhóm cơ quan", town.clock())
    put(town, old, say("một"))
    assert await works.courier.deliver() == 1
    assert [sent.chat_id for sent in town.server.sent] == [town.group.migrated_to]


async def test_a_long_message_that_is_overtaken_by_the_move_is_not_begun_again(
    town: TelegramTown, works: Works
) -> None:
    put(town, town.group.id, LONG)
    second = LONG.blocks[12].text.strip()

    def moves(values: dict[str, str]) -> bool:
        if second in values["text"] and town.group.migrated_to is None:
            town.server.migrates(town.group)
        return False

    town.server.faults.add("sendMessage", Fault.drop_before(), when=moves)
    await works.courier.deliver()
    items = [line.strip() for sent in town.server.sent for line in sent.text.splitlines()]
    assert items == [block.text.strip() for block in LONG.blocks]
    assert [sent.chat_id == town.group.migrated_to for sent in town.server.sent] == [False, True, True]


async def test_who_has_blocked_the_bot_is_unreachable_and_the_clerk_is_told(town: TelegramTown, works: Works) -> None:
    town.server.blocks(town.users["tu-phap"])
    put(town, town.users["tu-phap"].id, say("một"))
    await works.courier.deliver()
    assert town.rows("SELECT state, error FROM outbox WHERE key = 'k1'") == [
        ("failed", "Forbidden: bot was blocked by the user")
    ]
    address = town.users["tu-phap"].id
    assert town.rows(f"SELECT unreachable FROM account WHERE address = '{address}'") == [
        ("Forbidden: bot was blocked by the user",)
    ]
    assert ["Công chức Tư pháp" in sent.text for sent in town.sent_to("cchc")] == [True]


async def test_one_who_has_blocked_the_bot_does_not_stop_the_others(town: TelegramTown, works: Works) -> None:
    town.server.blocks(town.users["tu-phap"])
    for role in ("van-hoa", "tu-phap", "mot-cua"):
        put(town, town.users[role].id, say("một"))
    await works.courier.deliver()
    assert [len(town.sent_to(role)) for role in ("van-hoa", "tu-phap", "mot-cua")] == [1, 0, 1]


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault.drop_after(), ["một", "(nhắc lại) một"]),
        (Fault.drop_before(), ["(nhắc lại) một"]),
        (Fault.http_error(502), ["(nhắc lại) một"]),
        (Fault.garbage(), ["một", "(nhắc lại) một"]),
        (Fault.strange({"date": 1}), ["một", "(nhắc lại) một"]),
        (Fault.strange(None), ["một", "(nhắc lại) một"]),
    ],
)
async def test_what_nobody_knows_of_is_said_once_more_and_marked(
    town: TelegramTown, works: Works, fault: Fault, arrived: list[str]
) -> None:
    town.server.faults.add("sendMessage", fault)
    put(town, town.users["cchc"].id, say("một"))
    await works.courier.deliver()
    town.clock.step(timedelta(minutes=1))
    await works.courier.deliver()
    assert [sent.text for sent in town.sent_to("cchc")] == arrived
    assert [(key, state) for key, state, _ in states(town)] == [("k1", "unconfirmed"), ("k1|again", "sent")]


async def test_a_request_to_wait_holds_back_that_chat_alone(town: TelegramTown, works: Works) -> None:
    town.server.faults.add("sendMessage", Fault.too_many(9))
    for text in ("một", "hai"):
        put(town, town.users["cchc"].id, say(text))
    put(town, town.users["van-hoa"].id, say("ba"))
    await works.courier.deliver()
    assert [sent.text for sent in town.server.sent] == ["ba"]
    town.clock.step(timedelta(seconds=8))
    await works.courier.deliver()
    assert len(town.server.sent) == 1
    town.clock.step(timedelta(seconds=1))
    await works.courier.deliver()
    assert [sent.text for sent in town.server.sent] == ["ba", "một", "hai"]


async def test_a_long_message_goes_on_where_it_was_interrupted(town: TelegramTown, works: Works) -> None:
    put(town, town.users["cchc"].id, LONG)
    third = LONG.blocks[-1].text.strip()
    town.server.faults.add("sendMessage", Fault.too_many(5), when=lambda values: third in values["text"])
    await works.courier.deliver()
    assert len(town.server.sent) == 2
    town.clock.step(timedelta(seconds=5))
    await works.courier.deliver()
    items = [line.strip() for sent in town.sent_to("cchc") for line in sent.text.splitlines()]
    assert items == [block.text.strip() for block in LONG.blocks]


async def test_what_was_never_taken_is_sent_later_as_it_is_and_no_token_is_kept(town: TelegramTown) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = assemble(town, url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        put(town, town.users["cchc"].id, say("một"))
        await nobody.courier.deliver()
        await nobody.service.close()
    ((state, error),) = town.rows("SELECT state, error FROM outbox")
    assert (state, town.server.token.partition(":")[2] in error) == ("pending", False)
    town.clock.step(timedelta(seconds=5))
    works = assemble(town)
    await works.courier.deliver()
    await works.service.close()
    assert [sent.text for sent in town.server.sent] == ["một"]


async def test_a_token_is_not_kept_even_when_telegram_repeats_it(town: TelegramTown, works: Works) -> None:
    echo = f"the bot {town.server.token}AAAAAAAAAAAAAAAAAAAA is unknown"
    town.server.faults.add("sendMessage", Fault.refused(echo))
    put(town, town.users["cchc"].id, say("một"))
    await works.courier.deliver()
    failed = town.rows("SELECT state, error FROM outbox WHERE kind != 'notice'")
    assert failed == [("failed", "The bot [đã ẩn] is unknown")]


async def test_answers_go_before_reminders_that_wait_already(town: TelegramTown) -> None:
    """Ten a second: a hundred reminders take ten seconds, an answer goes at once."""
    pace = Pace(asyncio.get_running_loop().time, overall=(10, 1.0))
    works = assemble(town, pace=pace, at_once=8)
    users = [town.server.add_user(started=True) for _ in range(100)]
    for user in users:
        put(town, user.id, say("nhắc việc"))
    carrying = asyncio.create_task(works.courier.run())
    await town.asked(lambda: len(town.server.sent) >= 20)
    put(town, town.users["cchc"].id, say("trả lời"), kind="answer")
    await works.courier.deliver()
    before = len(town.server.sent)
    await town.asked(lambda: len(town.sent_to("cchc")) == 1)
    carrying.cancel()
    await asyncio.wait([carrying])
    await works.service.close()
    assert [sent.text for sent in town.server.sent].index("trả lời") - before < 11


async def test_answers_go_out_while_reminders_hang(town: TelegramTown) -> None:
    works = assemble(town, at_once=8)
    for _ in range(20):
        put(town, town.server.add_user(started=True).id, say("nhắc việc"))
    town.server.faults.add("sendMessage", Fault.slow(600), times=None, when=lambda values: "nhắc" in values["text"])
    async with at_work(works):
        await town.asked(lambda: len(town.server.sent) == 6)
        answer = await town.answer_to("cchc", "/huongdan")
    assert (answer != "", len(town.server.sent)) == (True, 7)


async def test_delivery_that_is_told_to_stop_lets_what_is_under_way_arrive(town: TelegramTown, works: Works) -> None:
    town.server.latency = 0.3
    for _ in range(40):
        put(town, town.server.add_user(started=True).id, say("nhắc việc"))
    carrying = asyncio.create_task(works.courier.run())
    await town.asked(lambda: len(town.server.sent) > 0)
    carrying.cancel()
    await asyncio.wait([carrying])
    counted = {state: number for _, state, number in town.states()}
    assert counted == {"sent": len(town.server.sent), "pending": 40 - len(town.server.sent)}
    assert 0 < len(town.server.sent) < 40


async def test_what_has_arrived_is_written_down_when_the_database_is_back(town: TelegramTown, works: Works) -> None:
    put(town, town.users["cchc"].id, say("một"))
    town.server.latency = 0.2
    carrying = asyncio.create_task(works.courier.run())
    await town.asked(lambda: len(town.server.sent) == 1)
    _rename(town, "outbox", "hidden")
    await asyncio.sleep(0.5)
    _rename(town, "hidden", "outbox")
    async with asyncio.timeout(WITHIN):
        while states(town) != [("k1", "sent", str(town.users["cchc"].id))]:  # noqa: ASYNC110 - the database has no events
            await asyncio.sleep(0.05)
    carrying.cancel()
    await asyncio.wait([carrying])
    assert len(town.server.sent) == 1


def _rename(town: TelegramTown, old: str, new: str) -> None:
    with transaction(town.engine) as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def test_a_claim_of_a_process_that_died_is_said_again_and_marked(town: TelegramTown, works: Works) -> None:
    put(town, town.users["cchc"].id, say("một"))
    with transaction(town.engine) as session:
        session.connection().exec_driver_sql("UPDATE outbox SET state = 'sending'")
    async with at_work(works):
        await town.asked(lambda: len(town.server.sent) == 1)
    assert [sent.text for sent in town.server.sent] == ["(nhắc lại) một"]
    assert [(key, state) for key, state, _ in states(town)] == [("k1", "unconfirmed"), ("k1|again", "sent")]
