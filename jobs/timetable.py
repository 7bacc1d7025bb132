"""The timetable: APScheduler only wakes us; what is due is a question to the database.

One look at once and then one at each interval, on the running event loop, nothing persisted: a missed or late
wake-up heals itself at the next.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine

from jobs.announce import announce
from jobs.broadcasts import send_scheduled
from jobs.case_announce import announce_cases
from jobs.case_stats import send_stats
from jobs.daily import once_a_day
from jobs.delivery import Courier
from jobs.outcomes import Clock
from jobs.weekly import send_review
from plan_data.office import Office
from plan_data.workdays import ZONE

log = logging.getLogger(__name__)


async def tick(engine: Engine, office: Office, couriers: list[Courier], clock: Clock) -> None:
    """One look: what the new day asks for, what is due and unsaid, then delivery on every channel."""
    now = clock()
    try:
        for step in (once_a_day, send_scheduled, announce, announce_cases, send_stats, send_review):
            await asyncio.to_thread(step, engine, office, now)
    finally:  # a mistake in deciding must not keep back what is written already
        await asyncio.gather(*(courier.deliver() for courier in couriers))


def timetable(wake: Callable[[], Awaitable[None]], every_seconds: float) -> AsyncIOScheduler:
    """A scheduler that calls `wake` at its start and at that interval; to be started inside the event loop."""
    scheduler = AsyncIOScheduler(
        timezone=ZONE,
        # Never drop a wake-up for being late (the default drops it after one second), never run two at a time.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    at_once, later = DateTrigger(timezone=ZONE), IntervalTrigger(seconds=every_seconds, timezone=ZONE)
    scheduler.add_job(wake, OrTrigger([at_once, later]))
    scheduler.add_listener(_complain, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return scheduler


async def watch_for_oversleep(scheduler: AsyncIOScheduler, every_seconds: float, clock: Clock) -> None:
    """Until cancelled: APScheduler sleeps until a moment of the machine's `clock`, and asyncio for a time. When that
    clock is set back, the moment lies far ahead, and the wake-up is called here instead.
    """
    interval = timedelta(seconds=every_seconds)
    while True:
        await asyncio.sleep(every_seconds)
        now = clock()
        for job in scheduler.get_jobs():
            if job.next_run_time - now > interval:
                job.modify(next_run_time=now)


def _complain(event: JobExecutionEvent) -> None:
    log.error("wake-up failed: %s", event.exception or "missed", exc_info=event.exception)
