"""A clock that was ahead: what it made the bot say is said, nothing stays unsaid for it, and the clerk is told."""

import asyncio
from datetime import datetime, timedelta, tzinfo

import apscheduler.schedulers.base
import pytest
from sqlalchemy import Engine, update
from sqlmodel import col, func, select

import bot.clock
from bot.wiring import awake
from jobs.channel import SendFailed
from plan_data.office import Office
from records.database import reading, transaction
from records.mail_tables import AlertRow
from records.outbox import states
from records.tables import DeadlineRow
from tests.builders import moment
from tests.exports import Row
from tests.test_case_commands import office_with_cases
from tests.town import Sent, Town

_THREE_MINUTES = timedelta(minutes=3)


async def _clock_is_off(town: Town, by: timedelta) -> list[Sent]:
    """For three minutes, and then right again; returns what is said until after the next look."""
    before, right = len(town.channel.sent), town.clock.now
    town.clock.now = right + by
    await town.tick()
    town.clock.step(_THREE_MINUTES)
    await town.tick()
    town.clock.now = right + _THREE_MINUTES
    await town.tick()
    return town.channel.sent[before:]


def _said(town: Town) -> set[str]:
    with reading(town.engine) as session:
        return set(session.exec(select(AlertRow.key).where(AlertRow.dropped == "")))


def _states(town: Town) -> set[str]:
    with reading(town.engine) as session:
        return set(states(session))


@pytest.mark.parametrize("days", [1, 400])
async def test_everything_is_said_that_would_have_been_said_otherwise(town: Town, console: Town, days: int) -> None:
    for where in (town, console):
        await where.run_until("05/06/2023 09:00")
    early = await _clock_is_off(town, timedelta(days=days))
    for where in (town, console):
        await where.at("05/06/2023 09:30").run_until("16/06/2023 17:00")
    assert _said(console) - _said(town) == set()
    assert [each.text for each in early if each.kind == "push"] != []


async def test_clock_that_was_behind_changes_nothing(engine: Engine, office: Office) -> None:
    town = Town(engine, office, start="03/06/2024 07:00")
    await town.run_until("05/06/2024 09:00")
    known = _said(town)
    await _clock_is_off(town, -timedelta(days=365))
    await town.at("05/06/2024 09:30").run_until("05/06/2024 14:00")
    assert (_said(town), len(known)) == (known, 19)


async def test_done_work_that_the_plan_no_longer_has_is_not_looked_at_for_ever(town: Town) -> None:
    await town.says("tu-phap", "/xong II.1 số 5/BC")
    await town.at("05/06/2023 09:00").tick()
    with transaction(town.engine) as session:
        session.exec(update(DeadlineRow).where(col(DeadlineRow.done_on).is_not(None)).values(rule="xưa"))
    await _clock_is_off(town, timedelta(days=1))
    with reading(town.engine) as session:
        assert session.exec(select(func.count()).where(col(DeadlineRow.next_look) <= town.clock())).one() == 0


async def test_clerk_is_told(town: Town) -> None:
    said = await _clock_is_off(town.at("05/06/2023 09:00"), timedelta(days=400))
    (notice,) = [each for each in said if "Đồng hồ" in each.text]
    assert (notice.chat, notice.text) == (
        "cchc",
        "⚠️ Đồng hồ của máy chạy bot đã bị lùi lại\n"
        "Đồng hồ lùi từ 09:00 thứ Ba 9/7/2024 về 09:03 thứ Hai 5/6/2023. Lời nhắc đã gửi khi đồng hồ chạy sai có thể "
        "nói sai ngày; các lời nhắc khác được gửi theo giờ mới. Anh/chị nhờ người quản trị kiểm tra ngày giờ của máy "
        "và việc tự chỉnh giờ qua mạng.",
    )


async def test_message_that_was_put_off_on_the_wrong_clock_does_not_wait_for_that_day(town: Town) -> None:
    town.at("02/06/2023 09:00").channel.failures = [SendFailed("chậm lại", retry_after=timedelta(hours=1))]
    await town.tick()
    put_off = _states(town)
    await town.at("01/06/2023 09:00").tick()
    assert (put_off, _states(town)) == ({"pending", "sent"}, {"sent"})


async def test_few_minutes_are_not_worth_a_word(town: Town) -> None:
    said = await _clock_is_off(town.at("05/06/2023 09:00"), timedelta(minutes=4))
    assert [each.text for each in said if "Đồng hồ" in each.text] == []


async def test_case_is_spoken_of_at_its_own_moments(town: Town) -> None:
    await office_with_cases(town, Row("H32-1", due=moment("07/06/2023 17:00")))
    await _clock_is_off(town, timedelta(days=22))
    later = await town.at("05/06/2023 09:30").run_until("07/06/2023 17:00")
    spoken_of = [each for each in later if (each.kind, each.chat) == ("case", "tu-phap")]
    assert [f"{each.at:%d/%m %H:%M}" for each in spoken_of] == ["06/06 07:00", "07/06 07:00", "07/06 11:00"]


async def test_bot_that_was_first_used_on_a_wrong_clock_follows_the_plan_from_today(
    engine: Engine, office: Office, console: Town
) -> None:
    town = Town(engine, office, start="09/07/2024 09:00")
    for where in (town.at("01/06/2023 07:00"), console):
        await where.run_until("16/06/2023 17:00")
    assert _said(town) == _said(console)


async def test_wake_ups_go_on_when_the_clock_of_the_machine_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    woken = asyncio.Event()

    async def wake() -> None:
        woken.set()

    async with awake(wake, 0.1), asyncio.timeout(60):
        await woken.wait()
        for module in (apscheduler.schedulers.base, bot.clock):
            monkeypatch.setattr(module, "datetime", _AnHourAgo)
        for _ in range(5):
            woken.clear()
            await woken.wait()


class _AnHourAgo(datetime):
    """The clock of the machine, set back."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime is enough
        """An hour ago."""
        return datetime.now(tz) - timedelta(hours=1)
