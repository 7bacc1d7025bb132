"""Text as the platform reads it: trimmed, with the entities of its HTML and those found in plain text."""

import re
from collections.abc import Callable

from tests.fakes.telegram_errors import Json, refused
from tests.fakes.telegram_html import parse_html
from tests.fakes.utf16 import utf16_length

MOST_ENTITIES = 100
_LOOSE = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("url", re.compile(r"(?<!\w)https?://[^\s<>\"]+")),
)


def find_entities(text: str) -> list[Json]:
    """The commands, mentions and links that the platform marks in plain text by itself."""
    if "/" not in text and "@" not in text:
        return []
    found = [
        {"type": kind, "offset": utf16_length(text[: hit.start()]), "length": utf16_length(hit[0])}
        for kind, pattern in _LOOSE
        for hit in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: entity["offset"])


def read_text(text: str, parse_mode: str, knows_user: Callable[[int], Json | None]) -> tuple[str, list[Json]]:
    """Plain text and entities of what a bot sends. Raises ApiError when they cannot be parsed."""
    if len(text.encode()) > 1 << 15:
        raise refused("text is too long")
    mode = parse_mode.lower()
    if mode not in ("", "none", "html"):
        known = mode in ("markdown", "markdownv2")
        raise refused(
            "the fake reads only HTML; ask for Markdown when it is needed" if known else "unsupported parse_mode"
        )
    plain, entities = parse_html(text) if mode == "html" else (text, [])
    plain, entities = _trimmed(plain, entities)
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities if "url" in entity]
    entities = [entity for entity in (_with_user(entity, knows_user) for entity in entities) if entity is not None]
    for entity in find_entities(plain):
        if not any(start <= entity["offset"] < end for start, end in taken):
            entities.append(entity)
    return plain, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))[:MOST_ENTITIES]


def _with_user(entity: Json, knows_user: Callable[[int], Json | None]) -> Json | None:
    """A link to a person becomes a mention of them; of somebody unknown, nothing is left."""
    if not str(entity.get("url", "")).startswith("tg://user?id="):
        return entity
    user = knows_user(int(re.sub(r"\D", "", entity["url"]) or 0))
    return user and {"type": "text_mention", "offset": entity["offset"], "length": entity["length"], "user": user}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without spaces at the end, nor at the beginning before the first entity."""
    text = text.rstrip()
    first = min((entity["offset"] for entity in entities), default=len(text))
    cut = min(len(text) - len(text.lstrip(" \n")), first)
    text = text[cut:]
    end = utf16_length(text)
    kept = []
    for entity in entities:
        offset = entity["offset"] - cut
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    return text, kept
