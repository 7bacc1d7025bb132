"""The permission table: every command and every button × every kind of person × every kind of chat.

The table is written by hand and compared with the command table, so a new command without a row fails.
"""

import asyncio
from itertools import count

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.channels.zalo_api import Me
from bot.channels.zalo_updates import incoming_of
from bot.commands.table import COMMANDS
from bot.incoming import Incoming
from jobs.delivery import Courier
from records.database import transaction
from records.people import link_account, link_group, retire, set_roles
from tests.town import GROUP, STRANGER, Recorder, Town
from wording import refusals

PLACES = ("private", "linked group", "unlinked group")
# II.1 and II.3 are the justice official's; "wrong" is a member of the staff who does not answer for them.
PEOPLE = {"unknown": STRANGER, "wrong": "tai-chinh", "lead": "tu-phap", "leader": "lanh-dao", "clerk": "cchc"}
REGISTERED = frozenset(PEOPLE) - {"unknown"}
OFFICE, CLERK, EVERYBODY = frozenset({"leader", "clerk"}), frozenset({"clerk"}), frozenset(PEOPLE)

# Command or button: a line that uses it, and who may.
TABLE: dict[str, tuple[str, frozenset[str]]] = {
    "start": ("/start", REGISTERED),
    "help": ("/help", REGISTERED),
    "tasks": ("/tasks", REGISTERED),
    "done": ("/done II.1", REGISTERED - {"wrong"}),
    "undo": ("/undo", REGISTERED),
    "status": ("/status", REGISTERED),
    "calendar": ("/calendar", REGISTERED),
    "report": ("/report", REGISTERED),
    "board": ("/board", OFFICE),
    "dossier": ("/dossier III.16", OFFICE),
    "event": ("/event", REGISTERED - {"leader"}),
    "extend": ("/extend", OFFICE),
    "remind": ("/remind II.3", OFFICE),
    "broadcast": ("/broadcast", OFFICE),
    "away": ("/away", REGISTERED),
    "cases": ("/cases", REGISTERED),
    "case": ("/case", REGISTERED),
    "people": ("/people", CLERK),
    "link": ("/link", CLERK),
    "unlink": ("/unlink 999", CLERK),
    "register": ("/register", EVERYBODY),
    "approve": ("/approve 999", CLERK),
    "deny": ("/deny 999", CLERK),
    "evidence": ("/evidence", REGISTERED),
    "ack": ("/ack 999", REGISTERED),
}
BUTTONS: dict[str, tuple[str, frozenset[str]]] = {
    "done": ("/xong #II.3", REGISTERED - {"wrong"}),
    "the next page of tasks": ("/viec 2", REGISTERED),
    "the overdue list": ("/tinhhinh qua han", REGISTERED),
    "the sections": ("/tinhhinh phan", REGISTERED),
    "the roles": ("/tinhhinh vi tri", REGISTERED),
    "nudge": ("/dondoc qua han", OFFICE),
    "send a notice": ("/thongbao gui 999", OFFICE),
    "cancel a notice": ("/thongbao huy 999", OFFICE),
    "see who has received a notice": ("/thongbao xem 999", OFFICE),
    "chase those who have not": ("/thongbao nhac 999", OFFICE),
    "stop a notice": ("/thongbao dung 999", OFFICE),
    "let a notice go on": ("/thongbao tiep 999", OFFICE),
    "approve": ("/duyet 999", CLERK),
    "deny": ("/tuchoi 999", CLERK),
    "received": ("/danhan 999", REGISTERED),
    "done for an absent colleague": ("/xong #II.3 thay 5", REGISTERED - {"wrong"}),
    "send a report": ("/baocao 2023-06 gui", REGISTERED),
    "cancel an absence": ("/vangmat huy 999", REGISTERED),
    "the next page of people": ("/canbo trang 2", CLERK),
    "make a code": ("/canbo 5 ma", CLERK),
    "write a list of people": ("/canbo #ok 999", CLERK),
    "drop a list of people": ("/canbo #bo 999", CLERK),
    "write an export of cases": ("/hoso #ok 999", CLERK),
    "drop an export of cases": ("/hoso #bo 999", CLERK),
    "undo an import of cases": ("/hoso hoantac 999", CLERK),
    "say who an officer of the files is": ("/hoso #cb 999 1", CLERK),
    "the next page of cases": ("/hoso trang 2", REGISTERED),
    "choose a role to register with": ("/dangky #vt tu-phap", EVERYBODY),
    "send a registration": ("/dangky #gui", EVERYBODY),
}
ROWS = [*TABLE.items(), *((f"button: {name}", row) for name, row in BUTTONS.items())]
# Where a group is not linked, only joining and linking say anything but that.
ANYWHERE = {"link": CLERK}
_NUMBERS = count(1)


def test_every_command_has_a_row() -> None:
    assert [command.name for command in COMMANDS] == list(TABLE)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
