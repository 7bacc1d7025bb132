"""Nonsense for the bot: mutated updates of Telegram and Zalo, random command lines; and what must hold then.

No crash, no message over the platform's limit, no markup that somebody typed, no data to strangers.
"""

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import col, select
from telegram import Bot, User

from bot.channels import telegram_drawing, telegram_updates, zalo_drawing, zalo_updates
from bot.channels.split import length
from bot.channels.zalo_api import Me
from bot.commands.table import COMMANDS
from bot.conversation import Incoming
from bot.typed import storable
from plan_data.office import Office
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.people import every_account, groups, link_account, link_group
from tests.fakes.telegram_html import parse_html
from tests.town import Town
from wording.message import Reply
from wording.refusals import BROKEN

NAME = "Mật Danh"
LINKED, UNLINKED, STRANGERS = "-500", "-600", (9001, 9002, 9003)
LIMITS = {"telegram": 4096, "zalo": 2000}
ME = Me("1948", "Bot Nhắc Việc", "bot.nhacviec", can_join_groups=True)
WORDS = (
    "II.1", "III.16", "I.3", "XX.99", "Q2", "Q5", "tháng 6", "2023-06", "20/6/2023", "31/2/2023", "0/0/0", "quá hạn",
    "số 12/BC-UBND", "tư pháp", "một cửa", "1", "3", "0", "-1", "999999999", "99999999999999999999", "#ok", "#bo 1",
    "#gui 1", "xem", "gui", "them", "nhap", "ma", "nghi", "lai", "ten", "vitri", "thuhoi", "thay:", "hôm nay", "mai",
    "8h", "25h99", "thứ Hai", "-", ";", ":", ",", "\n", "\t", "\u200b", "<b>", "</b>", "&amp;", "&", "*_`[",
    "'; DROP TABLE person; --", "${x}", "{0}", "%s", "%n", "../../etc/passwd", "=HYPERLINK(1)", "\u202e",
    "e\u0301" * 9, "🧑‍👩‍👧", "Ｎ", "ﷺ", "a" * 300, "Đ" * 5000, "\x07", "\ud7ff", "\ufeff", "NaN", "1e999", "🇻🇳" * 40,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1.5, "", " ", "x", "/xong II.1", "private", "group",
    "supergroup", "left", "kicked", [], {}, [[]], [None], {"id": None}, {"id": 9001}, "<b>&", "\x00", "\ud7ff",
    "a" * 5000, [{"type": "bot_command", "offset": 0, "length": 99}],
)  # fmt: skip


def telegram_updates_to_mutate() -> list[dict[str, Any]]:
    """One of each kind that the platform sends."""

    def message(chat: int, sender: int, **more: object) -> dict[str, Any]:
        kind = (
            {"id": chat, "type": "private", "first_name": "A"}
            if chat > 0
            else {"id": chat, "type": "group", "title": "<Nhóm>"}
        )
        return {
            "message_id": 5, "date": 1_686_616_200, "chat": kind,
            "from": {"id": sender, "is_bot": False, "first_name": "A<b>", "last_name": "&"}, **more,
        }  # fmt: skip

    def told(**more: object) -> dict[str, Any]:
        return {"update_id": 1, **more}

    file = {"file_id": "f1", "file_unique_id": "u1", "file_name": "../a.xlsx", "mime_type": "x/y", "file_size": 10}
    people = [1001, 1003, 1008, *STRANGERS]
    updates = [told(message=message(each, each, text="/tinhhinh II.1")) for each in people]
    updates += [
        told(message=message(int(chat), each, text="/viec")) for each in people for chat in (LINKED, UNLINKED)
    ]
    updates += [told(message=message(each, each, document=file, caption="/canbo nhap")) for each in people]
    pressed = message(1001, 1, text="Việc")
    updates += [
        told(callback_query={"id": "7", "from": {"id": each, "is_bot": False, "first_name": "A"}, "message": pressed,
                             "chat_instance": "c", "data": "/xong II.1"})
        for each in people
    ]  # fmt: skip
    member = {"user": {"id": 1, "is_bot": True, "first_name": "B"}, "status": "left"}
    change = {
        "chat": {"id": int(UNLINKED), "type": "group", "title": "N"},
        "from": {"id": 9001, "is_bot": False, "first_name": "A"},
        "date": 1_686_616_200,
        "old_chat_member": {**member, "status": "member"},
        "new_chat_member": member,
    }
    updates.append(told(my_chat_member=change))
    updates.append(told(message=message(int(UNLINKED), 9001, migrate_to_chat_id=-700)))
    updates.append(told(message=message(9001, 9001, sticker={"file_id": "s"})))
    return updates


