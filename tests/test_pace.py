import asyncio
import heapq
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from bot.channels.pace import Pace, Window
from tests.fakes.telegram_limits import busiest_by_chat, busiest_second


class Monotonic:
    """Time that passes only while somebody sleeps in it; the sleepers wake in the order of their times."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + max(seconds, 1e-6), self._count, event))
        await event.wait()

    async def pass_until(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        for _ in range(100_000):
            for _ in range(5):
                await asyncio.sleep(0)
            if all(task.done() for task in tasks):
                return
            self.now, _, event = heapq.heappop(self._sleepers)
            event.set()
        raise AssertionError("time passes and nothing ends")


@pytest.fixture
def clock() -> Monotonic:
    return Monotonic()


def pace_of(
    clock: Monotonic,
    overall: tuple[int, float] = (30, 1.04),
    group: tuple[int, float] = (20, 60.5),
    private: tuple[int, float] = (8, 8.0),
) -> Pace:
    return Pace(clock, overall, group, private, clock.sleep)


async def run(clock: Monotonic, turns: Sequence[Coroutine[object, object, object]]) -> None:
    tasks = [asyncio.create_task(turn) for turn in turns]
    await clock.pass_until(tasks)
    for task in tasks:
        task.result()


async def say(
    pace: Pace, clock: Monotonic, chat: str, said: list[tuple[str, float]], *, urgent: bool = False
) -> None:
    await pace.turn(chat, is_group=chat.startswith("-"), urgent=urgent)
    said.append((chat, clock() - 1000.0))


def test_a_window_slides() -> None:
    window = Window(2, 10.0)
    assert [window.wait(0.0), window.free(0.0)] == [0.0, 2]
    window.note(0.0)
    window.note(4.0)
    assert [window.wait(4.0), window.wait(9.0), window.wait(10.0), window.free(10.0)] == [6.0, 1.0, 0.0, 1]
    assert [window.free(14.0), window.is_empty] == [2, True]


async def test_what_was_long_on_its_way_counts_from_its_landing(clock: Monotonic) -> None:
    pace, said = pace_of(clock, overall=(2, 1.0)), list[tuple[str, float]]()
    slow = await pace.turn("1", is_group=False)
    await say(pace, clock, "2", said)
    clock.now += 0.4
    slow()
    await run(clock, [say(pace, clock, str(number), said) for number in (3, 4)])
    assert [(chat, round(at, 3)) for chat, at in said] == [("2", 0.0), ("3", 1.0), ("4", 1.4)]


async def test_three_hundred_private_messages_leave_at_the_rate_of_the_platform(clock: Monotonic) -> None:
    pace, said = pace_of(clock), list[tuple[str, float]]()
    await run(clock, [say(pace, clock, str(number), said) for number in range(300)])
    times = [at for _, at in said]
    assert [len(times), busiest_second(times), round(times[-1], 1)] == [300, 30, 9.4]


async def test_a_group_gets_twenty_a_minute_and_its_topics_share_them(clock: Monotonic) -> None:
    pace, said = pace_of(clock), list[tuple[str, float]]()
    chats = ["-5", "-5/7", "-5/8"] * 15 + ["-6"] * 5
    await run(clock, [say(pace, clock, chat, said) for chat in chats])
    by_group = busiest_by_chat([(int(chat.partition("/")[0]), at) for chat, at in said], 60.0)
    assert [len(said), by_group] == [50, {-5: 20, -6: 5}]
    assert [at for chat, at in said if chat == "-6"] == [0.0] * 5


async def test_one_person_gets_a_burst_and_then_one_a_second(clock: Monotonic) -> None:
    pace, said = pace_of(clock), list[tuple[str, float]]()
    await run(clock, [say(pace, clock, "7", said) for _ in range(20)])
    assert [at for _, at in said] == [0.0] * 8 + [8.0] * 8 + [16.0] * 4


async def test_the_urgent_go_before_those_who_wait_already_and_those_wait_in_their_order(clock: Monotonic) -> None:
    pace, said = pace_of(clock, overall=(2, 1.0)), list[tuple[str, float]]()
    reminders = [say(pace, clock, str(number), said) for number in range(1, 7)]
    answers = [say(pace, clock, str(number), said, urgent=True) for number in (91, 92)]
    await run(clock, [*reminders, *answers])
    assert [chat for chat, _ in said] == ["1", "2", "91", "92", "3", "4", "5", "6"]


async def test_an_urgent_one_in_a_full_group_does_not_hold_up_the_others(clock: Monotonic) -> None:
    pace, said = pace_of(clock, group=(1, 60.0), overall=(5, 1.0)), list[tuple[str, float]]()
    await run(clock, [say(pace, clock, "-5", said, urgent=True) for _ in range(3)] + [say(pace, clock, "7", said)])
    assert sorted(said, key=lambda each: each[1]) == [("-5", 0.0), ("7", 0.0), ("-5", 60.0), ("-5", 120.0)]


async def test_chats_that_had_their_share_rest_with_all_their_topics(clock: Monotonic) -> None:
    pace = pace_of(clock, group=(2, 60.0), private=(1, 2.0))
    for chat in ("-5", "-5/7", "8"):
        await pace.turn(chat, is_group=chat.startswith("-"))
    assert pace.resting() == {"-5", "-5/7", "8"}
    clock.now += 2.0
    assert pace.resting() == {"-5", "-5/7"}
    clock.now += 58.0
    assert pace.resting() == frozenset()


async def test_quiet_chats_are_forgotten(clock: Monotonic) -> None:
    pace = pace_of(clock)
    await run(clock, [pace.turn(str(number), is_group=False) for number in range(90)])
    assert len(pace._places) == 90
    clock.now += 60.0
    pace.resting()
    assert pace._places == {}


async def test_one_who_goes_away_while_waiting_leaves_the_others_their_turn(clock: Monotonic) -> None:
    pace, said = pace_of(clock, overall=(1, 1.0)), list[tuple[str, float]]()
    tasks = [asyncio.create_task(say(pace, clock, str(number), said)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await clock.pass_until(tasks)
    assert said == [("1", 0.0), ("3", 1.0)]


async def test_workers_divide_the_limits_and_what_goes_before_another_one_came_counts_on(clock: Monotonic) -> None:
    workers, said = [1], list[tuple[str, float]]()
    pace = Pace(clock, (30, 1.0), (20, 60.0), (8, 8.0), clock.sleep, workers=lambda: workers[0])
    await run(clock, [say(pace, clock, "-5", said) for _ in range(18)])
    workers[0] = 4
    clock.now += 30.0
    assert pace.resting() == {"-5"}
    await run(
        clock, [say(pace, clock, "-5", said) for _ in range(6)] + [say(pace, clock, "7", said) for _ in range(3)]
    )
    assert [at for chat, at in said if chat == "-5"] == [0.0] * 18 + [60.0] * 5 + [120.0]
    assert [at for chat, at in said if chat == "7"] == [30.0, 30.0, 38.0]


def test_nobody_is_left_without_a_share() -> None:
    window = Window(2, 10.0, lambda: 5)
    assert [window.free(0.0), window.wait(0.0)] == [1, 0.0]
