"""The channel of the Official Account by itself: it draws and sends, the fake platform judges."""

import re
import socket
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.split import length
from bot.channels.zalo_oa import OaChannel, group_chat
from bot.channels.zalo_oa_api import OaApi, OaError, TokensUnusable
from bot.channels.zalo_oa_errors import translated
from jobs.channel import Arrived, SendFailed
from records.outbox import PUSH, Claimed
from tests.builders import moment
from tests.fakes.http_server import Response
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_faults import Fault
from wording.message import Block, Button, Reply, say
from wording.rights import NOT_IN_GROUP

NOW = moment("13/06/2023 08:00").timestamp()
HOUR, DAY = 3600, 86_400
DONE = ((Button("✅ I.3", "/xong #17"), Button("✅ II.4", "/xong #18")), (Button("Xem thêm", "/viec 2"),))
LONG = Reply(tuple(Block(f"• Việc số {number}: " + "báo cáo kết quả " * 12) for number in range(30)), DONE)
GROUP_MESSAGE = "v3.0/oa/group/message"


class OneToken:
    """A token that serves, or a failure in its place."""

    def __init__(self, token: str, failure: Exception | None = None) -> None:
        self._token = token
        self._failure = failure

    async def access(self) -> str:
        if self._failure is not None:
            raise self._failure
        return self._token

    async def another(self, refused: str) -> str:
        raise TokensUnusable("chỉ có một mã")


@pytest.fixture
async def server() -> AsyncIterator[FakeOa]:
    async with FakeOa(clock=lambda: NOW) as server:
        server.auth.access["open"] = NOW + DAY
        yield server


@asynccontextmanager
async def channel_at(
    url: str, failure_of_tokens: Exception | None = None, given_up: list[str] | None = None
) -> AsyncIterator[OaChannel]:
    api = OaApi(url, OneToken("open", failure_of_tokens), 2.0)
    try:
        yield OaChannel(api, (given_up if given_up is not None else []).append)
    finally:
        await api.close()


@pytest.fixture
async def channel(server: FakeOa) -> AsyncIterator[OaChannel]:
    async with channel_at(server.url) as channel:
        yield channel


def to(chat: str, remote_id: str = "", attempts: int = 1) -> Claimed:
    """A message on its way to a chat; its text is the reply's."""
    at = moment("13/06/2023 07:30")
    return Claimed(1, "k", "push", "zalo_oa", chat, "person:1", PUSH, {}, attempts, remote_id, at)


async def failure(channel: OaChannel, message: Claimed, reply: Reply) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message, reply)
    return caught.value


def kind(failed: SendFailed) -> tuple[bool, bool, bool, timedelta | None]:
    """Permanent, rejected, ambiguous, when to try again."""
    return failed.permanent, failed.rejected, failed.ambiguous, failed.retry_after


# --- drawing ---


async def test_text_goes_to_a_group_or_a_person(server: FakeOa, channel: OaChannel) -> None:
    group, lan = server.add_group("Nhóm"), server.add_user("Lan", interacted=NOW)
    ids = [await channel.send(to(chat), say("Hạn hôm nay")) for chat in (group_chat(group.id), lan.id)]
    assert [(sent.chat_id, sent.text) for sent in server.sent] == [(group.id, "Hạn hôm nay"), (lan.id, "Hạn hôm nay")]
    assert ids == [sent.message_id for sent in server.sent]


@pytest.mark.parametrize(
    "written",
    ["[@4318657068771012646]", "xin [@nhom] nhé", "[[@a]", "\u200b[@a", unicodedata.normalize("NFD", "[@ầ")],
)
async def test_words_of_people_mention_nobody(server: FakeOa, channel: OaChannel, written: str) -> None:
    group = server.add_group()
    await channel.send(to(group_chat(group.id)), say(written, buttons=((Button(written, "/xong #1"),),)))
    (sent,) = server.sent
    assert "[@" not in sent.text
    assert sent.text.replace("[ @", "[@").count(unicodedata.normalize("NFC", written)) == 2


async def test_long_message_goes_in_numbered_parts_and_buttons_are_numbers(
    server: FakeOa, channel: OaChannel
) -> None:
    group = server.add_group()
    remote_id = await channel.send(to(group_chat(group.id)), LONG)
    texts = [sent.text for sent in server.sent]
    assert [re.match(r"\(\d/\d\)", text)[0] for text in texts] == [  # type: ignore[index]  # each has its number
        f"({number}/{len(texts)})" for number in range(1, len(texts) + 1)
    ]
    assert len(texts) > 3
    assert max(map(length, texts)) <= 1800
    assert remote_id.split(",") == [sent.message_id for sent in server.sent]
    assert texts[-1].splitlines()[-2:] == [
        "Trả lời tin này bằng số: 1 ✅ I.3 · 2 ✅ II.4 · 3 Xem thêm",
        "(trong nhóm cũng có thể gõ /1, /2…)",
    ]


