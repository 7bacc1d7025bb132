"""Telegram's HTML, read as the platform reads it: plain text and entities, or the platform's reason why not."""

import re
from dataclasses import dataclass, field

from tests.fakes.telegram_errors import ApiError, Json, refused
from tests.fakes.utf16 import utf16_length

_TAGS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code",
    "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
    "tg-emoji": "custom_emoji", "tg-time": "",
}  # fmt: skip
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?", re.ASCII)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PIECE = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of HTML. Raises ApiError "can't parse entities: …" with the platform's reasons."""
    return _Html(source).parse()


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    name: str
    attributes: dict[str, str]
    offset: int
    piece: int


@dataclass(slots=True)
class _Html:
    """One reading of an HTML text, from left to right."""

    source: str
    at: int = 0
    offset: int = 0
    pieces: list[str] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] == "<":
                if self.source.startswith("</", self.at):
                    self._end_tag()
                else:
                    self._start_tag()
            elif self.source[self.at] == "&":
                self._say(self._character() or self._take("&"))
            else:
                piece = _PIECE.match(self.source, self.at)
                self._say(self._take(piece[0] if piece else ""))
        if self.opened:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.opened[-1].name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.pieces), sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _say(self, piece: str) -> None:
        self.pieces.append(piece)
        self.offset += utf16_length(piece)

    def _take(self, piece: str) -> str:
        self.at += len(piece)
        return piece

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        return self._take(found[0] if found else "")

    def _error(self, why: str, begin: int | None = None) -> ApiError:
        where = "" if begin is None else f" at byte offset {len(self.source[:begin].encode())}"
        return refused(f"can't parse entities: {why}{where}")

    def _character(self) -> str:
        found = _CHARACTER.match(self.source, self.at)
        if found is None:
            return ""
        code = int(found[1], 16) if found[1] else int(found[2] or 0)
        if found[3] is None and not 0 < code < 0x10FFFF:
            return ""
        self.at = found.end()
        return _NAMED[found[3]] if found[3] else chr(code)

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._skip(_TAG_NAME).lower()
        if self.at >= len(self.source):
            raise self._error("Unclosed start tag", begin)
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(_Open(name, attributes, self.offset, len(self.pieces)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip(_SPACE)
            if self.source.startswith(">", self.at):
                self.at += 1
                return attributes
            name = self._skip(_ATTRIBUTE_NAME)
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            self._skip(_SPACE)
            value = ""
            if self.source.startswith("=", self.at):
                self.at += 1
                self._skip(_SPACE)
                value = self._value()
            if self.at >= len(self.source):
                raise self._error("Unclosed start tag", begin)
            attributes[name] = value

    def _value(self) -> str:
        begin = self.at
        quote = self.source[self.at : self.at + 1]
        if quote not in ('"', "'"):
            token = self._skip(_TOKEN).lower()
            if self.at < len(self.source) and not re.match(r"[\s>]", self.source[self.at]):
                raise self._error("Unexpected end of name token", begin)
            return token
        self.at += 1
        letters = []
        while self.at < len(self.source) and self.source[self.at] != quote:
            character = self._character() if self.source[self.at] == "&" else ""
            letters.append(character or self._take(self.source[self.at]))
        self.at += 1
        return "".join(letters)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.opened:
            raise self._error("Unexpected end tag", begin)
        self.at += 2
        name = self._skip(_TAG_NAME).lower()
        self._skip(_SPACE)
        if not self.source.startswith(">", self.at):
            raise self._error("Unclosed end tag", begin)
        self.at += 1
        tag = self.opened.pop()
        if name and name != tag.name:
            place = f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}"
            raise self._error(f'{place}, expected "</{tag.name}>", found "</{name}>"')
        if self.offset > tag.offset and _TAGS[tag.name]:
            self._close(tag)

    def _close(self, tag: _Open) -> None:
        entity: Json = {"type": _TAGS[tag.name], "offset": tag.offset, "length": self.offset - tag.offset}
        last = self.entities[-1] if self.entities else {}
        language = tag.attributes.get("class", "").removeprefix("language-")
        if tag.name == "a":
            entity["url"] = tag.attributes.get("href") or "".join(self.pieces[tag.piece :])
            if "." not in entity["url"] and ":" not in entity["url"]:
                return
        elif tag.name == "tg-emoji":
            if not tag.attributes.get("emoji-id", "").isdigit():
                raise self._error("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.attributes["emoji-id"]
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and language:
            entity["language"] = language
        elif tag.name == "pre" and last == {**entity, "type": "code", "language": last.get("language")}:
            entity["language"] = self.entities.pop()["language"]
        self.entities.append(entity)
