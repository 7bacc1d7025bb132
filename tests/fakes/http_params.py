"""What a request carries, however it was sent: query string, form, JSON or multipart, as one set of parameters."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.fakes.http_server import Request

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_DISPOSITION = re.compile(r'(\w+\*?)=(?:"([^"]*)"|([^;\s]+))')
_WHOLE_NUMBER = re.compile(r"\s*([+-]?\d+)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came inside a request."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one request; every value is a text, as the platform itself treats them."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as it came; empty when it was not given."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number, read leniently: what does not begin with one is 0."""
        value = self.values.get(name, "")
        if not value:
            return default
        found = _WHOLE_NUMBER.match(value)
        return int(found[1]) if found else 0

    def flag(self, name: str) -> bool:
        """True for true, yes and 1."""
        return self.values.get(name, "").lower() in ("true", "yes", "1")

    def parsed(self, name: str) -> Any:  # noqa: ANN401 - whatever the client sent
        """A parameter that holds JSON; None when it was not given. Raises ValueError."""
        value = self.values.get(name, "")
        return json.loads(value) if value else None

    def upload(self, name: str) -> Upload | None:
        """A file under that name, or the one that the parameter attach://… points at."""
        value = self.values.get(name, "")
        return self.files.get(value.removeprefix("attach://") if value.startswith("attach://") else name)


def read_params(request: Request) -> Params:
    """The parameters of the query string and the body. Raises ValueError when the body cannot be read."""
    values = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
    if not request.body:
        return Params(values)
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        values.update(parse_qsl(request.body.decode(), keep_blank_values=True))
        return Params(values)
    if content_type.startswith("application/json"):
        given = json.loads(request.body)
        if not isinstance(given, dict):
            raise ValueError("an object is expected")
        for name, value in given.items():
            values[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return Params(values)
    if content_type.startswith("multipart/form-data"):
        return _multipart(request.body, content_type, values)
    raise ValueError(f"unknown content type {content_type!r}")


def _multipart(body: bytes, content_type: str, values: dict[str, str]) -> Params:
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("no boundary")
    files = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + found[1].encode())[1:]:
        if part.startswith(b"--"):
            break
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = {}
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        fields = {key: quoted or bare for key, quoted, bare in _DISPOSITION.findall(headers["content-disposition"])}
        file_name = _file_name(fields)
        if file_name is None:
            values[fields["name"]] = content.decode()
        else:
            mime = headers.get("content-type", "application/octet-stream")
            files[fields["name"]] = Upload(file_name, content, mime)
    return Params(values, files)


def _file_name(fields: dict[str, str]) -> str | None:
    if "filename*" in fields:
        return unquote(fields["filename*"].split("''", 1)[-1])
    if "filename" in fields:
        return fields["filename"].replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    return None
