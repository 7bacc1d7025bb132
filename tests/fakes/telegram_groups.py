"""What happens to groups: the bot comes and goes, people join and leave, topics open, a group becomes super."""

from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_events import Event, Events, Who
from tests.fakes.telegram_shapes import user_json
from tests.fakes.telegram_world import Bot, Group, Topic, User


class Groups:
    """Acts on groups; groups and people may be given by object or by id."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._world = events.world

    def adds_bot_to(self, group: Group | int, by: Who | None = None) -> Event:
        """Add the bot to a group: its new status, then the service message."""
        if not self._world.bot.can_join_groups:
            raise ValueError("the bot may not join groups")
        group = self._events.group(group)
        by = group.owner if by is None else self._events.user(by)
        status = self.bot_becomes(group, "member", by)
        joined = self._serves(by, group, {"new_chat_members": [user_json(self._world.bot)]})
        return Event(status.update_ids + joined.update_ids, joined.message_id)

    def kicks_bot(self, group: Group | int, by: Who | None = None) -> Event:
        """Throw the bot out of a group."""
        return self.bot_becomes(group, "kicked", by)

    def promotes_bot(self, group: Group | int, by: Who | None = None) -> Event:
        """Make the bot an administrator: it sees everything then."""
        return self.bot_becomes(group, "administrator", by)

    def bot_becomes(self, group: Group | int, status: str, by: Who | None = None) -> Event:
        """Give the bot another status in a group; without `by`, "left" is the bot's own act, the rest the owner's."""
        group = self._events.group(group)
        actor: User | Bot = self._world.bot if status == "left" else group.owner
        if by is not None:
            actor = self._events.user(by)
        old, group.bot_status = group.bot_status, status
        return self._events.own_status(group, actor, old, status)

    def joins(self, user: Who, group: Group | int) -> Event:
        """Join a group."""
        user, group = self._events.user(user), self._events.group(group)
        group.members[user.id] = "member"
        return self._serves(user, group, {"new_chat_members": [user_json(user)]})

    def leaves(self, user: Who, group: Group | int) -> Event:
        """Leave a group."""
        user, group = self._events.user(user), self._events.group(group)
        group.members[user.id] = "left"
        return self._serves(user, group, {"left_chat_member": user_json(user)})

    def opens_topic(self, group: Group | int, name: str) -> Topic:
        """Open a topic in a forum; the bot gets the service message."""
        group = self._events.group(group)
        topic = self._world.add_topic(group, name)
        self._events.happens(group.owner, group, _opening(self._events, group, topic))
        return topic

    def deletes_topic(self, group: Group | int, thread: int) -> None:
        """Delete a topic; the platform tells the bot nothing."""
        del self._events.group(group).topics[thread]

    def migrates(self, group: Group | int) -> Event:
        """Turn a group into a supergroup: a new chat id (`group.migrated_to`), one service message on each side."""
        group = self._events.group(group)
        if group.is_super:
            raise ValueError("it is a supergroup already")
        new = self._world.add_group(group.title, bot_status=group.bot_status, owner=group.owner)
        new.members = dict(group.members)
        before = self._serves(group.owner, group, {"migrate_to_chat_id": new.id})
        group.migrated_to = new.id
        after = self._serves(group.owner, new, {"migrate_from_chat_id": group.id})
        return Event(before.update_ids + after.update_ids, after.message_id)

    def _serves(self, user: User, group: Group, content: Json) -> Event:
        """A service message."""
        return self._events.happens(user, group, self._events.compose(user, group, content))


def threading_of(events: Events, group: Group, reply_to: int | None, thread: int | None) -> Json:
    """What a message says about its topic or thread.

    A message in a topic "replies" to the service message that opened it; a reply in a plain supergroup has a thread
    id too, though it is in no topic.
    """
    if group.is_forum and thread:
        opened = _opening(events, group, group.topics[thread])
        return {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": opened}
    if group.is_super and not group.is_forum and reply_to is not None:
        return {"message_thread_id": reply_to}
    return {}


def _opening(events: Events, group: Group, topic: Topic) -> Json:
    created = {"name": topic.name, "icon_color": 7322096}
    content = {"message_thread_id": topic.id, "is_topic_message": True, "forum_topic_created": created}
    return events.compose(group.owner, group, content, topic.id)
