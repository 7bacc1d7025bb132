"""The Telegram channel by itself: the real python-telegram-bot draws and sends, the fake server judges."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.fetching import NotFetched
from bot.channels.telegram import TelegramChannel
from jobs.channel import SendFailed
from records.outbox import PUSH, Claimed
from tests.builders import moment
from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram, Fault
from wording.message import Block, Button, Reply, paper, say
from wording.rights import CANNOT_POST, CANNOT_SEND_FILES

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x06\x00\x00\x00"
DONE = ((Button("✅ I.3", "/xong #17"), Button("✅ II.4", "/xong #18")), (Button("Xem thêm", "/viec 2"),))
LONG = Reply(tuple(Block(f"• Việc số {number}: " + "báo cáo kết quả " * 20) for number in range(30)), DONE)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def channel(server: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with channel_at(server.token, server.url) as channel:
        yield channel


@asynccontextmanager
async def channel_at(token: str, url: str, read_timeout: float = 20.0) -> AsyncIterator[TelegramChannel]:
    """A channel of a bot that has not logged in: delivery does not wait for that."""
    request = HTTPXRequest(connection_pool_size=8, read_timeout=read_timeout)
    bot = Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)
    try:
        yield TelegramChannel(bot)
    finally:
        await request.shutdown()


def to(chat: object, remote_id: str = "") -> Claimed:
    """A message on its way to a chat; its text is the reply's."""
    return Claimed(
        1, "k", "push", "telegram", str(chat), "person:1", PUSH, {}, 1, remote_id, moment("13/06/2023 07:30")
    )


async def failure(channel: TelegramChannel, message: Claimed, reply: Reply) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message, reply)
    return caught.value


def bold(sent: Sent) -> list[str]:
    """The parts of a text that are bold; Vietnamese letters have one unit each."""
    return [
        sent.text[each["offset"] : each["offset"] + each["length"]]
        for each in sent.entities
        if each["type"] == "bold"
    ]


# --- drawing ---


async def test_what_people_have_typed_is_shown_as_it_is_and_headings_are_bold(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    awkward = 'Trần <b>Thị</b> & "Út" _gạch_ *sao* `mã` [x](http://y) </a> &lt; \\'
    await channel.send(to(lan.id), Reply((Block(awkward, heading=True), Block(awkward), Block("• hết"))))
    (sent,) = server.sent
    assert (sent.text, bold(sent)) == (f"{awkward}\n{awkward}\n• hết", [awkward])


async def test_buttons_carry_their_commands(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), Reply((Block("Việc"),), DONE))
    (sent,) = server.sent
    assert remote_id == str(sent.message_id)
    assert sent.markup == {
        "inline_keyboard": [
            [{"text": "✅ I.3", "callback_data": "/xong #17"}, {"text": "✅ II.4", "callback_data": "/xong #18"}],
            [{"text": "Xem thêm", "callback_data": "/viec 2"}],
        ]
    }


