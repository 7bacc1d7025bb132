"""The fake Bot API server keeps the platform's promises and limits; the real python-telegram-bot talks to it."""

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Update,
)
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_limits import Limits, busiest_by_chat, busiest_second
from tests.fakes.telegram_server import FakeTelegram, Fault

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x06\x00\x00\x00"
DONE = InlineKeyboardMarkup([[InlineKeyboardButton("Đã xong", callback_data="done:17")]])


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it PTB 22 warns whenever it makes a RetryAfter, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock=lambda: 1_685_600_000) as server:
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[Bot]:
    async with _bot_of(server) as bot:
        server.log.clear()
        yield bot


@pytest.fixture
async def raw(server: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/", trust_env=False) as client:
        yield client


def _bot_of(server: FakeTelegram, read_timeout: float = 5.0) -> Bot:
    return Bot(
        server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, read_timeout=read_timeout),
    )


async def _refusal(asked: Awaitable[object]) -> str:
    with pytest.raises(TelegramError) as caught:
        await asked
    return f"{type(caught.value).__name__}: {caught.value.message}"


async def _says(client: httpx.AsyncClient, method: str, **values: object) -> tuple[int, Any]:
    """The status, and the description or the result, of a raw request."""
    answer = (await client.post(method, json=values)).json()
    return answer.get("error_code", 200), answer.get("description", answer.get("result"))


# --- the bot itself, the token, the ways to send parameters ---


