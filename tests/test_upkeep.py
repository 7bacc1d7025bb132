"""Those who watch the bot from outside: systemd, the monitor, the person who asks for its health, and the clerk."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import select

from bot.settings import Settings, Supervisor
from bot.systemd import stand_by, tell_systemd
from bot.upkeep import Upkeep
from bot.vitals import Vitals
from jobs.elsewhere import put_to_work
from records.channels import AtWork
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import PUSH, NewMessage, queue
from records.vital_signs import last_signs
from tests.builders import moment
from tests.town import Town
from wording.message import say

SECRET_PATH = "/ping/b0b4-very-secret"


class Listener:
    """The end of systemd's socket."""

    def __init__(self, place: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(place)
        self.socket.settimeout(10)

    def hear(self) -> str:
        return self.socket.recv(1000).decode()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(str(tmp_path / "notify"))
    yield listener
    listener.socket.close()


class Monitor(HTTPServer):
    """An outside monitor that keeps the paths it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pinged: list[str] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    """Answers as the monitor says."""

    def do_GET(self) -> None:
        """A ping."""
        assert isinstance(self.server, Monitor)
        self.server.pinged.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    server = Monitor()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110  (it happens in another thread)
            await asyncio.sleep(0.005)


def upkeep(town: Town, vitals: Vitals, url: str = "", notify: str = "", **more: object) -> Upkeep:
    settings = Settings.model_construct(heartbeat_url=SecretStr(url) if url else None)
    supervisor = Supervisor.model_construct(notify_socket=notify)
    return Upkeep(
        town.engine, town.office, town.clock, vitals, settings, supervisor, every_seconds=0.01, **more  # type: ignore[arg-type]
    )  # fmt: skip


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def told(town: Town) -> dict[str, str]:
    """What waits for the clerk, by what it is about."""
    with reading(town.engine) as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice")).all()
        return {row.key.partition("|")[0]: str(row.body["blocks"][1][0]) for row in rows}


def outages(town: Town) -> dict[str, str]:
    """What waits for the clerk about outages."""
    return {about: text for about, text in told(town).items() if about in {"interruption", "silence", "loss"}}


@contextmanager
def out_of_reach(engine: Engine) -> Iterator[None]:
    """Nothing can be written down meanwhile."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mark RENAME TO mark_out_of_reach")
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mark_out_of_reach RENAME TO mark")


async def test_systemd_hears_that_the_bot_is_ready_that_it_lives_and_that_it_stops(
    town: Town, systemd: Listener, tmp_path: Path
) -> None:
    task = asyncio.create_task(upkeep(town, Vitals(town.clock), notify=str(tmp_path / "notify")).run())
    heard = [await asyncio.to_thread(systemd.hear) for _ in range(3)]
    await stop(task)
    assert heard == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    while (last := systemd.hear()) == "WATCHDOG=1":
        pass
    assert last == "STOPPING=1"


async def test_systemd_hears_from_a_worker_that_stands_by(systemd: Listener, tmp_path: Path) -> None:
    supervisor = Supervisor.model_construct(notify_socket=str(tmp_path / "notify"), watchdog_usec=30_000)
    task = asyncio.create_task(stand_by(supervisor))
    heard = [await asyncio.to_thread(systemd.hear) for _ in range(3)]
    await stop(task)
    assert heard == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


@pytest.mark.parametrize(("wanted", "seconds"), [(None, 20.0), (180_000_000, 20.0), (30_000_000, 10.0)])
def test_systemd_hears_from_us_three_times_as_often_as_it_wants(wanted: int | None, seconds: float) -> None:
    assert Supervisor.model_construct(notify_socket="", watchdog_usec=wanted).every_seconds == seconds


def test_worker_that_begins_to_lead_after_a_long_time_finds_nobody_silent(town: Town) -> None:
    vitals = Vitals(town.clock)
    answered = vitals.polls_of("telegram")
    town.clock.step(timedelta(hours=3))
    vitals.begin()
    answered()
    assert (vitals.is_well(), vitals.silent_now(), vitals.silences_that_are_over()) == (True, [], [])


