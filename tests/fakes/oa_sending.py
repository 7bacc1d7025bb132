"""The methods that put something into a chat or up on the platform."""

import secrets
import time
from collections.abc import Callable

from tests.fakes.http_params import Params
from tests.fakes.oa_errors import ApiError, Json, Method
from tests.fakes.oa_log import Sent
from tests.fakes.oa_world import Upload, World
from tests.fakes.utf16 import utf16_length

MOST_TEXT = 2000
_DOCUMENTS = (".pdf", ".doc", ".docx")


class Sending:
    """Checks what is sent and whether the chat takes it, and records it."""

    def __init__(self, world: World, record: Callable[[Sent], None]) -> None:
        self._world = world
        self._record = record
        self.methods: dict[str, Method] = {
            "v3.0/oa/group/message": self._to_group,
            "v3.0/oa/message/cs": self._to_person,
            "v2.0/oa/upload/file": lambda params: {"token": self._put_up(params, 5_000_000, _DOCUMENTS)},
            "v2.0/oa/upload/image": lambda params: {
                "attachment_id": self._put_up(params, 1_000_000, (".png", ".jpg"))
            },
        }

    def _to_group(self, params: Params) -> Json:
        group = self._world.writable_group(_recipient(params, "group_id"))
        kind, text, content = self._content(params)
        line = self._world.write_down(None, text, group=group)
        self._record(Sent(time.monotonic(), group.id, line["message_id"], kind, text, content))
        return {"message_id": line["message_id"], "group_id": group.id}

    def _to_person(self, params: Params) -> Json:
        user, billed = self._world.writable_user(_recipient(params, "user_id"))
        kind, text, content = self._content(params)
        line = self._world.write_down(None, text, to=user)
        self._record(Sent(time.monotonic(), user.id, line["message_id"], kind, text, content, billed))
        return {"message_id": line["message_id"], "user_id": user.id}

    def _content(self, params: Params) -> tuple[str, str, bytes]:
        message = _parsed(params, "message")
        attachment = message.get("attachment")
        if attachment is None:
            text = message.get("text")
            if not isinstance(text, str) or not text.strip():
                raise ApiError(-201, "text is empty")
            if utf16_length(text) > MOST_TEXT:
                raise ApiError(-210, "text")
            return "text", text, b""
        try:
            payload = attachment["payload"]
            if attachment["type"] == "file":
                upload, kind = self._world.uploads[payload["token"]], "file"
            else:
                (element,) = payload["elements"]
                upload, kind = self._world.uploads[element["attachment_id"]], element["media_type"]
        except (LookupError, TypeError, ValueError):
            raise ApiError(-201, "attachment") from None
        return kind, upload.name, upload.content

    def _put_up(self, params: Params, most: int, endings: tuple[str, ...]) -> str:
        file = params.upload("file")
        if file is None or not file.name.lower().endswith(endings):
            raise ApiError(-201, "file")
        if len(file.content) > most:
            raise ApiError(-210, "file")
        token = secrets.token_urlsafe(16)
        self._world.uploads[token] = Upload(file.name, file.content)
        return token


def _parsed(params: Params, name: str) -> Json:
    try:
        found = params.parsed(name)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ApiError(-201, name)
    return found


def _recipient(params: Params, name: str) -> str:
    return str(_parsed(params, "recipient").get(name) or "")
