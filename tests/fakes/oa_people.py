"""What people do: they write in a group or to the account, quote it, send files, follow and leave."""

import secrets
from collections.abc import Callable

from tests.fakes.oa_errors import Json
from tests.fakes.oa_switches import Switches
from tests.fakes.oa_world import Group, User, World


class People:
    """Acts on the world as its people would; every act becomes an event for the webhook and a line of a history.

    People and groups may be given by object or by id. Each returns the event.
    """

    def __init__(self, world: World, switches: Switches, app_id: str, deliver: Callable[[Json], None]) -> None:
        self._world = world
        self._switches = switches
        self._app_id = app_id
        self._deliver = deliver

    def says(
        self,
        user: User | str,
        text: str,
        group: Group | str | None = None,
        *,
        quotes: str = "",
        quotes_user: User | str | None = None,
    ) -> Json:
        """Write a text. `quotes` is the text of a message that it answers: the account's, or another person's."""
        message: Json = {"text": text}
        quote: Json = {}
        if quotes:
            quote = {"msg_id": secrets.token_hex(10), "text": quotes}
            if self._switches.quotes == "sender":
                owner = self._world.id if quotes_user is None else self._world.user(quotes_user).id
                quote["sender"] = {"id": owner}
            message["quote_msg"] = quote
        return self._sends("text", message, user, group, {"quote_msg": quote} if quote else {})

    def sends(
        self,
        user: User | str,
        kind: str,
        url: str,
        name: str = "",
        text: str = "",
        group: Group | str | None = None,
    ) -> Json:
        """Send an "image", "file", "link", "sticker" or anything else that has a URL."""
        payload = {"url": url, **({"name": name} if name else {})}
        message = {"attachments": [{"type": kind, "payload": payload}], **({"text": text} if text else {})}
        return self._sends(kind, message, user, group, {"type": kind, "url": url, "message": text})

    def follows(self, user: User | str, *, again: bool = True) -> Json:
        """Follow the account, or cease to."""
        user = self._world.user(user)
        user.follows = again
        return self.emits({"event_name": "follow" if again else "unfollow", "follower": {"id": user.id}})

    def changes(self, group: Group | str, event_name: str) -> Json:
        """Something happens to a group: "create_group", "delete_group" and so on."""
        group = self._world.group(group)
        group.has_oa = event_name != "delete_group"
        return self.emits({"event_name": event_name, "group_id": group.id})

    def emits(self, event: Json) -> Json:
        """Deliver any event, with the app and the time that every one carries."""
        whole = {"app_id": self._app_id, "timestamp": str(int(self._world.clock() * 1000)), **event}
        self._deliver(whole)
        return whole

    def _sends(self, kind: str, message: Json, user: User | str, group: Group | str | None, extra: Json) -> Json:
        user = self._world.user(user)
        user.interacted = self._world.clock()
        group = None if group is None else self._world.group(group)
        line = self._world.write_down(user, str(message.get("text", "")), group=group)
        line |= extra
        return self.emits(
            {
                "event_name": f"user_send_{'group_' if group else ''}{kind}",
                "sender": {"id": user.id},
                "recipient": {"id": group.id if group else self._world.id},
                "user_id_by_app": f"app-{user.id}",
                "message": {"msg_id": line["message_id"], **message},
            }
        )