async def test_bot_that_no_longer_ticks_is_left_to_the_watchdog_and_to_the_monitor(
    town: Town, systemd: Listener, monitor: Monitor, tmp_path: Path
) -> None:
    vitals = Vitals(town.clock)
    town.clock.step(timedelta(minutes=6))
    url = f"http://127.0.0.1:{monitor.server_port}{SECRET_PATH}"
    task = asyncio.create_task(upkeep(town, vitals, url, str(tmp_path / "notify")).run())
    assert await asyncio.to_thread(systemd.hear) == "READY=1"
    await until(lambda: _signs(town))
    assert monitor.pinged == []
    vitals.ticked()
    assert await asyncio.to_thread(systemd.hear) == "WATCHDOG=1"
    await until(lambda: monitor.pinged)
    await stop(task)
    assert set(monitor.pinged) == {SECRET_PATH}


def _signs(town: Town) -> object:
    with reading(town.engine) as session:
        return last_signs(session)


async def test_monitor_is_not_pinged_while_a_channel_does_not_answer(town: Town, monitor: Monitor) -> None:
    vitals = Vitals(town.clock)
    answered = vitals.polls_of("telegram")
    town.clock.step(timedelta(minutes=11))
    vitals.ticked()
    assert (vitals.is_ticking(), vitals.is_well()) == (True, False)
    answered()
    assert vitals.is_well()
    town.clock.step(timedelta(minutes=11))
    vitals.ticked()
    vitals.laid_off("telegram")
    assert vitals.is_well()


