"""What a bot may send, to whom, and how much."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.fake_zalo.calls import NOON, PHOTO, ask, client_of
from tests.fakes.zalo_server import FakeZalo


async def test_a_sent_message_is_recorded(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user, group = server.add_user(wrote=True), server.add_group()
    style = {"start": 0, "len": 4, "st": ["b", "c_db342e"]}
    answers = [
        await ask(raw, "sendMessage", chat_id=user.id, text="Việc 1", text_styles=[style]),
        await ask(raw, "sendMessage", chat_id=group.id, text="**Việc** 2", parse_mode="markdown", text_styles="?"),
        await ask(raw, "sendPhoto", chat_id=group.id, photo=PHOTO, caption="bảng"),
        await ask(raw, "sendSticker", chat_id=group.id, sticker="abc"),
        await ask(raw, "sendVoice", chat_id=user.id, voice_url="https://phuong.vn/tin.aac"),
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
    assert (await ask(raw, "sendMessage", chat_id=user.id, text=text))[0] == code
    assert (await ask(raw, "sendPhoto", chat_id=user.id, photo=PHOTO, caption=text))[0] == (code if text else 200)


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
    assert await ask(raw, method, chat_id=user.id, **values) == (400, f"Bad Request: {description}")
    assert server.sent == []


async def test_the_bot_reaches_only_people_who_wrote_and_groups_that_keep_it(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    stranger, blocker = server.add_user(), server.add_user(wrote=True)
    group, left = server.add_group(), server.add_group(has_bot=False)
    server.blocks(blocker)
    chats = [stranger.id, blocker.id, group.id, left.id, "nobody", ""]

    async def codes() -> list[int]:
        return [(await ask(raw, "sendMessage", chat_id=chat, text="chào"))[0] for chat in chats]

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
    assert await ask(raw, "sendVoice", **voice) == (400, "Bad Request: a voice cannot be sent to a group")
    server.switches.group_voice = "lost"
    assert (await ask(raw, "sendVoice", **voice))[0] == 200
    assert [(sent.kind, sent.is_lost) for sent in server.sent] == [("voice", True)]


async def test_after_the_months_messages_come_429_until_the_next_month() -> None:
    now = [datetime(2023, 6, 30, 16, 59, tzinfo=UTC)]  # 23:59 in Vietnam
    async with (
        FakeZalo(clock=lambda: now[0].timestamp(), monthly_quota=2, error_http="same") as server,
        client_of(server) as client,
    ):
        user = server.add_user(wrote=True)
        message = {"chat_id": user.id, "text": "chào"}
        await ask(client, "sendMessage", chat_id=user.id, text="")
        await ask(client, "sendChatAction", chat_id=user.id, action="typing")
        codes = [(await ask(client, "sendMessage", **message))[0] for _ in range(3)]
        refused = await client.post("sendMessage", json=message)
        now[0] += timedelta(minutes=1)
        codes.append((await ask(client, "sendMessage", **message))[0])
    assert codes == [200, 200, 429, 200]
    assert (refused.status_code, refused.json()) == (
        429,
        {"ok": False, "error_code": 429, "description": "Quota exceeded"},
    )
    assert "retry-after" not in refused.headers
    assert (server.refusals, dict(server.quota.used)) == (2, {"2023-06": 2, "2023-07": 1})