def zalo_updates_to_mutate() -> list[dict[str, Any]]:
    """One of each kind that the platform sends."""
    found = []
    for sender in ("1001", "1003", *map(str, STRANGERS)):
        for chat, kind in ((sender, "PRIVATE"), (LINKED, "GROUP"), (UNLINKED, "GROUP")):
            message = {
                "message_id": "a1",
                "date": 1_686_616_200_000,
                "from": {"id": sender, "display_name": "A<b>", "is_bot": False},
                "chat": {"id": chat, "chat_type": kind},
                "text": "/tinhhinh II.1",
            }
            found.append({"event_name": "message.text.received", "message": message})
            found.append(
                {"event_name": "message.image.received", "message": {**message, "photo_url": "https://x/a.jpg"}}
            )
    return found


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every place in the JSON where something stands."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(pairs):
        yield value, key
        yield from _places(each)


@dataclass
class Fuzz:
    """A town hall on Telegram and Zalo that is told nonsense; `found` is what must not be."""

    engine: Engine
    office: Office
    chance: random.Random
    found: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.town = Town(self.engine, self.office, "13/06/2023 08:00")
        self.bot = Bot("123456:no-token")
        self.bot._bot_user = User(1, "Bot", is_bot=True, username="nhacviec_bot")
        self._numbers, self._last = count(1), 0
        self._titles = [task.title for plan in self.office.plans.all for task in plan.tasks]
        with transaction(self.engine) as session:
            session.connection().execute(text(f"UPDATE person SET name = '{NAME} ' || id"))
            for number in self.town.people.values():
                for channel in LIMITS:
                    link_account(session, number, channel, str(1000 + number), self.town.clock())
            for channel in LIMITS:
                link_group(session, channel, LINKED, "Nhóm", self.town.clock())

    def updates(self, channel: str, many: int) -> None:
        """So many mutated updates of the channel, in one of two ways: by value, or by byte."""
        seeds = telegram_updates_to_mutate() if channel == "telegram" else zalo_updates_to_mutate()
        for _ in range(many):
            seed = self.chance.choice(seeds)
            raw = self._by_value(seed) if self.chance.random() < 0.6 else self._by_byte(seed)
            if raw is None:
                self.counts[f"{channel}: no JSON"] += 1
                continue
            incoming = self._read(channel, raw)
            self.counts[f"{channel}: {'read' if incoming else 'passed over'}"] += 1
            if incoming is not None:
                self.tell(channel, incoming, raw)

    def lines(self, many: int) -> None:
        """So many random command lines, by everybody, in private and in groups."""
        names = [name for command in COMMANDS for name in command.names]
        for _ in range(many):
            words = " ".join(self.chance.choice(WORDS) for _ in range(self.chance.randrange(5)))
            name = self.chance.choice(names)
            line = self.chance.choice((f"/{name} {words}", f"{name} {words}", words, f"/{name}{words}"))
            sender = str(self.chance.choice([*(1000 + number for number in self.town.people.values()), *STRANGERS]))
            chat = self.chance.choice((sender, sender, LINKED, UNLINKED))
            incoming = Incoming("", sender, chat, storable(line), in_group=chat != sender)
            self.counts["lines"] += 1
            self.tell(self.chance.choice(tuple(LIMITS)), incoming, line)

    def tell(self, channel: str, incoming: Incoming, raw: object) -> None:
        """The bot is told it, and everything that it wants to say is looked at."""
        try:
            for stored in self.town.conversation.store(
                channel, [replace(incoming, update_id=str(next(self._numbers)))]
            ):
                self.town.conversation.handle(stored)
        except Exception as error:  # noqa: BLE001  (any at all is what we look for)
            self.found.append(f"crash {type(error).__name__}: {error!r:.200} by {raw!r:.600}")
        with reading(self.engine) as session:
            rows = session.exec(
                select(OutboxRow).where(col(OutboxRow.id) > self._last).order_by(col(OutboxRow.id))
            ).all()
            if not rows:
                return
            self._last = rows[-1].id or 0
            known = {(place.channel, place.address) for own in every_account(session).values() for place in own}
            nobody = (channel, incoming.sender) not in known  # the platforms vouch for who speaks
            known |= {(group.channel, group.address.partition("/")[0]) for group in groups(session)}
        for row in rows:
            stranger = nobody and (row.channel, row.chat.partition("/")[0]) not in known
            self.found += [f"{what} by {incoming!r:.400}" for what in self._mistakes(row, stranger=stranger)]

    def _mistakes(self, row: OutboxRow, *, stranger: bool) -> Iterator[str]:
        reply = Reply.from_dict(row.body)
        if BROKEN in reply.plain or "Traceback" in reply.plain:
            yield "the command broke"
        if stranger and (NAME in reply.plain or any(title in reply.plain for title in self._titles)):
            yield f"told a stranger: {reply.plain:.200}"
        if any(len(each.command.encode()) > 64 for buttons in reply.buttons for each in buttons):
            yield "a button is too long"
        if row.channel == "zalo":
            texts = [piece.text for piece in zalo_drawing.pieces(reply, in_group=row.chat == LINKED)]
        else:
            pieces = [piece for piece in telegram_drawing.pieces(reply) if piece.blocks]
            texts = [piece.plain for piece in pieces]
            for piece in pieces:
                shown, entities = parse_html(piece.html)
                if shown != piece.plain or {each["type"] for each in entities} - {"bold"}:
                    yield f"markup: {piece.html:.200}"
        if any(length(each) > LIMITS.get(row.channel, 4096) for each in texts):
            yield "a message is too long"

    def _read(self, channel: str, raw: object) -> Incoming | None:
        try:
            if channel == "telegram":
                return telegram_updates.incoming_of(raw, self.bot)
            return next(
                (found for each in zalo_updates.events_of(raw) if (found := zalo_updates.incoming_of(each, ME))), None
            )
        except Exception as error:  # noqa: BLE001  (any at all is what we look for)
            self.found.append(f"cannot read ({type(error).__name__}): {raw!r:.600}")
            return None

    def _by_value(self, seed: dict[str, Any]) -> object:
        raw = copy.deepcopy(seed)
        for _ in range(self.chance.randrange(1, 4)):
            place, key = self.chance.choice(list(_places(raw)))
            if self.chance.random() < 0.2:
                del place[key]
            else:
                place[key] = copy.deepcopy(self.chance.choice((*VALUES, *WORDS)))
            if not raw:
                break
        return raw

    def _by_byte(self, seed: dict[str, Any]) -> object:
        """A few bytes changed, left out or doubled; None when nothing is left that could be read as JSON."""
        content = bytearray(json.dumps(seed, ensure_ascii=False).encode())
        for _ in range(self.chance.randrange(1, 4)):
            at = self.chance.randrange(len(content))
            content[at : at + self.chance.randrange(3)] = self.chance.randbytes(self.chance.randrange(3))
        try:
            return json.loads(content.decode(errors="replace"))
        except ValueError:
            return None