@pytest.mark.parametrize("status", [500, 404])
async def test_address_of_the_monitor_never_reaches_the_log(
    town: Town, monitor: Monitor, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    monitor.status = status
    caplog.set_level(logging.WARNING)
    url = f"http://127.0.0.1:{monitor.server_port}{SECRET_PATH}"
    for each in (url, f"http://127.0.0.1:1{SECRET_PATH}", f"nonsense{SECRET_PATH}", f"http://[{SECRET_PATH}"):
        caplog.clear()
        task = asyncio.create_task(upkeep(town, Vitals(town.clock), each).run())
        await until(lambda: "heartbeat" in caplog.text)
        await stop(task)
        assert SECRET_PATH not in caplog.text


def test_without_systemd_nothing_is_said_and_a_wrong_socket_is_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    tell_systemd("", "READY=1")
    assert caplog.messages == []
    tell_systemd("/nowhere/notify", "READY=1")
    tell_systemd("@nobody-listens-here", "READY=1")
    assert [message.partition(":")[0] for message in caplog.messages] == ["systemd cannot be told"] * 2


async def test_clerk_is_told_once_how_long_a_channel_was_silent_and_how_much_is_late(town: Town) -> None:
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    answered = vitals.polls_of("telegram")
    for number in range(2):
        message = NewMessage(f"k{number}", "push", "telegram", "1", "person:1", PUSH, say("Chào").to_dict())
        with transaction(town.engine) as session:
            queue(session, message, town.clock())
    town.at("15/06/2023 09:10")
    answered()
    answered()
    task = asyncio.create_task(upkeep(town, vitals).run())
    await until(lambda: "silence" in told(town))
    await stop(task)
    assert told(town)["silence"] == (
        "Bot mất liên lạc với Telegram từ 08:00 hôm nay đến 09:10 hôm nay (1 giờ 10 phút). "
        "2 tin bị chậm đang được gửi bù. Lệnh gửi trong lúc đó nay mới được trả lời."
    )
    assert vitals.silences_that_are_over() == []


@pytest.mark.parametrize("others", [(), ("console",)])
async def test_clerk_is_told_of_a_channel_that_does_not_answer_where_there_is_another(
    town: Town, others: tuple[str, ...]
) -> None:
    put_to_work(town.engine, [AtWork("telegram"), *map(AtWork, others)])
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    vitals.polls_of("telegram")
    for clock in ("08:10", "08:11", "08:30"):
        town.at(f"15/06/2023 {clock}")
        upkeep(town, vitals)._write_down()
    first = told(town).get("loss", "").partition(". ")[0]
    assert first == ("Telegram không trả lời bot từ 08:00 hôm nay" if others else "")


def test_machine_that_slept_is_one_outage_though_the_channels_were_silent_too(town: Town) -> None:
    put_to_work(town.engine, [AtWork("telegram"), AtWork("console")])
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    answered = vitals.polls_of("telegram")
    watch = upkeep(town, vitals)
    watch._write_down()
    town.at("15/06/2023 10:00")
    watch._write_down()  # the channel has not answered since, but has not had the time to
    town.at("15/06/2023 10:01")
    answered()
    watch._write_down()
    assert outages(town) == {
        "interruption": "Bot ngừng từ 08:00 hôm nay đến 10:00 hôm nay (2 giờ 0 phút). "
        "Lời nhắc bị lỡ được gửi bù trong giờ làm việc, có ghi rõ là gửi muộn."
    }


def test_channel_that_stays_silent_after_the_machine_slept_is_told_of(town: Town) -> None:
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    answered = vitals.polls_of("telegram")
    watch = upkeep(town, vitals)
    town.at("15/06/2023 09:00")
    watch._write_down()
    for clock in ("09:25", "09:50"):
        town.at(f"15/06/2023 {clock}")
        watch._write_down()
    answered()
    watch._write_down()
    assert told(town)["silence"].startswith(
        "Bot mất liên lạc với Telegram từ 09:00 hôm nay đến 09:50 hôm nay (50 phút)."
    )


def test_channel_that_falls_silent_after_the_clock_was_set_back_is_noticed(town: Town) -> None:
    vitals = Vitals(town.at("15/06/2024 08:00").clock)
    vitals.polls_of("telegram")()
    vitals.was_away(town.clock())
    town.at("15/06/2023 08:00")
    vitals.ticked()
    town.clock.step(timedelta(minutes=11))
    assert [(each.channel, each.since) for each in vitals.silent_now()] == [("telegram", moment("15/06/2023 08:00"))]


def test_database_that_could_not_be_written_to_for_long_is_one_outage_and_no_bunch_of_silences(town: Town) -> None:
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    answered = vitals.polls_of("telegram")
    watch = upkeep(town, vitals)
    with out_of_reach(town.engine):
        for clock in ("08:01", "08:45", "09:30", "10:15"):
            town.at(f"15/06/2023 {clock}")
            answered()
            watch._write_down()
    town.at("15/06/2023 10:16")
    watch._write_down()
    assert outages(town) == {
        "interruption": "Bot ngừng từ 08:00 hôm nay đến 10:16 hôm nay (2 giờ 16 phút). "
        "Lời nhắc bị lỡ được gửi bù trong giờ làm việc, có ghi rõ là gửi muộn."
    }


async def test_clerk_is_told_that_the_machine_slept(town: Town) -> None:
    vitals = Vitals(town.at("15/06/2023 08:00").clock)
    task = asyncio.create_task(upkeep(town, vitals).run())
    await until(lambda: _signs(town))
    town.at("15/06/2023 10:00")
    await until(lambda: "interruption" in told(town))
    await stop(task)
    assert told(town)["interruption"].startswith("Bot ngừng từ 08:00 hôm nay đến 10:00 hôm nay (2 giờ 0 phút).")


async def test_chore_that_fails_is_tried_again_and_keeps_back_no_other(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise RuntimeError("hỏng")

    task = asyncio.create_task(upkeep(town, Vitals(town.clock), chores=[fail, lambda: done.append("done")]).run())
    await until(lambda: len(done) >= 4)
    await stop(task)
    assert done[:4] == ["failed", "done"] * 2
    assert "a chore has failed" in caplog.messages