async def test_a_line_is_answered_for_those_who_may_and_changes_nothing_for_others(
    town: Town, name: str, row: tuple[str, frozenset[str]]
) -> None:
    town.at("15/06/2023 09:00")
    line, allowed = row
    line = line.replace("#II.3", f"#{_deadline(town, 'II.3')}")
    outcomes = {(who, place): await _outcome(town, line, who, place) for who in PEOPLE for place in PLACES}
    assert outcomes == {(who, place): _expected(name, who, place, allowed) for who in PEOPLE for place in PLACES}


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
async def test_on_zalo_a_line_without_a_slash_is_answered_for_the_same_people(
    town: Town, name: str, row: tuple[str, frozenset[str]]
) -> None:
    town.at("15/06/2023 09:00")
    line, allowed = row
    line = line.replace("#II.3", f"#{_deadline(town, 'II.3')}").removeprefix("/")
    zalo = _move_to_zalo(town)
    outcomes = {(who, place): await _outcome(town, line, who, place, zalo) for who in PEOPLE for place in PLACES}
    assert outcomes == {(who, place): _expected(name, who, place, allowed) for who in PEOPLE for place in PLACES}


async def test_a_button_is_checked_against_the_rights_at_the_press(town: Town) -> None:
    town.at("15/06/2023 09:00")
    press = f"/xong #{_deadline(town, 'II.3')}"
    with transaction(town.engine) as session:
        set_roles(session, town.people["tu-phap"], frozenset({"van-hoa"}))
    assert await _outcome(town, press, "lead", "private") == "refused"
    with transaction(town.engine) as session:
        retire(session, town.people["tu-phap"], town.clock())
    assert await _outcome(town, press, "lead", "private") == "stranger"


def _expected(name: str, who: str, place: str, allowed: frozenset[str]) -> str:
    if place == "unlinked group" and who not in ANYWHERE.get(name, frozenset()):
        return "stranger" if who == "unknown" and name in ANYWHERE else _outside(name, who)
    if who in allowed:
        return "answered"
    return "stranger" if who == "unknown" else "refused"


def _outside(name: str, who: str) -> str:
    return "refused" if name in ANYWHERE and who != "unknown" else "unlinked"


def _move_to_zalo(town: Town) -> Recorder:
    """Everybody has an account there, and the group is linked."""
    with transaction(town.engine) as session:
        for role, number in town.people.items():
            link_account(session, number, "zalo", role, town.clock())
        link_group(session, "zalo", GROUP, "Nhóm cơ quan", town.clock())
    return Recorder(town.clock, "zalo", can_edit=False)


async def _outcome(town: Town, line: str, who: str, place: str, zalo: Recorder | None = None) -> str:
    before = _snapshot(town)
    chat = {"private": PEOPLE[who], "linked group": GROUP, "unlinked group": "nhóm lạ"}[place]
    number, in_group = str(next(_NUMBERS)), place != "private"
    if zalo is None:
        said = await _hear(town, Incoming(number, PEOPLE[who], chat, line, in_group), town.channel, town.courier)
    else:
        courier = Courier(town.engine, town.office, zalo, town.clock)
        said = await _hear(town, _on_zalo(number, PEOPLE[who], chat, line, in_group=in_group), zalo, courier)
    outcome = _kind(said)
    if outcome != "answered":
        assert _snapshot(town) == before
    return outcome


def _on_zalo(number: str, sender: str, chat: str, line: str, *, in_group: bool) -> Incoming:
    """What Zalo's adapter makes of a line; in a group the bot is mentioned."""
    found = incoming_of(
        {
            "event_name": "message.text.received",
            "message": {
                "message_id": number,
                "from": {"id": sender},
                "chat": {"id": chat, "chat_type": "GROUP" if in_group else "PRIVATE"},
                "text": f"@Bot Nhắc Việc {line}" if in_group else line,
            },
        },
        Me("1", "Bot Nhắc Việc"),
    )
    assert found is not None
    return found


async def _hear(town: Town, incoming: Incoming, channel: Recorder, courier: Courier) -> str:
    before = len(channel.sent)
    town.conversation.receive(channel.name, [incoming])
    for stored in town.conversation.waiting(channel.name):
        await asyncio.to_thread(town.conversation.handle, stored)
    await courier.deliver()
    return next(sent.text for sent in channel.sent[before:] if sent.kind == "answer")


def _kind(said: str) -> str:
    if said.startswith(refusals.STRANGER):
        return "stranger"
    if said == refusals.UNLINKED_GROUP:
        return "unlinked"
    refused = said.startswith("Lệnh này chỉ dành cho") or "phụ trách nên anh/chị chưa ghi nhận thay được" in said
    return "refused" if refused else "answered"


def _snapshot(town: Town) -> list[tuple[int, ...]]:
    """What a refused line must not change: the records, and messages to others."""
    counts = [f"(SELECT count(*) FROM {table})" for table in ("audit", "completion", "event", "extension", "notice")]
    counts.append("(SELECT count(*) FROM outbox WHERE kind <> 'answer')")
    counts.append("(SELECT count(*) FROM group_chat WHERE unlinked_at IS NULL)")
    with transaction(town.engine) as session:
        return [tuple(row) for row in session.connection().execute(text(f"SELECT {', '.join(counts)}"))]


def _deadline(town: Town, task: str) -> int:
    with transaction(town.engine) as session:
        return _number(session, task)


def _number(session: Session, task: str) -> int:
    found = session.connection().execute(text("SELECT min(id) FROM deadline WHERE task = :task"), {"task": task})
    return int(found.scalar_one())