async def test_a_button_that_telegram_would_refuse_does_not_cost_the_message(
    server: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    lan = server.add_user("Lan", started=True)
    longest, too_long = "/xong " + "đ" * 29, "/xong " + "đ" * 30
    buttons = ((Button("vừa", longest), Button("quá dài", too_long)), (Button("cũng thế", too_long),))
    await channel.send(to(lan.id), Reply((Block("Việc"),), buttons))
    assert [len(longest.encode()), server.sent[0].buttons] == [64, ["vừa"]]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


async def test_a_long_label_is_cut(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    await channel.send(to(lan.id), Reply((Block("Việc"),), ((Button("ế" * 99, "/viec"),),)))
    assert server.sent[0].buttons == ["ế" * 60]


async def test_plain_text_goes_out_when_telegram_cannot_read_our_markup(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", Fault.refused("can't parse entities: unsupported start tag at byte offset 5"))
    await channel.send(to(lan.id), Reply((Block("1 < 2", heading=True), Block("& 3")), DONE))
    (sent,) = server.sent
    assert (sent.text, sent.entities, sent.buttons) == ("1 < 2\n& 3", [], ["✅ I.3", "✅ II.4", "Xem thêm"])


async def test_a_long_message_is_split_and_the_buttons_stand_under_its_last_part(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), LONG)
    assert remote_id == ",".join(str(sent.message_id) for sent in server.sent)
    assert [len(sent.text) <= 4096 for sent in server.sent] == [True] * 3
    assert [len(sent.buttons) for sent in server.sent] == [0, 0, 3]
    items = [line.strip() for sent in server.sent for line in sent.text.splitlines()]
    assert items == [block.text.strip() for block in LONG.blocks]


async def test_a_message_goes_on_where_it_was_interrupted(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    second = LONG.blocks[12].text.strip()
    server.faults.add("sendMessage", Fault.too_many(7), when=lambda values: second in values["text"])
    failed = await failure(channel, to(lan.id), LONG)
    assert (failed.delivered, failed.retry_after) == ((str(server.sent[0].message_id),), timedelta(seconds=7))
    remote_id = await channel.send(to(lan.id, ",".join(failed.delivered)), LONG)
    assert remote_id == ",".join(str(sent.message_id) for sent in server.sent)
    items = [line.strip() for sent in server.sent for line in sent.text.splitlines()]
    assert items == [block.text.strip() for block in LONG.blocks]


async def test_a_message_without_words_is_no_message(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    failed = await failure(channel, to(lan.id), say("", " \n "))
    assert (failed.rejected, server.sent) == (True, [])


# --- files ---


def with_files(text: str, *files: dict[str, Any]) -> Reply:
    return replace(say(text, buttons=DONE), attachments=files)


def photo(server: FakeTelegram, **more: object) -> dict[str, Any]:
    return {"kind": "photo", "id": server.add_file("photo", "a.png", PNG).id, "name": "ảnh", **more}


def document(server: FakeTelegram, name: str = "quyết định.pdf") -> dict[str, Any]:
    return {"kind": "document", "id": server.add_file("document", name, b"%PDF").id, "name": name}


async def test_a_file_that_somebody_sent_is_fetched_or_its_loss_is_told(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    assert await channel.fetch(document(server)) == b"%PDF"
    with pytest.raises(NotFetched):
        await channel.fetch({"kind": "document", "id": "không-còn"})


async def test_a_file_carries_a_short_text_as_its_caption(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    text = "1 < 2 & " + "ế" * 992
    for file in (photo(server, channel="telegram"), document(server)):
        await channel.send(to(lan.id), with_files(text, file))
    assert [(sent.kind, sent.text, len(sent.buttons)) for sent in server.sent] == [
        ("photo", text, 3),
        ("document", text, 3),
    ]


async def test_a_text_that_is_too_long_for_a_caption_comes_after_the_file(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), with_files("ế" * 1001, photo(server)))
    assert [(sent.kind, len(sent.text), len(sent.buttons)) for sent in server.sent] == [
        ("photo", 0, 0),
        ("text", 1001, 3),
    ]
    assert remote_id.count(",") == 1


async def test_several_files_come_one_by_one_before_the_text(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    reply = with_files("Kèm ba tệp", photo(server), document(server), document(server, "b.docx"))
    server.faults.add("sendDocument", Fault.too_many(3))
    failed = await failure(channel, to(lan.id), reply)
    await channel.send(to(lan.id, ",".join(failed.delivered)), reply)
    assert [(sent.kind, sent.file.name if sent.file else sent.text) for sent in server.sent] == [
        ("photo", "a.png"),
        ("document", "quyết định.pdf"),
        ("document", "b.docx"),
        ("text", "Kèm ba tệp"),
    ]


async def test_a_file_that_telegram_does_not_take_is_named_instead(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    lost = {"kind": "document", "id": "không-còn", "name": "tờ trình.docx"}
    await channel.send(to(lan.id), with_files("Họp lúc 14 giờ", lost))
    await channel.send(to(lan.id), with_files("ế" * 1001, lost))
    note = "📎 tờ trình.docx (không gửi được tệp này)"
    assert [(sent.kind, sent.text) for sent in server.sent] == [
        ("text", f"Họp lúc 14 giờ\n{note}"),
        ("text", note),
        ("text", "ế" * 1001),
    ]


async def test_a_paper_that_the_bot_has_made_is_uploaded_and_its_words_can_be_edited(
    server: FakeTelegram, channel: TelegramChannel, tmp_path: Path
) -> None:
    lan = server.add_user("Lan", started=True)
    (tmp_path / "1-lich.ics").write_bytes(b"BEGIN:VCALENDAR")
    made = {**paper("document", "calendar", "lich.ics", moment("13/06/2023 07:30")), "path": f"{tmp_path}/1-lich.ics"}
    remote_id = await channel.send(to(lan.id), with_files("Lịch năm 2023", made))
    asked_for = {name: value for name, value in made.items() if name != "path"}
    await channel.edit(to(lan.id, remote_id), with_files("Lịch mới", asked_for))
    (sent,) = server.sent
    assert sent.file is not None
    assert (sent.file.name, sent.file.content, sent.versions) == (
        "lich.ics",
        b"BEGIN:VCALENDAR",
        ["Lịch năm 2023", "Lịch mới"],
    )


async def test_a_file_of_another_channel_is_named(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    await channel.send(to(lan.id), with_files("Họp", photo(server, channel="zalo", name="giấy mời.jpg")))
    assert [(sent.kind, sent.text) for sent in server.sent] == [
        ("text", "Họp\n📎 giấy mời.jpg (tệp gửi ở kênh khác, bot chưa chuyển sang đây được)")
    ]


# --- topics ---


async def test_a_message_goes_into_its_topic_and_without_one_into_general(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    forum = server.add_group("Phường", is_forum=True, topics=["Báo cáo"])
    (topic,) = forum.topics
    for chat in (f"{forum.id}/{topic}", forum.id):
        await channel.send(to(chat), say("chào"))
    assert [sent.thread for sent in server.sent] == [topic, None]


@pytest.mark.parametrize("fate", ["deleted", "closed"])
async def test_when_the_topic_is_gone_the_group_itself_gets_the_message(
    server: FakeTelegram, channel: TelegramChannel, fate: str
) -> None:
    forum = server.add_group("Phường", is_forum=True, topics=["Báo cáo"])
    (topic,) = forum.topics
    if fate == "deleted":
        server.deletes_topic(forum, topic)
    else:
        forum.topics[topic].closed = True
    await channel.send(to(f"{forum.id}/{topic}"), Reply((Block("1 < 2"),), DONE))
    assert [(sent.thread, sent.text, len(sent.buttons)) for sent in server.sent] == [(None, "1 < 2", 3)]


# --- what goes wrong ---


async def test_a_chat_that_cannot_be_written_to_is_a_failure_for_good(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    blocker, never, gone = server.add_user(started=True), server.add_user(met=True), server.add_user(started=True)
    server.blocks(blocker)
    gone.deactivated = True
    small, large = server.add_group("Tổ 1", kind="group"), server.add_group("Phường")
    server.kicks_bot(small)
    server.bot_becomes(large, "left")
    mute = server.add_group("Im lặng", bot_status="restricted")
    failures = [
        await failure(channel, to(chat), say("chào"))
        for chat in (blocker.id, never.id, gone.id, 404, small.id, large.id, mute.id)
    ]
    assert [(each.permanent, each.ambiguous, each.rejected) for each in failures] == [(True, False, False)] * 7
    assert [str(each) for each in failures] == [
        "Forbidden: bot was blocked by the user",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: user is deactivated",
        "Chat not found",
        "Forbidden: bot was kicked from the group chat",
        "Forbidden: bot is not a member of the supergroup chat",
        "Not enough rights to send text messages to the chat",
    ]


async def test_a_group_that_has_moved_names_its_new_address(server: FakeTelegram, channel: TelegramChannel) -> None:
    group = server.add_group("Ban chỉ đạo", kind="group")
    server.migrates(group)
    failed = await failure(channel, to(group.id), say("chào"))
    assert (failed.moved_to, failed.permanent, failed.ambiguous) == (str(group.migrated_to), False, False)


async def test_a_message_that_telegram_refuses_is_no_failure_of_the_chat(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", Fault.refused("message is too long"))
    failed = await failure(channel, to(lan.id), say("chào"))
    assert (str(failed), failed.rejected, failed.permanent) == ("Message is too long", True, False)


@pytest.mark.parametrize("as_timedelta", [True, False])
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_a_request_to_wait_is_passed_on(
    server: FakeTelegram, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch, as_timedelta: bool
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1" if as_timedelta else "0")
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", Fault.too_many(35))
    failed = await failure(channel, to(lan.id), say("chào"))
    assert (failed.retry_after, failed.ambiguous) == (timedelta(seconds=35), False)


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault.drop_before(), False),
        (Fault.drop_after(), True),
        (Fault.http_error(502), False),
        (Fault.http_error(504, applied=True), True),
        (Fault.garbage(), True),
        (Fault.strange({"date": 1}), True),
        (Fault.strange([]), True),
    ],
)
async def test_nobody_knows_whether_a_message_arrived_when_the_answer_is_lost(
    server: FakeTelegram, channel: TelegramChannel, fault: Fault, arrives: bool
) -> None:
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", fault)
    failed = await failure(channel, to(lan.id), say("chào"))
    assert (failed.ambiguous, failed.permanent, failed.rejected, failed.retry_after) == (True, False, False, None)
    assert len(server.sent) == arrives


async def test_nobody_knows_whether_a_message_arrived_when_the_answer_comes_too_late(server: FakeTelegram) -> None:
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", Fault.slow(30))
    async with channel_at(server.token, server.url, read_timeout=0.1) as channel:
        failed = await failure(channel, to(lan.id), say("chào"))
    assert (failed.ambiguous, str(failed), len(server.sent)) == (True, "Timed out", 1)


async def test_a_connection_that_is_refused_has_carried_nothing(server: FakeTelegram) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with channel_at(server.token, f"http://127.0.0.1:{unused.getsockname()[1]}") as channel:
            failed = await failure(channel, to(7), say("chào"))
    assert (failed.ambiguous, failed.permanent, failed.rejected) == (False, False, False)
    assert server.token.split(":")[1] not in str(failed)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
async def test_a_page_from_something_on_the_way_says_nothing_about_the_chat(
    server: FakeTelegram, channel: TelegramChannel, status: int
) -> None:
    lan = server.add_user("Lan", started=True)
    server.faults.add("sendMessage", Fault.http_error(status))
    failed = await failure(channel, to(lan.id), say("chào"))
    assert (failed.permanent, failed.rejected, failed.ambiguous) == (False, False, False)
    assert len(str(failed)) <= 200


async def test_a_token_that_is_refused_says_nothing_about_the_chat(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    server.faults.add("sendMessage", Fault.unauthorized())
    failed = await failure(channel, to(7), say("chào"))
    assert (str(failed), failed.permanent, failed.rejected, failed.ambiguous) == ("InvalidToken", False, False, False)


# --- editing ---


async def test_an_edit_replaces_text_and_buttons(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), Reply((Block("☐ I.3"), Block("☐ II.4")), DONE))
    await channel.edit(to(lan.id, remote_id), Reply((Block("✅ I.3 <xong>"), Block("☐ II.4")), DONE[1:]))
    (sent,) = server.sent
    assert (sent.versions, sent.buttons) == (["☐ I.3\n☐ II.4", "✅ I.3 <xong>\n☐ II.4"], ["Xem thêm"])


async def test_an_edit_changes_every_part_and_passes_over_those_that_are_as_they_were(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), LONG)
    blocks = (*LONG.blocks[:-1], Block("✅ xong" + LONG.blocks[-1].text[7:]))
    await channel.edit(to(lan.id, remote_id), replace(LONG, blocks=blocks))
    assert [len(sent.versions) for sent in server.sent] == [1, 1, 2]


async def test_an_edit_changes_a_caption(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    file = photo(server)
    remote_id = await channel.send(to(lan.id), with_files("Họp 14 giờ", file))
    await channel.edit(to(lan.id, remote_id), with_files("Họp 15 giờ", file))
    assert server.sent[0].versions == ["Họp 14 giờ", "Họp 15 giờ"]


async def test_a_message_is_not_edited_into_one_of_more_parts(server: FakeTelegram, channel: TelegramChannel) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), say("ngắn"))
    await channel.edit(to(lan.id, remote_id), LONG)
    assert [sent.versions for sent in server.sent] == [["ngắn"]]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.refused("message to edit not found"), "Message to edit not found"),
        (Fault.refused("message can't be edited"), "Message can't be edited"),
        (Fault.too_many(9), "Flood control exceeded: retry after 9 s"),
        (Fault.drop_before(), "httpx.RemoteProtocolError: Server disconnected without sending a response."),
        (Fault.strange({"date": 1}), "TypeError"),
    ],
)
async def test_an_edit_that_fails_says_why(
    server: FakeTelegram, channel: TelegramChannel, fault: Fault, words: str
) -> None:
    lan = server.add_user("Lan", started=True)
    remote_id = await channel.send(to(lan.id), say("trước"))
    server.faults.add("editMessageText", fault)
    with pytest.raises(SendFailed) as caught:
        await channel.edit(to(lan.id, remote_id), say("sau"))
    assert str(caught.value) == words


# --- rights ---


async def test_the_bot_knows_what_it_may_not_do_in_a_group(server: FakeTelegram, channel: TelegramChannel) -> None:
    silenced, textual = frozenset({"can_send_messages"}), frozenset({"can_send_photos"})
    groups = [server.add_group(title) for title in ("mở", "chỉ quản trị viên", "chỉ chữ", "quản trị viên")]
    groups[1].forbidden, groups[2].forbidden, groups[3].forbidden = silenced, textual, silenced
    server.promotes_bot(groups[3])
    mute = server.add_group("cấm bot", bot_status="restricted")
    forum = server.add_group("diễn đàn", is_forum=True, topics=["Báo cáo"])
    chats = [str(group.id) for group in (*groups, mute)] + [f"{forum.id}/{next(iter(forum.topics))}", "7"]
    assert [await channel.missing_rights(chat) for chat in chats] == [
        [],
        [CANNOT_POST],
        [CANNOT_SEND_FILES],
        [],
        [CANNOT_POST],
        [],
        [],
    ]


async def test_asking_for_rights_fails_as_sending_does_but_is_never_ambiguous(
    server: FakeTelegram, channel: TelegramChannel
) -> None:
    kicked, open_group = server.add_group("Đuổi bot"), server.add_group("Mở")
    server.kicks_bot(kicked)
    with pytest.raises(SendFailed) as caught:
        await channel.missing_rights(str(kicked.id))
    assert (caught.value.permanent, caught.value.ambiguous) == (True, False)
    server.faults.add("getChat", Fault.drop_before())
    with pytest.raises(SendFailed) as caught:
        await channel.missing_rights(str(open_group.id))
    assert (caught.value.permanent, caught.value.ambiguous) == (False, False)
