"""What people do with the bot: they start it, write, press buttons, block it. Each act gives back its updates."""

import time

from tests.fakes.telegram_entities import find_entities
from tests.fakes.telegram_errors import Json
from tests.fakes.telegram_events import Event, Events, Where, Who
from tests.fakes.telegram_groups import threading_of
from tests.fakes.telegram_keyboards import buttons_of
from tests.fakes.telegram_shapes import attachment_json, user_json, without_reply
from tests.fakes.telegram_world import Group, StoredFile, User


class People:
    """Acts on the world as its people would. Who and where may be given by object or by id."""

    def __init__(self, events: Events) -> None:
        self.queries: dict[str, float] = {}
        self._events = events
        self._world = events.world

    def starts(self, user: Who, payload: str = "") -> Event:
        """Press Start, perhaps by a link t.me/bot?start=payload; somebody who blocked the bot unblocks it so."""
        user = self._events.user(user)
        unblocked = self.unblocks(user).update_ids if user.blocked else ()
        said = self.says(user, f"/start {payload}".strip())
        return Event(unblocked + said.update_ids, said.message_id)

    def says(
        self,
        user: Who,
        text: str = "",
        chat: Where = None,
        *,
        reply_to: int | None = None,
        photo: bytes | None = None,
        document: tuple[str, bytes] | StoredFile | None = None,
        thread: int | None = None,
    ) -> Event:
        """Write to the bot, or in a group. With a photo or document (name, bytes) the text is the caption."""
        user = self._events.user(user)
        place = self._events.place(user, chat)
        content = self._attached(photo, document)
        name = "caption" if content else "text"
        if text:
            content[name] = text
            entities = find_entities(text)
            if entities:
                content["caption_entities" if name == "caption" else "entities"] = entities
        if isinstance(place, Group):
            place.members.setdefault(user.id, "member")
            content |= threading_of(self._events, place, reply_to, thread)
        elif place.blocked:
            raise ValueError(f"{place.first_name} has blocked the bot; use unblocks() or starts() first")
        else:
            place.started = True
        if reply_to is not None:
            replied = self._world.messages[place.id].get(reply_to)
            if replied is None:
                raise ValueError(f"no message {reply_to} in the chat {place.id}")
            content["reply_to_message"] = without_reply(replied)
        return self._events.happens(user, place, self._events.compose(user, place, content))

    def edits(self, user: Who, message_id: int, text: str, chat: Where = None) -> Event:
        """Change an own message."""
        user = self._events.user(user)
        place = self._events.place(user, chat)
        old = self._world.messages[place.id][message_id]
        if old["from"]["id"] != user.id:
            raise ValueError(f"message {message_id} is not of {user.first_name}")
        new = {**old, "text": text, "edit_date": int(self._world.clock()), "entities": find_entities(text)}
        return self._events.happens(user, place, new, "edited_message")

    def presses(
        self,
        user: Who,
        button: str = "",
        *,
        chat: Where = None,
        message_id: int | None = None,
        data: str | None = None,
        age: float = 0.0,
    ) -> Event:
        """Press a button, by its text or its data, of the last message that has it, or of a given message.

        `data` is sent as it is, for a button that is no longer there; `age`: so many seconds ago.
        """
        user = self._events.user(user)
        place = self._events.place(user, chat)
        if data is None:
            message, data = self._find_button(place, button, message_id)
        elif message_id is None:
            raise ValueError("data needs the message that had the button")
        else:
            message = self._world.messages[place.id][message_id]
        query_id = str(7_000_000_000 + self._world.count("queries"))
        self.queries[query_id] = time.monotonic() - age
        query = {
            "id": query_id,
            "from": user_json(user),
            "message": message,
            "chat_instance": str(abs(place.id) * 31),
            "data": data,
        }
        if isinstance(place, Group) and place.bot_status in ("left", "kicked"):
            return Event((), message["message_id"])
        user.met = True
        return Event(self._events.tell("callback_query", query), message["message_id"])

    def blocks(self, user: Who) -> Event:
        """Block the bot."""
        user = self._events.user(user)
        user.blocked = True
        return self._events.own_status(user, user, "member", "kicked")

    def unblocks(self, user: Who) -> Event:
        """Unblock the bot."""
        user = self._events.user(user)
        user.blocked = False
        return self._events.own_status(user, user, "kicked", "member")

    def _attached(self, photo: bytes | None, document: tuple[str, bytes] | StoredFile | None) -> Json:
        if photo is not None:
            return attachment_json(self._world.add_file("photo", "photo.jpg", photo))
        if isinstance(document, StoredFile):
            return attachment_json(document)
        return attachment_json(self._world.add_file("document", *document)) if document is not None else {}

    def _find_button(self, place: User | Group, wanted: str, message_id: int | None) -> tuple[Json, str]:
        """The last message with this button, and the button's data."""
        there = self._world.messages[place.id]
        seen = []
        for message in [there[message_id]] if message_id is not None else reversed(there.values()):
            for button in buttons_of(message.get("reply_markup")):
                if "callback_data" in button and wanted in (button["text"], button["callback_data"]):
                    return message, button["callback_data"]
                seen.append(button["text"])
        raise LookupError(f"no button {wanted!r} in the chat {place.id}; there are {seen}")
