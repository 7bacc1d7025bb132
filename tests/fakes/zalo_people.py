"""What people do: they write to the bot or in a group, send links, pictures and stickers, block the bot."""

import re
from dataclasses import dataclass

from tests.fakes.zalo_errors import Json
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_updates import Updates
from tests.fakes.zalo_world import Bot, Group, User, World

_LINK = re.compile(r"(?<!\w)(?:https?://|www\.)\S")


@dataclass(frozen=True, slots=True)
class Event:
    """What an act caused: the update for the bot (None: the bot does not get to know), the message it made."""

    message_id: str
    update: Json | None = None


class People:
    """Acts on the world as its people would. People and groups may be given by object or by id.

    In a group, `mention` means the picker of the app was used, `reply` that the message answers one of the bot's;
    with the gate on, a message that is neither does not reach the bot. `addressed` says so of what is not a text.
    """

    def __init__(self, world: World, switches: Switches, updates: Updates) -> None:
        self._world = world
        self._switches = switches
        self._updates = updates

    def says(
        self,
        user: User | str,
        text: str,
        group: Group | str | None = None,
        *,
        mention: bool = True,
        reply: bool = False,
    ) -> Event:
        """Write a text. A mention goes before it unless the text holds the bot's name already, or it is a reply."""
        name = f"@{self._world.bot.display_name}"
        if group is not None and mention and not reply and self._switches.mention_prefix and name not in text:
            text = f"{name} {text}"
        if _LINK.search(text) and self._switches.links != "text":
            kind, content = ("unsupported", {}) if self._switches.links == "unsupported" else ("link", {"text": text})
        else:
            kind, content = "text", {"text": text}
        return self._sends(kind, content, user, group, mention or reply)

    def sends_link(
        self, user: User | str, url: str, group: Group | str | None = None, *, mention: bool = True
    ) -> Event:
        """Share a link: the bot sees only that something came, unless `links` says otherwise."""
        return self.says(user, url, group, mention=mention)

    def sends_image(
        self,
        user: User | str,
        url: str = "https://photo.zdn.vn/anh.jpg",
        caption: str = "",
        group: Group | str | None = None,
        *,
        addressed: bool = True,
    ) -> Event:
        """Send a picture, which the platform keeps at a URL."""
        names = ("photo", "photo_url") if self._switches.photo_field == "both" else (self._switches.photo_field,)
        content = dict.fromkeys(names, url) | ({"caption": caption} if caption else {})
        return self._sends("image", content, user, group, addressed)

    def sends_sticker(
        self,
        user: User | str,
        sticker: str = "bfe458bf64fa8da4d4eb",
        group: Group | str | None = None,
        *,
        addressed: bool = True,
    ) -> Event:
        """Send a sticker."""
        content = {"sticker": sticker, "url": f"https://zalo-api.zadn.vn/sticker/{sticker}"}
        return self._sends("sticker", content, user, group, addressed)

    def sends_voice(
        self,
        user: User | str,
        url: str = "https://voice.zdn.vn/tin.aac",
        group: Group | str | None = None,
        *,
        addressed: bool = True,
    ) -> Event:
        """Send a voice message."""
        return self._sends("voice", {"voice_url": url}, user, group, addressed)

    def sends_unsupported(
        self,
        user: User | str,
        group: Group | str | None = None,
        *,
        addressed: bool = True,
        with_message: bool = True,
    ) -> Event:
        """Send a document, a contact, or anything as a protected person; then there may be no `message` at all."""
        if not with_message:
            return self.emits({"event_name": "message.unsupported.received"})
        return self._sends("unsupported", {}, user, group, addressed)

    def emits(self, update: Json) -> Event:
        """Give the bot any update: an unknown event, one without `message`, the same one again."""
        self._updates.add(update)
        return Event(update.get("message", {}).get("message_id", ""), update)

    def echoes(self, kind: str, content: Json, chat: User | Group, message_id: str) -> None:
        """Give the bot its own message back."""
        self.emits(self._update(kind, content, self._world.bot, chat, message_id))

    def blocks(self, user: User | str) -> None:
        """Block the bot; it is not told."""
        self._world.user(user).blocked = True

    def unblocks(self, user: User | str) -> None:
        """Unblock the bot."""
        self._world.user(user).blocked = False

    def adds_bot_to(self, group: Group | str) -> None:
        """Add the bot to a group; it is not told."""
        if not self._world.bot.can_join_groups:
            raise ValueError("the bot may not join groups")
        self._world.group(group).has_bot = True

    def removes_bot_from(self, group: Group | str) -> None:
        """Throw the bot out of a group; it is not told."""
        self._world.group(group).has_bot = False

    def _sends(self, kind: str, content: Json, user: User | str, group: Group | str | None, addressed: bool) -> Event:
        user = self._world.user(user)
        message_id = self._world.new_message_id()
        if group is None:
            user.wrote = True
            return self.emits(self._update(kind, content, user, user, message_id))
        group = self._world.group(group)
        group.members[user.id] = user
        if not group.has_bot or (self._switches.mention_gate and not addressed):
            return Event(message_id)
        return self.emits(self._update(kind, content, user, group, message_id))

    def _update(self, kind: str, content: Json, by: User | Bot, chat: User | Group, message_id: str) -> Json:
        group = chat if isinstance(chat, Group) else None
        sender: Json = {"id": by.id if isinstance(by, Bot) else self._world.sender_id(by, group)}
        if not self._switches.bare_sender:
            name = by.display_name if isinstance(by, Bot) else by.name
            sender |= {"display_name": name, "is_bot": isinstance(by, Bot)}
        message: Json = {
            "message_id": message_id,
            "date": self._world.date(),
            "from": sender,
            "chat": {"id": chat.id, "chat_type": "PRIVATE" if group is None else "GROUP"},
            **content,
        }
        if self._switches.message_type:
            message["message_type"] = "CHAT_MESSAGE"
        return {"event_name": f"message.{kind}.received", "message": message}
