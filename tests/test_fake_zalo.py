"""The fake Zalo Bot Platform keeps the documented promises and limits; two clients of other authors talk to it."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyzalo.main import PyZALO
from zalo_bot import Bot
from zalo_bot.error import BadRequest, Forbidden, InvalidToken, NetworkError, ZaloError

from tests.fakes.http_server import HttpServer, Request, Response
from tests.fakes.zalo_server import FakeZalo, Fault
from tests.fakes.zalo_switches import Switches

NOON = datetime(2023, 6, 15, 5, tzinfo=UTC).timestamp()  # 12:00 in Vietnam
PUBLIC = "https://bot.phuong.vn"
PHOTO = "https://phuong.vn/anh.jpg"
Answered = tuple[int, Any]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients of other authors read the proxy of the environment, and offer no argument against it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo(clock=lambda: NOON) as server:
        yield server


@pytest.fixture
async def raw(server: FakeZalo) -> AsyncIterator[httpx.AsyncClient]:
    async with _client_of(server) as client:
        yield client


def _client_of(server: FakeZalo) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/", trust_env=False, timeout=30)


async def _ask(client: httpx.AsyncClient, method: str, **values: object) -> Answered:
    """200 and the result, or the error_code and the description."""
    answer = (await client.post(method, json=values)).json()
    return (200, answer.get("result")) if answer["ok"] else (answer["error_code"], answer["description"])


async def _poll(client: httpx.AsyncClient, seconds: int = 0) -> Answered:
    return await _ask(client, "getUpdates", timeout=seconds)


async def _texts(client: httpx.AsyncClient, polls: int) -> list[str]:
    """The texts that so many polls bring, one update each."""
    return [(await _poll(client))[1]["message"]["text"] for _ in range(polls)]


# --- the bot itself, the token, the ways to send parameters ---


async def test_get_me_tells_the_bot_and_perhaps_its_display_name(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    me = {
        "id": "1948273650192837465",
        "account_name": "bot.nhacviec",
        "account_type": "BASIC",
        "can_join_groups": True,
    }
    assert await _ask(raw, "getMe") == (200, {**me, "display_name": "Bot Nhắc Việc"})
    server.switches.bot_display_name = False
    server.bot.can_join_groups = False
    assert await _ask(raw, "getMe") == (200, {**me, "can_join_groups": False})


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
    answers = [await _ask(raw, method) for method in ("getme", "SENDMESSAGE", "editMessageText", "testWebhook")]
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
    status, update = await _poll(raw)
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
    message = (await _poll(raw))[1]["message"]
    assert (message["date"], message["from"], "message_type" in message) == (1_686_805_200, {"id": user.id}, False)


async def test_each_update_is_delivered_once_and_one_at_a_time(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    assert await _texts(raw, 2) == ["một", "hai"]
    assert await _poll(raw) == (408, "Request timeout")


async def test_offset_and_limit_change_nothing(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    _, update = await _ask(raw, "getUpdates", offset=99, limit=100, timeout="0")
    assert update["message"]["text"] == "một"


async def test_delivered_updates_come_back_on_every_later_poll(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.delivery = "replay"
    user = server.add_user()
    assert await _poll(raw) == (408, "Request timeout")
    for text in ("một", "hai"):
        server.says(user, text)
    began = time.monotonic()
    assert [(await _poll(raw, 30))[1]["message"]["text"] for _ in range(5)] == ["một", "hai", "một", "hai", "một"]
    server.says(user, "ba")
    assert await _texts(raw, 4) == ["ba", "hai", "một", "ba"]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("delivery", "again"), [("once", []), ("replay", ["một", "hai"])])
async def test_the_result_may_be_a_list_of_all_there_are(delivery: str, again: list[str]) -> None:
    async with FakeZalo(result="list", empty="[]", delivery=delivery) as server, _client_of(server) as client:
        for text in ("một", "hai"):
            server.says(server.add_user(), text)
        first, second = [(await _poll(client))[1] for _ in range(2)]
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
    async with FakeZalo(empty=empty) as server, _client_of(server) as client:
        assert (await client.get("getUpdates", params={"timeout": 0})).json() == body


async def test_a_long_poll_ends_with_the_first_update_or_with_its_timeout(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    poll = asyncio.create_task(_poll(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    assert poll.done() is False
    server.says(server.add_user(), "chào")
    assert (await poll)[1]["message"]["text"] == "chào"
    began = time.monotonic()
    assert (await _poll(raw, 1))[0] == 408
    assert 0.9 < time.monotonic() - began < 20
    server.switches.longest_poll = 0.01
    assert (await _ask(raw, "getUpdates"))[0] == 408
    assert time.monotonic() - began < 20


async def test_two_polls_steal_each_others_updates_or_the_newer_ends_the_older(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    user = server.add_user()
    polls = [asyncio.create_task(_poll(raw, 20)) for _ in range(2)]
    await server.until(lambda: server.updates.polls == 2)
    for text in ("một", "hai"):
        server.says(user, text)
    assert sorted([answer[1]["message"]["text"] for answer in await asyncio.gather(*polls)]) == ["hai", "một"]
    server.switches.older_poll = "409"
    older = asyncio.create_task(_poll(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    newer = asyncio.create_task(_poll(raw, 20))
    assert await older == (409, "Conflict: another getUpdates is running")
    server.says(user, "ba")
    assert (await newer)[1]["message"]["text"] == "ba"


async def test_a_client_that_goes_away_takes_no_update_with_it(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    poll = asyncio.create_task(_poll(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await server.until(lambda: not server.updates.is_polled)
    server.says(server.add_user(), "chào")
    assert await _texts(raw, 1) == ["chào"]


# --- what people send ---


async def test_a_text_with_a_link_arrives_as_something_unsupported(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    server.says(user, "xem https://phuong.vn/ke-hoach")
    server.sends_link(user, "www.phuong.vn")
    server.says(user, "hạn 15.6.2023, xem phuong.vn")
    updates = [(await _poll(raw))[1] for _ in range(3)]
    assert [(update["event_name"], update["message"].get("text")) for update in updates] == [
        ("message.unsupported.received", None),
        ("message.unsupported.received", None),
        ("message.text.received", "hạn 15.6.2023, xem phuong.vn"),
    ]
    server.switches.links = "link"
    server.sends_link(user, PHOTO)
    server.switches.links = "text"
    server.sends_link(user, PHOTO)
    names = [(await _poll(raw))[1]["event_name"] for _ in range(2)]
    assert names == ["message.link.received", "message.text.received"]


async def test_pictures_stickers_and_voices_have_their_fields(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    server.sends_image(user, PHOTO, "chú thích")
    server.sends_sticker(user, "abc")
    server.sends_voice(user, "https://phuong.vn/tin.aac")
    server.switches.photo_field = "photo"
    server.sends_image(user, PHOTO)
    server.switches.photo_field = "both"
    server.sends_image(user, PHOTO)
    common = {"message_id", "date", "from", "chat", "message_type"}
    seen = []
    for _ in range(5):
        _, update = await _poll(raw)
        extra = {name: value for name, value in update["message"].items() if name not in common}
        seen.append((update["event_name"].split(".")[1], extra))
    assert seen == [
        ("image", {"photo_url": PHOTO, "caption": "chú thích"}),
        ("sticker", {"sticker": "abc", "url": "https://zalo-api.zadn.vn/sticker/abc"}),
        ("voice", {"voice_url": "https://phuong.vn/tin.aac"}),
        ("image", {"photo": PHOTO}),
        ("image", {"photo": PHOTO, "photo_url": PHOTO}),
    ]


async def test_an_event_may_be_unknown_or_without_a_message(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    server.sends_unsupported(user, with_message=False)
    server.emits({"event_name": "bot.added.to.group", "group": {"id": "g"}})
    event = server.sends_unsupported(user)
    server.emits(event.update or {})
    updates = [(await _poll(raw))[1] for _ in range(4)]
    assert updates == [
        {"event_name": "message.unsupported.received"},
        {"event_name": "bot.added.to.group", "group": {"id": "g"}},
        event.update,
        event.update,
    ]


async def test_a_group_message_reaches_the_bot_only_with_a_mention_or_as_a_reply(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    user, group = server.add_user("Lan"), server.add_group("Phường")
    unheard = server.says(user, "@Bot Nhắc Việc gõ tay", group, mention=False)
    server.sends_sticker(user, "abc", group, addressed=False)
    assert (unheard.update, list(group.members)) == (None, [user.id])
    server.says(user, "/tuan 2", group)
    server.says(user, "/tuan 3", group, reply=True)
    server.says(user, "/tuan 4 @Bot Nhắc Việc", group)
    server.switches.mention_prefix = False
    server.says(user, "/tuan 5", group)
    server.switches.mention_gate = False
    server.says(user, "chuyện riêng", group, mention=False)
    updates = [(await _poll(raw))[1]["message"] for _ in range(5)]
    assert [message["text"] for message in updates] == [
        "@Bot Nhắc Việc /tuan 2",
        "/tuan 3",
        "/tuan 4 @Bot Nhắc Việc",
        "/tuan 5",
        "chuyện riêng",
    ]
    assert updates[0]["chat"] == {"id": group.id, "chat_type": "GROUP"}
    assert updates[0]["from"] == {"id": user.id, "display_name": "Lan", "is_bot": False}


async def test_a_group_without_the_bot_tells_it_nothing(server: FakeZalo) -> None:
    user, group = server.add_user(), server.add_group(has_bot=False)
    assert server.says(user, "chào", group).update is None
    server.adds_bot_to(group)
    assert server.says(user, "chào", group).update is not None
    server.removes_bot_from(group)
    assert server.says(user, "chào", group).update is None
    server.bot.can_join_groups = False
    with pytest.raises(ValueError, match="may not join"):
        server.adds_bot_to(group)


async def test_a_person_may_have_another_id_in_every_group(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user, groups = server.add_user(wrote=True), [server.add_group(), server.add_group()]
    server.switches.ids_differ = True
    for place in (None, *groups, groups[0]):
        server.says(user, "chào", place)
    ids = [(await _poll(raw))[1]["message"]["from"]["id"] for _ in range(4)]
    assert ids == [user.id, *(server.sender_id(user, group) for group in (*groups, groups[0]))]
    assert len(set(ids)) == 3
    assert (await _ask(raw, "sendMessage", chat_id=ids[1], text="chào"))[0] == 404


async def test_the_bots_own_messages_may_come_back(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.echo = True
    user, group = server.add_user(wrote=True), server.add_group()
    _, sent = await _ask(raw, "sendMessage", chat_id=user.id, text="nhắc việc")
    await _ask(raw, "sendPhoto", chat_id=group.id, photo=PHOTO, caption="bảng")
    text, photo = [(await _poll(raw))[1] for _ in range(2)]
    assert text["message"]["message_id"] == sent["message_id"]
    assert text["message"]["from"] == {"id": server.bot.id, "display_name": "Bot Nhắc Việc", "is_bot": True}
    assert (photo["event_name"], photo["message"]["chat"]["id"]) == ("message.image.received", group.id)


# --- sending ---


async def test_a_sent_message_is_recorded(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user, group = server.add_user(wrote=True), server.add_group()
    style = {"start": 0, "len": 4, "st": ["b", "c_db342e"]}
    answers = [
        await _ask(raw, "sendMessage", chat_id=user.id, text="Việc 1", text_styles=[style]),
        await _ask(raw, "sendMessage", chat_id=group.id, text="**Việc** 2", parse_mode="markdown", text_styles="?"),
        await _ask(raw, "sendPhoto", chat_id=group.id, photo=PHOTO, caption="bảng"),
        await _ask(raw, "sendSticker", chat_id=group.id, sticker="abc"),
        await _ask(raw, "sendVoice", chat_id=user.id, voice_url="https://phuong.vn/tin.aac"),
    ]
    assert [(sent.chat_id, sent.kind, sent.text, sent.url) for sent in server.sent] == [
        (user.id, "text", "Việc 1", ""),
        (group.id, "text", "**Việc** 2", ""),
        (group.id, "photo", "bảng", PHOTO),
        (group.id, "sticker", "", "abc"),
        (user.id, "voice", "", "https://phuong.vn/tin.aac"),
    ]
    assert [(sent.parse_mode, sent.styles) for sent in server.sent[:2]] == [("", (style,)), ("markdown", ())]
    assert answers == [(200, {"message_id": sent.message_id, "date": int(NOON * 1000)}) for sent in server.sent]
    assert server.sent_to(user.id) == [server.sent[0], server.sent[4]]


@pytest.mark.parametrize(
    ("text", "code"),
    [("ă" * 2000, 200), ("😀" * 1000, 200), ("ă" * 2001, 400), ("😀" * 1001, 400), ("", 400), (" \n", 400)],
)
async def test_a_text_has_1_to_2000_characters_in_every_way_of_counting(
    server: FakeZalo, raw: httpx.AsyncClient, text: str, code: int
) -> None:
    user = server.add_user(wrote=True)
    assert (await _ask(raw, "sendMessage", chat_id=user.id, text=text))[0] == code
    assert (await _ask(raw, "sendPhoto", chat_id=user.id, photo=PHOTO, caption=text))[0] == (code if text else 200)


@pytest.mark.parametrize(
    ("method", "values", "description"),
    [
        ("sendMessage", {"text": "x", "parse_mode": "HTML"}, "parse_mode must be markdown or html"),
        ("sendMessage", {"text": "x", "text_styles": "b"}, "text_styles is invalid"),
        ("sendMessage", {"text": "x", "text_styles": {"start": 0}}, "text_styles is invalid"),
        (
            "sendMessage",
            {"text": "x", "text_styles": [{"start": 0, "len": 2, "st": ["b"]}]},
            "text_styles is invalid",
        ),
        (
            "sendMessage",
            {"text": "x", "text_styles": [{"start": 0, "len": 1, "st": ["c_0"]}]},
            "text_styles is invalid",
        ),
        ("sendPhoto", {"photo": "data:image/png;base64,AA"}, "photo must be a public http or https URL"),
        ("sendPhoto", {"photo": "http://localhost/a.jpg"}, "photo must be a public http or https URL"),
        ("sendPhoto", {"photo": "http://10.0.0.7/a.jpg"}, "photo must be a public http or https URL"),
        ("sendPhoto", {"photo": "http://[::1/a.jpg"}, "photo must be a public http or https URL"),
        ("sendPhoto", {}, "photo must be a public http or https URL"),
        ("sendSticker", {}, "sticker is required"),
        ("sendVoice", {"voice_url": PHOTO}, "voice_url must be a public http or https URL that ends with .aac"),
        ("sendChatAction", {"action": "upload_photo"}, "action must be typing"),
    ],
)
async def test_what_the_platform_does_not_take_is_400(
    server: FakeZalo, raw: httpx.AsyncClient, method: str, values: dict[str, object], description: str
) -> None:
    user = server.add_user(wrote=True)
    assert await _ask(raw, method, chat_id=user.id, **values) == (400, f"Bad Request: {description}")
    assert server.sent == []


async def test_the_bot_reaches_only_people_who_wrote_and_groups_that_keep_it(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    stranger, blocker = server.add_user(), server.add_user(wrote=True)
    group, left = server.add_group(), server.add_group(has_bot=False)
    server.blocks(blocker)
    chats = [stranger.id, blocker.id, group.id, left.id, "nobody", ""]

    async def codes() -> list[int]:
        return [(await _ask(raw, "sendMessage", chat_id=chat, text="chào"))[0] for chat in chats]

    assert await codes() == [404, 404, 200, 404, 404, 400]
    server.switches.change(strangers="reached", unreachable=403)
    assert await codes() == [200, 403, 200, 403, 403, 400]
    server.switches.change(strangers="refused", unreachable=400)
    server.says(stranger, "chào")
    server.unblocks(blocker)
    assert await codes() == [200, 200, 200, 400, 400, 400]


async def test_a_voice_to_a_group_is_refused_or_gets_lost(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    group = server.add_group()
    voice = {"chat_id": group.id, "voice_url": "https://phuong.vn/tin.aac"}
    assert await _ask(raw, "sendVoice", **voice) == (400, "Bad Request: a voice cannot be sent to a group")
    server.switches.group_voice = "lost"
    assert (await _ask(raw, "sendVoice", **voice))[0] == 200
    assert [(sent.kind, sent.is_lost) for sent in server.sent] == [("voice", True)]


async def test_after_the_months_messages_come_429_until_the_next_month() -> None:
    now = [datetime(2023, 6, 30, 16, 59, tzinfo=UTC)]  # 23:59 in Vietnam
    async with (
        FakeZalo(clock=lambda: now[0].timestamp(), monthly_quota=2, error_http="same") as server,
        _client_of(server) as client,
    ):
        user = server.add_user(wrote=True)
        message = {"chat_id": user.id, "text": "chào"}
        await _ask(client, "sendMessage", chat_id=user.id, text="")
        await _ask(client, "sendChatAction", chat_id=user.id, action="typing")
        codes = [(await _ask(client, "sendMessage", **message))[0] for _ in range(3)]
        refused = await client.post("sendMessage", json=message)
        now[0] += timedelta(minutes=1)
        codes.append((await _ask(client, "sendMessage", **message))[0])
    assert codes == [200, 200, 429, 200]
    assert (refused.status_code, refused.json()) == (
        429,
        {"ok": False, "error_code": 429, "description": "Quota exceeded"},
    )
    assert "retry-after" not in refused.headers
    assert (server.refusals, dict(server.quota.used)) == (2, {"2023-06": 2, "2023-07": 1})


# --- the webhook ---


class _Hook:
    """Receives what the platform delivers; answers with the given statuses, then 200."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.statuses: Iterator[int] = iter(())
        self.http = HttpServer(self._receive)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.body) for request in self.requests]

    def _receive(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(next(self.statuses, 200))


@pytest.fixture
async def hook(server: FakeZalo) -> AsyncIterator[_Hook]:
    """Stands behind the public address."""
    hook = _Hook()
    await hook.http.start()
    server.tunnel(PUBLIC, f"http://127.0.0.1:{hook.http.port}")
    yield hook
    await hook.http.stop()


async def test_an_event_goes_to_the_webhook_with_the_secret(
    server: FakeZalo, raw: httpx.AsyncClient, hook: _Hook
) -> None:
    user = server.add_user()
    url = f"{PUBLIC}/zalo?a=1"
    assert await _ask(raw, "setWebhook", url=url, secret_token="0123-456") == (
        200,
        {"url": url, "updated_at": int(NOON * 1000)},
    )
    first = server.says(user, "một")
    await server.until(lambda: len(server.deliveries) == 1)
    server.switches.webhook = "bare"
    second = server.says(user, "hai")
    await server.until(lambda: len(server.deliveries) == 2)
    assert hook.bodies == [{"ok": True, "result": first.update}, second.update]
    (request, _) = hook.requests
    assert (request.method, request.path, request.query) == ("POST", "/zalo", "a=1")
    assert request.headers["x-bot-api-secret-token"] == "0123-456"
    assert request.headers["content-type"] == "application/json"
    assert [delivery.status for delivery in server.deliveries] == [200, 200]


async def test_a_webhook_and_polling_exclude_each_other(
    server: FakeZalo, raw: httpx.AsyncClient, hook: _Hook
) -> None:
    refusal = (400, "Bad Request: getUpdates cannot be used while a webhook is set; call deleteWebhook first")
    poll = asyncio.create_task(_poll(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    await _ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    assert await poll == refusal
    assert await _poll(raw, 20) == refusal
    assert await _ask(raw, "getWebhookInfo") == (200, {"url": PUBLIC, "updated_at": int(NOON * 1000)})
    gone = (200, {"url": "", "updated_at": int(NOON * 1000)})
    assert [await _ask(raw, "deleteWebhook") for _ in range(2)] == [gone, gone]
    assert await _ask(raw, "getWebhookInfo") == (404, "Not Found")
    server.switches.webhook_info = "empty"
    assert await _ask(raw, "getWebhookInfo") == gone
    server.says(server.add_user(), "chào")
    assert await _texts(raw, 1) == ["chào"]


@pytest.mark.parametrize(
    "url",
    ["http://bot.phuong.vn/zalo", "https://localhost/zalo", "https://127.0.0.1/zalo", "https://192.168.1.9/", ""],
)
async def test_a_webhook_must_be_public_https(server: FakeZalo, raw: httpx.AsyncClient, url: str) -> None:
    assert await _ask(raw, "setWebhook", url=url, secret_token="0123-456") == (
        400,
        "Bad Request: url must be a public https URL",
    )
    assert server.webhook.url == ""


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 257])
async def test_a_webhook_needs_a_secret_of_8_to_256_characters(raw: httpx.AsyncClient, secret: str) -> None:
    answer = await _ask(raw, "setWebhook", url=PUBLIC, secret_token=secret)
    assert answer == (400, "Bad Request: secret_token must be from 8 to 256 characters")


async def test_a_failed_delivery_is_tried_again_and_keeps_the_order(
    server: FakeZalo, raw: httpx.AsyncClient, hook: _Hook
) -> None:
    server.switches.webhook_pause = 0.001
    await _ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    hook.statuses = iter((500, 204, 0, 500, 500))
    user = server.add_user()
    for text in ("một", "hai", "ba"):
        server.says(user, text)
    await server.until(lambda: len(server.deliveries) == 6)
    assert [body["result"]["message"]["text"] for body in hook.bodies] == ["một"] * 2 + ["hai"] * 3 + ["ba"]
    assert [delivery.status for delivery in server.deliveries] == [500, 204, 0, 500, 500, 200]


async def test_nothing_is_delivered_to_a_webhook_that_is_gone(
    server: FakeZalo, raw: httpx.AsyncClient, hook: _Hook
) -> None:
    await _ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    server.says(server.add_user(), "chào")
    assert server.webhook.pending == 1
    server.webhook.url = ""
    await server.until(lambda: server.webhook.pending == 0)
    assert (server.deliveries, hook.requests) == ([], [])


async def test_nothing_leaves_the_machine(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.webhook_tries = 1
    with pytest.raises(ValueError, match="not on loopback"):
        server.tunnel(PUBLIC, "https://example.vn")
    await _ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    server.says(server.add_user(), "chào")
    await server.until(lambda: len(server.deliveries) == 1)
    assert [(delivery.status, delivery.why) for delivery in server.deliveries] == [(0, "there is no tunnel")]


# --- faults ---


async def test_any_refusal_can_be_ordered(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    message = {"chat_id": user.id, "text": "chào"}
    server.fail_next(403)
    server.fail_next(429, "sendMessage")
    server.faults.add("sendMessage", Fault.refused(408, applied=True))
    assert [await _ask(raw, "getMe")] + [await _ask(raw, "sendMessage", **message) for _ in range(3)] == [
        (403, "Internal Server Error"),
        (429, "Quota exceeded"),
        (408, "Request timeout"),
        (200, {"message_id": server.sent[-1].message_id, "date": int(NOON * 1000)}),
    ]
    assert len(server.sent) == 2
    server.fail_next(401, "getUpdates", times=None)
    assert [(await _poll(raw))[0] for _ in range(3)] == [401] * 3
    server.faults.clear()
    assert (await _poll(raw))[0] == 408


async def test_the_connection_can_drop_before_or_after(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    server.faults.add("sendMessage", Fault.drop_before())
    server.faults.add("sendMessage", Fault.drop_after())
    for text in ("mất", "đã gửi"):
        with pytest.raises(httpx.RemoteProtocolError):
            await _ask(raw, "sendMessage", chat_id=user.id, text=text)
    assert [sent.text for sent in server.sent] == ["đã gửi"]
    assert [(call.status, call.fault) for call in server.calls()] == [(0, "drop"), (0, "drop")]


async def test_a_poll_whose_answer_is_lost_takes_its_update_with_it(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    for text in ("một", "hai"):
        server.says(user, text)
    server.faults.add("getUpdates", Fault.drop_before())
    server.faults.add("getUpdates", Fault.drop_after())
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            await _poll(raw)
    assert await _texts(raw, 1) == ["hai"]


async def test_an_answer_can_be_a_page_garbage_or_late(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user(wrote=True)
    message = {"chat_id": user.id, "text": "chào"}
    server.faults.add("sendMessage", Fault.http_error(502))
    server.faults.add("sendMessage", Fault.garbage())
    server.faults.add("sendMessage", Fault.slow(5))
    page = await raw.post("sendMessage", json=message)
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    with pytest.raises(json.JSONDecodeError):
        (await raw.post("sendMessage", json=message)).json()
    with pytest.raises(httpx.ReadTimeout):
        await raw.post("sendMessage", json=message, timeout=0.3)
    assert len(server.sent) == 2
    server.latency = 0.05
    began = time.monotonic()
    await _ask(raw, "getMe")
    assert time.monotonic() - began >= 0.05


async def test_a_fault_that_does_not_exist_reaches_the_test() -> None:
    server = FakeZalo()
    server.faults.add("getMe", Fault("hiccup"))
    with pytest.raises(ValueError, match="no fault 'hiccup'"):
        async with server, _client_of(server) as client:
            await client.get("getMe")


# --- clients of other authors ---


async def test_python_zalo_bot_polls_and_answers(server: FakeZalo) -> None:
    user = server.add_user("Lan")
    group = server.add_group()
    async with Bot(server.token, base_url=server.url) as bot:
        me = await bot.get_me()
        assert (me.id, me.account_type, me.display_name) == (server.bot.id, "BASIC", "Bot Nhắc Việc")
        server.says(user, "chào")
        update = await bot.get_update(timeout=5)
        message = update.message
        assert (message.text, message.chat.id, message.chat.type) == ("chào", user.id, "PRIVATE")
        assert (message.from_user.display_name, message.date.timestamp()) == ("Lan", NOON)
        answer = await message.reply_text("chào Lan")
        assert answer.message_id == server.sent[0].message_id
        server.sends_image(user, PHOTO, group=group)
        update = await bot.get_update(timeout=5)
        await update.message.reply_photo(PHOTO, "ảnh")
        await update.message.reply_sticker("abc")
        await update.message.reply_action("typing")
        assert await bot.get_update(timeout=0) is None
    assert [(sent.chat_id, sent.kind, sent.text, sent.url) for sent in server.sent] == [
        (user.id, "text", "chào Lan", ""),
        (group.id, "photo", "ảnh", PHOTO),
        (group.id, "sticker", "", "abc"),
    ]
    assert server.actions == [(group.id, "typing")]
    assert {call.status for call in server.calls()} == {200, 408}


async def test_python_zalo_bot_reads_refusals_by_their_http_status(server: FakeZalo) -> None:
    async def refusal(asked: Awaitable[object]) -> tuple[type, str]:
        with pytest.raises(ZaloError) as caught:
            await asked
        return caught.type, str(caught.value)

    server.switches.change(idle_http=408, error_http="same")
    user = server.add_user(wrote=True)
    async with Bot(server.token, base_url=server.url) as bot:
        assert await refusal(bot.get_update(timeout=0)) == (NetworkError, "Request timeout (408)")
        assert await refusal(bot.send_message(user.id, "")) == (BadRequest, "Text is empty")
        server.fail_next(403)
        assert await refusal(bot.send_message(user.id, "chào")) == (Forbidden, "Internal Server Error")
    assert (await refusal(Bot("1:x", base_url=server.url).initialize()))[0] == InvalidToken


async def test_python_zalo_bot_sets_a_webhook(server: FakeZalo) -> None:
    bot = Bot(server.token, base_url=server.url)
    await asyncio.to_thread(bot.set_webhook, f"{PUBLIC}/zalo", "0123-456")
    assert server.webhook.url == f"{PUBLIC}/zalo"


async def test_pyzalo_polls_and_answers(server: FakeZalo, hook: _Hook) -> None:
    user = server.add_user()
    client = PyZALO(server.token, base_url=server.url)
    with closing(client.session):
        assert (await asyncio.to_thread(client.getMe))["result"]["id"] == server.bot.id
        event = server.says(user, "chào")
        polled = await asyncio.to_thread(client.getUpdates, timeout=5)
        assert polled == {"ok": True, "result": event.update}
        sent = await asyncio.to_thread(client.sendMessage, user.id, "chào bạn")
        assert sent["result"]["message_id"] == server.sent[0].message_id
        await asyncio.to_thread(client.sendPhoto, user.id, PHOTO, "ảnh")
        await asyncio.to_thread(client.sendVoice, user.id, "https://phuong.vn/tin.aac")
        assert await asyncio.to_thread(client.sendChatAction, user.id) == {"ok": True}
        idle = await asyncio.to_thread(client.getUpdates, timeout=0)
        assert idle == {"ok": False, "error_code": 408, "description": "Request timeout"}
        assert (await asyncio.to_thread(client.getWebhookInfo))["error_code"] == 404
        assert (await asyncio.to_thread(client.setWebhook, f"{PUBLIC}/zalo", "0123-456"))["ok"] is True
        server.says(user, "qua webhook")
        await server.until(lambda: len(hook.requests) == 1)
        assert (await asyncio.to_thread(client.deleteWebhook))["result"]["url"] == ""
    assert [(one.kind, one.text) for one in server.sent] == [("text", "chào bạn"), ("photo", "ảnh"), ("voice", "")]


# --- waiting, the process ---


async def test_waiting_for_something_ends_with_it_or_tells_what_there_was(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    user = server.add_user(wrote=True)
    sending = asyncio.create_task(_ask(raw, "sendMessage", chat_id=user.id, text="chào"))
    await server.until(lambda: len(server.sent_to(user.id)) == 1)
    await sending
    with pytest.raises(TimeoutError, match=r"1 sent; last requests: .*sendMessage"):
        await server.until(lambda: len(server.sent) == 2, within=0.05)


@pytest.fixture
async def process_url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server in a process of its own."""
    command = ("-m", "tests.fakes.zalo_server", "--token", "42:abc", "--log", str(tmp_path / "requests.jsonl"))
    switches = ("--set", "delivery=replay", "--set", "idle_http=408", "--set", "mention_prefix=false")
    root = Path(__file__).parent.parent
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, *switches, stdout=asyncio.subprocess.PIPE, cwd=root
    )
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0


async def test_it_runs_as_a_process_of_its_own(process_url: str, tmp_path: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        httpx.AsyncClient(base_url=f"{process_url}/bot42:abc/", trust_env=False) as bot,
    ):
        lan = (await control.post("add_user", json={"name": "Lan"})).json()["id"]
        group = (await control.post("add_group", json={"name": "Phường", "members": [lan]})).json()["id"]
        said = (await control.post("says", json={"user": lan, "text": "/tuan", "group": group})).json()
        assert await _poll(bot) == (200, said["update"])
        assert await _poll(bot) == (200, said["update"])
        assert said["update"]["message"]["text"] == "/tuan"
        await control.post("fault", json={"method": "sendMessage", "kind": "drop", "applied": True})
        with pytest.raises(httpx.RemoteProtocolError):
            await _ask(bot, "sendMessage", chat_id=group, text="Việc")
        waiting = asyncio.create_task(control.post("wait", json={"sent": 2}))
        await control.post("fail_next", json={"code": 429, "method": "sendMessage"})
        assert (await _ask(bot, "sendMessage", chat_id=group, text="Việc"))[0] == 429
        assert (await _ask(bot, "sendMessage", chat_id=group, text="Việc 2"))[0] == 200
        assert (await waiting).json()["used_this_month"] == 2
        sent = (await control.get("sent")).json()
        calls = (await control.get("calls")).json()
    assert [(one["chat_id"], one["text"]) for one in sent] == [(group, "Việc"), (group, "Việc 2")]
    lines = (tmp_path / "requests.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == calls
    assert [(call["method"], call["status"]) for call in calls] == [
        ("getUpdates", 200), ("getUpdates", 200), ("sendMessage", 0), ("sendMessage", 429), ("sendMessage", 200)
    ]  # fmt: skip


async def test_the_process_can_be_set_and_refuses_what_it_does_not_know(process_url: str) -> None:
    async with httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control:
        await control.post("set", json={"monthly_quota": 5})
        await control.post("bot", json={"can_join_groups": False})
        state = (await control.get("state")).json()
        switches = state["switches"]
        assert [switches[name] for name in ("delivery", "idle_http", "mention_prefix", "monthly_quota")] == [
            "replay", 408, False, 5
        ]  # fmt: skip
        refusals = [
            await control.post("wait", json={"sent": 1, "within": 0.05}),
            await control.post("says", json={"user": "77", "text": "?"}),
            await control.post("set", json={"delivery": "twice"}),
            await control.post("tunnel", json={"public": PUBLIC, "local": "https://example.vn"}),
            await control.post("dance"),
        ]
        assert [answer.status_code for answer in refusals] == [408, 400, 400, 400, 400]
        assert [answer.text for answer in refusals[3:]] == [
            "ValueError: https://example.vn is not on loopback", "KeyError: 'dance'"
        ]  # fmt: skip


async def test_a_process_with_a_switch_it_does_not_know_does_not_start() -> None:
    root = Path(__file__).parent.parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.zalo_server", "--set", "dance=true"),
        stderr=asyncio.subprocess.PIPE,
        cwd=root,
    )
    _, told = await process.communicate()
    assert (process.returncode, told.decode().splitlines()[-1]) == (
        2,
        "zalo_server.py: error: there is no switch dance",
    )
