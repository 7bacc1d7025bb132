from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.console import ConsoleChannel, Shown, draw
from bot.clock import SteppingClock
from bot.screen import Screen
from jobs.channel import Arrived
from records.outbox import Claimed
from tests.builders import moment
from wording.message import Block, Button, Reply, say

NOON = moment("13/06/2023 10:00")
GROUP = "Nhóm cơ quan"


def claimed(number: int = 7, kind: str = "push", chat: str = GROUP, key: str = "digest|group:1|x") -> Claimed:
    return Claimed(number, key, kind, "console", chat, "group:1", 2, {}, 1, "", NOON)


def items(*lines: str) -> Reply:
    return Reply((Block("🔔 Nhắc việc", heading=True), *(Block(line) for line in lines)))


class Screenful:
    """A console channel and what it wrote."""

    def __init__(self, file: Path | None = None) -> None:
        self.shown: list[Shown] = []
        self.clock = SteppingClock(NOON)
        self.channel = ConsoleChannel(self.shown.append, self.clock, file)

    @property
    def text(self) -> str:
        return "".join(str(each) for each in self.shown)


def test_buttons_are_drawn_with_the_commands_that_they_stand_for() -> None:
    reply = say(
        "Chào", "Tạm biệt", buttons=((Button("Xong", "/xong #1"), Button("Lui", "/viec")), (Button("A", "/a"),))
    )
    assert draw(reply) == "Chào\nTạm biệt\n[Xong → /xong #1]   [Lui → /viec]\n[A → /a]"


async def test_message_is_written_with_its_kind_time_chat_and_number() -> None:
    screen = Screenful()
    assert await screen.channel.send(claimed(), say("Chào cả nhà.")) == "7"
    await screen.channel.send(claimed(8, kind="answer", chat="Cán bộ A"), say("Chào anh/chị."))
    assert screen.text == (
        "\n── 💬 10:00 thứ Ba 13/6 → Nhóm cơ quan (tin số 7) ──\nChào cả nhà.\n"
        "\n── 🤖 10:00 thứ Ba 13/6 → Cán bộ A (tin số 8) ──\nChào anh/chị.\n"
    )


async def test_edit_writes_only_what_is_new_in_the_message() -> None:
    screen = Screenful()
    await screen.channel.send(claimed(), items("• I.1 Một", "• I.2 Hai"))
    await screen.channel.edit(claimed(), items("✅ I.1 Một", "• I.2 Hai"))
    await screen.channel.edit(claimed(), items("✅ I.1 Một", "✅ I.2 Hai"))
    assert [each.reply.plain for each in screen.shown[1:]] == ["✅ I.1 Một", "✅ I.2 Hai"]
    assert str(screen.shown[1]) == "\n── ✎ sửa 10:00 thứ Ba 13/6 → Nhóm cơ quan (tin số 7) ──\n✅ I.1 Một\n"


async def test_edit_of_a_message_of_an_earlier_process_writes_its_ticks() -> None:
    screen = Screenful()
    await screen.channel.edit(claimed(), items("✅ I.1 Một", "• I.2 Hai"))
    await screen.channel.edit(claimed(8), items("• I.2 Hai"))
    assert [each.reply.plain for each in screen.shown] == ["✅ I.1 Một", "🔔 Nhắc việc\n• I.2 Hai"]


async def test_file_gets_every_message_and_tells_after_a_crash_what_had_arrived(tmp_path: Path) -> None:
    file = tmp_path / "tin.txt"
    before = Screenful(file)
    await before.channel.send(claimed(7), say("Một."))
    await before.channel.send(claimed(17), say("Hai."))
    after = Screenful(file)
    assert file.read_text(encoding="utf-8") == before.text
    assert [await after.channel.arrived(claimed(number)) for number in (7, 17, 1)] == [
        Arrived.YES,
        Arrived.YES,
        Arrived.NO,
    ]


async def test_nobody_knows_what_a_screen_has_shown() -> None:
    assert await Screenful().channel.arrived(claimed()) is Arrived.UNKNOWN


def test_file_that_cannot_be_written_to_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Screenful(tmp_path / "khong-co" / "tin.txt")


