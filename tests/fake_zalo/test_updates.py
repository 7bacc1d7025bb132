"""The bot itself, its token, the ways to send parameters, and updates."""

import asyncio
import time

import httpx
import pytest

from tests.fake_zalo.calls import ask, client_of, poll_once, texts
from tests.fakes.zalo_server import FakeZalo
from tests.fakes.zalo_switches import Switches

# --- the bot itself, the token, the ways to send parameters ---


async def test_get_me_tells_the_bot_and_perhaps_its_display_name(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    me = {
        "id": "1948273650192837465",
        "account_name": "bot.nhacviec",
        "account_type": "BASIC",
        "can_join_groups": True,
    }
    assert await ask(raw, "getMe") == (200, {**me, "display_name": "Bot Nhắc Việc"})
    server.switches.bot_display_name = False
    server.bot.can_join_groups = False
    assert await ask(raw, "getMe") == (200, {**me, "can_join_groups": False})


async def test_a_wrong_token_is_401_and_another_path_is_a_page(server: FakeZalo) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        wrong = await client.get("/bot77:another/getMe")
        elsewhere = await client.get("/elsewhere")
        deleted = await client.delete(f"/bot{server.token}/getMe")
    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert [answer.status_code for answer in (wrong, elsewhere, deleted)] == [200, 404, 404]
    assert elsewhere.headers["content-type"] == "text/html"
    assert [(call.method, call.status) for call in server.calls()] == [("getMe", 401)]


async def test_methods_are_case_sensitive_and_unknown_ones_are_400(raw: httpx.AsyncClient) -> None:
    answers = [await ask(raw, method) for method in ("getme", "SENDMESSAGE", "editMessageText", "testWebhook")]
    assert answers == [(400, "Bad Request: unknown method")] * 4


async def test_parameters_may_come_by_query_form_json_or_multipart(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    await raw.get("sendMessage", params={"chat_id": user.id, "text": "câu hỏi & đáp"})
    await raw.post("sendMessage", data={"chat_id": user.id, "text": "biểu mẫu"})
    await raw.post("sendMessage", json={"chat_id": user.id, "text": "đối tượng"})
    await raw.post("sendMessage", files={"chat_id": (None, user.id), "text": (None, "nhiều phần")})
    assert [sent.text for sent in server.sent] == ["câu hỏi & đáp", "biểu mẫu", "đối tượng", "nhiều phần"]
    broken = await raw.post("sendMessage", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.json()["error_code"] == 400


@pytest.mark.parametrize(
    ("switch", "statuses"),
    [
        ({}, [200, 200, 200]),
        ({"idle_http": 408}, [408, 200, 200]),
        ({"error_http": "same"}, [200, 404, 401]),
        ({"idle_http": 408, "error_http": "same"}, [408, 404, 401]),
    ],
)
async def test_a_refusal_comes_with_http_200_or_with_its_own_code(
    server: FakeZalo, raw: httpx.AsyncClient, switch: dict[str, object], statuses: list[int]
) -> None:
    server.switches.change(**switch)
    answers = [
        await raw.post("getUpdates", json={"timeout": "0"}),
        await raw.post("sendMessage", json={"chat_id": "ai", "text": "chào"}),
        await raw.post(f"{server.url}/bot1:x/getMe"),
    ]
    assert [answer.status_code for answer in answers] == statuses
    assert [answer.json() for answer in answers] == [
        {"ok": False, "error_code": 408, "description": "Request timeout"},
        {"ok": False, "error_code": 404, "description": "Not Found"},
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    ]
    assert [call.status for call in server.calls()] == [408, 404, 401]
    server.fail_next(408)
    assert (await raw.post("sendMessage")).status_code == (408 if switch.get("error_http") == "same" else 200)


async def test_a_success_may_carry_the_error_code_0(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    typing = {"chat_id": user.id, "action": "typing"}
    assert (await raw.post("sendChatAction", json=typing)).json() == {"ok": True}
    server.switches.success_code = True
    assert (await raw.post("sendChatAction", json=typing)).json() == {"ok": True, "error_code": 0}
    assert server.actions == [(user.id, "typing")] * 2


def test_a_switch_takes_only_its_own_values() -> None:
    switches = Switches()
    switches.change(delivery="replay", idle_http=408, monthly_quota=3, longest_poll=1, mention_gate=False)
    assert (switches.delivery, switches.idle_http, switches.monthly_quota) == ("replay", 408, 3)
    for name, value in [("delivery", "twice"), ("idle_http", 500), ("mention_gate", "on"), ("dance", True)]:
        with pytest.raises(ValueError, match=name):
            switches.change(**{name: value})


# --- updates ---


async def test_a_text_in_a_private_chat_has_the_documented_shape(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user("Nguyễn Thị Lan")
    event = server.says(user, "việc của tôi")
    status, update = await poll_once(raw)
    assert (status, update) == (
        200,
        {
            "event_name": "message.text.received",
            "message": {
                "message_id": event.message_id,
                "date": 1_686_805_200_000,
                "from": {"id": user.id, "display_name": "Nguyễn Thị Lan", "is_bot": False},
                "chat": {"id": user.id, "chat_type": "PRIVATE"},
                "text": "việc của tôi",
                "message_type": "CHAT_MESSAGE",
            },
        },
    )
    assert [len(one) for one in (user.id, event.message_id)] == [20, 20]
    server.switches.change(date_unit="s", message_type=False, bare_sender=True)
    server.says(user, "nữa")
    message = (await poll_once(raw))[1]["message"]
    assert (message["date"], message["from"], "message_type" in message) == (1_686_805_200, {"id": user.id}, False)


async def test_each_update_is_delivered_once_and_one_at_a_time(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    assert await texts(raw, 2) == ["một", "hai"]
    assert await poll_once(raw) == (408, "Request timeout")


async def test_offset_and_limit_change_nothing(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    _, update = await ask(raw, "getUpdates", offset=99, limit=100, timeout="0")
    assert update["message"]["text"] == "một"


async def test_delivered_updates_come_back_on_every_later_poll(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.delivery = "replay"
    user = server.add_user()
    assert await poll_once(raw) == (408, "Request timeout")
    for text in ("một", "hai"):
        server.says(user, text)
    began = time.monotonic()
    assert [(await poll_once(raw, 30))[1]["message"]["text"] for _ in range(5)] == ["một", "hai", "một", "hai", "một"]
    server.says(user, "ba")
    assert await texts(raw, 4) == ["ba", "hai", "một", "ba"]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("delivery", "again"), [("once", []), ("replay", ["một", "hai"])])
async def test_the_result_may_be_a_list_of_all_there_are(delivery: str, again: list[str]) -> None:
    async with FakeZalo(result="list", empty="[]", delivery=delivery) as server, client_of(server) as client:
        for text in ("một", "hai"):
            server.says(server.add_user(), text)
        first, second = [(await poll_once(client))[1] for _ in range(2)]
    assert [update["message"]["text"] for update in first] == ["một", "hai"]
    assert [update["message"]["text"] for update in second] == again


@pytest.mark.parametrize(
    ("empty", "body"),
    [
        ("{}", {"ok": True, "result": {}}),
        ("[]", {"ok": True, "result": []}),
        ("null", {"ok": True, "result": None}),
        ("missing", {"ok": True}),
    ],
)
async def test_nothing_may_also_be_a_success_with_an_empty_result(empty: str, body: object) -> None:
    async with FakeZalo(empty=empty) as server, client_of(server) as client:
        assert (await client.get("getUpdates", params={"timeout": 0})).json() == body


async def test_a_long_poll_ends_with_the_first_update_or_with_its_timeout(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    poll = asyncio.create_task(poll_once(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    assert poll.done() is False
    server.says(server.add_user(), "chào")
    assert (await poll)[1]["message"]["text"] == "chào"
    began = time.monotonic()
    assert (await poll_once(raw, 1))[0] == 408
    assert 0.9 < time.monotonic() - began < 20
    server.switches.longest_poll = 0.01
    assert (await ask(raw, "getUpdates"))[0] == 408
    assert time.monotonic() - began < 20


async def test_two_polls_steal_each_others_updates_or_the_newer_ends_the_older(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    user = server.add_user()
    polls = [asyncio.create_task(poll_once(raw, 20)) for _ in range(2)]
    await server.until(lambda: server.updates.polls == 2)
    for text in ("một", "hai"):
        server.says(user, text)
    assert sorted([answer[1]["message"]["text"] for answer in await asyncio.gather(*polls)]) == ["hai", "một"]
    server.switches.older_poll = "409"
    older = asyncio.create_task(poll_once(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    newer = asyncio.create_task(poll_once(raw, 20))
    assert await older == (409, "Conflict: another getUpdates is running")
    server.says(user, "ba")
    assert (await newer)[1]["message"]["text"] == "ba"


async def test_a_client_that_goes_away_takes_no_update_with_it(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    poll = asyncio.create_task(poll_once(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await server.until(lambda: not server.updates.is_polled)
    server.says(server.add_user(), "chào")
    assert await texts(raw, 1) == ["chào"]
