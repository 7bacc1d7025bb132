"""What people send."""

import httpx
import pytest

from tests.fake_zalo.calls import PHOTO, ask, poll_once
from tests.fakes.zalo_server import FakeZalo


async def test_a_text_with_a_link_arrives_as_something_unsupported(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    user = server.add_user()
    server.says(user, "xem https://phuong.vn/ke-hoach")
    server.sends_link(user, "www.phuong.vn")
    server.says(user, "hạn 15.6.2023, xem phuong.vn")
    updates = [(await poll_once(raw))[1] for _ in range(3)]
    assert [(update["event_name"], update["message"].get("text")) for update in updates] == [
        ("message.unsupported.received", None),
        ("message.unsupported.received", None),
        ("message.text.received", "hạn 15.6.2023, xem phuong.vn"),
    ]
    server.switches.links = "link"
    server.sends_link(user, PHOTO)
    server.switches.links = "text"
    server.sends_link(user, PHOTO)
    names = [(await poll_once(raw))[1]["event_name"] for _ in range(2)]
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
        _, update = await poll_once(raw)
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
    updates = [(await poll_once(raw))[1] for _ in range(4)]
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
    updates = [(await poll_once(raw))[1]["message"] for _ in range(5)]
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
    ids = [(await poll_once(raw))[1]["message"]["from"]["id"] for _ in range(4)]
    assert ids == [user.id, *(server.sender_id(user, group) for group in (*groups, groups[0]))]
    assert len(set(ids)) == 3
    assert (await ask(raw, "sendMessage", chat_id=ids[1], text="chào"))[0] == 404


async def test_the_bots_own_messages_may_come_back(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.echo = True
    user, group = server.add_user(wrote=True), server.add_group()
    _, sent = await ask(raw, "sendMessage", chat_id=user.id, text="nhắc việc")
    await ask(raw, "sendPhoto", chat_id=group.id, photo=PHOTO, caption="bảng")
    text, photo = [(await poll_once(raw))[1] for _ in range(2)]
    assert text["message"]["message_id"] == sent["message_id"]
    assert text["message"]["from"] == {"id": server.bot.id, "display_name": "Bot Nhắc Việc", "is_bot": True}
    assert (photo["event_name"], photo["message"]["chat"]["id"]) == ("message.image.received", group.id)
