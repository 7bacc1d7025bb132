"""June 2023 of the real plan, replayed through the real scheduler on a simulated clock.

The clock stands still between two wake-ups and moves on by half an hour at each; people are played by lines that
they type at their time. Nothing here says anything itself: every message comes out of the engine.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.chat import speak
from bot.clock import SteppingClock
from bot.seats import take_seat
from bot.wiring import Bot
from jobs.timetable import timetable
from plan_data.workdays import ZONE

START = datetime(2023, 6, 1, 7, 0, tzinfo=ZONE)
END = datetime(2023, 6, 30, 17, 0, tzinfo=ZONE)
_STEP = timedelta(minutes=30)
_OPENS, _CLOSES = time(7, 0), time(17, 0)
STAFF = (
    "cchc",
    "lanh-dao",
    "chu-tich",
    "van-phong",
    "tu-phap",
    "tai-chinh",
    "van-hoa",
    "mot-cua",
    "khong-chuyen-trach",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody types, when, in private or in the group."""

    at: datetime
    role: str
    text: str
    in_group: bool = False


def script() -> list[Line]:
    """The people's month, in order of time."""
    lines = [
        _line("05 09:00", "chu-tich", "/xong B.1"),
        _line("08 08:30", "cchc", "/sukien III.15 ban hành văn bản trả lời PAKN ngày 8/6, số 12/UBND"),
        _line("09 10:00", "cchc", "/xong III.15 đã đăng trên Trang thông tin điện tử"),
        _line("12 09:00", "chu-tich", "/xong B.1"),
        _line("13 10:00", "cchc", "/xong I.3 H1 số 45/BC-UBND", in_group=True),
        _line("14 14:00", "tu-phap", "/xong báo cáo kết quả nhiệm vụ"),
        _line("14 14:30", "tu-phap", "/xong B.2"),
        _line("15 09:00", "lanh-dao", "/tinhhinh"),
        _line("16 10:30", "cchc", "/xong III.16 Q2 số 48/BC-UBND"),
        _line("16 14:00", "van-hoa", "/xong B.2"),
        _line("19 08:00", "chu-tich", "/xong B.1"),
        _line("19 15:30", "tai-chinh", "/xong B.2"),
        _line("20 08:00", "mot-cua", "/xong B.2"),
        _line("21 10:00", "cchc", "/xong B.2"),
        _line("22 14:00", "van-phong", "/xong B.2"),
        _line("23 09:00", "lanh-dao", "/tinhhinh qua han"),
        _line("26 08:00", "chu-tich", "/xong B.1"),
        _line("26 09:00", "cchc", "/xong B.3 đã tổng hợp, số 51/BC-UBND"),
    ]
    for friday in (2, 9, 16, 23, 30):
        lines += [_line(f"{friday:02} 11:00", "cchc", f"/xong {code}") for code in ("III.8", "III.11")]
    return sorted(lines, key=lambda line: line.at)


def _line(when: str, role: str, text: str, *, in_group: bool = False) -> Line:
    return Line(datetime.strptime(f"2023-06-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE), role, text, in_group)


async def replay(bot: Bot, clock: SteppingClock, seconds: float) -> None:
    """Let the month pass in about that many seconds."""
    over = asyncio.Event()
    seats = {role: take_seat(bot.engine, bot.office, role, clock()) for role in STAFF}
    await bot.start()
    lines = iter(enumerate(script()))
    pending = next(lines, None)

    async def wake() -> None:
        nonlocal pending
        await bot.step()
        while pending is not None and pending[1].at <= clock():
            number, line = pending
            await speak(bot, seats[line.role], line.text, f"demo-{number}", in_group=line.in_group)
            pending = next(lines, None)
        clock.step(_to_next_look(clock()))
        if clock() > END:
            over.set()

    looks = sum(1 for _ in _looks())
    scheduler = timetable(wake, every_seconds=seconds / looks)
    scheduler.start()
    await over.wait()
    scheduler.shutdown()


def _to_next_look(now: datetime) -> timedelta:
    """Half an hour on; nights are skipped."""
    later = now + _STEP
    if later.time() <= _CLOSES and later.date() == now.date():
        return _STEP
    return datetime.combine(now.date() + timedelta(days=1), _OPENS, ZONE) - now


def _looks() -> Iterator[datetime]:
    now = START
    while now <= END:
        yield now
        now += _to_next_look(now)
