"""Zalo's events in the words of no channel: every shape that somebody has seen, and shapes that nobody has."""

from typing import Any

import pytest

from bot.channels.zalo_api import Me
from bot.channels.zalo_updates import events_of, incoming_of, without_mention
from bot.chat_events import UNREADABLE
from bot.incoming import Incoming

ME = Me("1948", "Bot Nhắc Việc", "bot.nhacviec", can_join_groups=True)
EVENT = {"event_name": "message.text.received", "message": {"message_id": "a1"}}


def by(sender: object, **more: object) -> dict[str, Any]:
    """Who sends it; "from" is no name that Python takes."""
    return {"from": sender, **more}


def event(kind: str = "text", chat_type: str = "PRIVATE", **content: object) -> dict[str, Any]:
    """An event of the platform; in private the chat has the person's id."""
    group = chat_type == "GROUP"
    message = {
        "message_id": "a1",
        "date": 1_686_616_200_000,
        "from": {"id": "u7", "display_name": "Lan", "is_bot": False},
        "chat": {"id": "zgr-1" if group else "u7", "chat_type": chat_type},
    }
    return {"event_name": f"message.{kind}.received", "message": {**message, **content}}


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (EVENT, 1),
        ({"ok": True, "result": EVENT}, 1),
        ({"result": [EVENT, EVENT]}, 2),
        ([EVENT, EVENT], 2),
        ({}, 0),
        ([], 0),
        (None, 0),
        ("", 0),
        (7, 0),
        ([None, {}, 3], 0),
        ({"ok": True}, 1),  # an object that is no event: incoming_of passes it over
    ],
)
def test_events_come_alone_in_lists_wrapped_or_not_at_all(body: object, count: int) -> None:
    assert len(events_of(body)) == count


def test_text_in_private_and_in_a_group() -> None:
    private = incoming_of(event(text="/xong III.16"), ME)
    assert private == Incoming("a1", "u7", "u7", "/xong III.16", sender_name="Lan", numbered=True)
    group = incoming_of(event(chat_type="GROUP", text="@Bot Nhắc Việc xong III.16"), ME)
    assert group == Incoming(
        "a1",
        "u7",
        "zgr-1",
        "xong III.16",
        in_group=True,
        sender_name="Lan",
        addressed=True,
        mentioned=True,
        numbered=True,
    )


@pytest.mark.parametrize(
    ("text", "name", "left", "mentioned"),
    [
        ("@Bot Nhắc Việc /xong III.16", "Bot Nhắc Việc", "/xong III.16", True),
        ("@bot nhắc việc  xong III.16", "Bot Nhắc Việc", "xong III.16", True),
        ("@Bot Nhắc Việc: viec", "Bot Nhắc Việc", "viec", True),
        ("xong III.16 @Bot Nhắc Việc", "Bot Nhắc Việc", "xong III.16", True),
        ("@Bot Nhắc Việc", "Bot Nhắc Việc", "", True),
        ("2", "Bot Nhắc Việc", "2", False),
        ("@Lan xem giúp nhé", "Bot Nhắc Việc", "@Lan xem giúp nhé", False),
        ("@Bot Nhắc Việcs xong", "Bot Nhắc Việc", "@Bot Nhắc Việcs xong", False),
        ("@Bot Tên Cũ /viec", "Bot Nhắc Việc", "/viec", True),
        ("@Bot Nhắc Việc /xong III.16", "", "/xong III.16", True),
        ("@Bot Nhắc Việc xong III.16 Q2", "", "xong III.16 Q2", True),
        ("@Bot Nhắc Việc 3", "", "3", True),
        ("@Bot Nhắc Việc", "", "", True),
        ("xong III.16", "", "xong III.16", False),
    ],
)
def test_mention_is_taken_off(text: str, name: str, left: str, mentioned: bool) -> None:
    assert without_mention(text, name) == (left, mentioned)


def test_text_is_made_fit_for_the_database() -> None:
    found = incoming_of(event(text="Xong\0 e\u0302\ud83d"), ME)
    assert found is not None
    assert found.text == "Xong ê\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (event(text="/viec", **by({"id": "1948"})), "our own message"),
        (event(text="/viec", **by({"id": "u9", "is_bot": True})), "another bot's"),
        (event(text="/viec", message_id=""), "no id"),
        (event(text="/viec", **by(None)), "no sender"),
        (event("sticker", "GROUP", sticker="x"), "nothing to read, in a group"),
        ({"event_name": "message.unsupported.received"}, "a protected sender"),
        ({"event_name": "group.renamed", "message": "x"}, "a message that is none"),
        ({"event_name": None, "message": {"message_id": {}, "from": 7, "chat": []}}, "a shape that nobody knows"),
        ({"ok": True}, "no event"),
    ],
)
def test_what_is_not_for_us_or_cannot_be_read_is_passed_over(raw: dict[str, Any], why: str) -> None:
    assert incoming_of(raw, ME) is None, why


@pytest.mark.parametrize(
    "raw",
    [
        event("sticker", sticker="x", url="https://zalo/x"),
        event("voice", voice_url="https://zalo/x.aac"),
        event("unsupported"),
        event("reaction", text="❤"),
        event("image"),
        event(text="  "),
    ],
)
def test_what_is_no_text_is_unreadable_in_private(raw: dict[str, Any]) -> None:
    found = incoming_of(raw, ME)
    assert found is not None
    assert (found.event, found.text, found.attachments) == (UNREADABLE, "", ())


@pytest.mark.parametrize("name", ["photo", "photo_url"])
def test_picture_with_words_under_it_is_a_text_with_a_file(name: str) -> None:
    found = incoming_of(event("image", caption="/thongbao Mời họp", **{name: "https://photo/x.jpg"}), ME)
    assert found is not None
    photo = {"kind": "photo", "id": "https://photo/x.jpg", "name": "ảnh"}
    assert (found.event, found.text, found.attachments) == ("", "/thongbao Mời họp", (photo,))


def test_picture_without_words_is_a_file_alone_in_private_and_nothing_in_a_group() -> None:
    found = incoming_of(event("image", photo_url="https://photo/x.jpg"), ME)
    assert found is not None
    photo = {"kind": "photo", "id": "https://photo/x.jpg", "name": "ảnh"}
    assert (found.event, found.text, found.attachments) == ("", "", (photo,))
    assert incoming_of(event("image", "GROUP", photo_url="https://photo/x.jpg"), ME) is None


def test_sender_that_has_nothing_but_an_id_will_do_and_numbers_are_ids_too() -> None:
    raw = event(text="/viec", message_id=17, **by({"id": 9}, chat={"id": 9, "chat_type": "private"}))
    assert incoming_of(raw, ME) == Incoming("17", "9", "9", "/viec", numbered=True)


def test_text_that_comes_with_its_link_is_read() -> None:
    found = incoming_of(event("link", text="/xong III.15 https://phuong.vn/tin"), ME)
    assert found is not None
    assert found.text == "/xong III.15 https://phuong.vn/tin"
