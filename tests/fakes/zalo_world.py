"""Who there is: people with their private chats, groups with or without the bot; all ids are opaque texts."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.fakes.zalo_errors import ApiError
from tests.fakes.zalo_switches import Switches


@dataclass(slots=True)
class Bot:
    """The bot itself; the platform lets a name begin only with "Bot"."""

    id: str = "1948273650192837465"
    display_name: str = "Bot Nhắc Việc"
    account_name: str = "bot.nhacviec"
    can_join_groups: bool = True


@dataclass(slots=True)
class User:
    """A person. Their id is that of their private chat with the bot, too. `wrote`: they wrote to the bot there."""

    id: str
    name: str
    wrote: bool = False
    blocked: bool = False


@dataclass(slots=True)
class Group:
    """A group; the bot is in it while `has_bot`."""

    id: str
    name: str
    has_bot: bool = True
    members: dict[str, User] = field(default_factory=dict)


class World:
    """The state of the platform, without HTTP and without the bot's own log."""

    def __init__(self, bot: Bot, switches: Switches, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self._switches = switches

    def add_user(self, name: str = "", id: str = "", *, wrote: bool = False, blocked: bool = False) -> User:
        """A new person, whom the bot cannot write to before they wrote to it."""
        number = len(self.users) + 1
        user = User(id or _opaque(f"user {number}"), name or f"Người {number}", wrote, blocked)
        self.users[user.id] = user
        return user

    def add_group(
        self, name: str = "", id: str = "", *, members: Iterable[User | str] = (), has_bot: bool = True
    ) -> Group:
        """A new group with the bot in it; somebody who speaks in it becomes a member."""
        number = len(self.groups) + 1
        people = [one if isinstance(one, User) else self.users[one] for one in members]
        group = Group(id or f"zgr-{_opaque(f'group {number}')}", name or f"Nhóm {number}", has_bot)
        group.members = {user.id: user for user in people}
        self.groups[group.id] = group
        return group

    def user(self, user: User | str) -> User:
        """A person, by object or id."""
        return user if isinstance(user, User) else self.users[user]

    def group(self, group: Group | str) -> Group:
        """A group, by object or id."""
        return group if isinstance(group, Group) else self.groups[group]

    def sender_id(self, user: User | str, group: Group | str | None = None) -> str:
        """What stands in from.id when somebody writes, in their private chat or in a group."""
        user = self.user(user)
        if group is None or not self._switches.ids_differ:
            return user.id
        return _opaque(f"{user.id} in {self.group(group).id}")

    def new_message_id(self) -> str:
        """An id that no message had before, not even before a restart of the platform."""
        return secrets.token_hex(10)

    def date(self) -> int:
        """The time that stands in messages."""
        return int(self.clock() * (1000 if self._switches.date_unit == "ms" else 1))

    def writable(self, chat_id: str) -> User | Group:
        """A chat the bot may send to. Raises ApiError."""
        if not chat_id:
            raise ApiError(400, "chat_id is required")
        user = self.users.get(chat_id)
        if user is not None and not user.blocked and (user.wrote or self._switches.strangers == "reached"):
            return user
        group = self.groups.get(chat_id)
        if group is not None and group.has_bot:
            return group
        raise ApiError(self._switches.unreachable)


def _opaque(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:20]
