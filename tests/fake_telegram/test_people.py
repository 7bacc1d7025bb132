"""Commands and chats of the bot, and what people do there."""

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChatMember

from tests.fake_telegram.calls import DONE, PNG, refusal_of
from tests.fakes.telegram_server import FakeTelegram

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
    refusal = await refusal_of(bot.set_my_commands(commands, scope=BotCommandScopeChatMember(-9, user.id)))
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
    assert await refusal_of(bot.set_my_commands(commands)) == f"BadRequest: {reason}"
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
    assert await refusal_of(bot.get_chat_member(group.id, user.id)) == (
        "Forbidden: Forbidden: bot was kicked from the supergroup chat"
    )


async def test_a_chat_action_must_be_known(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    assert await bot.send_chat_action(user.id, "typing") is True
    assert await refusal_of(bot.send_chat_action(user.id, "dancing")) == (
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
    assert await refusal_of(bot.answer_callback_query(first.id, "x" * 201)) == "BadRequest: Message_too_long"
    assert await bot.answer_callback_query(first.id, "Đã ghi", show_alert=True) is True
    too_old = "BadRequest: Query is too old and response timeout expired or query id is invalid"
    for query_id in (first.id, late.id, "nonsense"):
        assert await refusal_of(bot.answer_callback_query(query_id)) == too_old
    assert [(answer.query_id, answer.text, answer.alert) for answer in server.answers] == [(first.id, "Đã ghi", True)]
