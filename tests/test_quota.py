"""A channel's monthly quota: what goes out first, what waits for the next month, and what the clerk is told."""

from datetime import date

import pytest
from sqlalchemy import Engine

from jobs.delivery import Courier
from jobs.quota import least_urgent, runs_out_on
from records.channels import spend, spent
from records.database import reading, transaction
from records.outbox import ANSWER, GROUP, NOTICE, PUSH, URGENT
from tests.builders import moment
from tests.post_office import LOST, WHERE, Post, post
from wording.channels import Spending, spending_line


@pytest.fixture
def metered(engine: Engine) -> Post:
    """An office whose only channel may send a hundred messages a month."""
    here = post(engine)
    here.courier = Courier(engine, WHERE, here.line, here.clock, monthly_quota=100)
    return here


def already_sent(here: Post, messages: int, channel: str = "console") -> None:
    with transaction(here.engine) as session:
        spend(session, channel, messages, here.clock())


def sent_in(here: Post, when: str) -> int:
    with reading(here.engine) as session:
        return spent(session, "console", moment(when))


@pytest.mark.parametrize(
    ("used", "priority"),
    [
        (0, PUSH),
        (849, PUSH),
        (850, URGENT),
        (949, URGENT),
        (950, NOTICE),
        (999, NOTICE),
        (1000, ANSWER),
        (1200, ANSWER),
    ],
)
def test_the_less_is_left_the_more_urgent_a_message_must_be(used: int, priority: int) -> None:
    assert least_urgent(used, 1000) == priority


@pytest.mark.parametrize(
    ("used", "when", "day"),
    [
        (0, "10/06/2023 00:00", None),
        (900, "10/06/2023 00:00", None),
        (1500, "16/06/2023 00:00", None),
        (2250, "16/06/2023 00:00", date(2023, 6, 21)),
        (2999, "16/06/2023 00:00", date(2023, 6, 16)),
        (3000, "16/06/2023 00:00", date(2023, 6, 16)),
        (10, "01/06/2023 00:00", None),
        (1000, "01/06/2023 12:00", date(2023, 6, 2)),
    ],
)
def test_the_day_on_which_the_quota_runs_out_is_foreseen(used: int, when: str, day: date | None) -> None:
    assert runs_out_on(used, 3000, moment(when)) == day


async def test_when_little_is_left_warnings_ahead_wait_and_the_rest_goes(metered: Post) -> None:
    already_sent(metered, 85)
    for key, priority in (("sớm", PUSH), ("quá hạn", URGENT), ("nhóm", GROUP), ("báo", NOTICE), ("đáp", ANSWER)):
        metered.put(key, priority=priority, kind="answer" if priority == ANSWER else "push", chat=f"chat {key}")
    said = [text for _, text in await metered.at("13/06/2023 08:01") if text.startswith("tin ")]
    assert said == ["tin đáp", "tin báo", "tin nhóm", "tin quá hạn"]


async def test_what_the_empty_quota_kept_back_goes_in_the_next_month_with_the_group_first(metered: Post) -> None:
    metered.clock.now = moment("28/06/2023 08:00")
    already_sent(metered, 100)
    metered.put("riêng", priority=PUSH, chat="Hoa")
    metered.put("nhóm", priority=GROUP, chat="nhóm", to="group:1")
    assert await metered.at("30/06/2023 16:00") == []
    late = "(gửi muộn, soạn lúc 08:00 thứ Tư 28/6)"
    assert await metered.at("03/07/2023 08:00") == [("nhóm", f"{late}\ntin nhóm"), ("Hoa", f"{late}\ntin riêng")]


async def test_a_message_kept_for_the_next_month_is_not_given_up_at_its_first_failure(metered: Post) -> None:
    metered.clock.now = moment("20/06/2023 08:00")
    already_sent(metered, 100)
    number = metered.put("riêng")
    await metered.at("30/06/2023 16:00")
    metered.line.answers = [LOST]
    await metered.at("03/07/2023 08:00")
    assert metered.row(number).state == "pending"


async def test_an_answer_is_tried_even_when_the_quota_is_spent(metered: Post) -> None:
    already_sent(metered, 100)
    metered.put("đáp", kind="answer", priority=ANSWER)
    assert await metered.at("13/06/2023 08:01") == [("Hoa", "tin đáp")]


async def test_each_part_of_a_long_message_counts(metered: Post) -> None:
    metered.line.remote_ids = ["1,2,3"]
    metered.put("dài")
    await metered.at("13/06/2023 08:01")
    assert sent_in(metered, "13/06/2023 08:01") == 3


async def test_the_clerk_is_told_once_at_seventy_at_ninety_and_at_the_end(metered: Post) -> None:
    told: dict[int, int] = {}
    for used in (69, 70, 71, 90, 99, 100):
        already_sent(metered, used - sent_in(metered, "13/06/2023 08:00") - 1)
        metered.put(f"đáp {used}", kind="answer", priority=ANSWER)
        before = len(metered.notices())
        await metered.courier.deliver()
        told[used] = len(metered.notices()) - before
    assert told == {69: 0, 70: 1, 71: 0, 90: 1, 99: 0, 100: 1}


def test_a_channel_without_a_limit_counts_nothing(engine: Engine) -> None:
    here = post(engine)
    assert (here.courier.monthly_quota, sent_in(here, "13/06/2023 08:01")) == (None, 0)


@pytest.mark.parametrize(
    ("used", "runs_out", "line"),
    [
        (2150, date(2023, 6, 27), "📶 Zalo đã dùng 2.150/3.000 tin của tháng; cứ thế này thì hết vào 27/6/2023."),
        (2150, None, "📶 Zalo đã dùng 2.150/3.000 tin của tháng; đủ dùng đến hết tháng."),
        (3000, date(2023, 6, 27),
         "📵 Zalo đã dùng 3.000/3.000 tin của tháng: lời nhắc chờ đến 1/7/2023, bot chỉ còn trả lời."),
    ],
)  # fmt: skip
def test_the_clerk_reads_how_far_the_quota_is_spent(used: int, runs_out: date | None, line: str) -> None:
    assert spending_line(Spending("zalo", used, 3000, runs_out, date(2023, 7, 1))) == line
