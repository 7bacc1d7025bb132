"""What the platform tells becomes an Incoming, or nothing; every kind, made by the fake and read by the library."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram_updates import incoming_of
from bot.incoming import Incoming
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import User

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x06\x00\x00\x00"


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        server.updates.allow('["message", "edited_message", "channel_post", "callback_query", "my_chat_member"]')
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[Bot]:
    async with Bot(server.token, base_url=f"{server.url}/bot") as bot:
        yield bot


@pytest.fixture
def lan(server: FakeTelegram) -> User:
    user = server.add_user("Lan", started=True)
    user.last_name = "Trần Thị"
    return user


def read(server: FakeTelegram, bot: Bot) -> list[Incoming | None]:
    """Everything that the platform has told."""
    return [incoming_of(raw, bot) for raw in server.updates.pending]


def numbers(server: FakeTelegram) -> list[str]:
    return [str(raw["update_id"]) for raw in server.updates.pending]


async def test_a_line_in_private(server: FakeTelegram, bot: Bot, lan: User) -> None:
    server.says(lan, "/xong I.3 số 45/BC-UBND <gấp>")
    assert read(server, bot) == [
        Incoming("700000001", "1001", "1001", "/xong I.3 số 45/BC-UBND <gấp>", sender_name="Lan Trần Thị")
    ]


async def test_a_command_in_a_group(server: FakeTelegram, bot: Bot, lan: User) -> None:
    group = server.add_group("Nhóm cơ quan", kind="group")
    server.says(lan, "/viec@nhac_viec_bot", group)
    (incoming,) = read(server, bot)
    assert incoming == Incoming(
        numbers(server)[0], "1001", str(group.id), "/viec@nhac_viec_bot", True, "Lan Trần Thị", "Nhóm cơ quan"
    )


async def test_a_topic_of_a_forum_is_a_chat_of_its_own_and_general_is_the_group(
    server: FakeTelegram, bot: Bot, lan: User
) -> None:
    forum = server.add_group("Phường", is_forum=True, topics=["Báo cáo"])
    plain = server.add_group("Không có mục")
    (topic,) = forum.topics
    server.says(lan, "/viec", forum, thread=topic)
    server.says(lan, "/viec", forum)
    asked = server.says(lan, "/viec", plain)
    server.says(lan, "/viec", plain, reply_to=asked.message_id)
    chats = [incoming.chat if incoming else "" for incoming in read(server, bot)]
    assert chats == [f"{forum.id}/{topic}", str(forum.id), str(plain.id), str(plain.id)]


async def test_a_photo_and_a_document_come_with_their_captions(server: FakeTelegram, bot: Bot, lan: User) -> None:
    server.says(lan, "/xong I.3", photo=PNG)
    server.says(lan, document=("quyết định.pdf", b"%PDF-1.7"))
    found = [(each.text, each.attachments) for each in read(server, bot) if each]
    assert found == [
        ("/xong I.3", ({"kind": "photo", "id": "PHOTO-00000001-fake", "name": "ảnh", "size": len(PNG)},)),
        (
            "",
            (
                {
                    "kind": "document",
                    "id": "DOCUMENT-00000002-fake",
                    "name": "quyết định.pdf",
                    "type": "application/pdf",
                    "size": 8,
                },
            ),
        ),
    ]


async def test_a_reply_brings_the_text_and_the_file_of_what_it_replies_to(
    server: FakeTelegram, bot: Bot, lan: User
) -> None:
    first = server.says(lan, "Mời họp", photo=PNG)
    server.says(lan, "/thongbao", reply_to=first.message_id)
    incoming = read(server, bot)[1]
    assert incoming is not None
    assert (incoming.text, incoming.replied_text, [each["kind"] for each in incoming.attachments]) == (
        "/thongbao",
        "Mời họp",
        ["photo"],
    )


async def test_a_pressed_button_is_the_line_that_it_stands_for(server: FakeTelegram, bot: Bot, lan: User) -> None:
    group = server.add_group("Nhóm cơ quan")
    button = {"inline_keyboard": [[{"text": "✅ I.3", "callback_data": "/xong #17"}]]}
    for chat in (lan.id, group.id):
        await bot.send_message(chat, "Việc", reply_markup=button)  # type: ignore[arg-type]
    server.presses(lan, "✅ I.3")
    server.presses(lan, "✅ I.3", chat=group)
    found = [(each.sender, each.chat, each.text, each.in_group) for each in read(server, bot) if each]
    assert found == [("1001", "1001", "/xong #17", False), ("1001", str(group.id), "/xong #17", True)]


async def test_a_button_under_a_message_that_is_too_old_to_be_shown_works_too(
    server: FakeTelegram, bot: Bot, lan: User
) -> None:
    old = {"chat": {"id": -100500, "type": "supergroup", "title": "Phường"}, "message_id": 3, "date": 0}
    query = {"id": "1", "from": {"id": 1001, "is_bot": False, "first_name": "Lan"}, "message": old}
    server.updates.add("callback_query", {**query, "chat_instance": "1", "data": "/xong #17"})
    (incoming,) = read(server, bot)
    assert incoming is not None
    assert (incoming.chat, incoming.text, incoming.in_group) == ("-100500", "/xong #17", True)


async def test_comings_and_goings_are_events(server: FakeTelegram, bot: Bot, lan: User) -> None:
    group = server.add_group("Nhóm cơ quan", kind="group", bot_status="left")
    server.blocks(lan)
    server.unblocks(lan)
    server.adds_bot_to(group)
    server.promotes_bot(group)
    server.bot_becomes(group, "restricted")
    server.kicks_bot(group)
    server.kicks_bot(group)
    found = [(each.chat, each.event, each.in_group, each.sender) for each in read(server, bot) if each]
    assert found == [
        ("1001", "blocked", False, ""),
        ("1001", "unblocked", False, ""),
        (str(group.id), "added", True, ""),
        (str(group.id), "removed", True, ""),
    ]


async def test_one_who_is_restricted_outside_the_group_is_gone(server: FakeTelegram, bot: Bot) -> None:
    group = server.add_group("Nhóm cơ quan")
    server.bot_becomes(group, "restricted")
    (raw,) = server.updates.pending
    raw["my_chat_member"]["new_chat_member"]["is_member"] = False
    assert [each.event for each in read(server, bot) if each] == ["removed"]


async def test_a_group_that_becomes_a_supergroup_moves(server: FakeTelegram, bot: Bot) -> None:
    group = server.add_group("Nhóm cơ quan", kind="group")
    server.migrates(group)
    old, new = read(server, bot)
    assert new is None
    assert old is not None
    assert (old.chat, old.event, old.chat_title) == (str(group.id), f"moved:{group.migrated_to}", "Nhóm cơ quan")


async def test_what_is_not_for_the_bot_is_passed_over(server: FakeTelegram, bot: Bot, lan: User) -> None:
    server.bot.can_read_all_group_messages = True
    group = server.add_group("Nhóm cơ quan")
    said = server.says(lan, "/viec")
    server.edits(lan, said.message_id, "/xong I.3")
    server.joins(lan, group)
    server.leaves(lan, group)
    server.says(lan, "/viec@bot_khac", group)
    server.says(lan, " /viec@BOT_KHAC\nx", group)
    common = {"message_id": 9, "date": 1, "chat": {"id": 1001, "type": "private", "first_name": "Lan"}}
    human = {"id": 1001, "is_bot": False, "first_name": "Lan"}
    sizes = {"file_id": "s", "file_unique_id": "u", "width": 1, "height": 1}
    sticker = {**sizes, "type": "regular", "is_animated": False, "is_video": False}
    server.updates.add("message", {**common, "from": human, "sticker": sticker})
    server.updates.add("message", {**common, "from": {**human, "is_bot": True}, "text": "/viec"})
    server.updates.add("message", {**common, "text": "/viec"})
    server.updates.add(
        "channel_post", {**common, "chat": {"id": -9, "type": "channel", "title": "K"}, "text": "/viec"}
    )
    assert [each.text for each in read(server, bot) if each] == ["/viec"]
    assert len(server.updates.pending) == 10


async def test_a_command_for_this_bot_may_be_written_in_any_case(server: FakeTelegram, bot: Bot, lan: User) -> None:
    group = server.add_group("Nhóm cơ quan")
    server.says(lan, "/viec@Nhac_Viec_Bot 2", group)
    assert [each.text for each in read(server, bot) if each] == ["/viec@Nhac_Viec_Bot 2"]


async def test_what_no_database_takes_is_left_out(server: FakeTelegram, bot: Bot, lan: User) -> None:
    lan.last_name = "\ud83d"
    server.says(lan, "/xong\0 I.3 \ud83d 👍")
    assert [(each.text, each.sender_name) for each in read(server, bot) if each] == [("/xong I.3 � 👍", "Lan �")]


@pytest.mark.parametrize(
    "raw",
    [
        "một chuỗi",
        None,
        7,
        [],
        {},
        {"update_id": "x"},
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": 5},
        {"update_id": 1, "message": {}},
        {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1}}},
        {"update_id": 1, "message": {"message_id": 1, "date": "hôm nay", "chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "poll_of_the_future": {"x": 1}},
    ],
)
def test_a_shape_that_nobody_knows_is_passed_over(raw: Any) -> None:  # noqa: ANN401 - whatever comes
    assert incoming_of(raw, Bot("42:x")) is None


@pytest.mark.parametrize("wrong", ["\ud800", "1001", None, True, 1.5, {}])
async def test_what_has_no_number_for_an_id_is_passed_over(
    server: FakeTelegram, bot: Bot, lan: User, wrong: object
) -> None:
    server.says(lan, "/viec")
    (raw,) = server.updates.pending
    message = raw["message"]
    senders = {**raw, "message": {**message, "from": {**message["from"], "id": wrong}}}
    chats = {**raw, "message": {**message, "chat": {**message["chat"], "id": wrong}}}
    assert [incoming_of(each, bot) for each in (senders, chats, {**raw, "update_id": wrong})] == [None, None, None]


async def test_what_is_said_of_a_file_is_not_believed(server: FakeTelegram, bot: Bot, lan: User) -> None:
    server.says(lan, document=("a.xlsx", b"PK"))
    (raw,) = server.updates.pending
    raw["message"]["document"] |= {"file_size": "restricted", "mime_type": 5, "file_name": ["\ud800"]}
    (file,) = (found.attachments[0] for each in [raw] if (found := incoming_of(each, bot)))
    assert (file["size"], file["type"], file["name"]) == (0, "5", "['\\ud800']")
