"""Messages that change, and files."""

from telegram import Bot, InputFile

from tests.fake_telegram.calls import DONE, PNG, refusal_of
from tests.fakes.telegram_server import FakeTelegram

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
    assert await refusal_of(same) == (
        "BadRequest: Message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
    assert await refusal_of(bot.edit_message_text("x", user.id, 999)) == "BadRequest: Message to edit not found"
    assert await refusal_of(bot.edit_message_text("x", user.id, theirs)) == "BadRequest: Message can't be edited"


async def test_a_deleted_message_is_gone(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    message = await bot.send_message(user.id, "nhầm")
    await bot.delete_message(user.id, message.message_id)
    assert server.sent[0].deleted is True
    refusal = await refusal_of(bot.delete_message(user.id, message.message_id))
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
    assert await refusal_of(bot.copy_message(group.id, user.id, 999)) == "BadRequest: Message to copy not found"
    assert await refusal_of(bot.forward_message(group.id, user.id, 999)) == "BadRequest: Message to forward not found"


async def test_pinning_in_a_supergroup_needs_an_administrator_and_comes_back_as_an_update(
    server: FakeTelegram, bot: Bot
) -> None:
    group = server.add_group("Phường")
    message = await bot.send_message(group.id, "Lịch tuần")
    assert await refusal_of(bot.pin_chat_message(group.id, message.message_id)) == (
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
        await refusal_of(bot.send_photo(user.id, PNG, caption="ă" * 1025)),
        await refusal_of(bot.send_photo(user.id, b"no picture")),
        await refusal_of(bot.send_document(user.id, b"")),
        await refusal_of(bot.send_photo(user.id, "nonsense")),
        await refusal_of(bot.send_document(user.id, message.photo[-1].file_id)),
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
    assert await refusal_of(bot.get_file(second.document.file_id)) == "BadRequest: File is too big"
    assert await refusal_of(bot.get_file("nonsense")) == "BadRequest: Invalid file_id"
    assert (await bot.get_file(third.photo[0].file_id)).file_unique_id == third.photo[1].file_unique_id
