"""Who there is: people who follow the account or do not, the account's groups, and what was said."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.fakes.oa_errors import ApiError, Json

_FREE_SECONDS = 48 * 3600
_OPEN_SECONDS = 7 * 86_400


@dataclass(slots=True)
class User:
    """A person; `interacted` is when they last wrote to the account (Unix seconds)."""

    id: str
    name: str
    follows: bool = True
    banned: bool = False
    interacted: float | None = None


@dataclass(slots=True)
class Group:
    """A group that the account owns. `enabled` until its package lapses; `has_oa` until somebody removes it."""

    id: str
    name: str
    enabled: bool = True
    has_oa: bool = True
    members: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was put up."""

    name: str
    content: bytes


class World:
    """The state of the platform around one account, without HTTP."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.id = "4318657068771012646"
        self.name = "UBND Phường"
        self.clock = clock
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.lines: list[Json] = []  # every message, the oldest first; group_id is there in groups
        self.uploads: dict[str, Upload] = {}

    def add_user(
        self, name: str = "", id: str = "", *, follows: bool = True, interacted: float | None = None
    ) -> User:
        """A new person."""
        number = len(self.users) + 1
        user = User(id or str(_number(f"user {number}")), name or f"Người {number}", follows, interacted=interacted)
        self.users[user.id] = user
        return user

    def add_group(self, name: str = "", id: str = "", *, members: Iterable[User | str] = ()) -> Group:
        """A new group of the account."""
        number = len(self.groups) + 1
        group = Group(id or f"{_number(f'group {number}'):x}", name or f"Nhóm {number}")
        group.members = {one.id if isinstance(one, User) else one for one in members}
        self.groups[group.id] = group
        return group

    def user(self, user: User | str) -> User:
        """A person, by object or id."""
        return user if isinstance(user, User) else self.users[user]

    def group(self, group: Group | str) -> Group:
        """A group, by object or id."""
        return group if isinstance(group, Group) else self.groups[group]

    def writable_group(self, group_id: str) -> Group:
        """A group that the account may write to. Raises ApiError."""
        group = self.groups.get(group_id)
        if group is None:
            raise ApiError(-201, "group_id")
        if not group.has_oa:
            raise ApiError(-403)
        if not group.enabled:
            raise ApiError(-237)
        return group

    def writable_user(self, user_id: str) -> tuple[User, bool]:
        """A person that the account may write to, and whether it costs. Raises ApiError."""
        user = self.users.get(user_id)
        if user is None:
            raise ApiError(-201, "user_id")
        if user.banned:
            raise ApiError(-227)
        if not user.follows and user.interacted is None:
            raise ApiError(-213)
        silent = self.clock() - (user.interacted or 0)
        if silent > _OPEN_SECONDS:
            raise ApiError(-230)
        return user, silent > _FREE_SECONDS

    def write_down(self, by: User | None, text: str, *, group: Group | None = None, to: User | None = None) -> Json:
        """Keep a message for the histories; `by` None: the account itself."""
        milliseconds = int(self.clock() * 1000)
        line: Json = {
            "src": 1 if by else 0,
            "time": milliseconds,
            "message_id": secrets.token_hex(10),
            "type": "text",
            "message": text,
            "from_id": by.id if by else self.id,
            "from_display_name": by.name if by else self.name,
            "to_id": self.id if by else to.id if to else "",
        }
        if group is not None:
            line |= {"group_id": group.id, "to_id": group.id}
        self.lines.append(line)
        return line


def _number(seed: str) -> int:
    return int(hashlib.sha256(seed.encode()).hexdigest()[:16], 16)
