"""The office at its beginning: who works there, on which platforms, and what the bot's database knows of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from records.database import migrate, open_database, transaction
from records.people import add_person, link_account, link_group
from tests.soak.desk import NEWCOMER
from tests.soak.side import Side

STAFF = {
    "cchc": ("cchc",),
    "van-phong": ("van-phong", "iso"),
    "tu-phap": ("tu-phap",),
    "tai-chinh": ("tai-chinh",),
    "van-hoa": ("van-hoa",),
    "mot-cua": ("mot-cua", "pakn"),
    "khong-chuyen-trach": ("khong-chuyen-trach",),
    "lanh-dao": ("lanh-dao",),
    "chu-tich": ("chu-tich",),
}
_ONLY_HERE = {
    "telegram": ("tu-phap", "tai-chinh", "khong-chuyen-trach"),
    "zalo": ("van-hoa", "mot-cua", "chu-tich"),
}
_JOINED = date(2022, 1, 3)


def members(channel: str, channels: Sequence[str]) -> tuple[str, ...]:
    """Who has an account there: everybody, unless they use nothing but another of these channels."""
    elsewhere = {name for other in channels if other != channel for name in _ONLY_HERE[other]}
    return tuple(name for name in (*STAFF, NEWCOMER) if name not in elsewhere)


def hire(database: str, sides: Sequence[Side], now: datetime) -> dict[str, Any]:
    """Fill the database of that URL with everybody; returns what the journal tells of them."""
    engine = open_database(database)
    migrate(engine)
    staff, groups = {}, {}
    with transaction(engine) as session:
        for name, roles in STAFF.items():
            number = add_person(session, name, frozenset(roles), _JOINED)
            chats = _chats(name, sides)
            for channel, chat in chats.items():
                link_account(session, number, channel, chat, now)
            staff[name] = {"person": number, "chats": chats, "roles": roles}
        for side in sides:
            chat, title = side.chat_of(side.group), f"Cơ quan trên {side.channel}"
            link_group(session, side.channel, chat, title, now)
            groups[side.group] = {"channel": side.channel, "chat": chat, "title": title}
    engine.dispose()
    newcomers = {NEWCOMER: _chats(NEWCOMER, sides)}
    return {"staff": staff, "newcomers": newcomers, "groups": groups, "joined": _JOINED.isoformat()}


def _chats(name: str, sides: Sequence[Side]) -> dict[str, str]:
    """Their addresses, by channel."""
    return {side.channel: side.chat_of(name) for side in sides if name in side.names}
