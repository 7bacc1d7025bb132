"""Whom a bot may write to, and what."""

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from tests.fake_telegram.calls import DONE, refusal_of, says
from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_server import FakeTelegram

# --- sending: whom ---


async def test_the_bot_reaches_only_those_who_pressed_start(server: FakeTelegram, bot: Bot) -> None:
    stranger, met, blocker = server.add_user(), server.add_user(met=True), server.add_user(started=True)
    server.blocks(blocker)
    gone = server.add_user(started=True)
    gone.deactivated = True
    refusals = [await refusal_of(bot.send_message(user.id, "chào")) for user in (stranger, met, blocker, gone)]
    assert refusals == [
        "BadRequest: Chat not found",
        "Forbidden: Forbidden: bot can't initiate conversation with a user",
        "Forbidden: Forbidden: bot was blocked by the user",
        "Forbidden: Forbidden: user is deactivated",
    ]
    assert await refusal_of(bot.send_message(-999, "chào")) == "BadRequest: Chat not found"
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
    assert await refusal_of(bot.send_message(small.id, "chào")) == (
        "Forbidden: Forbidden: bot was kicked from the group chat"
    )
    assert await refusal_of(bot.send_message(large.id, "chào")) == (
        "Forbidden: Forbidden: bot was kicked from the supergroup chat"
    )
    server.bot_becomes(large, "restricted")
    assert await refusal_of(bot.send_message(large.id, "chào")) == (
        "BadRequest: Not enough rights to send text messages to the chat"
    )
    server.adds_bot_to(large)
    assert (await bot.send_message(large.id, "chào")).chat.title == "Phường"
    await bot.leave_chat(large.id)
    assert await refusal_of(bot.send_message(large.id, "chào")) == (
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
    assert await refusal_of(bot.send_message(group.id, "chào")) == (
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
        refusal = await refusal_of(bot.send_message(forum.id, "nhầm", message_thread_id=thread))
        assert refusal == "BadRequest: Message thread not found"
    forum.topics[report].closed = True
    assert (
        await refusal_of(bot.send_message(forum.id, "đóng", message_thread_id=report)) == "BadRequest: Topic_closed"
    )
    server.deletes_topic(forum, report)
    assert await refusal_of(bot.send_message(forum.id, "xóa", message_thread_id=report)) == (
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
    refusals = [await refusal_of(bot.send_message(user.id, text)) for text in ("ă" * 4097, "😀" * 2049, "", " \n ")]
    assert refusals == [
        "BadRequest: Message is too long",
        "BadRequest: Message is too long",
        "BadRequest: Message text is empty",
        "BadRequest: Text must be non-empty",
    ]


async def test_a_reply_needs_its_message_unless_told_otherwise(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    refusal = await refusal_of(bot.send_message(user.id, "đáp", reply_to_message_id=9))
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
    answer = await says(raw, "sendMessage", chat_id=user.id, text=html, parse_mode="HTML")
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
    answer = await says(raw, "sendMessage", chat_id=user.id, text="x", reply_markup={"inline_keyboard": [[button]]})
    assert answer == (400, f"Bad Request: {reason}")


async def test_callback_data_of_64_bytes_and_a_hundred_buttons_fit(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    button = InlineKeyboardButton("x", callback_data="đ" * 32)
    await bot.send_message(user.id, "vừa", reply_markup=InlineKeyboardMarkup([[button]] * 100))
    too_many = InlineKeyboardMarkup([[button]] * 101)
    refusal = await refusal_of(bot.send_message(user.id, "thừa", reply_markup=too_many))
    assert (len(server.sent), refusal) == (1, "BadRequest: Reply markup is too long")