# The demo's screen ----------------------------------------------------------------------------------------------


def demo_lines(*shown: Shown, routine: bool = False) -> list[str]:
    pieces: list[str] = []
    screen = Screen(pieces.append)
    if routine:
        screen.typed(NOON, "Cán bộ A", "/xong I.1", in_group=False, routine=True)
    for each in shown:
        screen.show(each)
    screen.flush()
    return "".join(pieces).splitlines()


def shown(sign: str, reply: Reply, message: Claimed | None = None) -> Shown:
    return Shown(sign, NOON, message or claimed(), reply)


def private(reply: Reply, *names: str) -> list[Shown]:
    return [shown("💬", reply, claimed(chat=name, key=f"digest|person:{name}|x")) for name in names]


def test_demo_shows_the_group_in_full() -> None:
    assert demo_lines(shown("💬", items("• I.1 Một"))) == [
        "",
        "── 💬 10:00 thứ Ba 13/6 → Nhóm cơ quan (tin số 7) ──",
        "🔔 Nhắc việc",
        "• I.1 Một",
    ]


def test_demo_tells_private_digests_of_the_same_tasks_in_one_line() -> None:
    reply = items("• I.1 Một\n  Hạn: mai", "• II.2 Hai", "• I.1 Một")
    assert demo_lines(*private(reply, "A", "B")) == ["💬 10:00 thứ Ba 13/6 → riêng A, B: I.1, II.2"]


def test_demo_shows_what_goes_to_the_leaders_once() -> None:
    reply = items("🚩 BÁO CÁO LÃNH ĐẠO", "• I.1 Một")
    assert demo_lines(*private(reply, "A", "B")) == [
        "",
        "── 💬 10:00 thứ Ba 13/6 → A (tin số 7) ──",
        "🔔 Nhắc việc",
        "🚩 BÁO CÁO LÃNH ĐẠO",
        "• I.1 Một",
        "💬 10:00 thứ Ba 13/6 → riêng B: I.1",
    ]


@pytest.mark.parametrize(
    ("numbers", "new", "line"),
    [
        ([1, 2], "✅ I.1 Một: đã xong", "✎  10:00 thứ Ba 13/6 · sửa tin số 1, 2: ✅ I.1 Một: đã xong"),
        ([1, 2, 3, 4, 5], "✅ I.1 Một: đã xong", "✎  10:00 thứ Ba 13/6 · sửa 5 tin đã gửi: ✅ I.1 Một: đã xong"),
        (
            [1],
            "• B.2 Báo cáo\n  Hạn: mai · Toàn thể · 3/7 người đã xong",
            "✎  10:00 thứ Ba 13/6 · sửa tin số 1: • B.2 Báo cáo · 3/7 người đã xong",
        ),
        ([1], "Đã gửi 6/7 người.", "✎  10:00 thứ Ba 13/6 · sửa tin số 1: Đã gửi 6/7 người."),
    ],
)
def test_demo_tells_edits_in_one_line(numbers: list[int], new: str, line: str) -> None:
    assert demo_lines(*(shown("✎ sửa", Reply((Block(new),)), claimed(number)) for number in numbers)) == [line]


def test_demo_tells_routine_work_and_its_answer_in_a_line_each() -> None:
    answer = shown("🤖", say("✅ Đã ghi nhận", "Ngày hoàn thành: hôm nay."), claimed(kind="answer"))
    edit = shown("✎ sửa", say("✅ I.1 Một: đã xong"))
    assert demo_lines(answer, edit, routine=True) == [
        "👤 10:00 thứ Ba 13/6 · Cán bộ A: /xong I.1",
        "   🤖 ✅ Đã ghi nhận",
        "   ✎ sửa tin số 7",
    ]


def test_moments_are_local() -> None:
    utc = datetime.fromisoformat("2023-06-12T18:00+00:00")
    assert str(Shown("💬", utc, claimed(), say("Chào"))).splitlines()[1] == (
        "── 💬 01:00 thứ Ba 13/6 → Nhóm cơ quan (tin số 7) ──"
    )
