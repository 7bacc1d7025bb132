"""Wiring: from settings to an office, a database that is up to date, and the bot's parts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self, TypeVar

from sqlalchemy import Engine

from bot.case_desk import CaseDesk
from bot.channels.fetching import Fetch
from bot.channels.pace import alone
from bot.clock import Clock, real_clock
from bot.commands.table import COMMANDS
from bot.conversation import Conversation
from bot.evidence_desk import EvidenceDesk
from bot.mistakes import Mistake
from bot.settings import Settings
from bot.vitals import Vitals
from jobs.channel import Channel
from jobs.daily import start_up
from jobs.delivery import Courier
from jobs.elsewhere import put_to_work
from jobs.press import Press
from jobs.timetable import tick, timetable, watch_for_oversleep
from plan_data.loading import load
from plan_data.office import Office
from plan_data.policy import POLICY_FILE, load_policy
from plan_data.problems import DataError, Problem
from plan_data.workdays import DAYS_OFF_FILE, OfficeHours, load_calendar
from records.audit import mark, set_mark
from records.channels import AtWork
from records.database import migrate, open_database, transaction

FILES = "files"  # the folder in DATA_DIR of what the bot has made
EVIDENCE = "evidence"  # the folder in DATA_DIR of files that prove completions
TEMPLATES = "templates"  # the folder in DATA_DIR of the office's own layouts

Read = TypeVar("Read")


class WrongClock(Mistake):
    """The database belongs to a bot that runs on another kind of clock."""


def open_office(settings: Settings) -> Office:
    """Read the plans, the calendar and the policy. Raises DataError with every mistake of all of them."""
    hours = OfficeHours.parse(settings.office_hours)
    plans, problems = load(settings.plan)
    calendar = _collect(lambda: load_calendar(settings.days_off_file or DAYS_OFF_FILE, hours), problems)
    policy = _collect(lambda: load_policy(hours, settings.policy_file or POLICY_FILE), problems)
    if problems or calendar is None or policy is None:
        raise DataError(problems)
    return Office(plans, calendar, policy)


def _collect(read: Callable[[], Read], problems: list[Problem]) -> Read | None:
    try:
        return read()
    except DataError as error:
        problems += error.problems
        return None


@dataclass
class Bot:
    """The running parts. One `step` is what the timetable does at each wake-up; `fetch` is for both desks.

    `worker`: its number where several `workers` share the delivery; how many they are may change.
    """

    engine: Engine
    office: Office
    clock: Clock
    conversation: Conversation
    press: Press
    cases: CaseDesk
    evidence: EvidenceDesk
    fetch: dict[str, Fetch]
    couriers: list[Courier] = field(default_factory=list)
    worker: int | None = None
    workers: Callable[[], int] = alone
    vitals: Vitals = field(init=False)

    def __post_init__(self) -> None:
        self.vitals = Vitals(self.clock)

    def attach(self, channel: Channel, at_once: int = 1, monthly_quota: int | None = None) -> Courier:
        """Deliver on this channel too; `monthly_quota` messages a month, None without a limit."""
        courier = Courier(
            self.engine, self.office, channel, self.clock, at_once, monthly_quota, self.press, self.worker
        )
        self.couriers.append(courier)
        return courier

    def put_to_work(self, order: Sequence[str] = ()) -> None:
        """Let the attached channels, and no others, carry messages; those named in `order` are preferred."""
        rank = {name: number for number, name in enumerate(order)}
        couriers = sorted(self.couriers, key=lambda each: rank.get(each.channel, len(rank)))
        put_to_work(self.engine, [AtWork(each.channel, each.monthly_quota) for each in couriers])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections to the database."""
        self.engine.dispose()

    async def start(self) -> None:
        """Bring the deadlines up to date and settle what a crash left in the air."""
        start_up(self.engine, self.office, self.clock())
        for courier in self.couriers:
            await courier.recover()

    async def deliver(self) -> None:
        """Carry what is in the outbox, on every channel."""
        await asyncio.gather(*(courier.deliver() for courier in self.couriers))

    async def step(self) -> None:
        """One look at what is due, and delivery."""
        await tick(self.engine, self.office, self.couriers, self.clock)
        self.vitals.ticked()


@asynccontextmanager
async def awake(wake: Callable[[], Awaitable[None]], every_seconds: float) -> AsyncIterator[None]:
    """Call `wake` at once and at that interval as long as the block runs.

    The call that is under way at the block's end is let finish, so that no message is cut off while it is sent.
    """
    busy, over = asyncio.Lock(), asyncio.Event()

    async def once() -> None:
        async with busy:
            if not over.is_set():
                await wake()

    scheduler = timetable(once, every_seconds)
    scheduler.start()
    watch = asyncio.create_task(watch_for_oversleep(scheduler, every_seconds, real_clock))
    try:
        yield
    finally:
        watch.cancel()
        scheduler.pause()
        over.set()
        async with busy:  # the call under way
            pass
        await asyncio.sleep(0)  # one that had just been set off does nothing and ends, before the scheduler would
        scheduler.shutdown()


def open_bot(settings: Settings, office: Office, clock: Clock, *, simulated: bool) -> Bot:
    """Open and migrate the database and put the parts together.

    Raises WrongClock when the database belongs to a rehearsal and this is not one, or the other way round.
    """
    engine = open_database(settings.database)
    migrate(engine)
    claim_for_clock(engine, simulated=simulated)
    press = Press(engine, office, settings.data_dir / FILES, settings.data_dir / TEMPLATES)
    fetch: dict[str, Fetch] = {}
    cases = CaseDesk(engine, office, clock, settings.cases_keep_applicant, settings.cases_inbox, fetch)
    evidence = EvidenceDesk(engine, office, clock, settings.data_dir / EVIDENCE, fetch)
    return Bot(engine, office, clock, Conversation(engine, office, COMMANDS, clock), press, cases, evidence, fetch)


def claim_for_clock(engine: Engine, *, simulated: bool) -> None:
    """A rehearsal must not mix its dates into the records of a real office. Raises WrongClock."""
    with transaction(engine) as session:
        found = mark(session, "clock")
        check_clock(found, simulated=simulated)
        if found is None:
            set_mark(session, "clock", "simulated" if simulated else "real")


def check_clock(found: str | None, *, simulated: bool) -> None:
    """Compare the clock that a database belongs to with this one. Raises WrongClock."""
    if found == "real" and simulated:
        raise WrongClock(
            "Cơ sở dữ liệu này đang dùng cho công việc thật nên không chạy thử với --now được. "
            "Hãy đặt DATABASE_URL hoặc DATA_DIR khác để diễn tập."
        )
    if found == "simulated" and not simulated:
        raise WrongClock(
            "Cơ sở dữ liệu này thuộc về một buổi diễn tập (--now). "
            "Hãy đặt DATABASE_URL hoặc DATA_DIR khác cho công việc thật, hoặc xóa tệp diễn tập."
        )
