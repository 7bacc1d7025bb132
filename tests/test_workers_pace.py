"""Several workers write through one Bot API server that enforces the platform's limits, and none is turned away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from itertools import chain

import pytest
from sqlalchemy import Engine

from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import make_bot, polling_request
from bot.clock import SteppingClock
from bot.crew import Crew, one_of_many
from jobs.delivery import Courier
from plan_data.office import Office
from records.database import transaction
from records.outbox import NOTICE, NewMessage, queue
from tests.builders import moment
from tests.fakes.telegram_limits import busiest_by_chat, busiest_second
from tests.fakes.telegram_server import FakeTelegram
from tests.platform_town import WITHIN
from wording.message import say

MORNING = moment("13/06/2023 08:00")
WORKERS = 3
SPEED = 30  # the platform's minute lasts two seconds

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram("4200001:workers-pace-token-01234567", limits=True) as server:
        server.limits.speed = SPEED
        yield server


@pytest.fixture
def crews(engine: Engine) -> Iterator[list[Crew]]:
    """Workers that know of each other."""
    with ExitStack() as signed_on:
        crews = [signed_on.enter_context(one_of_many(engine)) for _ in range(WORKERS)]
        for crew in crews:
            crew.look()
        yield crews


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / SPEED)


def _fast() -> float:
    return time.monotonic() * SPEED


async def deliver(engine: Engine, office: Office, server: FakeTelegram, crews: list[Crew], messages: int) -> None:
    """All of them at work until so many messages have arrived."""
    bots = [make_bot(server.token, server.url, polling_request()) for _ in crews]
    clock = SteppingClock(MORNING)
    couriers = [
        Courier(
            engine,
            office,
            TelegramChannel(bot, Pace(_fast, sleep=_sleep, workers=crew.count)),
            clock,
            at_once=8,
            worker=crew.worker,
        )
        for bot, crew in zip(bots, crews, strict=True)
    ]
    looks = (crew.look_after([courier]) for crew, courier in zip(crews, couriers, strict=True))
    tasks = [asyncio.create_task(each) for each in chain((each.run() for each in couriers), looks)]
    await server.until(lambda: len(server.sent) >= messages, WITHIN)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for bot in bots:
        await bot.request.shutdown()


def put(engine: Engine, number: int, chat: int) -> None:
    with transaction(engine) as session:
        body = say(f"tin {number}").to_dict()
        queue(
            session, NewMessage(f"k{number}", "notice", "telegram", str(chat), f"chat:{chat}", NOTICE, body), MORNING
        )


@on_postgresql
async def test_a_group_hears_twenty_a_minute_from_all_workers_together_in_their_order(
    engine: Engine, office: Office, server: FakeTelegram, crews: list[Crew]
) -> None:
    group = server.add_group("Nhóm cơ quan")
    for number in range(50):
        put(engine, number, group.id)
    await deliver(engine, office, server, crews, 50)
    times = [(sent.chat_id, sent.at) for sent in server.sent]
    assert [sent.text for sent in server.sent] == [f"tin {number}" for number in range(50)]
    assert (server.refusals, busiest_by_chat(times, 60 / SPEED)[group.id] <= 20) == (0, True)


@on_postgresql
async def test_thirty_a_second_go_out_from_all_workers_together(
    engine: Engine, office: Office, server: FakeTelegram, crews: list[Crew]
) -> None:
    people = [server.add_user(started=True) for _ in range(150)]
    for number, person in enumerate(people):
        put(engine, number, person.id)
    await deliver(engine, office, server, crews, len(people))
    assert sorted(sent.chat_id for sent in server.sent) == sorted(person.id for person in people)
    assert (server.refusals, busiest_second([sent.at for sent in server.sent], 1 / SPEED) <= 30) == (0, True)
