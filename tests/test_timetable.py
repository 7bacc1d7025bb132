"""The timetable only wakes the bot: no wake-up is lost, none overlaps, and a mistake does not end it."""

import asyncio
import logging
import time

import pytest

from bot.wiring import awake
from jobs.timetable import tick, timetable
from plan_data.workdays import ZONE, CalendarYearMissing
from records.database import transaction
from records.outbox import ANSWER, NewMessage, queue
from tests.town import GROUP, Town
from wording.message import say


async def _nothing() -> None:
    """Wake up, and do nothing."""


async def test_scheduler_keeps_no_job_and_never_drops_a_wake_up_for_being_late() -> None:
    scheduler = timetable(_nothing, 20)
    scheduler.start(paused=True)
    (job,) = scheduler.get_jobs()
    found = (job.misfire_grace_time, job.coalesce, job.max_instances)
    triggers = job.trigger.triggers
    stores = [type(store).__name__ for store in scheduler._jobstores.values()]
    scheduler.shutdown(wait=False)
    assert found == (None, True, 1)
    assert [triggers[1].interval.total_seconds(), triggers[1].timezone, triggers[0].run_date.tzinfo] == [
        20,
        ZONE,
        ZONE,
    ]
    assert (scheduler.timezone, stores) == (ZONE, ["MemoryJobStore"])


async def test_first_wake_up_comes_at_once() -> None:
    woken = asyncio.Event()

    async def wake() -> None:
        woken.set()

    scheduler = timetable(wake, 300)
    scheduler.start()
    async with asyncio.timeout(60):
        await woken.wait()
    scheduler.shutdown(wait=False)


async def test_wake_ups_come_at_the_interval() -> None:
    woken: list[float] = []

    async def wake() -> None:
        woken.append(time.monotonic())

    scheduler = timetable(wake, 0.1)
    scheduler.start()
    await asyncio.sleep(0.55)
    scheduler.shutdown(wait=False)
    assert 4 <= len(woken) <= 7


async def test_loop_that_was_blocked_for_two_seconds_loses_no_wake_up() -> None:
    woken: list[float] = []

    async def wake() -> None:
        woken.append(time.monotonic())

    scheduler = timetable(wake, 2)
    scheduler.start()
    await asyncio.sleep(1.5)
    time.sleep(2)  # noqa: ASYNC251 - the wake-up of the second second comes a second and a half late
    blocked_until = time.monotonic()
    await asyncio.sleep(0.3)
    scheduler.shutdown(wait=False)
    assert [moment >= blocked_until for moment in woken] == [False, True]


async def test_wake_up_that_takes_long_is_not_overtaken_by_the_next_one() -> None:
    at_work, most = 0, 0

    async def wake() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.3)
        at_work -= 1

    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = timetable(wake, 0.05)
    scheduler.start()
    await asyncio.sleep(0.8)
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0.3)
    assert most == 1


async def test_mistake_in_one_wake_up_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    woken: list[int] = []

    async def wake() -> None:
        woken.append(len(woken))
        if len(woken) == 1:
            raise RuntimeError("giữa chừng")

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler = timetable(wake, 0.1)
    scheduler.start()
    await asyncio.sleep(0.45)
    scheduler.shutdown(wait=False)
    assert [record.getMessage() for record in caplog.records if record.name == "jobs.timetable"] == [
        "wake-up failed: giữa chừng"
    ]
    assert len(woken) >= 2


async def test_tick_says_what_is_due_and_delivers_it(town: Town) -> None:
    said = await town.at("16/06/2023 07:30").tick()
    assert {sent.chat for sent in said if "III.16" in sent.text} == {"cchc", GROUP}
    assert await town.tick() == []


async def test_what_is_written_already_goes_out_even_when_nothing_can_be_decided(town: Town) -> None:
    with transaction(town.engine) as session:
        body = say("Đã ghi nhận").to_dict()
        queue(session, NewMessage("đáp", "answer", "console", "cchc", "chat:cchc", ANSWER, body), town.clock())
    town.at("01/01/2028 08:00")
    with pytest.raises(CalendarYearMissing):
        await tick(town.engine, town.office, [town.courier], town.clock)
    assert [(sent.chat, sent.text) for sent in town.channel.sent if sent.kind == "answer"] == [
        ("cchc", "Đã ghi nhận")
    ]


@pytest.mark.parametrize("turns", range(8))
async def test_the_end_cuts_off_no_call_that_has_just_been_set_off(
    turns: int, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[int] = []
    ended: list[int] = []

    async def wake() -> None:
        begun.append(1)
        await asyncio.to_thread(time.sleep, 0.01)
        ended.append(1)

    async with awake(wake, 60):
        for _ in range(turns):
            await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert (len(ended), [record.message for record in caplog.records if record.levelname == "ERROR"]) == (
        len(begun),
        [],
    )
