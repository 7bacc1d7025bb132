"""The methods that put something into a chat."""

import time

from tests.fakes.http_params import Params
from tests.fakes.zalo_errors import NO_RESULT, ApiError, Json, Method
from tests.fakes.zalo_limits import Quota, read_format, read_text, read_url
from tests.fakes.zalo_log import Log, Sent
from tests.fakes.zalo_people import People
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_world import Group, User, World


class Sending:
    """Checks what is sent and whether the chat takes it, counts it against the quota and records it."""

    def __init__(self, world: World, switches: Switches, quota: Quota, log: Log, people: People) -> None:
        self._world = world
        self._switches = switches
        self._quota = quota
        self._log = log
        self._people = people
        self.methods: dict[str, Method] = {
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_action,
        }

    def _send_message(self, params: Params) -> Json:
        chat = self._chat(params)
        text = read_text(params, "text")
        mode, styles = read_format(params, text)
        return self._send(chat, "text", text=text, mode=mode, styles=styles)

    def _send_photo(self, params: Params) -> Json:
        chat = self._chat(params)
        url = read_url(params, "photo")
        return self._send(chat, "photo", text=read_text(params, "caption") if params.text("caption") else "", url=url)

    def _send_sticker(self, params: Params) -> Json:
        chat = self._chat(params)
        sticker = params.text("sticker")
        if not sticker:
            raise ApiError(400, "sticker is required")
        return self._send(chat, "sticker", url=sticker)

    def _send_voice(self, params: Params) -> Json:
        chat = self._chat(params)
        url = read_url(params, "voice_url", ending=".aac")
        to_group = isinstance(chat, Group)
        if to_group and self._switches.group_voice == "refused":
            raise ApiError(400, "a voice cannot be sent to a group")
        return self._send(chat, "voice", url=url, is_lost=to_group)

    def _send_action(self, params: Params) -> object:
        chat = self._chat(params)
        if params.text("action") != "typing":
            raise ApiError(400, "action must be typing")
        self._log.actions.append((chat.id, "typing"))
        return NO_RESULT

    def _chat(self, params: Params) -> User | Group:
        return self._world.writable(params.text("chat_id"))

    def _send(
        self,
        chat: User | Group,
        kind: str,
        *,
        text: str = "",
        url: str = "",
        mode: str = "",
        styles: tuple[Json, ...] = (),
        is_lost: bool = False,
    ) -> Json:
        self._quota.check()
        self._quota.take()
        message_id = self._world.new_message_id()
        self._log.sent.append(Sent(time.monotonic(), chat.id, message_id, kind, text, url, mode, styles, is_lost))
        if self._switches.echo:
            self._people.echoes("image" if kind == "photo" else kind, _content(kind, text, url), chat, message_id)
        return {"message_id": message_id, "date": self._world.date()}


def _content(kind: str, text: str, url: str) -> Json:
    """How the bot's own message looks when it comes back."""
    match kind:
        case "text":
            return {"text": text}
        case "photo":
            return {"photo_url": url, "caption": text}
        case "sticker":
            return {"sticker": url}
        case _:
            return {"voice_url": url}
