import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy.exc import IntegrityError, OperationalError

from bot.lanes import Lanes
from records.inbox import Stored

WITHIN = 30


def update(number: int, chat: str) -> Stored:
    return Stored(number, "telegram", chat, {})


class Hall:
    """Handlers that wait until they are let through, and remember who was inside at the same time."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.by_chat: dict[str, list[int]] = defaultdict(list)
        self.inside = 0
        self.most_inside = 0
        self.gate = asyncio.Event()
        self.mistakes: dict[int, Iterator[Exception]] = {}

    async def handle(self, update: Stored) -> None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await self.gate.wait()
            with suppress(KeyError, StopIteration):
                raise next(self.mistakes[update.id])
            self.done.append(update.id)
            self.by_chat[update.chat].append(update.id)
        finally:
            self.inside -= 1


def _database_away() -> OperationalError:
    return OperationalError("SELECT", {}, Exception("database is locked"))


async def test_a_chat_keeps_its_order_and_chats_go_side_by_side_up_to_the_limit() -> None:
    hall = Hall()
    lanes = Lanes(hall.handle, at_once=8)
    lanes.put([update(number, f"chat {number % 20}") for number in range(1, 401)])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert hall.inside == 8
    hall.gate.set()
    await lanes.drain()
    assert hall.most_inside == 8
    assert sorted(hall.done) == list(range(1, 401))
    assert [numbers for numbers in hall.by_chat.values() if numbers != sorted(numbers)] == []


async def test_one_slow_chat_does_not_hold_up_the_others() -> None:
    done = list[int]()
    slow, quick = asyncio.Event(), asyncio.Event()

    async def handle(update: Stored) -> None:
        if update.chat == "chậm":
            await slow.wait()
        done.append(update.id)
        if update.id == 5:
            quick.set()

    lanes = Lanes(handle, at_once=2)
    lanes.put([update(1, "chậm"), update(2, "chậm"), *(update(number, "nhanh") for number in (3, 4, 5))])
    async with asyncio.timeout(WITHIN):
        await quick.wait()
    assert done == [3, 4, 5]
    slow.set()
    await lanes.drain()
    assert done == [3, 4, 5, 1, 2]


async def test_what_comes_while_a_lane_is_at_work_is_handled_after_it() -> None:
    hall = Hall()
    lanes = Lanes(hall.handle, at_once=1)
    lanes.put([update(1, "a")])
    await asyncio.sleep(0)
    lanes.put([update(2, "a"), update(3, "b")])
    hall.gate.set()
    await lanes.drain()
    lanes.put([update(4, "a")])
    await lanes.drain()
    assert (hall.by_chat, sorted(hall.done)) == ({"a": [1, 2, 4], "b": [3]}, [1, 2, 3, 4])


async def test_a_mistake_in_one_update_does_not_end_its_lane() -> None:
    hall = Hall()
    hall.gate.set()
    hall.mistakes = {
        2: iter([ValueError("hỏng")]),
        4: iter([IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))]),
    }
    lanes = Lanes(hall.handle, at_once=4)
    lanes.put([update(number, "a") for number in range(1, 6)])
    await lanes.drain()
    assert hall.done == [1, 3, 5]


async def test_an_update_waits_in_its_lane_until_the_database_is_back() -> None:
    hall = Hall()
    hall.gate.set()
    hall.mistakes = {1: iter([_database_away(), _database_away(), _database_away()])}
    lanes = Lanes(hall.handle, at_once=4, pauses=(0.0,))
    lanes.put([update(1, "a"), update(2, "a"), update(3, "b")])
    await lanes.drain()
    assert (sorted(hall.done), hall.by_chat["a"]) == ([1, 2, 3], [1, 2])


async def test_stopping_finishes_what_is_being_handled_and_leaves_the_rest() -> None:
    hall = Hall()
    lanes = Lanes(hall.handle, at_once=2)
    lanes.put([update(number, f"chat {number % 5}") for number in range(10)])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    stopping = asyncio.create_task(lanes.stop())
    await asyncio.sleep(0)
    hall.gate.set()
    async with asyncio.timeout(WITHIN):
        await stopping
    assert sorted(hall.done) == [0, 1]


async def test_stopping_does_not_wait_for_a_database_that_is_away() -> None:
    hall = Hall()
    hall.gate.set()
    hall.mistakes = {1: iter(_database_away() for _ in range(1000))}
    lanes = Lanes(hall.handle, at_once=2)
    lanes.put([update(1, "a"), update(2, "a")])
    await asyncio.sleep(0.01)
    async with asyncio.timeout(WITHIN):
        await lanes.stop()
    assert hall.done == []


async def test_what_was_left_over_is_loaded_a_part_at_a_time() -> None:
    hall = Hall()
    hall.gate.set()
    left = [update(number, f"chat {number % 3}") for number in range(1, 2001)]
    hall.mistakes = {700: iter([ValueError("hỏng")])}
    loaded = list[int]()

    def load(last: int) -> list[Stored]:
        loaded.append(last)
        return [each for each in left if each.id > last][:500]

    lanes = Lanes(hall.handle, at_once=8)
    await lanes.catch_up(load)
    assert loaded == [0, 500, 1000, 1500, 2000]
    assert sorted(hall.done) == [number for number in range(1, 2001) if number != 700]
    assert [numbers for numbers in hall.by_chat.values() if numbers != sorted(numbers)] == []


async def test_there_is_room_again_when_enough_is_handled() -> None:
    hall = Hall()
    lanes = Lanes(hall.handle, at_once=2)
    lanes.put([update(number, "a") for number in range(1, 11)])
    await lanes.room(11)
    waiting = asyncio.create_task(lanes.room(5))
    await asyncio.sleep(0)
    assert not waiting.done()
    hall.gate.set()
    async with asyncio.timeout(WITHIN):
        await waiting
    assert len(hall.done) >= 6
    await lanes.drain()
