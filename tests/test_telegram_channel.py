"""How a reply is drawn on Telegram: text, buttons, files, topics."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.fetching import NotFetched
from bot.channels.telegram import TelegramChannel
from tests.builders import moment
from tests.fakes.telegram_log import Sent
from tests.fakes.telegram_server import FakeTelegram, Fault
from tests.telegram_replies import DONE, LONG, channel_at, failure, photo, to, with_files
from wording.message import Block, Button, Reply, paper, say


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def channel(server: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with channel_at(server.token, server.url) as channel:
        yield channel


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