async def test_only_the_parts_that_have_not_gone_out_are_sent_again(server: FakeOa, channel: OaChannel) -> None:
    group = server.add_group()
    server.faults.add(GROUP_MESSAGE, Fault.refused(-32), when=lambda _: len(server.sent) == 2)
    failed = await failure(channel, to(group_chat(group.id)), LONG)
    assert failed.delivered == tuple(sent.message_id for sent in server.sent)
    await channel.send(to(group_chat(group.id), ",".join(failed.delivered)), LONG)
    assert [sent.text[:3] for sent in server.sent] == [f"({number}/" for number in range(1, len(server.sent) + 1)]


async def test_message_without_anything_in_it_is_rejected(channel: OaChannel) -> None:
    assert kind(await failure(channel, to("g:1"), Reply(()))) == (False, True, False, None)


# --- files ---


def file(folder: Path, name: str, size: int = 10, kind: str = "document") -> dict[str, Any]:
    path = folder / f"1-{name}"
    path.write_bytes(b"x" * size)
    return {"kind": kind, "name": name, "path": str(path)}


@pytest.mark.parametrize(("name", "kind"), [("bao-cao.docx", "document"), ("bao-cao.PDF", "document")])
async def test_paper_of_the_bot_goes_as_a_file_before_the_text(
    server: FakeOa, channel: OaChannel, tmp_path: Path, name: str, kind: str
) -> None:
    group = server.add_group()
    reply = Reply((Block("Báo cáo tháng 6"),), attachments=(file(tmp_path, name, kind=kind),))
    remote_id = await channel.send(to(group_chat(group.id)), reply)
    assert [(sent.kind, sent.text, sent.content) for sent in server.sent] == [
        ("file", name, b"x" * 10),
        ("text", "Báo cáo tháng 6", b""),
    ]
    assert remote_id == ",".join(sent.message_id for sent in server.sent)


async def test_picture_goes_as_an_image(server: FakeOa, channel: OaChannel, tmp_path: Path) -> None:
    lan = server.add_user(interacted=NOW)
    await channel.send(to(lan.id), Reply((), attachments=(file(tmp_path, "thang-6.png", kind="photo"),)))
    assert [(sent.kind, sent.text) for sent in server.sent] == [("image", "thang-6.png")]


async def test_words_stand_in_for_a_file_that_the_platform_does_not_take(
    server: FakeOa, channel: OaChannel, tmp_path: Path
) -> None:
    group = server.add_group()
    files = (
        file(tmp_path, "bang.xlsx"),
        file(tmp_path, "lon.pdf", 5_000_001),
        {"kind": "document", "name": "cu.pdf", "id": "tele-1", "channel": "telegram"},
        {"kind": "document", "name": "mat.pdf", "id": f"{server.url}/nowhere.pdf", "channel": "zalo_oa"},
    )
    await channel.send(to(group_chat(group.id)), Reply((Block("Kèm tệp"),), attachments=files))
    assert [sent.text for sent in server.sent] == [
        "📎 bang.xlsx (không gửi được tệp này)",
        "📎 lon.pdf (không gửi được tệp này)",
        "📎 mat.pdf (không gửi được tệp này)",
        "Kèm tệp\n📎 cu.pdf (tệp gửi ở kênh khác, bot chưa chuyển sang đây được)",
    ]


async def test_file_that_somebody_sent_is_fetched_and_goes_on(
    server: FakeOa, channel: OaChannel, tmp_path: Path
) -> None:
    group = server.add_group()
    server.dispatch.extra["/cong-van.pdf"] = lambda _: Response(200, b"noi dung", "application/pdf")
    url = f"{server.url}/cong-van.pdf"
    sent_before = {"kind": "document", "name": "cong-van.pdf", "id": url, "channel": "zalo_oa"}
    await channel.send(to(group_chat(group.id)), Reply((), attachments=(sent_before,)))
    assert [(sent.kind, sent.text, sent.content) for sent in server.sent] == [("file", "cong-van.pdf", b"noi dung")]


async def test_file_that_is_refused_becomes_words(server: FakeOa, channel: OaChannel, tmp_path: Path) -> None:
    group = server.add_group()
    server.fail_next(-201, "v2.0/oa/upload/file")
    await channel.send(to(group_chat(group.id)), Reply((), attachments=(file(tmp_path, "a.pdf"),)))
    assert [sent.text for sent in server.sent] == ["📎 a.pdf (không gửi được tệp này)"]


