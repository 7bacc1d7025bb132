"""What goes wrong on Telegram while a message is sent or changed."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.telegram import TelegramChannel
from jobs.channel import SendFailed
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.telegram_replies import DONE, LONG, channel_at, failure, photo, to, with_files
from wording.message import Block, Reply, say
from wording.rights import CANNOT_POST, CANNOT_SEND_FILES


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def channel(server: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with channel_at(server.token, server.url) as channel:
        yield channel


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
