"""Events and histories of the Official Account in the words of no channel, and whether an event is genuine."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from bot.channels.zalo_oa_updates import Account, from_history, incoming_of, is_signed, time_of
from bot.incoming import Incoming
from tests.fakes.oa_switches import Switches
from tests.fakes.oa_webhook import Webhook

APP, OA, KEY = "3217896540123456789", "4318657068771012646", "fake-webhook-key"
ACCOUNT = Account(OA, "UBND Phường")
TITLES = {"nhom": "Nhóm cơ quan"}
GROUP: Mapping[str, Any] = {"recipient": {"id": "nhom"}}


def said(
    text: str, *, group: bool = False, quote: Mapping[str, Any] | None = None, sender: str = "7"
) -> Incoming | None:
    message = {"text": text, "msg_id": "tin", **({"quote_msg": quote} if quote else {})}
    event = {
        "event_name": "user_send_group_text" if group else "user_send_text",
        "sender": {"id": sender},
        "recipient": {"id": "nhom" if group else OA},
        "message": message,
    }
    return incoming_of(event, ACCOUNT, TITLES)


# --- signatures ---

EVENT = {"app_id": APP, "event_name": "user_send_text", "message": {"text": "Trần"}, "timestamp": "1686614400000"}


@pytest.mark.parametrize("form", ["mac=", "bare"])
@pytest.mark.parametrize("who", ["app", "oa"])
def test_signature_of_the_app_or_the_account_with_or_without_mac_is_genuine(form: str, who: str) -> None:
    switches = Switches(signature="mac=" if form == "mac=" else "bare", signed_with="app" if who == "app" else "oa")
    body, signature = Webhook(switches, APP, OA).signed(EVENT)
    assert is_signed(body, signature.encode(), KEY, {APP, OA})
    assert is_signed(body, signature.upper().replace("MAC=", "mac=").encode(), KEY, {APP, OA})


def test_signature_is_of_the_bytes_as_they_came() -> None:
    body, signature = Webhook(Switches(), APP, OA).signed(EVENT)
    same_json = json.dumps(json.loads(body)).encode()
    assert json.loads(same_json) == json.loads(body)
    assert not is_signed(same_json, signature.encode(), KEY, {APP, OA})


@pytest.mark.parametrize(
    ("body", "signature", "key", "ids"),
    [
        (b'{"timestamp":"1"}', b"", KEY, {APP}),
        (b'{"timestamp":"1"}', "mác=é".encode(), KEY, {APP}),
        (
            b'{"timestamp":"1"}',
            sha256(f'{APP}{{"timestamp":"1"}}1{KEY}'.encode()).hexdigest().encode(),
            "khác",
            {APP},
        ),
        (b'{"timestamp":"1"}', sha256(f'{APP}{{"timestamp":"1"}}1{KEY}'.encode()).hexdigest().encode(), KEY, {OA}),
        (b'{"timestamp":"1"}', sha256(f'{APP}{{"timestamp":"1"}}2{KEY}'.encode()).hexdigest().encode(), KEY, {APP}),
        (b"{}", sha256(f"{APP}{{}}{KEY}".encode()).hexdigest().encode(), KEY, {APP}),
        (b"[1]", b"x", KEY, {APP}),
        (b"{", b"x", KEY, {APP}),
        (b"[" * 100_000, b"x", KEY, {APP}),
        (b"\xff", b"x", KEY, {APP}),
    ],
)
def test_anything_else_is_not_genuine(body: bytes, signature: bytes, key: str, ids: set[str]) -> None:
    assert not is_signed(body, signature, key, ids)


def test_a_number_as_timestamp_is_signed_too() -> None:
    body = b'{"timestamp":1686614400000}'
    digest = sha256(f"{APP}{body.decode()}1686614400000{KEY}".encode()).hexdigest()
    assert is_signed(body, digest.encode(), KEY, {APP})


def test_a_time_that_is_written_in_other_numbers_is_not_known() -> None:
    strange: list[object] = ["①", "²", "-1", "1e5", None, []]
    assert [time_of({"timestamp": each}) for each in strange] == [0] * 6


def test_group_with_half_a_letter_in_its_name_can_be_stored() -> None:
    found = from_history({"message_id": "1", "from_id": "7", "message": "/viec"}, "\ud800", ACCOUNT, TITLES)
    assert found is not None
    assert found.chat == "g:\ufffd"


# --- what people say ---


def test_private_text_is_meant_for_the_bot_and_a_number_is_a_press() -> None:
    assert said("Xong III.16") == Incoming("tin", "7", "7", "Xong III.16", numbered=True)


def test_group_text_is_not_addressed_to_anybody() -> None:
    assert said("ai đi họp?", group=True) == Incoming(
        "tin", "7", "g:nhom", "ai đi họp?", in_group=True, chat_title="Nhóm cơ quan"
    )


@pytest.mark.parametrize(
    ("text", "heard", "numbered", "mentioned"),
    [
        ("/xong III.16", "/xong III.16", False, False),
        ("2", "2", False, False),
        ("/2", "2", True, False),
        ("/ 12 ", "12", True, False),
        ("/1234", "/1234", False, False),
        ("@UBND Phường xong III.16", "xong III.16", False, True),
        ("@ubnd  phường, /xong III.16", "/xong III.16", False, True),
        ("@UBND Phường 2", "2", False, True),
        ("@UBND Phường2 /xong", "@UBND Phường2 /xong", False, False),
        ("@Lan /xong III.16", "@Lan /xong III.16", False, False),
    ],
)
def test_slash_or_the_name_of_the_account_is_for_the_bot(
    text: str, heard: str, numbered: bool, mentioned: bool
) -> None:
    found = said(text, group=True)
    assert found is not None
    assert (found.text, found.numbered, found.mentioned, found.addressed) == (heard, numbered, mentioned, mentioned)


def test_any_mention_is_taken_for_ours_while_our_name_is_not_known() -> None:
    event = {
        "event_name": "user_send_group_text",
        "sender": {"id": "7"},
        "message": {"text": "@UBND Phường Nghĩa Đô /xong III.16", "msg_id": "tin"},
        **GROUP,
    }
    found = incoming_of(event, Account(), {})
    assert found is not None
    assert (found.text, found.mentioned) == ("/xong III.16", True)


@pytest.mark.parametrize(
    ("quote", "numbered"),
    [
        ({"msg_id": "1", "text": "Hạn", "sender": {"id": OA}}, True),
        ({"msg_id": "1", "text": "Hạn", "from_id": OA}, True),
        ({"msg_id": "1", "text": "Hạn"}, True),
        ({"msg_id": "1", "text": "Hạn", "sender": {"id": "8"}}, False),
    ],
)
def test_number_that_answers_our_message_is_a_press(quote: Mapping[str, Any], numbered: bool) -> None:
    found = said("2", group=True, quote=quote)
    assert found is not None
    assert (found.text, found.numbered) == ("2", numbered)


def test_file_comes_with_its_place_and_name() -> None:
    payload = {"url": "https://f.zdn.vn/1.pdf", "name": "cong-van.pdf", "size": "3"}
    attachments = [{"type": "file", "payload": payload}, {"type": "sticker", "payload": {"id": "1"}}, "?"]
    event = {
        "event_name": "user_send_file",
        "sender": {"id": 7},
        "recipient": {"id": OA},
        "message": {"msg_id": "tin", "attachments": attachments},
    }
    assert incoming_of(event, ACCOUNT, {}) == Incoming(
        "tin",
        "7",
        "7",
        "",
        attachments=(
            {"kind": "document", "id": "https://f.zdn.vn/1.pdf", "name": "cong-van.pdf", "channel": "zalo_oa"},
        ),
        numbered=True,
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event_name": "follow", "follower": {"id": "7"}}, Incoming("follow|7|9", "", "7", "", event="unblocked")),
        ({"event_name": "unfollow", "follower": {"id": "7"}}, Incoming("unfollow|7|9", "", "7", "", event="blocked")),
        (
            {"event_name": "create_group", "group_id": "nhom"},
            Incoming("create_group|g:nhom|9", "", "g:nhom", "", in_group=True, event="added"),
        ),
        (
            {"event_name": "delete_group", "group": {"id": "nhom"}},
            Incoming("delete_group|g:nhom|9", "", "g:nhom", "", in_group=True, event="removed"),
        ),
        (
            {"event_name": "delete_group", "recipient": {"id": "nhom"}},
            Incoming("delete_group|g:nhom|9", "", "g:nhom", "", in_group=True, event="removed"),
        ),
    ],
)
def test_change_of_a_chat_is_an_event(event: Mapping[str, Any], expected: Incoming) -> None:
    assert incoming_of({**event, "timestamp": "9"}, ACCOUNT, {}) == expected


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"event_name": None},
        {"event_name": "oa_send_group_text", "sender": {"id": OA}, "message": {"text": "/xong", "msg_id": "1"}},
        {"event_name": "user_join_group", "group_id": "nhom"},
        {"event_name": "user_send_text", "sender": {"id": OA}, "message": {"text": "/xong", "msg_id": "1"}},
        {"event_name": "user_send_text", "sender": {"id": "7"}, "message": {"text": "/xong"}},
        {"event_name": "user_send_text", "sender": "7", "message": {"text": "/xong", "msg_id": "1"}},
        {"event_name": "user_send_group_text", "sender": {"id": "7"}, "message": {"text": "/xong", "msg_id": "1"}},
        {"event_name": "user_send_group_sticker", "sender": {"id": "7"}, "message": {"msg_id": "1"}, **GROUP},
        {"event_name": "user_send_text", "message": 7},
        {"event_name": "follow"},
        {"event_name": "delete_group", "group": []},
    ],
)
def test_what_is_not_for_us_or_has_an_unknown_shape_is_passed_over(event: Mapping[str, Any]) -> None:
    assert incoming_of(event, ACCOUNT, TITLES) is None


# --- histories ---


def test_line_of_a_history_is_the_same_as_its_event() -> None:
    line = {
        "src": 1,
        "time": 1686614400000,
        "message_id": "tin",
        "type": "text",
        "message": "/xong III.16",
        "from_id": "7",
        "from_display_name": "Trần Thị Lan",
        "to_id": OA,
    }
    assert from_history(line, "nhom", ACCOUNT, TITLES) == Incoming(
        "tin", "7", "g:nhom", "/xong III.16", True, "Trần Thị Lan", "Nhóm cơ quan"
    )
    assert from_history({**line, "src": "0"}, "nhom", ACCOUNT, TITLES) is None
    assert from_history({**line, "from_id": OA}, "nhom", ACCOUNT, TITLES) is None
    assert from_history({**line, "message_id": None}, "nhom", ACCOUNT, TITLES) is None
    photo = from_history({**line, "type": "photo", "url": "https://f.zdn.vn/1.jpg"}, "", ACCOUNT, TITLES)
    assert photo is not None
    assert (photo.text, [each["kind"] for each in photo.attachments]) == ("", ["photo"])


@pytest.mark.parametrize(
    ("raw", "milliseconds"),
    [
        ({"timestamp": "1686614400000"}, 1686614400000),
        ({"time": 1686614400000}, 1686614400000),
        ({"time": 1686614400}, 1686614400000),
        ({"time": "hôm nay"}, 0),
        ({}, 0),
    ],
)
def test_times_may_be_texts_numbers_or_seconds(raw: Mapping[str, Any], milliseconds: int) -> None:
    assert time_of(raw) == milliseconds
