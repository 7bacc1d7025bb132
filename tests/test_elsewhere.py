"""A person with accounts on two channels: told once, where they last spoke, and on the other when that fails."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from jobs.channel import SendFailed
from jobs.delivery import Courier
from jobs.drill import drill
from jobs.elsewhere import lay_off, put_to_work
from records.channels import AtWork, at_work
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import ANSWER, PUSH, NewMessage, queue
from records.people import account_of, accounts, add_person, link_account, link_group, touch_account
from tests.builders import moment, rule
from tests.post_office import BLOCKED, LOST, TIMED_OUT, Line
from tests.small_office import office
from wording.channels import drill_report
from wording.message import say

NOW = moment("13/06/2023 08:00")
WHERE = office(rule("continuous"))
BOTH = [AtWork("telegram"), AtWork("zalo")]
HOA = "person:2"


@dataclass
class TwoLines:
    """An office on Telegram and Zalo: Lan is the clerk, Hoa last spoke on Telegram."""

    engine: Engine
    clock: SteppingClock
    telegram: Line
    zalo: Line

    async def at(self, when: str) -> list[str]:
        """Deliver on both at that moment; what went out, by channel."""
        self.clock.now = moment(when)
        before = [len(line.sent) for line in (self.telegram, self.zalo)]
        for line in (self.telegram, self.zalo):
            await Courier(self.engine, WHERE, line, self.clock).deliver()
        for line in (self.telegram, self.zalo):
            await Courier(self.engine, WHERE, line, self.clock).deliver()
        lines = zip((self.telegram, self.zalo), before, strict=True)
        return [f"{line.name}: {text}" for line, start in lines for _, text in line.sent[start:]]

    def put(self, key: str = "nhắc", recipient: str = HOA, kind: str = "push", chat: str = "hoa-tg") -> int:
        """Queue a message on Telegram."""
        message = NewMessage(key, kind, "telegram", chat, recipient, PUSH, say("tin").to_dict())
        with transaction(self.engine) as session:
            number = queue(session, message, self.clock())
        assert number is not None
        return number

    def row(self, number: int) -> OutboxRow:
        """The message as it is on record."""
        with reading(self.engine) as session:
            return session.get_one(OutboxRow, number)

    def way(self, person: int) -> list[str]:
        """The channels on which the person is written to, in order."""
        with reading(self.engine) as session:
            return [place.channel for place in accounts(session).get(person, ())]


@pytest.fixture
def two(engine: Engine) -> TwoLines:
    with transaction(engine) as session:
        lan = add_person(session, "Công chức CCHC", frozenset({"vp-tk"}), NOW.date())
        hoa = add_person(session, "Công chức Một cửa", frozenset({"mot-cua"}), NOW.date())
        link_account(session, lan, "zalo", "lan-zalo", NOW)
        link_account(session, hoa, "zalo", "hoa-zalo", moment("12/06/2023 08:00"))
        link_account(session, hoa, "telegram", "hoa-tg", NOW)
        link_group(session, "telegram", "nhóm", "Nhóm Telegram", NOW)
        link_group(session, "zalo", "nhóm", "Nhóm Zalo", NOW)
    put_to_work(engine, BOTH)
    clock = SteppingClock(NOW)
    return TwoLines(engine, clock, Line(clock, "telegram"), Line(clock, "zalo"))


async def test_a_message_that_cannot_arrive_for_good_goes_to_the_other_account_at_once(two: TwoLines) -> None:
    number = two.put()
    two.telegram.answers = [BLOCKED]
    said = await two.at("13/06/2023 08:00")
    row = two.row(number)
    assert [line for line in said if line.endswith(": tin")] == ["zalo: tin"]
    assert (row.channel, row.chat, row.state) == ("zalo", "hoa-zalo", "sent")
    assert two.way(2) == ["telegram", "zalo"]


async def test_a_channel_that_is_away_is_left_within_five_minutes(two: TwoLines) -> None:
    number = two.put()
    two.telegram.answers = [LOST] * 9
    said = [await two.at(f"13/06/2023 08:{minute:02}") for minute in range(6)]
    assert [line for each in said for line in each] == ["zalo: tin"]
    assert (two.row(number).channel, two.row(number).attempts) == ("zalo", 1)


@pytest.mark.parametrize(("minutes", "said"), [(4, []), (5, ["zalo: tin"])])
async def test_a_channel_that_asks_for_a_long_silence_is_left_at_once(
    two: TwoLines, minutes: int, said: list[str]
) -> None:
    two.put()
    two.telegram.answers = [SendFailed("chậm lại", retry_after=timedelta(minutes=minutes))]
    assert await two.at("13/06/2023 08:00") == said


async def test_where_both_channels_ask_for_a_long_silence_it_is_kept(two: TwoLines) -> None:
    number = two.put()
    two.telegram.answers = [SendFailed("chậm lại", retry_after=timedelta(hours=3))]
    two.zalo.answers = [SendFailed("chậm lại", retry_after=timedelta(hours=2))]
    said = [await two.at(f"13/06/2023 {clock}") for clock in ("08:00", "08:01", "09:59", "10:00")]
    assert said == [[], [], [], ["zalo: (gửi muộn, soạn lúc 08:00 hôm nay)\ntin"]]
    assert two.row(number).attempts == 2


@pytest.mark.parametrize("gone", [False, True])
async def test_a_message_whose_first_part_has_arrived_says_on_the_other_channel_that_it_comes_again(
    two: TwoLines, gone: bool
) -> None:
    number = two.put()
    broken = SendFailed("đứt giữa chừng", permanent=gone, delivered=("tin 1",))
    two.telegram.answers = [broken] * 4
    said = [await two.at(f"13/06/2023 08:{minute:02}") for minute in range(6)]
    assert [line for each in said for line in each if line.endswith(" tin")] == ["zalo: (nhắc lại) tin"]
    assert (two.row(number).channel, two.row(number).key) == ("zalo", "nhắc|again")


async def test_a_message_that_may_have_arrived_is_not_said_on_the_other_at_once(two: TwoLines) -> None:
    two.put()
    two.telegram.answers = [TIMED_OUT]
    assert await two.at("13/06/2023 08:00") == []
    assert await two.at("13/06/2023 08:01") == ["telegram: (nhắc lại) tin"]


async def test_an_answer_stays_where_the_question_was_asked(two: TwoLines) -> None:
    message = NewMessage("đáp", "answer", "telegram", "hoa-tg", "chat:hoa-tg", ANSWER, say("tin").to_dict())
    with transaction(two.engine) as session:
        queue(session, message, NOW)
    two.telegram.answers = [BLOCKED]
    assert [line for line in await two.at("13/06/2023 08:00") if line.endswith(": tin")] == []


async def test_a_group_is_written_to_in_its_own_place_only(two: TwoLines) -> None:
    number = two.put(recipient="group:1", chat="nhóm")
    two.telegram.answers = [BLOCKED]
    await two.at("13/06/2023 08:00")
    assert (two.row(number).channel, two.row(number).state) == ("telegram", "failed")


def test_the_account_used_last_comes_first_and_the_order_of_the_office_decides_between_equals(two: TwoLines) -> None:
    first = two.way(2)
    with transaction(two.engine) as session:
        place = account_of(session, "zalo", "hoa-zalo")
        assert place is not None
        touch_account(session, place, NOW)
    equal = two.way(2)
    put_to_work(two.engine, [*reversed(BOTH)])
    assert (first, equal, two.way(2)) == (["telegram", "zalo"], ["telegram", "zalo"], ["zalo", "telegram"])


async def test_what_waits_on_a_channel_that_was_taken_away_goes_by_the_other(two: TwoLines) -> None:
    two.put()
    put_to_work(two.engine, [AtWork("zalo")])
    assert (await two.at("13/06/2023 08:00"), two.way(2)) == (["zalo: tin"], ["zalo"])


async def test_what_is_meant_for_later_keeps_its_hour_on_the_other_channel(two: TwoLines) -> None:
    message = NewMessage("nhắc", "push", "telegram", "hoa-tg", HOA, PUSH, say("tin").to_dict())
    with transaction(two.engine) as session:
        queue(session, message, NOW, not_before=moment("13/06/2023 08:30"))
    put_to_work(two.engine, [AtWork("zalo")])
    assert [await two.at(f"13/06/2023 {clock}") for clock in ("08:00", "08:30")] == [[], ["zalo: tin"]]


async def test_a_channel_that_stops_is_laid_off_and_the_clerk_hears_of_it_on_the_other(two: TwoLines) -> None:
    two.put()
    lay_off(two.engine, WHERE, "telegram", "Mã bot bị từ chối.", NOW)
    said = await two.at("13/06/2023 08:00")
    with reading(two.engine) as session:
        left = at_work(session)
    assert left == [AtWork("zalo")]
    assert [line.splitlines()[:2] for line in said] == [
        ["zalo: ⚠️ Kênh Telegram đã dừng", "Mã bot bị từ chối."],
        ["zalo: tin"],
    ]


def test_an_account_on_a_console_that_nobody_runs_is_nobodys_way(two: TwoLines) -> None:
    with transaction(two.engine) as session:
        link_account(session, 2, "console", "Hoa", moment("13/06/2023 09:00"))
    assert two.way(2) == ["telegram", "zalo"]


def test_a_drill_names_who_is_left_and_who_is_not(two: TwoLines) -> None:
    with reading(two.engine) as session:
        found = drill(session, WHERE.plans, ["zalo"])
    assert drill_report(found).plain.splitlines() == [
        "🧯 Diễn tập: mất Zalo",
        "Kênh còn lại: Telegram. Đây là diễn tập, bot không gửi gì.",
        "",
        "✅ Vẫn nhận được tin riêng (1)",
        "• Công chức Một cửa (Một cửa): qua Telegram",
        "",
        "🔴 Không nhận được (1)",
        "• Công chức CCHC (VP-TK)",
        "",
        "👥 Nhóm còn nhận bản tin (1)",
        "• Nhóm Telegram: qua Telegram",
        "",
        "🔴 Nhóm không nhận được (1)",
        "• Nhóm Zalo",
    ]
