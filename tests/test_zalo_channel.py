"""The Zalo channel by itself: it draws and sends, the fake platform judges."""

import socket
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.channels.split import length
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import Me, WebhookState, ZaloApi, ZaloError
from jobs.channel import Arrived, SendFailed
from records.outbox import PUSH, Claimed
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo, Fault
from wording.message import Block, Button, Reply, say

DONE = ((Button("✅ I.3", "/xong #17"), Button("✅ II.4", "/xong #18")), (Button("Xem thêm", "/viec 2"),))
LONG = Reply(tuple(Block(f"• Việc số {number}: " + "báo cáo kết quả " * 12) for number in range(30)), DONE)


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as server:
        yield server


@asynccontextmanager
async def api_at(token: str, url: str, read_seconds: float = 5.0) -> AsyncIterator[ZaloApi]:
    api = ZaloApi(token, url, read_seconds)
    try:
        yield api
    finally:
        await api.close()


@pytest.fixture
async def api(server: FakeZalo) -> AsyncIterator[ZaloApi]:
    async with api_at(server.token, server.url) as api:
        yield api


@pytest.fixture
def channel(api: ZaloApi) -> ZaloChannel:
    return ZaloChannel(api)


def to(chat: str, remote_id: str = "", recipient: str = "person:1", attempts: int = 1) -> Claimed:
    """A message on its way to a chat; its text is the reply's."""
    at = moment("13/06/2023 07:30")
    return Claimed(1, "k", "push", "zalo", chat, recipient, PUSH, {}, attempts, remote_id, at)


async def failure(channel: ZaloChannel, message: Claimed, reply: Reply) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message, reply)
    return caught.value


def kind(failed: SendFailed) -> tuple[bool, bool, bool, timedelta | None]:
    """Permanent, rejected, ambiguous, when to try again."""
    return failed.permanent, failed.rejected, failed.ambiguous, failed.retry_after


# --- drawing ---


async def test_text_is_sent_as_it_is_in_one_form_of_its_letters(server: FakeZalo, channel: ZaloChannel) -> None:
    lan = server.add_user("Lan", wrote=True)
    awkward = '*sao* _gạch_ <b>Trần</b> & "Út" `mã` [x](http://y) @Lan'
    remote_id = await channel.send(to(lan.id), say(unicodedata.normalize("NFD", f"Hạn cuối: {awkward}")))
    (sent,) = server.sent
    assert (sent.text, sent.parse_mode, sent.message_id) == (f"Hạn cuối: {awkward}", "", remote_id)


async def test_buttons_are_numbers_that_count_through_all_rows(server: FakeZalo, channel: ZaloChannel) -> None:
    lan = server.add_user("Lan", wrote=True)
    await channel.send(to(lan.id), say("Hạn hôm nay:", buttons=DONE))
    await channel.send(to(lan.id, recipient="group:1"), say("Hạn hôm nay:", buttons=DONE[:1]))
    many = tuple((Button(f"✅ III.{number} Báo cáo định kỳ", f"/xong #{number}"),) for number in range(1, 4))
    await channel.send(to(lan.id), say("Việc:", buttons=many))
    assert [sent.text for sent in server.sent] == [
        "Hạn hôm nay:\n\nTrả lời số: 1 ✅ I.3 · 2 ✅ II.4 · 3 Xem thêm",
        "Hạn hôm nay:\n\nTrả lời tin này bằng số: 1 ✅ I.3 · 2 ✅ II.4",
        "Việc:\n\nTrả lời số:\n1 ✅ III.1 Báo cáo định kỳ\n2 ✅ III.2 Báo cáo định kỳ\n3 ✅ III.3 Báo cáo định kỳ",
    ]


async def test_long_message_goes_in_numbered_parts_that_lose_nothing(server: FakeZalo, channel: ZaloChannel) -> None:
    lan = server.add_user("Lan", wrote=True)
    remote_id = await channel.send(to(lan.id), LONG)
    parts = [sent.text for sent in server.sent]
    count = len(parts)
    assert [part.partition(" ")[0] for part in parts] == [f"({number}/{count})" for number in range(1, count + 1)]
    assert max(map(length, parts)) <= 1800
    assert remote_id == ",".join(sent.message_id for sent in server.sent)
    whole = "\n".join(part.partition(" ")[2] for part in parts)
    items = [line.rstrip() for line in whole.splitlines() if line.startswith("•")]
    assert items == [block.text.rstrip() for block in LONG.blocks]
    assert parts[-1].endswith("Trả lời số: 1 ✅ I.3 · 2 ✅ II.4 · 3 Xem thêm")


