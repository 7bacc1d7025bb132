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
from bot.screen import Screen
from bot.seats import take_seat
from bot.wiring import Bot, awake
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
    """What somebody types, when, in private or in the group. What is done every week is routine."""

    at: datetime
    role: str
    text: str
    in_group: bool = False
    routine: bool = False


def script() -> list[Line]:
    """The people's month, in order of time: most are in time, one is late, one never reports."""
    lines = [
        _line("08 08:30", "cchc", "/sukien III.15 ban hành văn bản trả lời PAKN ngày 8/6, số 12/UBND"),
        _line("09 10:00", "cchc", "/xong III.15 đã đăng trên Trang thông tin điện tử"),
        _line("12 14:00", "cchc", "/xong III.12 tuần 23"),
        _line("13 10:00", "cchc", "/xong I.3 H1 số 45/BC-UBND", in_group=True),
        _line("14 14:00", "tu-phap", "/xong bao cao ket qua nhiem vu"),
        _line("14 14:30", "tu-phap", "/xong B.2"),
        _line("15 09:00", "lanh-dao", "/tinhhinh"),
        _line("15 15:00", "cchc", "/xong III.13 số 47/BC-UBND"),
        _line("16 10:30", "cchc", "/xong III.16 Q2 số 48/BC-UBND", in_group=True),
        _line("16 14:00", "van-hoa", "/xong B.2", routine=True),
        _line("19 15:30", "tai-chinh", "/xong B.2", routine=True),
        _line("20 08:00", "mot-cua", "/xong B.2", routine=True),
        _line("20 09:00", "lanh-dao", "/dondoc qua han"),
        _line("20 14:00", "mot-cua", "/xong III.3"),
        _line("21 10:00", "cchc", "/xong B.2"),
        _line("22 14:00", "van-phong", "/xong B.2"),
        _line("23 09:00", "lanh-dao", "/tinhhinh qua han"),
        _line("23 16:00", "cchc", "/xong III.12", routine=True),
        _line("26 09:00", "cchc", "/xong B.3 đã tổng hợp, số 51/BC-UBND"),
        _line("29 14:00", "cchc", "/xong I.5 Q2", routine=True),
        _line("29 14:30", "cchc", "/xong I.5 T6", routine=True),
        _line("30 09:00", "van-phong", "/xong VII.3", routine=True),
    ]
    for role, day in (("van-phong", 14), ("tu-phap", 15), ("tai-chinh", 15), ("van-hoa", 16), ("mot-cua", 16)):
        lines.append(_line(f"{day:02} 15:30", role, "/xong III.1", routine=True))
        if role != "mot-cua":
            lines.append(_line(f"{day:02} 15:30", role, "/xong III.3", routine=True))
    lines += [_line(f"{monday:02} 09:00", "chu-tich", "/xong B.1", routine=True) for monday in (5, 12, 19, 26)]
    for friday in (2, 9, 16, 23, 30):
        lines += [_line(f"{friday:02} 11:00", "cchc", f"/xong {code}", routine=True) for code in ("III.8", "III.11")]
    return sorted(lines, key=lambda line: line.at)


def _line(when: str, role: str, text: str, *, in_group: bool = False, routine: bool = False) -> Line:
    at = datetime.strptime(f"2023-06-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    return Line(at, role, text, in_group, routine)


async def replay(bot: Bot, clock: SteppingClock, screen: Screen, seconds: float) -> None:
    """Let the month pass in about that many seconds. An error of the engine ends it, and is raised."""
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    seats = {role: take_seat(bot.engine, bot.office, role, clock()) for role in STAFF}
    await bot.start()
    lines = script()

    async def wake() -> None:
        if over.done():
            return
        try:
            await bot.step()
            screen.flush()
            while lines and lines[0].at <= clock():
                await play(lines.pop(0), len(lines))
        except Exception as error:  # noqa: BLE001  # raised again where the demo waits
            over.set_exception(error)
        clock.step(_to_next_look(clock()))
        if clock() > END and not over.done():
            over.set_result(None)

    async def play(line: Line, number: int) -> None:
        seat = seats[line.role]
        screen.typed(clock(), seat.person, line.text, in_group=line.in_group, routine=line.routine)
        await speak(bot, seat, line.text, f"demo-{number}", in_group=line.in_group)
        screen.flush()

    async with awake(wake, every_seconds=seconds / sum(1 for _ in _looks())):
        await over


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
