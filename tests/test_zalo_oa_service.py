"""The Official Account at work: heard by webhook or by histories, answered once, stopped alone when it must."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import Engine

from bot.channels.zalo_oa_service import OaStopped
from bot.clock import SteppingClock
from plan_data.office import Office
from tests.builders import moment
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_dispatch import TOKEN
from tests.fakes.oa_faults import Fault
from tests.fakes.oa_webhook import SIGNATURE
from tests.oa_town import OaTown, Works, assemble, at_work
from tests.platform_town import WITHIN
from wording.refusals import STRANGER
from wording.zalo_oa import TOKENS_ARE_DEAD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_way = pytest.mark.parametrize("webhook", [False, True], ids=["histories", "webhook"])
RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
CONVERSATION = "v3.0/oa/group/conversation"


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[OaTown]:
    clock = SteppingClock(moment("12/06/2023 09:00"))
    async with FakeOa(clock=lambda: clock().timestamp()) as server:
        yield OaTown(server, engine, office, clock)


def handled(town: OaTown) -> int:
    return int(town.rows("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL")[0][0])


@each_way
async def test_command_in_private_and_in_the_group_is_answered_there(town: OaTown, webhook: bool) -> None:
    async with at_work(assemble(town), webhook=webhook):
        assert (await town.answer_to("cchc", "xong I.3 H1")).splitlines()[0] == RECORDED
        assert (await town.answer_to("cchc", "/hoantac", group=True)).startswith("↩️")
        assert (await town.answer_to("cchc", "@UBND Phường xong I.3 H1", group=True)).splitlines()[0] == RECORDED


@each_way
async def test_talk_in_the_group_is_left_alone(town: OaTown, webhook: bool) -> None:
    town.server.switches.wrapped_lists = True
    talk = ("mai họp lúc mấy giờ?", "2", "xong I.3 H1", "@Lan xong chưa?", "[@tất cả] chú ý")
    async with at_work(assemble(town), webhook=webhook):
        for line in talk:
            town.server.says(town.users["van-hoa"], line, town.group)
        assert (await town.answer_to("cchc", "/xong I.3 H1", group=True)).splitlines()[0] == RECORDED
    assert town.in_group() == [RECORDED]
    assert handled(town) == len(talk) + 1


@each_way
async def test_number_answers_a_list(town: OaTown, webhook: bool) -> None:
    async with at_work(assemble(town), webhook=webhook):
        listed = await town.answer_to("cchc", "/viec", group=True)
        number = next(line for line in listed.replace(" · ", "\n").splitlines() if line.endswith("✅ I.3")).split()[0]
        assert (await town.answer_to("cchc", f"/{number}", group=True)).splitlines()[0] == RECORDED
        await town.answer_to("cchc", "/hoantac")
        await town.answer_to("cchc", "/viec")
        assert (await town.answer_to("cchc", number)).splitlines()[0] == RECORDED
    assert town.rows("SELECT count(*) FROM completion WHERE undone_at IS NULL") == [(1,)]


@each_way
async def test_new_group_is_linked_under_its_name(town: OaTown, webhook: bool) -> None:
    async with at_work(assemble(town), webhook=webhook) as listening:
        await town.answer_to("cchc", "/viec")
        if not webhook:
            listening.cancel()  # a group is noticed every few minutes, and at the start
            await asyncio.wait([listening])
        group = town.server.add_group("Tổ một cửa")
        if webhook:
            town.server.says(town.users["cchc"], "/ketnoi", group)
            await town.asked(lambda: len(town.server.sent_to(group.id)) >= 2)
    if not webhook:
        async with at_work(assemble(town)):
            town.server.says(town.users["cchc"], "/ketnoi", group)
            await town.asked(lambda: len(town.server.sent_to(group.id)) >= 2)
    assert town.rows("SELECT address, title FROM group_chat ORDER BY id DESC LIMIT 1") == [
        (f"g:{group.id}", "Tổ một cửa")
    ]
    assert [sent.text.partition(" Từ nay")[0] for sent in town.server.sent_to(group.id)] == [
        "🔗 Đã kết nối nhóm “Tổ một cửa”.",
        "✅ Bot có đủ quyền trong nhóm này.",
    ]


async def test_stranger_is_told_what_to_do(town: OaTown) -> None:
    stranger = town.server.add_user("Người lạ")
    async with at_work(assemble(town)):
        town.server.says(stranger, "chào")
        await town.asked(lambda: bool(town.server.sent_to(stranger.id)))
    assert [sent.text for sent in town.server.sent_to(stranger.id)] == [STRANGER]


# --- histories ---


async def test_restart_reads_on_where_it_ended_and_answers_once(town: OaTown) -> None:
    async with at_work(assemble(town)):
        await town.answer_to("cchc", "/xong I.3 H1")
    town.server.says(town.users["cchc"], "/hoantac")
    for number in range(25):  # more than a page
        town.server.says(town.users["van-hoa"], f"lời {number}", town.group)
    town.server.says(town.users["cchc"], "/viec", town.group)
    async with at_work(assemble(town)):
        await town.asked(lambda: handled(town) == 28)
    assert [len(town.sent_to("cchc")), len(town.in_group())] == [2, 1]


async def test_what_was_said_long_before_the_first_start_is_left_alone(town: OaTown) -> None:
    town.server.says(town.users["cchc"], "/viec", town.group)
    town.at("12/06/2023 10:30")
    async with at_work(assemble(town)):
        await town.answer_to("cchc", "/viec")
    assert (town.in_group(), handled(town)) == ([], 1)


async def test_history_that_fails_for_now_is_read_later_and_one_that_is_gone_is_passed_over(town: OaTown) -> None:
    gone = town.server.add_group("Nhóm cũ")
    gone.enabled = False
    town.server.faults.add(CONVERSATION, Fault.http_error(502), times=3)
    async with at_work(assemble(town)):
        assert (await town.answer_to("cchc", "/xong I.3 H1", group=True)).splitlines()[0] == RECORDED


# --- the webhook ---


async def test_delivery_that_comes_again_is_handled_once(town: OaTown) -> None:
    async with at_work(assemble(town), webhook=True):
        event = town.server.says(town.users["cchc"], "/xong I.3 H1")
        town.server.webhook.deliver(event)
        await town.asked(lambda: len(town.server.webhook.deliveries) == 2 and bool(town.sent_to("cchc")))
        town.server.webhook.deliver(event)
        await town.asked(lambda: len(town.server.webhook.deliveries) == 3)
    assert [delivery.status for delivery in town.server.webhook.deliveries] == [200] * 3
    assert [sent.text.splitlines()[0] for sent in town.sent_to("cchc")] == [RECORDED]


@pytest.mark.parametrize("signed_with", ["app", "oa"])
async def test_account_may_sign_with_its_own_id(town: OaTown, signed_with: str) -> None:
    town.server.switches.signed_with = "oa" if signed_with == "oa" else "app"
    town.server.switches.signature = "bare"
    async with at_work(assemble(town), webhook=True):
        await town.asked(lambda: bool(town.server.calls("v2.0/oa/getoa")))
        await town.asked(lambda: bool(town.server.calls("v3.0/oa/group/getgroupsofoa")))
        assert (await town.answer_to("cchc", "/xong I.3 H1")).splitlines()[0] == RECORDED


async def test_stranger_at_the_webhook_gets_nothing_done(town: OaTown) -> None:
    async with at_work(assemble(town), webhook=True), httpx.AsyncClient(trust_env=False) as client:
        await town.answer_to("cchc", "/viec")
        event = town.server.says(town.users["cchc"], "/xong I.3 H1")
        await town.asked(lambda: len(town.sent_to("cchc")) == 2)
        await town.answer_to("cchc", "/hoantac")
        body, signature = town.server.webhook.signed({**event, "message": {"msg_id": "khác", "text": "/xong I.3 H1"}})
        changed = body.replace(b"/xong I.3 H1", b"/xong I.4 H1")
        answers = [
            (await client.post(town.server.webhook.url, content=content, headers=headers)).status_code
            for content, headers in (
                (body, {}),
                (body, {SIGNATURE: "mac=" + "0" * 64}),
                (changed, {SIGNATURE: signature}),
            )
        ]
    assert (answers, len(town.sent_to("cchc"))) == ([403, 403, 403], 3)


async def test_genuine_delivery_that_was_kept_for_days_is_passed_over(town: OaTown) -> None:
    async with at_work(assemble(town), webhook=True):
        event = town.server.emits({"event_name": "unfollow", "follower": {"id": town.users["cchc"].id}})
        await town.asked(lambda: handled(town) == 1)
        town.at("14/06/2023 09:00")
        town.server.webhook.deliver({**event, "follower": {"id": town.users["van-hoa"].id}})
        await town.asked(lambda: len(town.server.webhook.deliveries) == 2)
    assert [delivery.status for delivery in town.server.webhook.deliveries] == [200, 200]
    assert town.rows("SELECT person_id FROM account WHERE unreachable <> ''") == [(town.people["cchc"],)]


async def test_people_who_leave_and_groups_that_end_are_noticed(town: OaTown) -> None:
    async with at_work(assemble(town), webhook=True):
        town.server.follows(town.users["van-hoa"], again=False)
        town.server.changes(town.group, "delete_group")
        await town.asked(lambda: handled(town) == 2)
        assert town.rows("SELECT count(*) FROM account WHERE unreachable <> ''") == [(1,)]
        assert town.rows("SELECT unreachable FROM group_chat") == [("bot không còn trong nhóm",)]
        town.server.follows(town.users["van-hoa"])
        await town.asked(lambda: handled(town) == 3)
    assert town.rows("SELECT count(*) FROM account WHERE unreachable <> ''") == [(0,)]


# --- tokens ---


async def ended(works: Works, *, webhook: bool) -> str:
    """The sentence with which the channel stops by itself."""
    try:
        async with at_work(works, webhook=webhook) as listening:
            await asyncio.wait([listening], timeout=WITHIN)
            assert listening.done(), "it is still at work"
    except OaStopped as stopped:
        return str(stopped)
    return "it did not stop"


@each_way
async def test_dead_tokens_end_the_channel_at_its_start(town: OaTown, webhook: bool) -> None:
    town.server.auth.revoke_refresh()
    assert await ended(assemble(town), webhook=webhook) == TOKENS_ARE_DEAD


@each_way
async def test_tokens_that_die_in_the_middle_end_the_channel(town: OaTown, webhook: bool) -> None:
    works = assemble(town)
    async with at_work(works, webhook=webhook):
        await town.answer_to("cchc", "/viec")
    town.server.auth.revoke_refresh()
    town.server.auth.revoke_access()
    assert await ended(assemble(town), webhook=webhook) == TOKENS_ARE_DEAD


async def test_account_that_is_disabled_ends_the_channel(town: OaTown) -> None:
    works = assemble(town)
    town.server.fail_next(-204, "v3.0/oa/message/cs", times=None)
    town.server.says(town.users["cchc"], "/viec")
    assert (await ended(works, webhook=False)).startswith("Zalo không cho OA này gửi tin (-204 Official Account")


@each_way
async def test_network_that_is_away_at_the_start_is_waited_for(town: OaTown, webhook: bool) -> None:
    town.server.faults.add(TOKEN, Fault.http_error(502), times=4)
    town.server.faults.add("v2.0/oa/getoa", Fault.drop_before(), times=2)
    async with at_work(assemble(town), webhook=webhook):
        await town.asked(lambda: town.server.auth.purchases == 1)
        assert (await town.answer_to("cchc", "/xong I.3 H1")).splitlines()[0] == RECORDED


async def test_tokens_are_renewed_while_nothing_happens(town: OaTown) -> None:
    async with at_work(assemble(town), webhook=True):
        await town.asked(lambda: town.server.auth.purchases == 1)
        town.at("13/06/2023 08:30")
        await town.asked(lambda: town.server.auth.purchases == 2)
        assert (await town.answer_to("cchc", "/xong I.3 H1")).splitlines()[0] == RECORDED


# --- what is said unasked ---


async def test_morning_goes_to_the_group_and_to_those_who_wrote_lately(town: OaTown) -> None:
    works = assemble(town)
    town.users["van-hoa"].interacted = moment("01/06/2023 08:00").timestamp()
    async with at_work(works):
        town.at("13/06/2023 08:00")
        await works.tick()
        await town.asked(lambda: bool(town.in_group()))
    assert town.in_group()[0].startswith("🔔")


async def test_line_of_a_history_that_names_nobody_asks_for_nobody(town: OaTown) -> None:
    town.server.world.write_down(None, "thông báo của OA")
    async with at_work(assemble(town)):
        assert (await town.answer_to("cchc", "/xong I.3 H1")).splitlines()[0] == RECORDED
    assert [call.status for call in town.server.calls("v2.0/oa/conversation") if call.status < 0] == []
    asked = {json.loads(call.args["data"])["user_id"] for call in town.server.calls("v2.0/oa/conversation")}
    assert asked == {town.users["cchc"].id}