async def test_get_me_tells_of_privacy_mode(server: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (server.bot.id, "nhac_viec_bot", True)
    assert (me.can_join_groups, me.can_read_all_group_messages) == (True, False)
    server.bot.can_read_all_group_messages = True
    assert (await bot.get_me()).can_read_all_group_messages is True


async def test_a_wrong_token_is_401_and_no_token_at_all_is_404(server: FakeTelegram) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        wrong = await client.get("/bot77:another/getMe")
        malformed = await client.get("/botnonsense/getMe")
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert (malformed.status_code, malformed.json()["description"]) == (404, "Not Found")
    async with HTTPXRequest() as request:
        with pytest.raises(InvalidToken):
            await Bot("77:another", base_url=f"{server.url}/bot", request=request).get_me()


async def test_an_unknown_method_is_404(server: FakeTelegram, raw: httpx.AsyncClient) -> None:
    assert await _says(raw, "sendPigeon") == (404, "Not Found: method not found")


async def test_parameters_may_come_by_query_form_json_or_multipart(
    server: FakeTelegram, raw: httpx.AsyncClient
) -> None:
    user = server.add_user(started=True)
    await raw.get("sendMessage", params={"chat_id": user.id, "text": "câu hỏi & đáp"})
    await raw.post("SENDMESSAGE", data={"chat_id": str(user.id), "text": "biểu mẫu"})
    await raw.post("sendmessage", json={"chat_id": user.id, "text": "đối tượng"})
    await raw.post("sendMessage", files={"chat_id": (None, str(user.id)), "text": (None, "nhiều phần\r\n--x")})
    assert [sent.text for sent in server.sent] == ["câu hỏi & đáp", "biểu mẫu", "đối tượng", "nhiều phần\r\n--x"]


async def test_requests_on_one_connection_are_answered_in_order(server: FakeTelegram) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    request = f"GET /bot{server.token}/getMe HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    for piece in (request + request[:20], request[20:], b"nonsense\r\n\r\n"):
        writer.write(piece)
        await writer.drain()
    answers = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    assert re.findall(r"HTTP/1.1 (\d+)", answers) == ["200", "200", "400"]


# --- updates ---


async def test_updates_stay_until_a_higher_offset_confirms_them(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user("Lan", started=True)
    ids = [server.says(user, text).update_id for text in ("một", "hai", "ba")]
    assert ids == [700_000_001, 700_000_002, 700_000_003]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == ids[:2]
    assert [update.update_id for update in await bot.get_updates()] == ids
    assert [update.update_id for update in await bot.get_updates(offset=700_000_003)] == ids[2:]
    assert [update.update_id for update in await bot.get_updates()] == ids[2:]
    assert await bot.get_updates(offset=700_000_004) == ()


async def test_a_negative_offset_keeps_only_the_last_and_one_from_the_future_confirms_nothing(
    server: FakeTelegram, bot: Bot
) -> None:
    user = server.add_user(started=True)
    for text in ("một", "hai", "ba"):
        server.says(user, text)
    assert len(await bot.get_updates(offset=800_000_000)) == 3
    assert [update.effective_message.text for update in await bot.get_updates(offset=-1)] == ["ba"]  # type: ignore[union-attr]
    assert len(server.updates.pending) == 1


async def test_a_long_poll_ends_with_the_first_update_or_empty_after_its_timeout(
    server: FakeTelegram, bot: Bot
) -> None:
    user = server.add_user(started=True)
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await server.until(lambda: server.updates.is_polled)
    assert poll.done() is False
    server.says(user, "chào")
    server.says(user, "chào lần nữa")
    assert len(await poll) == 2
    began = time.monotonic()
    assert await bot.get_updates(offset=-1, timeout=0) != ()
    assert await bot.get_updates(offset=700_000_003, timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 2


async def test_a_second_poll_ends_the_older_one_with_409(server: FakeTelegram, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await server.until(lambda: server.updates.is_polled)
    async with _bot_of(server) as second:
        newer = asyncio.create_task(second.get_updates(timeout=20))
        reason = await _refusal(older)
        server.starts(server.add_user())
        assert len(await newer) == 1
    assert reason == (
        "Conflict: Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    server.starts(server.add_user())
    assert len(await newer) == 1


async def test_a_client_that_goes_away_leaves_no_poll_behind(server: FakeTelegram) -> None:
    async with _bot_of(server) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await server.until(lambda: server.updates.is_polled)
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
    await server.until(lambda: not server.updates.is_polled)


async def test_only_the_kinds_that_were_asked_for_are_queued(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    await bot.get_updates(allowed_updates=["callback_query"])
    assert server.says(user, "không ai nghe").update_ids == ()
    await bot.get_updates()
    assert server.says(user, "vẫn không").update_ids == ()
    await bot.get_updates(allowed_updates=[])
    assert server.says(user, "nghe rồi").update_ids == (700_000_001,)


async def test_polling_is_refused_while_a_webhook_is_set(server: FakeTelegram, bot: Bot) -> None:
    server.says(server.add_user(), "chờ")
    await bot.set_webhook("https://example.vn/hook")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://example.vn/hook", 1)
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


# --- sending: whom ---


async def test_the_bot_reaches_only_those_who_pressed_start(server: FakeTelegram, bot: Bot) -> None:
    stranger, met, blocker = server.add_user(), server.add_user(met=True), server.add_user(started=True)
    server.blocks(blocker)
    gone = server.add_user(started=True)
    gone.deactivated = True
    refusals = [await _refusal(bot.send_message(user.id, "chào")) for user in (stranger, met, blocker, gone)]
    assert refusals == [
        "BadRequest: Chat not found",
        "Forbidden: Forbidden: bot can't initiate conversation with a user",
        "Forbidden: Forbidden: bot was blocked by the user",
        "Forbidden: Forbidden: user is deactivated",
    ]
    assert await _refusal(bot.send_message(-999, "chào")) == "BadRequest: Chat not found"
    server.starts(stranger, "phiếu-7")
    server.starts(blocker)
    await bot.send_message(stranger.id, "chào")
    await bot.send_message(blocker.id, "chào")
    assert [(sent.chat_id, sent.text) for sent in server.sent] == [(stranger.id, "chào"), (blocker.id, "chào")]
    texts = [update.message.text for update in await bot.get_updates() if update.message]
    assert texts == ["/start phiếu-7", "/start"]


async def test_the_bot_reaches_only_groups_that_keep_it(server: FakeTelegram, bot: Bot) -> None:
    small, large = server.add_group("Tổ 1", kind="group"), server.add_group("Phường")
    for group in (small, large):
        server.kicks_bot(group)
    assert await _refusal(bot.send_message(small.id, "chào")) == (
        "Forbidden: Forbidden: bot was kicked from the group chat"
    )
    assert await _refusal(bot.send_message(large.id, "chào")) == (
        "Forbidden: Forbidden: bot was kicked from the supergroup chat"
    )
    server.bot_becomes(large, "restricted")
    assert await _refusal(bot.send_message(large.id, "chào")) == (
        "BadRequest: Not enough rights to send text messages to the chat"
    )
    server.adds_bot_to(large)
    assert (await bot.send_message(large.id, "chào")).chat.title == "Phường"
    await bot.leave_chat(large.id)
    assert await _refusal(bot.send_message(large.id, "chào")) == (
        "Forbidden: Forbidden: bot is not a member of the supergroup chat"
    )


async def test_a_migrated_group_names_its_new_id(server: FakeTelegram, raw: httpx.AsyncClient, bot: Bot) -> None:
    group = server.add_group("Ban chỉ đạo", kind="group")
    event = server.migrates(group)
    answer = await raw.post("sendMessage", json={"chat_id": group.id, "text": "chào"})
    assert answer.json() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": group.migrated_to},
    }
    assert await _refusal(bot.send_message(group.id, "chào")) == (
        f"ChatMigrated: Group migrated to supergroup. New chat id: {group.migrated_to}"
    )
    assert (await bot.send_message(group.migrated_to or 0, "chào")).chat.type == "supergroup"
    before, after = [update.message for update in await bot.get_updates() if update.message]
    assert (before.chat.id, before.migrate_to_chat_id) == (group.id, group.migrated_to)
    assert (after.chat.id, after.migrate_from_chat_id) == (group.migrated_to, group.id)
    assert event.update_ids == (700_000_001, 700_000_002)


async def test_a_topic_must_be_there_and_general_has_no_id(server: FakeTelegram, bot: Bot) -> None:
    forum = server.add_group("Phường", is_forum=True, topics=["Báo cáo"])
    (report,) = forum.topics
    message = await bot.send_message(forum.id, "vào mục", message_thread_id=report)
    assert (message.message_thread_id, message.is_topic_message) == (report, True)
    assert (await bot.send_message(forum.id, "mục chung")).message_thread_id is None
    for thread in (1, 77):
        refusal = await _refusal(bot.send_message(forum.id, "nhầm", message_thread_id=thread))
        assert refusal == "BadRequest: Message thread not found"
    forum.topics[report].closed = True
    assert await _refusal(bot.send_message(forum.id, "đóng", message_thread_id=report)) == "BadRequest: Topic_closed"
    server.deletes_topic(forum, report)
    assert await _refusal(bot.send_message(forum.id, "xóa", message_thread_id=report)) == (
        "BadRequest: Message thread not found"
    )
    plain = server.add_group("Không có mục")
    assert (await bot.send_message(plain.id, "bỏ qua", message_thread_id=5)).message_thread_id is None
    assert [sent.thread for sent in server.sent] == [report, None, None]


# --- sending: what ---


async def test_a_sent_message_comes_back_and_is_recorded(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user("Lan", started=True)
    asked = server.says(user, "/viec")
    message = await bot.send_message(
        user.id, "<b>Việc</b> 1 &lt; 2", parse_mode="HTML", reply_markup=DONE, reply_to_message_id=asked.message_id
    )
    assert message.text == "Việc 1 < 2"
    assert [(entity.type, entity.offset, entity.length) for entity in message.entities] == [("bold", 0, 4)]
    assert message.reply_markup == DONE
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "/viec"
    assert message.date.timestamp() == 1_685_600_000
    (sent,) = server.sent
    assert (sent.chat_id, sent.message_id, sent.text) == (user.id, message.message_id, "Việc 1 < 2")
    assert (sent.buttons, sent.versions, sent.reply_to) == (["Đã xong"], ["Việc 1 < 2"], asked.message_id)
    (call,) = server.calls("sendMessage")
    assert (call.status, call.args["text"]) == (200, "<b>Việc</b> 1 &lt; 2")


async def test_text_has_4096_characters_after_the_markup_is_gone(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    await bot.send_message(user.id, "<b>" + "ă" * 4096 + "</b>", parse_mode="HTML")
    refusals = [await _refusal(bot.send_message(user.id, text)) for text in ("ă" * 4097, "😀" * 2049, "", " \n ")]
    assert refusals == [
        "BadRequest: Message is too long",
        "BadRequest: Message is too long",
        "BadRequest: Message text is empty",
        "BadRequest: Text must be non-empty",
    ]


async def test_a_reply_needs_its_message_unless_told_otherwise(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    refusal = await _refusal(bot.send_message(user.id, "đáp", reply_to_message_id=9))
    assert refusal == "BadRequest: Message to be replied not found"
    await bot.send_message(user.id, "đáp", reply_to_message_id=9, allow_sending_without_reply=True)
    assert [sent.reply_to for sent in server.sent] == [None]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("Hạn < 5 ngày", 'Unsupported start tag "" at byte offset 6'),
        ("x <tên> y", 'Unsupported start tag "tên" at byte offset 2'),
        ("<b>đậm", 'Can\'t find end tag corresponding to start tag "b"'),
        ("đ</b>", "Unexpected end tag at byte offset 2"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x_y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_html_is_refused_with_the_platforms_reason(
    server: FakeTelegram, raw: httpx.AsyncClient, html: str, reason: str
) -> None:
    user = server.add_user(started=True)
    answer = await _says(raw, "sendMessage", chat_id=user.id, text=html, parse_mode="HTML")
    assert answer == (400, f"Bad Request: can't parse entities: {reason}")
    assert server.sent == []


@pytest.mark.parametrize(
    ("html", "plain", "entities"),
    [
        ("1 &amp; 2 &#39;&#x110;&quot; &nbsp; & &", "1 & 2 'Đ\" &nbsp; & &", []),
        ("😀<i>a<b>b</b></i>", "😀ab", [("italic", 2, 2), ("bold", 3, 1)]),
        ("<B>x</b> <u></u><s>y</>", "x y", [("bold", 0, 1), ("strikethrough", 2, 1)]),
        ("<pre><code class='language-sql'>x</code></pre>", "x", [("pre", 0, 1, "sql")]),
        ("<code class='language-sql'>x</code>", "x", [("code", 0, 1)]),
        ('<a href="https://a.vn/?x=1&amp;y">z</a>', "z", [("text_link", 0, 1, "https://a.vn/?x=1&y")]),
        ("<a>không có</a>", "không có", []),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">kín</span>', "kín", [("spoiler", 0, 3)]),
    ],
)
def test_good_html_becomes_text_and_entities(html: str, plain: str, entities: list[tuple[object, ...]]) -> None:
    text, found = parse_html(html)
    assert (text, [tuple(entity.values()) for entity in found]) == (plain, entities)


async def test_a_mention_by_id_works_only_for_people_the_bot_has_met(server: FakeTelegram, bot: Bot) -> None:
    user, stranger = server.add_user("Lan", started=True), server.add_user("Minh")
    text = f'<a href="tg://user?id={user.id}">Lan</a> và <a href="tg://user?id={stranger.id}">Minh</a>'
    message = await bot.send_message(user.id, text, parse_mode="HTML")
    mentioned = [(entity.type, entity.user and entity.user.first_name) for entity in message.entities]
    assert (message.text, mentioned) == ("Lan và Minh", [("text_mention", "Lan")])


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "Xong", "callback_data": "đ" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "Xong", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        (
            {"text": "Xem", "url": "http://localhost/x"},
            "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_a_bad_button_is_refused(
    server: FakeTelegram, raw: httpx.AsyncClient, button: dict[str, str], reason: str
) -> None:
    user = server.add_user(started=True)
    answer = await _says(raw, "sendMessage", chat_id=user.id, text="x", reply_markup={"inline_keyboard": [[button]]})
    assert answer == (400, f"Bad Request: {reason}")


async def test_callback_data_of_64_bytes_and_a_hundred_buttons_fit(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    button = InlineKeyboardButton("x", callback_data="đ" * 32)
    await bot.send_message(user.id, "vừa", reply_markup=InlineKeyboardMarkup([[button]] * 100))
    too_many = InlineKeyboardMarkup([[button]] * 101)
    refusal = await _refusal(bot.send_message(user.id, "thừa", reply_markup=too_many))
    assert (len(server.sent), refusal) == (1, "BadRequest: Reply markup is too long")


# --- editing, deleting, copying, pinning ---


async def test_an_edit_replaces_text_and_buttons_and_keeps_the_versions(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    message = await bot.send_message(user.id, "Việc 1", reply_markup=DONE)
    edited = await bot.edit_message_text("<b>Việc 1</b>", user.id, message.message_id, parse_mode="HTML")
    assert (edited.text, edited.reply_markup) == ("Việc 1", None)  # type: ignore[union-attr]
    await bot.edit_message_text("Việc 1: xong", user.id, message.message_id)
    await bot.edit_message_reply_markup(user.id, message.message_id, reply_markup=DONE)
    (sent,) = server.sent
    assert (sent.text, sent.versions) == ("Việc 1: xong", ["Việc 1", "Việc 1", "Việc 1: xong"])
    assert (sent.buttons, len(sent.edited_at)) == (["Đã xong"], 3)


async def test_an_edit_is_refused_when_nothing_changes_or_nothing_is_there(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    theirs = server.says(user, "của tôi").message_id
    message = await bot.send_message(user.id, "Việc 1", reply_markup=DONE)
    same = bot.edit_message_text("Việc 1", user.id, message.message_id, reply_markup=DONE)
    assert await _refusal(same) == (
        "BadRequest: Message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
    assert await _refusal(bot.edit_message_text("x", user.id, 999)) == "BadRequest: Message to edit not found"
    assert await _refusal(bot.edit_message_text("x", user.id, theirs)) == "BadRequest: Message can't be edited"


async def test_a_deleted_message_is_gone(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    message = await bot.send_message(user.id, "nhầm")
    await bot.delete_message(user.id, message.message_id)
    assert server.sent[0].deleted is True
    refusal = await _refusal(bot.delete_message(user.id, message.message_id))
    assert refusal == "BadRequest: Message to delete not found"


async def test_messages_are_copied_and_forwarded(server: FakeTelegram, bot: Bot) -> None:
    user, group = server.add_user("Lan", started=True), server.add_group("Phường")
    asked = server.says(user, "xin phép nghỉ").message_id
    copied = await bot.copy_message(group.id, user.id, asked)
    forwarded = await bot.forward_message(group.id, user.id, asked)
    assert [(sent.message_id, sent.text) for sent in server.sent] == [
        (copied.message_id, "xin phép nghỉ"),
        (forwarded.message_id, "xin phép nghỉ"),
    ]
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.to_dict()["sender_user"]["first_name"] == "Lan"
    assert await _refusal(bot.copy_message(group.id, user.id, 999)) == "BadRequest: Message to copy not found"
    assert await _refusal(bot.forward_message(group.id, user.id, 999)) == "BadRequest: Message to forward not found"


async def test_pinning_in_a_supergroup_needs_an_administrator_and_comes_back_as_an_update(
    server: FakeTelegram, bot: Bot
) -> None:
    group = server.add_group("Phường")
    message = await bot.send_message(group.id, "Lịch tuần")
    assert await _refusal(bot.pin_chat_message(group.id, message.message_id)) == (
        "BadRequest: Not enough rights to manage pinned messages in the chat"
    )
    server.promotes_bot(group)
    assert await bot.pin_chat_message(group.id, message.message_id) is True
    assert server.sent[0].pinned is True
    notice = (await bot.get_updates())[-1].message
    assert notice is not None
    assert notice.from_user is not None
    assert (notice.from_user.id, notice.pinned_message) == (server.bot.id, message)


# --- files ---


async def test_a_document_goes_up_and_comes_down(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    content = b"%PDF\r\n--x\r\n" * 5000
    file = InputFile(content, "Báo cáo “quý 2”.pdf")
    message = await bot.send_document(user.id, file, caption="<b>Quý 2</b>", parse_mode="HTML")
    assert message.document is not None
    assert (message.document.file_name, message.document.file_size) == ("Báo cáo “quý 2”.pdf", 55_000)
    (sent,) = server.sent
    assert sent.file is not None
    assert (sent.kind, sent.text, sent.file.content) == ("document", "Quý 2", content)
    assert server.calls("sendDocument")[0].files == ("Báo cáo “quý 2”.pdf",)
    got = await bot.get_file(message.document.file_id)
    assert bytes(await got.download_as_bytearray()) == content
    again = await bot.send_document(user.id, message.document.file_id)
    assert again.document == message.document


async def test_a_photo_has_sizes_and_must_be_a_picture(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    message = await bot.send_photo(user.id, PNG, caption="ă" * 1024)
    assert [(size.width, size.height) for size in message.photo] == [(90, 67), (64, 32)]
    refusals = [
        await _refusal(bot.send_photo(user.id, PNG, caption="ă" * 1025)),
        await _refusal(bot.send_photo(user.id, b"no picture")),
        await _refusal(bot.send_document(user.id, b"")),
        await _refusal(bot.send_photo(user.id, "nonsense")),
        await _refusal(bot.send_document(user.id, message.photo[-1].file_id)),
    ]
    assert refusals == [
        "BadRequest: Message caption is too long",
        "BadRequest: Image_process_failed",
        "BadRequest: File must be non-empty",
        "BadRequest: Wrong remote file identifier specified: can't unserialize it. wrong last symbol",
        "BadRequest: Can't use file of type photo as document",
    ]


async def test_files_of_people_can_be_fetched_unless_too_big(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.says(user, "/nap", document=("kế hoạch.xlsx", b"PK..."))
    big = server.add_file("document", "phim.mp4", b"x", size=20 * 1024 * 1024 + 1)
    server.says(user, document=big)
    server.says(user, photo=PNG)
    first, second, third = [update.message for update in await bot.get_updates() if update.message]
    assert first.document is not None
    assert (first.caption, first.document.file_name) == ("/nap", "kế hoạch.xlsx")
    file = await bot.get_file(first.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"PK..."
    assert second.document is not None
    assert await _refusal(bot.get_file(second.document.file_id)) == "BadRequest: File is too big"
    assert await _refusal(bot.get_file("nonsense")) == "BadRequest: Invalid file_id"
    assert (await bot.get_file(third.photo[0].file_id)).file_unique_id == third.photo[1].file_unique_id


# --- commands, chats, actions ---


async def test_commands_are_kept_by_scope(server: FakeTelegram, bot: Bot) -> None:
    group, user = server.add_group("Phường"), server.add_user(started=True)
    commands = [BotCommand("viec", "Việc của tôi")]
    await bot.set_my_commands(commands)
    await bot.set_my_commands([("hop", "Lịch họp")], scope=BotCommandScopeAllGroupChats(), language_code="vi")
    await bot.set_my_commands([("nap", "Nạp")], scope=BotCommandScopeChatMember(group.id, user.id))
    assert server.commands == {
        "default": [("viec", "Việc của tôi")],
        "all_group_chats/vi": [("hop", "Lịch họp")],
        f"chat_member:{group.id}:{user.id}": [("nap", "Nạp")],
    }
    assert await bot.get_my_commands() == tuple(commands)
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    refusal = await _refusal(bot.set_my_commands(commands, scope=BotCommandScopeChatMember(-9, user.id)))
    assert refusal == "BadRequest: Chat not found"


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ([("báo", "x")], "Bot_command_invalid"),
        ([("Viec", "x")], "Bot_command_invalid"),
        ([("a" * 33, "x")], "Command length must not exceed 32"),
        ([("a", "")], "Command description must be non-empty"),
        ([("a", "x" * 257)], "Command description length must not exceed 256"),
        ([(f"a{n}", "x") for n in range(101)], "Bot_commands_too_much"),
    ],
)
async def test_commands_beyond_the_limits_are_refused(
    server: FakeTelegram, bot: Bot, commands: list[tuple[str, str]], reason: str
) -> None:
    assert await _refusal(bot.set_my_commands(commands)) == f"BadRequest: {reason}"
    await bot.set_my_commands([("a" * 32, "x" * 256)] * 100)


async def test_the_description_is_kept(server: FakeTelegram, bot: Bot) -> None:
    assert await bot.set_my_description("Nhắc việc của phường") is True
    assert await bot.set_my_short_description("Nhắc việc") is True
    assert (await bot.get_my_description()).description == "Nhắc việc của phường"
    assert server.methods.profile == {"description": "Nhắc việc của phường", "short_description": "Nhắc việc"}


async def test_chats_and_members_can_be_looked_up(server: FakeTelegram, bot: Bot) -> None:
    user, other = server.add_user("Lan", started=True), server.add_user("Minh")
    group = server.add_group("Phường", is_forum=True, members=[user])
    chat = await bot.get_chat(group.id)
    assert (chat.title, chat.type, chat.is_forum) == ("Phường", "supergroup", True)
    assert (await bot.get_chat(user.id)).first_name == "Lan"
    people = [server.bot.id, user.id, other.id, group.owner.id]
    assert [(await bot.get_chat_member(group.id, one)).status for one in people] == [
        "member", "member", "left", "creator"
    ]  # fmt: skip
    server.promotes_bot(group)
    assert [one.status for one in await bot.get_chat_administrators(group.id)] == ["creator", "administrator"]
    assert (await bot.get_chat_member(group.id, server.bot.id)).status == "administrator"
    assert await bot.get_chat_member_count(group.id) == 3
    server.bot_becomes(group, "restricted")
    assert (await bot.get_chat_member(group.id, server.bot.id)).status == "restricted"
    server.kicks_bot(group)
    assert await _refusal(bot.get_chat_member(group.id, user.id)) == (
        "Forbidden: Forbidden: bot was kicked from the supergroup chat"
    )


async def test_a_chat_action_must_be_known(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    assert await bot.send_chat_action(user.id, "typing") is True
    assert await _refusal(bot.send_chat_action(user.id, "dancing")) == (
        "BadRequest: Wrong parameter action in request"
    )


# --- what people do ---


async def test_a_command_is_marked_as_one(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user("Lan", started=True)
    server.says(user, "/xong@nhac_viec_bot 17 😀 /huy@khac_bot và /báo a/b")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.first_name == "Lan"
    assert list(update.message.parse_entities().values()) == ["/xong@nhac_viec_bot", "/huy@khac_bot"]


async def test_privacy_mode_lets_only_commands_replies_and_service_messages_through(
    server: FakeTelegram, bot: Bot
) -> None:
    user, group = server.add_user(), server.add_group("Phường")
    mine = (await bot.send_message(group.id, "Nhắc việc")).message_id
    theirs = server.says(user, "trao đổi", group).message_id
    heard = {
        "talk": server.says(user, "trao đổi", group),
        "mention": server.says(user, "@nhac_viec_bot ơi", group),
        "command": server.says(user, "/viec", group),
        "command to us": server.says(user, "/viec@NHAC_viec_bot", group),
        "command to another": server.says(user, "/viec@khac_bot", group),
        "command later in the text": server.says(user, "gõ /viec đi", group),
        "command under a photo": server.says(user, "/nop", group, photo=PNG),
        "photo": server.says(user, "ảnh", group, photo=PNG),
        "reply to the bot": server.says(user, "đã rõ", group, reply_to=mine),
        "reply to a person": server.says(user, "đã rõ", group, reply_to=theirs),
        "edited talk": server.edits(user, theirs, "sửa lại", group),
        "somebody joins": server.joins(server.add_user(), group),
        "somebody leaves": server.leaves(user, group),
    }
    assert [what for what, event in heard.items() if event.update_ids] == [
        "command",
        "command to us",
        "command under a photo",
        "reply to the bot",
        "somebody joins",
        "somebody leaves",
    ]
    server.bot.can_read_all_group_messages = True
    assert server.says(user, "trao đổi", group).update_id == 700_000_007
    server.bot.can_read_all_group_messages = False
    server.promotes_bot(group)
    assert server.says(user, "trao đổi", group).update_id == 700_000_009
    server.kicks_bot(group)
    assert server.says(user, "/viec", group).update_id is None


async def test_the_bot_hears_of_its_own_comings_and_goings(server: FakeTelegram, bot: Bot) -> None:
    user, group = server.add_user("Lan", started=True), server.add_group("Phường", bot_status="left")
    server.adds_bot_to(group, by=user)
    server.promotes_bot(group)
    server.kicks_bot(group)
    server.blocks(user)
    server.starts(user)
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    seen = [(change.chat.id, change.old_chat_member.status, change.new_chat_member.status) for change in changes]
    assert seen == [
        (group.id, "left", "member"),
        (group.id, "member", "administrator"),
        (group.id, "administrator", "kicked"),
        (user.id, "member", "kicked"),
        (user.id, "kicked", "member"),
    ]
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [member.id for member in messages[0].new_chat_members] == [server.bot.id]
    assert messages[1].text == "/start"


async def test_the_bot_cannot_be_added_when_it_may_not_join(server: FakeTelegram) -> None:
    server.bot.can_join_groups = False
    with pytest.raises(ValueError, match="may not join"):
        server.adds_bot_to(server.add_group("Phường", bot_status="left"))


async def test_messages_in_topics_carry_their_topic(server: FakeTelegram, bot: Bot) -> None:
    forum, user = server.add_group("Phường", is_forum=True), server.add_user()
    topic = server.opens_topic(forum, "Báo cáo")
    server.says(user, "/viec", forum, thread=topic.id)
    server.says(user, "/viec", forum)
    opened, inside, general = [update.message for update in await bot.get_updates() if update.message]
    assert opened.forum_topic_created is not None
    assert (opened.message_id, opened.forum_topic_created.name) == (topic.id, "Báo cáo")
    assert (inside.message_thread_id, inside.is_topic_message) == (topic.id, True)
    assert inside.reply_to_message is not None
    assert inside.reply_to_message.message_id == topic.id
    assert (general.message_thread_id, general.reply_to_message) == (None, None)


async def test_a_reply_in_a_plain_supergroup_has_a_thread_but_no_topic(server: FakeTelegram, bot: Bot) -> None:
    group = server.add_group("Phường")
    mine = (await bot.send_message(group.id, "Nhắc việc")).message_id
    server.says(server.add_user(), "đã rõ", group, reply_to=mine)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (mine, None)


async def test_a_button_is_pressed_by_its_text_or_data(server: FakeTelegram, bot: Bot) -> None:
    user, group = server.add_user("Lan", started=True), server.add_group("Phường")
    await bot.send_message(user.id, "cũ", reply_markup=DONE)
    message = await bot.send_message(user.id, "mới", reply_markup=DONE)
    in_group = await bot.send_message(group.id, "nhóm", reply_markup=DONE)
    server.presses(user, "Đã xong")
    server.presses(user, "done:17", chat=group)
    server.presses(user, data="gone:1", message_id=message.message_id)
    queries = [update.callback_query for update in await bot.get_updates() if update.callback_query]
    pressed = [(query.data, query.message and query.message.message_id) for query in queries]
    assert pressed == [
        ("done:17", message.message_id),
        ("done:17", in_group.message_id),
        ("gone:1", message.message_id),
    ]
    with pytest.raises(LookupError, match="no button 'Hủy' in the chat"):
        server.presses(user, "Hủy")


async def test_a_pressed_button_is_answered_once_and_in_time(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    await bot.send_message(user.id, "Việc", reply_markup=DONE)
    server.presses(user, "Đã xong")
    server.presses(user, "Đã xong", age=60)
    first, late = [update.callback_query for update in await bot.get_updates() if update.callback_query]
    assert await _refusal(bot.answer_callback_query(first.id, "x" * 201)) == "BadRequest: Message_too_long"
    assert await bot.answer_callback_query(first.id, "Đã ghi", show_alert=True) is True
    too_old = "BadRequest: Query is too old and response timeout expired or query id is invalid"
    for query_id in (first.id, late.id, "nonsense"):
        assert await _refusal(bot.answer_callback_query(query_id)) == too_old
    assert [(answer.query_id, answer.text, answer.alert) for answer in server.answers] == [(first.id, "Đã ghi", True)]


# --- the pace ---


def test_thirty_messages_a_second_pass_over_all() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", chat_id, 0.01 * chat_id) for chat_id in range(1, 33)] == [0] * 30 + [1, 1]
    assert (limits.take("sendMessage", 99, 1.011), limits.refused) == (0, 2)


def test_one_person_gets_a_burst_and_then_one_a_second() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", 7, 0.0) for _ in range(21)] == [0] * 20 + [1]
    assert [limits.take("sendMessage", 7, at) for at in (0.9, 1.0, 1.5, 2.0)] == [1, 0, 1, 0]


def test_one_group_gets_twenty_a_minute() -> None:
    limits = Limits(on=True)
    assert [limits.take("sendMessage", -7, 2.0 * n) for n in range(20)] == [0] * 20
    assert [limits.take("sendMessage", -7, at) for at in (40.0, 59.9, 60.0, 60.0)] == [20, 1, 0, 2]
    assert limits.take("sendMessage", -8, 60.0) == 0
    assert limits.take("sendChatAction", -7, 60.0) == 0


def test_the_platforms_time_can_run_faster() -> None:
    limits = Limits(on=True, speed=60)
    assert [limits.take("sendMessage", -7, 0.02 * n) for n in range(21)] == [0] * 20 + [1]
    assert limits.take("sendMessage", -7, 1.0) == 0


def test_the_busiest_stretch_is_counted() -> None:
    assert busiest_second([0.0, 0.5, 0.9, 1.0, 1.4, 3.0]) == 4
    assert busiest_by_chat([(1, 0.0), (1, 59.0), (2, 5.0), (1, 61.0)], 60) == {1: 2, 2: 1}


async def test_a_message_beyond_the_pace_is_429_with_the_seconds_to_wait(
    server: FakeTelegram, bot: Bot, raw: httpx.AsyncClient
) -> None:
    server.limits.on = True
    user = server.add_user(started=True)
    for number in range(20):
        await bot.send_message(user.id, f"tin {number}")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(user.id, "tin 21")
    assert str(caught.value) == "Flood control exceeded. Retry in 0:00:01"
    answer = await raw.post("sendMessage", json={"chat_id": user.id, "text": "x"})
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (
        429,
        "1",
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
    )
    assert (len(server.sent), server.refusals, server.limits.refused) == (20, 2, 2)
    server.limits.on = False
    await bot.send_message(user.id, "tin 22")


async def test_a_refused_message_does_not_count(server: FakeTelegram, bot: Bot) -> None:
    server.limits.on = True
    user = server.add_user(started=True)
    for _ in range(25):
        await _refusal(bot.send_message(user.id, "<x>", parse_mode="HTML"))
    await bot.send_message(user.id, "vẫn được")


# --- faults ---


async def test_a_connection_can_drop_before_or_after_the_message_is_sent(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.drop_before())
    server.faults.add("sendMessage", Fault.drop_after())
    for text in ("mất", "đã gửi"):
        with pytest.raises(NetworkError, match="Server disconnected"):
            await bot.send_message(user.id, text)
    await bot.send_message(user.id, "bình thường")
    assert [sent.text for sent in server.sent] == ["đã gửi", "bình thường"]
    assert [(call.status, call.fault) for call in server.calls("sendMessage")] == [
        (0, "drop"),
        (0, "drop"),
        (200, ""),
    ]


async def test_a_gateway_can_answer_with_a_page(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.http_error(502))
    server.faults.add("sendMessage", Fault.http_error(500, applied=True))
    for text, status in (("mất", 502), ("đã gửi", 500)):
        with pytest.raises(NetworkError, match=rf"\({status}\)"):
            await bot.send_message(user.id, text)
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_an_answer_can_be_garbage(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.faults.add("sendMessage", Fault.garbage())
    assert await _refusal(bot.send_message(user.id, "đã gửi")) == "TelegramError: Invalid server response"
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_an_answer_can_come_too_late(server: FakeTelegram) -> None:
    user = server.add_user(started=True)
    async with _bot_of(server, read_timeout=0.1) as bot:
        server.faults.add("sendMessage", Fault.slow(5))
        with pytest.raises(TimedOut):
            await bot.send_message(user.id, "đã gửi")
    assert [sent.text for sent in server.sent] == ["đã gửi"]


async def test_every_answer_can_take_its_time(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    server.latency = 0.1
    began = time.monotonic()
    await asyncio.gather(*(bot.send_message(user.id, f"tin {number}") for number in range(8)))
    assert 0.1 <= time.monotonic() - began < 0.8


async def test_a_429_and_a_401_can_be_ordered(server: FakeTelegram, bot: Bot) -> None:
    user, other = server.add_user(started=True), server.add_user(started=True)
    server.faults.add("sendMessage", Fault.too_many(17), when=lambda values: values["chat_id"] == str(user.id))
    server.faults.add("getMe", Fault.unauthorized(), times=None)
    await bot.send_message(other.id, "chào")
    assert await _refusal(bot.send_message(user.id, "chào")) == (
        "RetryAfter: Flood control exceeded. Retry in 0:00:17"
    )
    for _ in range(2):
        assert await _refusal(bot.get_me()) == "InvalidToken: Unauthorized"
    server.faults.clear()
    await bot.get_me()
    assert (server.refusals, server.log.statuses[401]) == (1, 2)


async def test_polls_and_downloads_can_fail_too(server: FakeTelegram, bot: Bot) -> None:
    stored = server.add_file("document", "a.pdf", b"x")
    server.faults.add("getUpdates", Fault.drop_before())
    server.faults.add("file", Fault.http_error(502))
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=20)
    file = await bot.get_file(stored.id)
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()


# --- waiting, the whole application, the process ---


async def test_waiting_for_something_ends_with_it_or_tells_what_there_was(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    sending = asyncio.create_task(bot.send_message(user.id, "chào"))
    await server.until(lambda: len(server.sent_to(user.id)) == 1)
    await sending
    with pytest.raises(TimeoutError, match=r"1 sent; last requests: .*sendMessage"):
        await server.until(lambda: len(server.sent) == 2, within=0.05)


async def test_a_fault_of_the_fake_itself_reaches_the_test() -> None:
    def broken(request: object) -> None:
        raise RuntimeError("broken")

    server = FakeTelegram()
    server.dispatch.extra["/broken"] = broken  # type: ignore[assignment]
    with pytest.raises(RuntimeError, match="broken"):
        async with server, httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{server.url}/broken")).status_code == 500


async def test_a_whole_application_polls_and_answers(server: FakeTelegram) -> None:
    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message:
            await update.effective_message.reply_text(" ".join(context.args or []))

    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = Application.builder()
    builder.token(server.token).base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot")
    application = builder.job_queue(None).build()
    application.add_handler(CommandHandler("nhac", echo))
    user = server.add_user()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        server.says(user, "/nhac uống nước")
        await server.until(lambda: len(server.sent) == 1)
        await application.updater.stop()
        await application.stop()
    assert [(sent.chat_id, sent.text) for sent in server.sent] == [(user.id, "uống nước")]
    assert len(server.updates.pending) == 0


@pytest.fixture
async def process_url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server in a process of its own."""
    command = ("-m", "tests.fakes.telegram_server", "--token", "42:abc", "--log", str(tmp_path / "requests.jsonl"))
    root = Path(__file__).parent.parent
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0


async def test_it_runs_as_a_process_of_its_own(process_url: str, tmp_path: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        Bot("42:abc", base_url=f"{process_url}/bot") as bot,
    ):
        lan = (await control.post("add_user", json={"name": "Lan", "started": True})).json()["id"]
        group = (await control.post("add_group", json={"title": "Phường", "members": [lan]})).json()["id"]
        said = await control.post("says", json={"user": lan, "text": "ảnh", "photo": "aGVsbG8="})
        assert said.json() == {"update_ids": [700_000_001], "message_id": 1}
        await control.post("fault", json={"method": "sendMessage", "kind": "drop", "applied": True})
        with pytest.raises(NetworkError):
            await bot.send_message(lan, "Việc", reply_markup=DONE)
        await bot.send_message(group, "Việc")
        await control.post("presses", json={"user": lan, "button": "Đã xong"})
        sent = (await control.get("sent")).json()
        assert [(one["chat_id"], one["buttons"]) for one in sent] == [(lan, ["Đã xong"]), (group, [])]
        assert len(await bot.get_updates()) == 2
        calls = (await control.get("calls")).json()
    lines = (tmp_path / "requests.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == calls
    assert [call["method"] for call in calls] == ["getMe", "sendMessage", "sendMessage", "getUpdates"]


async def test_the_process_can_be_waited_for_and_set(process_url: str) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        Bot("42:abc", base_url=f"{process_url}/bot") as bot,
    ):
        group = (await control.post("add_group", json={"title": "Phường"})).json()["id"]
        await control.post("bot", json={"can_read_all_group_messages": True})
        assert (await bot.get_me()).can_read_all_group_messages is True
        await control.post("limits", json={"on": True, "to_group": 1})
        waiting = asyncio.create_task(control.post("wait", json={"sent": 1}))
        await bot.send_message(group, "Việc")
        assert (await waiting).json()["sent"] == 1
        assert await _refusal(bot.send_message(group, "Việc")) == (
            "RetryAfter: Flood control exceeded. Retry in 0:01:00"
        )
        assert (await control.get("state")).json()["refusals"] == 1
        refusals = [
            await control.post("wait", json={"sent": 2, "within": 0.05}),
            await control.post("says", json={"user": 77, "text": "?"}),
            await control.post("limits", json={"off": True}),
            await control.post("dance"),
        ]
        assert [answer.status_code for answer in refusals] == [408, 400, 400, 400]
        assert [answer.text for answer in refusals[1:]] == [
            "KeyError: 77", "ValueError: there is no off", "KeyError: 'dance'"
        ]  # fmt: skip