async def test_no_part_ends_inside_a_character(server: FakeZalo, channel: ZaloChannel) -> None:
    lan = server.add_user("Lan", wrote=True)
    family = "👩\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧"
    await channel.send(to(lan.id), say(family * 500))
    parts = [sent.text.partition(" ")[2] for sent in server.sent]
    assert "".join(parts) == family * 500
    assert [len(part) % len(family) for part in parts] == [0] * len(parts)


async def test_what_went_out_of_a_long_message_does_not_go_again(server: FakeZalo, channel: ZaloChannel) -> None:
    lan = server.add_user("Lan", wrote=True)
    server.faults.add("sendMessage", Fault.refused(403), when=lambda values: values["text"].startswith("(2/"))
    failed = await failure(channel, to(lan.id), LONG)
    first = server.sent[0].message_id
    assert (failed.delivered, len(server.sent)) == ((first,), 1)
    remote_id = await channel.send(to(lan.id, remote_id=first), LONG)
    numbers = [int(sent.text[1 : sent.text.index("/")]) for sent in server.sent]
    assert numbers == list(range(1, len(numbers) + 1))
    assert remote_id.split(",") == [sent.message_id for sent in server.sent]


async def test_picture_of_zalo_goes_with_its_text_and_any_other_file_is_named(
    server: FakeZalo, channel: ZaloChannel
) -> None:
    lan = server.add_user("Lan", wrote=True)
    own = {"kind": "photo", "id": "https://photo.zdn.vn/anh.jpg", "name": "ảnh", "channel": "zalo"}
    foreign = {"kind": "document", "id": "BQAC", "name": "giấy mời.pdf", "channel": "telegram"}
    await channel.send(to(lan.id), Reply((Block("Mời họp"),), attachments=(own,)))
    await channel.send(to(lan.id), Reply((Block("Mời họp"),), attachments=(foreign,)))
    picture, paper = ("photo", "a.png"), ("document", "b.docx")
    made = tuple({"kind": kind, "name": name, "path": f"/d/{name}"} for kind, name in (picture, paper))
    await channel.send(to(lan.id), Reply((Block("Tình hình"),), attachments=made))
    server.fail_next(400, "sendPhoto")
    await channel.send(to(lan.id), Reply((Block("Mời họp"),), attachments=(own,)))
    assert [(sent.kind, sent.text) for sent in server.sent] == [
        ("photo", "Mời họp"),
        ("text", "Mời họp\n📎 giấy mời.pdf (tệp gửi ở kênh khác, bot chưa chuyển sang đây được)"),
        ("text", "Tình hình\n📎 b.docx (kênh này không gửi được tệp; tệp nằm trên máy chạy bot: /d/b.docx)"),
        ("text", "Mời họp\n📎 ảnh (không gửi được tệp này)"),
    ]


async def test_message_with_nothing_in_it_is_rejected(server: FakeZalo, channel: ZaloChannel) -> None:
    assert kind(await failure(channel, to("x"), Reply(()))) == (False, True, False, None)


# --- errors ---


@pytest.mark.parametrize("error_http", [200, "same"])
@pytest.mark.parametrize("code", [403, 408, 429, 500, 503])
async def test_refusal_that_may_pass_is_tried_again_later(
    server: FakeZalo, channel: ZaloChannel, code: int, error_http: object
) -> None:
    server.switches.change(error_http=error_http)
    lan = server.add_user("Lan", wrote=True)
    server.fail_next(code, "sendMessage")
    failed = await failure(channel, to(lan.id, attempts=2), say("Nhắc"))
    assert kind(failed) == (False, False, False, timedelta(seconds=15))


@pytest.mark.parametrize("error_http", [200, "same"])
@pytest.mark.parametrize("unreachable", [400, 404])
async def test_chat_that_is_gone_is_told_from_a_message_that_is_not_taken(
    server: FakeZalo, channel: ZaloChannel, unreachable: int, error_http: object
) -> None:
    server.switches.change(unreachable=unreachable, error_http=error_http)
    stranger, lan = server.add_user("Người lạ"), server.add_user("Lan", wrote=True)
    assert kind(await failure(channel, to(stranger.id), say("Nhắc"))) == (True, False, False, None)
    server.fail_next(400, "sendMessage")
    assert kind(await failure(channel, to(lan.id), say("Nhắc"))) == (False, True, False, None)


