"""Several processes on one PostgreSQL, killed at random: nothing lost, nothing twice, and one of them leads."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from bot.crew import LOOK_SECONDS, one_of_many
from bot.single import AlreadyRunning, only_one
from plan_data.office import Office
from records.claims import claim
from records.database import reading, transaction
from records.outbox import ANSWER, PUSH, NewMessage, queue, states
from records.workers import take_over
from tests.builders import moment
from tests.fakes.telegram_server import FakeTelegram
from tests.machine import Machine
from tests.telegram_process import running, settings
from tests.telegram_town import TelegramTown
from tests.turns import events, out_of_turn, times_said, turns
from tests.worker_bot import MORNING
from wording.message import say
from wording.stops import ONE_PROCESS_ON_SQLITE

MESSAGES, CHATS, PROCESSES, KILLS = 2000, 60, 4, 8


# SQLite serves one process.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def fill(engine: Engine, messages: int) -> None:
    """So many messages that may go now."""
    with transaction(engine) as session:
        for number in range(messages):
            chat, body = f"chat-{number % CHATS}", say("Chào").to_dict()
            priority = PUSH if number % 7 else ANSWER
            message = NewMessage(f"k{number}", "push", "console", chat, f"person:{number}", priority, body)
            queue(session, message, moment(MORNING))


async def start(url: str, file: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.worker_bot", url, str(file))


@on_postgresql
async def test_four_workers_killed_at_random_lose_nothing_say_nothing_twice_and_keep_the_order_in_each_chat(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    chance, file = random.Random(20230613), tmp_path / "said"
    fill(engine, MESSAGES)
    processes = [await start(database_url, file) for _ in range(PROCESSES)]
    for kill in range(KILLS):  # spread over the work, since a process needs a moment before it does any
        while _sent(engine) < MESSAGES * (kill + chance.random()) / KILLS:  # noqa: ASYNC110  (others do it)
            await asyncio.sleep(0.02)
        unlucky = chance.randrange(PROCESSES)
        with suppress(ProcessLookupError):  # it has found nothing left to do
            processes[unlucky].send_signal(signal.SIGKILL)
        await processes[unlucky].wait()
        processes[unlucky] = await start(database_url, file)
    codes = [await asyncio.wait_for(each.wait(), 120) for each in processes]
    with reading(engine) as session:
        assert (states(session), codes) == ({"sent": MESSAGES}, [0] * PROCESSES)
    happened = events(file)
    said = times_said(happened)
    assert (len(said), {number for number, times in said.items() if times > 1}) == (MESSAGES, set())
    with reading(engine) as session:
        assert out_of_turn(happened, turns(session)) == []


def _sent(engine: Engine) -> int:
    with reading(engine) as session:
        return states(session).get("sent", 0)


@on_postgresql
async def test_one_worker_leads_and_another_takes_its_place_when_it_is_gone(engine: Engine) -> None:
    with one_of_many(engine) as second:
        with one_of_many(engine) as first:
            await asyncio.wait_for(first.lead(), 5)
            waiting = asyncio.create_task(second.lead())
            done, _ = await asyncio.wait([waiting], timeout=2 * LOOK_SECONDS)
            assert done == set()
        began = time.monotonic()
        await asyncio.wait_for(waiting, 10)
        assert time.monotonic() - began < 10


@on_postgresql
def test_what_the_living_are_sending_is_not_taken_over(engine: Engine) -> None:
    fill(engine, 3)

    def take(worker: int | None) -> None:
        with transaction(engine) as session:
            claim(session, "console", moment(MORNING), worker=worker)

    with one_of_many(engine) as living:
        with one_of_many(engine) as dying:
            take(dying.worker)
        take(living.worker)
        take(None)
        with one_of_many(engine) as third, transaction(engine) as session:
            assert [each.key for each in take_over(session, "console", third.worker)] == ["k0", "k2"]
            assert take_over(session, "telegram", third.worker) == []


@on_postgresql
def test_workers_and_a_single_bot_keep_out_of_each_others_way(engine: Engine) -> None:
    with one_of_many(engine), one_of_many(engine), pytest.raises(AlreadyRunning), only_one(engine):
        raise AssertionError("two at once")
    with only_one(engine), pytest.raises(AlreadyRunning), one_of_many(engine):
        raise AssertionError("two at once")


def test_worker_on_sqlite_says_why_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path, monkeypatch, capsys)
    assert machine.nhacviec("run", "--role", "worker").told == (2, [ONE_PROCESS_ON_SQLITE])


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram("4200001:workers-test-token-0123456789") as server:
        yield server


@on_postgresql
async def test_of_two_real_workers_one_polls_and_the_other_does_so_within_ten_seconds_of_its_death(
    server: FakeTelegram, engine: Engine, database_url: str, office: Office, tmp_path: Path
) -> None:
    town = TelegramTown(server, engine, office, SteppingClock(moment("13/06/2023 08:00")))
    clerk, given = town.users["cchc"], settings(server, database_url)
    worker = ("--role", "worker", "--now", "2023-06-13T08:00")
    async with running(tmp_path / "một", given, *worker) as first:
        await town.asked(lambda: server.updates.is_polled)
        async with running(tmp_path / "hai", given, *worker) as second:
            server.says(clerk, "/viec")
            await town.asked(lambda: any("việc" in sent.text.lower() for sent in town.sent_to("cchc")))
            first.kill()
            await first.ended()
            before, died = len(town.sent_to("cchc")), time.monotonic()
            server.says(clerk, "/lich 7")
            await town.asked(lambda: len(town.sent_to("cchc")) > before)
            assert time.monotonic() - died < 10
            second.kill(signal.SIGTERM)
            assert await second.ended() == 0
    for each in (first, second):
        assert ("another bot polls" in each.told, "Traceback" in each.told) == (False, False)
