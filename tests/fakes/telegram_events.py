"""How what happens in a chat becomes an update for the bot, privacy mode included."""

from dataclasses import dataclass

from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_shapes import chat_json, entities_of, member_json, text_of, user_json
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import Bot, Group, User, World

Who = User | int
Where = User | Group | int | None


@dataclass(frozen=True, slots=True)
class Event:
    """What an act caused: the updates queued for the bot (none: it does not get to know), the message it made."""

    update_ids: tuple[int, ...] = ()
    message_id: int = 0

    @property
    def update_id(self) -> int | None:
        """The last of the updates."""
        return self.update_ids[-1] if self.update_ids else None


class Events:
    """Writes what happens into the world and tells the bot what it may know."""

    def __init__(self, world: World, updates: Updates) -> None:
        self.world = world
        self._updates = updates

    def user(self, user: Who) -> User:
        """A person, by object or id."""
        return user if isinstance(user, User) else self.world.users[user]

    def group(self, group: Group | int) -> Group:
        """A group, by object or id."""
        return group if isinstance(group, Group) else self.world.groups[group]

    def place(self, user: User, chat: Where) -> User | Group:
        """Where somebody acts: their chat with the bot unless another is given."""
        if isinstance(chat, int):
            return self.world.groups[chat] if chat < 0 else self.world.users[chat]
        return user if chat is None else chat

    def compose(self, user: User, place: User | Group, content: Json, message_id: int = 0) -> Json:
        """A message, not yet in its chat."""
        return {
            "message_id": message_id or self.world.next_message_id(place.id),
            "from": user_json(user),
            "chat": chat_json(place),
            "date": int(self.world.clock()),
            **content,
        }

    def happens(self, user: User, place: User | Group, message: Json, kind: str = "message") -> Event:
        """Put a message into its chat and tell the bot if it may know."""
        self.world.keep(message)
        if isinstance(place, Group) and not reaches_bot(self.world.bot, place, message):
            return Event((), message["message_id"])
        user.met = True
        return Event(self.tell(kind, message), message["message_id"])

    def own_status(self, chat: User | Group, by: User | Bot, old: str, new: str) -> Event:
        """Tell the bot that it is now something else in a chat."""
        bot = self.world.bot
        change = {
            "chat": chat_json(chat),
            "from": user_json(by),
            "date": int(self.world.clock()),
            "old_chat_member": member_json(bot, old),
            "new_chat_member": member_json(bot, new),
        }
        return Event(self.tell("my_chat_member", change))

    def tell(self, kind: str, content: Json) -> tuple[int, ...]:
        """Queue an update: its id, or nothing when the bot did not ask for this kind."""
        update_id = self._updates.add(kind, content)
        return () if update_id is None else (update_id,)


def reaches_bot(bot: Bot, group: Group, message: Json) -> bool:
    """Whether the bot gets this message of a group: in privacy mode commands, replies to it and service messages.

    A command addressed to another bot does not count; a mention in plain text does not either.
    """
    if group.bot_status in ("left", "kicked"):
        return False
    if bot.can_read_all_group_messages or group.bot_status == "administrator":
        return True
    if not {"text", "photo", "document"} & message.keys():
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    for entity in entities_of(message):
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            _, _, addressee = text_of(message)[: entity["length"]].partition("@")
            return addressee.lower() in ("", bot.username.lower())
    return False