@pytest.mark.parametrize(
    ("fault", "ambiguous"),
    [
        (Fault.drop_after(), True),
        (Fault.drop_before(), True),
        (Fault.garbage(), True),
        (Fault.http_error(502, applied=True), True),
        (Fault.http_error(504), True),
        (Fault.http_error(403), False),
    ],
)
async def test_send_that_breaks_off_is_ambiguous_and_a_page_of_a_gateway_condemns_nobody(
    server: FakeZalo, channel: ZaloChannel, fault: Fault, ambiguous: bool
) -> None:
    lan = server.add_user("Lan", wrote=True)
    server.faults.add("sendMessage", fault)
    assert kind(await failure(channel, to(lan.id), say("Nhắc"))) == (False, False, ambiguous, None)


async def test_answer_that_comes_too_late_is_ambiguous(server: FakeZalo) -> None:
    lan = server.add_user("Lan", wrote=True)
    server.faults.add("sendMessage", Fault.slow(2.0))
    async with api_at(server.token, server.url, read_seconds=0.2) as api:
        failed = await failure(ZaloChannel(api), to(lan.id), say("Nhắc"))
    assert (kind(failed), len(server.sent)) == ((False, False, True, None), 1)


async def test_request_that_never_left_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        async with api_at("42:token", f"http://127.0.0.1:{taken.getsockname()[1]}") as api:
            failed = await failure(ZaloChannel(api), to("7"), say("Nhắc"))
    assert kind(failed) == (False, False, False, None)


async def test_refused_token_fails_the_message_softly_and_rings_the_alarm(server: FakeZalo) -> None:
    async with api_at("42:wrong-token-0123456789", server.url) as api:
        failed = await failure(ZaloChannel(api), to("7"), say("Nhắc"))
        assert (kind(failed), api.token_refused.is_set()) == ((False, False, False, None), True)


async def test_no_error_tells_the_token(server: FakeZalo) -> None:
    token = "4200001:channel-test-token-0123456789"
    for url in (server.url, "http://127.0.0.1:1", "http://máy chủ"):
        async with api_at(token, url) as api:
            failed = await failure(ZaloChannel(api), to("7"), say("Nhắc"))
        shown = [str(failed), repr(failed), repr(failed.__cause__), repr(failed.__context__)]
        assert [each for each in shown if token in each] == []


async def test_channel_can_neither_edit_nor_tell_what_arrived(channel: ZaloChannel) -> None:
    assert (channel.can_edit, channel.resting(), await channel.missing_rights("g")) == (False, frozenset(), [])
    assert await channel.arrived(to("7")) is Arrived.UNKNOWN


# --- what the platform tells ---


@pytest.mark.parametrize("code", [False, True])
async def test_bot_learns_who_it_is(server: FakeZalo, api: ZaloApi, code: bool) -> None:
    server.switches.change(success_code=code)
    known = await api.me()
    server.switches.change(bot_display_name=False)
    unnamed = await api.me()
    assert known == Me(server.bot.id, "Bot Nhắc Việc", "bot.nhacviec", can_join_groups=True)
    assert unnamed == Me(server.bot.id, "", "bot.nhacviec", can_join_groups=True)


@pytest.mark.parametrize("webhook_info", ["404", "empty"])
@pytest.mark.parametrize("error_http", [200, "same"])
async def test_webhook_is_set_told_and_deleted(
    server: FakeZalo, api: ZaloApi, webhook_info: str, error_http: object
) -> None:
    server.switches.change(webhook_info=webhook_info, error_http=error_http)
    url = "https://bot.phuong.vn/zalo"
    before = await api.webhook_url()
    assert await api.set_webhook(url, "bí-mật-khó-đoán") == WebhookState(url)
    during = await api.webhook_url()
    await api.delete_webhook()
    assert (before, during, await api.webhook_url()) == ("", url, "")
    with pytest.raises(ZaloError) as caught:
        await api.set_webhook("http://localhost/zalo", "bí-mật-khó-đoán")
    assert (caught.value.code, caught.value.by_platform) == (400, True)