# --- errors ---


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (-213, (True, False, False, None)),
        (-227, (True, False, False, None)),
        (-230, (True, False, False, None)),
        (-232, (True, False, False, None)),
        (-237, (True, False, False, None)),
        (-403, (True, False, False, None)),
        (-201, (False, True, False, None)),
        (-210, (False, True, False, None)),
        (-32, (False, False, False, timedelta(minutes=1))),
        (-211, (False, False, False, timedelta(hours=1))),
        (-234, (False, False, False, timedelta(hours=1))),
        (-224, (False, False, False, timedelta(hours=1))),
        (-999, (False, False, False, timedelta(seconds=15))),
    ],
)
async def test_each_refusal_has_its_consequence(
    server: FakeOa, channel: OaChannel, code: int, outcome: tuple[bool, bool, bool, timedelta | None]
) -> None:
    group = server.add_group()
    server.fail_next(code)
    assert kind(await failure(channel, to(group_chat(group.id), attempts=2), say("tin"))) == outcome
    assert server.sent == []


@pytest.mark.parametrize(
    ("fault", "ambiguous"),
    [
        (Fault.drop_before(), True),
        (Fault.drop_after(), True),
        (Fault.garbage(), True),
        (Fault.http_error(502), True),
        (Fault.http_error(403), False),
    ],
)
async def test_what_broke_off_on_the_way_is_in_doubt(
    server: FakeOa, channel: OaChannel, fault: Fault, ambiguous: bool
) -> None:
    group = server.add_group()
    server.faults.add(GROUP_MESSAGE, fault)
    assert kind(await failure(channel, to(group_chat(group.id)), say("tin"))) == (False, False, ambiguous, None)


async def test_nothing_has_gone_out_when_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with channel_at(f"http://127.0.0.1:{taken.getsockname()[1]}") as channel:
            assert kind(await failure(channel, to("g:1"), say("tin"))) == (False, False, False, None)


async def test_account_that_is_disabled_gives_up_the_channel_not_the_chat(server: FakeOa) -> None:
    given_up: list[str] = []
    group = server.add_group()
    async with channel_at(server.url, given_up=given_up) as channel:
        server.fail_next(-204)
        failed = await failure(channel, to(group_chat(group.id)), say("tin"))
    assert kind(failed) == (False, False, False, None)
    assert [sentence[:44] for sentence in given_up] == ["Zalo không cho OA này gửi tin (-204 Official"]


async def test_message_waits_while_there_is_no_token(server: FakeOa) -> None:
    async with channel_at(server.url, failure_of_tokens=TokensUnusable("hết hạn")) as channel:
        assert kind(await failure(channel, to("g:1"), say("tin"))) == (False, False, False, None)
        with pytest.raises(SendFailed, match="hết hạn"):
            await channel.missing_rights("g:1")


async def test_message_has_not_gone_out_when_no_token_could_be_bought(server: FakeOa) -> None:
    async with channel_at(server.url, failure_of_tokens=OaError(502, "Bad Gateway")) as channel:
        assert kind(await failure(channel, to("g:1"), say("tin"))) == (False, False, False, None)


def test_refusal_of_the_token_may_be_tried_again() -> None:
    failed = translated(OaError(-216, "Access token is invalid", by_platform=True), 1, ("a",))
    assert (kind(failed), failed.delivered) == ((False, False, False, None), ("a",))


# --- the windows of private messages, the rest of the protocol ---


@pytest.mark.parametrize(
    ("silent_for", "outcome"), [(47 * HOUR, "free"), (49 * HOUR, "billed"), (7 * DAY - 1, "billed"), (8 * DAY, -230)]
)
async def test_person_is_reached_for_seven_days_after_they_wrote(
    server: FakeOa, channel: OaChannel, silent_for: float, outcome: str | int
) -> None:
    lan = server.add_user(interacted=NOW - silent_for)
    if outcome == -230:
        assert (await failure(channel, to(lan.id), say("tin"))).permanent
    else:
        await channel.send(to(lan.id), say("tin"))
        assert [sent.billed for sent in server.sent] == [outcome == "billed"]


async def test_bot_tells_whether_it_is_in_the_group(server: FakeOa, channel: OaChannel) -> None:
    group = server.add_group()
    assert await channel.missing_rights(group_chat(group.id)) == []
    group.has_oa = False
    assert await channel.missing_rights(group_chat(group.id)) == [NOT_IN_GROUP]
    server.faults.add("*", Fault.drop_after())
    with pytest.raises(SendFailed) as caught:
        await channel.missing_rights(group_chat(group.id))
    assert not caught.value.ambiguous


async def test_nobody_knows_what_a_process_that_died_has_sent(channel: OaChannel) -> None:
    assert (channel.can_edit, channel.resting()) == (False, frozenset())
    assert await channel.arrived(to("g:1")) is Arrived.UNKNOWN
