"""Who and what there is: people, groups, topics, messages, files, and whether the bot may write to a chat."""

import mimetypes
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.fakes.telegram_errors import Json, refused

FIRST_SUPERGROUP = -1_001_000_000_001
MOST_DOWNLOAD_BYTES = 20 * 1024 * 1024


@dataclass(slots=True)
class Bot:
    """The bot itself; privacy mode is on while `can_read_all_group_messages` is False."""

    id: int = 4_200_001
    first_name: str = "Nhắc Việc"
    username: str = "nhac_viec_bot"
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False


@dataclass(slots=True)
class User:
    """A person. `started`: pressed Start. `met`: the bot has seen them somewhere."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    started: bool = False
    blocked: bool = False
    met: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is the id of the service message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Group:
    """A group or supergroup. `bot_status`: member, administrator, restricted, left or kicked.

    `forbidden`: rights that members do not have, such as "can_send_photos".
    """

    id: int
    title: str
    type: str
    owner: User
    is_forum: bool = False
    bot_status: str = "member"
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None
    username: str = ""
    forbidden: frozenset[str] = frozenset()

    @property
    def is_super(self) -> bool:
        """Whether it is a supergroup."""
        return self.type == "supergroup"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the platform; `kind` is photo or document, `size` may be more than the bytes that are kept."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    path: str
    size: int


class World:
    """The state of the platform, without HTTP and without the bot's own log."""

    def __init__(self, bot: Bot, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.messages: defaultdict[int, dict[int, Json]] = defaultdict(dict)  # by chat, then by message id
        self.files: dict[str, StoredFile] = {}
        self._counters: Counter[str] = Counter()

    def count(self, what: str) -> int:
        """The next number of a kind: 1, 2, 3 …"""
        self._counters[what] += 1
        return self._counters[what]

    def next_message_id(self, chat_id: int) -> int:
        """A supergroup counts its own messages; private chats and small groups share one count."""
        group = self.groups.get(chat_id)
        return self.count(f"messages of {chat_id}" if group is not None and group.is_super else "messages")

    def add_user(
        self,
        name: str = "",
        id: int | None = None,
        *,
        started: bool = False,
        blocked: bool = False,
        met: bool = False,
        username: str = "",
    ) -> User:
        """A new person, unknown to the bot unless started or met."""
        if id is None:
            id = 1000 + self.count("users")
        user = User(id, name or f"Người {id}", "", username, started, blocked, started or met)
        self.users[id] = user
        return user

    def add_group(
        self,
        title: str,
        id: int | None = None,
        *,
        kind: str = "supergroup",
        is_forum: bool = False,
        topics: Iterable[str] = (),
        bot_status: str = "member",
        members: Iterable[User] = (),
        owner: User | None = None,
    ) -> Group:
        """A new group with the bot in it, unless another `bot_status` is given; its topics by their names."""
        if id is None:
            id = FIRST_SUPERGROUP - self.count("groups") if kind == "supergroup" else -5000 - self.count("groups")
        owner = owner or self.add_user("Trưởng nhóm")
        group = Group(id, title, kind, owner, is_forum, bot_status)
        group.members = {owner.id: "creator", **{user.id: "member" for user in members}}
        self.groups[id] = group
        for name in topics:
            self.add_topic(group, name)
        return group

    def add_topic(self, group: Group, name: str) -> Topic:
        """A new topic in a forum."""
        if not group.is_forum:
            raise ValueError(f"{group.title} is not a forum")
        thread = max(self.next_message_id(group.id), 2)  # 1 is General
        group.topics[thread] = Topic(thread, name)
        return group.topics[thread]

    def add_file(self, kind: str, name: str, content: bytes, mime: str = "", size: int | None = None) -> StoredFile:
        """Keep a file; `size` lets it pass for a bigger one."""
        number = self.count("files")
        suffix = "." + name.rsplit(".", 1)[-1] if "." in name else ""
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        path = f"{kind}s/file_{number}{suffix}"
        file_id = f"{kind.upper()}-{number:08d}-fake"
        stored = StoredFile(file_id, f"U{number:08d}", kind, name, mime, content, path, size or len(content))
        self.files[file_id] = stored
        return stored

    def file(self, file_id: str) -> StoredFile | None:
        """A file by the id of any of its sizes."""
        return self.files.get(file_id.removesuffix("-s"))

    def chat(self, chat_id: int | str) -> User | Group:
        """A chat the bot can name. Raises ApiError "chat not found"."""
        if isinstance(chat_id, str):
            if not chat_id:
                raise refused("chat_id is empty")
            if chat_id.startswith("@"):
                chat_id = next((one.id for one in self.groups.values() if f"@{one.username}" == chat_id), 0)
            else:
                chat_id = int(chat_id) if chat_id.removeprefix("-").isdigit() else 0
        user = self.users.get(chat_id)
        if user is not None and (user.met or user.started):
            return user
        group = self.groups.get(chat_id)
        if group is None:
            raise refused("chat not found")
        return group

    def readable(self, chat_id: int | str, *, members: bool = False) -> User | Group:
        """A chat the bot may look at. Raises ApiError."""
        chat = self.chat(chat_id)
        if isinstance(chat, Group):
            self._check_access(chat, writes=members)
        return chat

    def writable(self, chat_id: int | str, thread: int = 0) -> User | Group:
        """A chat, and in it a topic, the bot may send to. Raises ApiError with the platform's reason."""
        chat = self.chat(chat_id)
        if isinstance(chat, Group):
            self._check_access(chat, writes=True)
            self._check_topic(chat, thread)
            silenced = "can_send_messages" in chat.forbidden and chat.bot_status != "administrator"
            if chat.bot_status == "restricted" or silenced:
                raise refused("not enough rights to send text messages to the chat")
        elif thread:
            raise refused("message thread not found")
        else:
            _check_person(chat)
        return chat

    def keep(self, message: Json) -> Json:
        """Put a message, new or changed, into its chat."""
        self.messages[message["chat"]["id"]][message["message_id"]] = message
        return message

    def message(self, chat_id: int, message_id: int, what: str) -> Json:
        """A message of a chat. Raises ApiError "… not found"."""
        found = self.messages[chat_id].get(message_id)
        if found is None:
            raise refused(f"{what} not found")
        return found

    def _check_access(self, group: Group, *, writes: bool) -> None:
        if group.migrated_to is not None:
            if writes:
                what = "group chat was upgraded to a supergroup chat"
                raise refused(what, migrate_to_chat_id=group.migrated_to)
        elif group.is_super or writes:
            if group.bot_status == "kicked":
                raise refused(f"bot was kicked from the {group.type} chat", 403)
            if group.bot_status == "left":
                raise refused(f"bot is not a member of the {group.type} chat", 403)

    def _check_topic(self, group: Group, thread: int) -> None:
        if not thread or not group.is_forum:
            return
        topic = group.topics.get(thread)
        if topic is None:
            raise refused("message thread not found")
        if topic.closed and group.bot_status != "administrator":
            raise refused("TOPIC_CLOSED")


def _check_person(user: User) -> None:
    if user.deactivated:
        raise refused("user is deactivated", 403)
    if user.blocked:
        raise refused("bot was blocked by the user", 403)
    if not user.started:
        raise refused("bot can't initiate conversation with a user", 403)
