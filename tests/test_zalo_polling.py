"""Every update from Zalo is handled once, however the platform fails."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Engine

from bot.channels.zalo_service import ZaloStopped
from bot.clock import SteppingClock
from bot.incoming import Incoming
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo, Fault
from tests.platform_town import RECORDED, WITHIN
from tests.zalo_town import CHANNEL, Works, ZaloTown, assemble, at_work
from wording.stops import REJECTED_BY_ZALO, ZALO_POLLED_ELSEWHERE, zalo_webhook_is_set

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[ZaloTown]:
    async with FakeZalo() as server:
        yield ZaloTown(server, engine, office, SteppingClock(moment("12/06/2023 09:00")))


async def stopped(
    works: Works, after: Callable[[], Awaitable[object]] | None = None, *, webhook: bool = False
) -> str:
    """The sentence with which the service stops by itself, after something that happens while it is at work."""

    async def serve() -> None:
        async with at_work(works, webhook=webhook) as listening:
            if after is not None:
                await after()
            await asyncio.wait([listening], timeout=WITHIN)

    with pytest.raises(ZaloStopped) as caught:
        await serve()
    return str(caught.value)


# --- once, and never lost ---


GATE = {"mention_gate": (True, False)}
SENDING = {"quota_is_empty": (False, True), "fails_with": (0, 403, 429, 500)}
POLLED = {"idle_http": (200, 408), "delivery": ("once", "replay"), "result": ("object", "list"), **GATE, **SENDING}
DELIVERED = {"webhook": ("wrapped", "bare"), "error_http": (200, "same"), **GATE, **SENDING}


@pytest.mark.parametrize("switches", [POLLED, DELIVERED], ids=["polling", "webhook"])
async def test_every_combination_of_switches_answers_everything_once(
    town: ZaloTown, switches: dict[str, tuple[object, ...]]
) -> None:
    """One bot lives through them all; what came under one combination may come back under another."""
    works = assemble(town)
    combinations = [dict(zip(switches, values, strict=True)) for values in product(*switches.values())]
    async with at_work(works, webhook="webhook" in switches):
        for number, values in enumerate(combinations, start=1):
            await _question_and_answer(town, works, number, values)
    said = [sent.text for sent in town.server.sent]
    assert len(said) == 2 * len(combinations)
    assert [text for text in said if "(nhắc lại)" in text] == []
    assert town.rows("SELECT count(*) FROM inbox") == [(2 * len(combinations),)]


async def _question_and_answer(town: ZaloTown, works: Works, number: int, values: dict[str, object]) -> None:
    """Two questions under these switches; what cannot be answered at once is answered when it is possible again."""
    server, before = town.server, len(town.server.sent)
    empty, code = values.pop("quota_is_empty"), values.pop("fails_with")
    quota = server.quota.used[server.quota.month] if empty else None
    server.switches.change(**values, longest_poll=0.02, monthly_quota=quota)
    if code:
        server.fail_next(int(str(code)), "sendMessage")
    server.says(town.users["cchc"], f"/xong Z.{number}")
    server.says(town.users["van-hoa"], f"xong Y.{number}", town.group)
    if empty or code:
        await town.asked(lambda: town.rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL") == [(0,)])
        await town.asked(
            lambda: _answers(town, "attempts > 0") == 2 * number and _answers(town, "state = 'sending'") == 0
        )
        server.switches.change(monthly_quota=None)
        server.faults.clear()
        town.clock.step(timedelta(minutes=2))
        await works.courier.deliver()
    await town.asked(lambda: len(server.sent) == before + 2)


def _answers(town: ZaloTown, which: str) -> int:
    return int(town.rows(f"SELECT count(*) FROM outbox WHERE kind = 'answer' AND {which}")[0][0])


@pytest.mark.parametrize("delivery", ["once", "replay"])
async def test_restart_answers_what_came_meanwhile_and_nothing_twice(town: ZaloTown, delivery: str) -> None:
    town.server.switches.change(delivery=delivery)
    for line in ("/xong I.3 H1", "/hoantac"):
        async with at_work(assemble(town)):
            await town.answer_to("cchc", line)
        town.server.says(town.users["van-hoa"], f"{line} Z.1")
    async with at_work(assemble(town)):
        await town.asked(lambda: len(town.server.sent) == 4)
        await town.answer_to("tu-phap", "/huongdan")
        await town.asked(town.all_is_handled)
    assert len(town.server.sent) == 5
    assert town.rows("SELECT undone_at IS NULL FROM completion") == [(0,)]


async def test_what_was_stored_but_not_handled_is_handled_at_the_start_before_anything_new(town: ZaloTown) -> None:
    works, address = assemble(town), town.users["cchc"].id
    works.conversation.store(CHANNEL, [Incoming("1", address, address, "/xong I.3 H1")])
    town.server.says(town.users["cchc"], "/hoantac")
    async with at_work(works):
        await town.asked(lambda: len(town.sent_to("cchc")) == 2)
    assert town.texts("cchc")[0] == RECORDED
    assert town.rows("SELECT undone_at IS NULL FROM completion") == [(0,)]


async def test_polls_keep_their_distance_even_when_the_platform_answers_at_once(town: ZaloTown) -> None:
    town.server.switches.change(delivery="replay")
    town.server.says(town.users["cchc"], "/huongdan")
    began = time.monotonic()
    async with at_work(assemble(town, floor=0.2)):
        await town.asked(lambda: town.server.updates.polls >= 4)
    assert time.monotonic() - began >= 0.6


async def test_own_messages_that_come_back_are_no_commands(town: ZaloTown) -> None:
    town.server.switches.change(echo=True)
    async with at_work(assemble(town)):
        await town.answer_to("cchc", "/huongdan")
        await town.answer_to("van-hoa", "viec", group=True)
        await town.answer_to("cchc", "/viec")
    assert town.rows("SELECT count(*) FROM outbox WHERE kind = 'answer'") == [(3,)]
    assert town.rows("SELECT count(*) FROM inbox") == [(3,)]


async def test_silence_is_no_failure(town: ZaloTown, caplog: pytest.LogCaptureFixture) -> None:
    town.server.switches.change(longest_poll=0.01)
    async with at_work(assemble(town)):
        for idle_http, empty in product((200, 408), ("error", "{}", "null", "missing", "[]")):
            town.server.switches.change(idle_http=idle_http, empty=empty)
            polls = town.server.updates.polls
            await town.asked(lambda polls=polls: town.server.updates.polls > polls + 3)  # type: ignore[misc]
    assert caplog.records == []


# --- how the platform fails ---


@pytest.mark.parametrize(
    "fault",
    [
        Fault.drop_before(),
        Fault.http_error(502),
        Fault.http_error(401),
        Fault.garbage(applied=False),
        Fault.refused(403),
        Fault.refused(429),
        Fault.refused(500),
    ],
)
async def test_polling_goes_on_after_a_failure(town: ZaloTown, fault: Fault) -> None:
    async with at_work(assemble(town)):
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.faults.add("getUpdates", fault, times=7)
        await town.answer_to("cchc", "/huongdan")
        assert await town.answer_to("cchc", "/viec") != ""


async def test_platform_that_is_away_at_the_start_is_waited_for(town: ZaloTown) -> None:
    town.server.faults.add("getMe", Fault.http_error(502), times=6)
    town.server.faults.add("getWebhookInfo", Fault.drop_before())
    async with at_work(assemble(town)):
        assert await town.answer_to("cchc", "/huongdan") != ""


async def test_refused_token_stops_with_a_sentence(town: ZaloTown) -> None:
    assert await stopped(assemble(town, token="42:wrong-token-0123456789")) == REJECTED_BY_ZALO


@pytest.mark.parametrize("webhook", [False, True])
async def test_token_that_is_reset_while_the_bot_is_at_work_stops_it(town: ZaloTown, webhook: bool) -> None:
    async def reset() -> None:
        await town.answer_to("cchc", "/huongdan")
        town.server.fail_next(401, times=None)
        town.server.says(town.users["cchc"], "/viec")

    assert await stopped(assemble(town), reset, webhook=webhook) == REJECTED_BY_ZALO


@pytest.mark.parametrize("error_http", [200, "same"])
async def test_webhook_that_is_set_is_told_and_left_alone(town: ZaloTown, error_http: object) -> None:
    town.server.switches.change(error_http=error_http)
    town.server.webhook.url = "https://khac.vn/hook"
    assert await stopped(assemble(town)) == zalo_webhook_is_set("https://khac.vn/hook")
    assert town.server.webhook.url == "https://khac.vn/hook"


async def test_webhook_that_is_set_while_the_bot_polls_stops_it(town: ZaloTown) -> None:
    works = assemble(town)

    async def hook() -> None:
        await town.answer_to("cchc", "/huongdan")
        await works.api.set_webhook("https://khac.vn/hook", "bí-mật-khó-đoán")

    assert await stopped(works, hook) == zalo_webhook_is_set("")


async def test_second_poller_of_the_token_gives_way(town: ZaloTown) -> None:
    """The older one bears one conflict for every five seconds of its life; this one has lived for ten minutes."""
    town.server.switches.change(older_poll="409")
    lived = 0.0
    works = assemble(town, monotonic=lambda: time.monotonic() + lived)
    lived = 600.0
    async with at_work(works) as first:
        await town.asked(lambda: town.server.updates.polls > 0)
        assert await stopped(assemble(town)) == ZALO_POLLED_ELSEWHERE
        assert await town.answer_to("cchc", "/huongdan") != ""
        assert not first.done()


async def test_reminders_go_on_while_nothing_can_be_received(town: ZaloTown) -> None:
    works = assemble(town)
    async with at_work(works):
        await town.asked(lambda: town.server.updates.is_polled)
        town.server.faults.add("getUpdates", Fault.http_error(502), times=None)
        town.at("13/06/2023 07:30")
        await works.tick()
        await town.asked(lambda: any("I.3" in sent.text for sent in town.sent_to("cchc")))


async def test_server_that_does_not_exist_is_tried_again_and_again(town: ZaloTown) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        works = assemble(town, url=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        async with at_work(works) as listening:
            await asyncio.wait([listening], timeout=0.5)
            assert not listening.done()
