"""A stranger's hour: whatever somebody unknown sends, anywhere, yields nothing but the refusal."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.commands.table import COMMANDS
from bot.incoming import Incoming
from plan_data.office import Office
from records.backups import contents
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.people import link_group
from tests.town import STAFF, Town
from wording.message import Reply
from wording.refusals import STRANGER, UNLINKED_GROUP

OPEN_TO_ALL = {"start", "batdau", "register", "dangky"}
SAID = (
    "",
    "xin chào",
    "ai đang quá hạn?",
    "II.1",
    "1",
    "đã xong",
    "0900 000 000",
    "<b>&",
    "/",
    "//",
    "/không-có",
    "@bot /viec",
)
ABOUT = ("", " II.1", " 1", " 3 ma", " quá hạn", " xem", " them Người Mới; cchc", " 1/6 - 9/6 thay: 3", " #ok 1")
EVENTS = ("blocked", "unblocked", "added", "removed", "moved:zzz", "unreadable", "xyz")
CHANNELS = ("telegram", "zalo")


def lines(buttons: list[str]) -> Iterator[str]:
    """Everything that can be typed or pressed, but for what is open to all."""
    yield from SAID
    yield from buttons
    for command in COMMANDS:
        for name in set(command.names) - OPEN_TO_ALL:
            yield from (f"{slash}{name}{about}" for slash in ("/", "") for about in ABOUT)


@pytest.fixture
async def busy(engine: Engine, office: Office) -> Town:
    """A morning on which everybody was written to; the group is on both channels."""
    town = Town(engine, office)
    with transaction(engine) as session:
        for channel in CHANNELS:
            link_group(session, channel, "nhóm", "Nhóm cơ quan", town.clock())
    await town.at("13/06/2023 07:30").tick()
    await town.says("cchc", "/thongbao Họp lúc 8h")
    await town.says("tu-phap", "/xong II.1 số 5/BC")
    return town


def buttons_of(town: Town) -> list[str]:
    """Every button that anybody was sent."""
    with reading(town.engine) as session:
        replies = [Reply.from_dict(row.body) for row in session.exec(select(OutboxRow))]
    return sorted({button.command for reply in replies for row in reply.buttons for button in row})


def said_to(town: Town, since: int) -> list[tuple[str, str]]:
    """What strangers and groups are to be told: chat and text."""
    with reading(town.engine) as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.channel != "console").order_by(OutboxRow.id)).all()  # type: ignore[arg-type]
        return [(row.chat, Reply.from_dict(row.body).plain) for row in rows][since:]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_everything_that_a_stranger_can_send_yields_the_refusal_and_changes_nothing(
    busy: Town, channel: str
) -> None:
    buttons = buttons_of(busy)
    before = {**contents(busy.engine).rows, "outbox": 0, "inbox": 0}
    spoken = [
        Incoming(f"{number}-{chat}", "lạ", chat, line, chat != "lạ", sender_name="Người Lạ", chat_title="X")
        for number, line in enumerate(lines(buttons))
        for chat in ("lạ", "nhóm", "nhóm lạ")
    ]
    files = ({"channel": channel, "kind": "document", "id": "f", "name": "ds.xlsx"},)
    spoken += [
        Incoming(f"tệp-{chat}", "lạ", chat, "/canbo nhap", chat != "lạ", attachments=files) for chat in ("lạ", "nhóm")
    ]
    spoken += [Incoming(event, "", "lạ", "", event=event) for event in EVENTS]
    since = len(said_to(busy, 0))
    for stored in busy.conversation.store(channel, spoken):
        busy.conversation.handle(stored)
    told = said_to(busy, since)
    assert len(buttons) > 5
    assert {text for chat, text in told if chat == "lạ"} - _unreadable(told) == {STRANGER}
    assert {text for chat, text in told if chat == "nhóm"} == {STRANGER}
    assert {text for chat, text in told if chat == "nhóm lạ"} == {STRANGER, UNLINKED_GROUP}
    assert {**contents(busy.engine).rows, "outbox": 0, "inbox": 0} == before


def _unreadable(told: list[tuple[str, str]]) -> set[str]:
    """What is said where something came that no bot can read; it tells nothing of the office."""
    return {text for _, text in told if "không đọc được" in text and not any(name in text for name in STAFF.values())}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_is_open_to_all_tells_nothing_of_the_work_or_of_the_people(busy: Town, channel: str) -> None:
    spoken = [
        Incoming(f"{number}", "lạ", chat, f"/{name}{about}", chat != "lạ", sender_name="Người Lạ")
        for number, (name, about, chat) in enumerate(
            (name, about, chat)
            for name in sorted(OPEN_TO_ALL)
            for about in (*ABOUT, " CFGH-2345")
            for chat in ("lạ", "nhóm lạ")
        )
    ]
    since = len(said_to(busy, 0))
    for stored in busy.conversation.store(channel, spoken):
        busy.conversation.handle(stored)
    told = json.dumps(said_to(busy, since), ensure_ascii=False)
    titles = [task.title for plan in busy.office.plans.all for task in plan.tasks]
    assert [words for words in (*STAFF.values(), *titles, "Nhóm cơ quan", "Họp lúc 8h") if words in told] == []
    assert "Xin chào" in told
