"""What a platform may send, changed: by value, or by byte."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from tests.nonsense.words import WORDS

Json = dict[str, Any]
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1.5, float("nan"), float("inf"), "", " ", "x", "/xong II.1",
    "private", "group", "supergroup", "channel", "left", "kicked", "restricted", [], {}, [[]], [None], {"id": None},
    {"id": 9001}, {"id": "1001"}, "<b>&", "\x00", "\ud7ff", "\ud800", "a" * 5000,
    [{"type": "bot_command", "offset": 0, "length": 99}],
)  # fmt: skip
_TRIES = 8


def by_value(seed: Json, chance: random.Random) -> object:
    """One to three places that hold something else, or nothing."""
    raw = copy.deepcopy(seed)
    for _ in range(chance.randrange(1, 4)):
        place, key = chance.choice(list(_places(raw)))
        if chance.random() < 0.2:
            del place[key]
        else:
            place[key] = copy.deepcopy(chance.choice((*VALUES, *WORDS)))
        if not raw:
            break
    return raw


def by_byte(seed: Json, chance: random.Random) -> object:
    """Changed bytes that are still JSON: with anything else the platform's client does not get as far."""
    content = json.dumps(seed, ensure_ascii=chance.random() < 0.5).encode()
    for _ in range(_TRIES):
        try:
            return json.loads(changed(content, chance).decode(errors="replace"))
        except (ValueError, RecursionError):
            continue
    return seed


def changed(content: bytes, chance: random.Random, most: int = 3) -> bytes:
    """A few bytes changed, left out, put in or doubled, or a bit turned."""
    found = bytearray(content)
    for _ in range(chance.randrange(1, most + 1)):
        at = chance.randrange(len(found) or 1)
        match chance.randrange(4):
            case 0:
                found[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            case 1:
                found[at : at + 1] = bytes([found[at] ^ 1 << chance.randrange(8)]) if found else b"x"
            case 2:
                end = at + chance.randrange(40)
                found[at:at] = found[at:end]
            case _:
                found[at : at + chance.randrange(8)] = chance.choice(WORDS).encode(errors="replace")[:200]
    return bytes(found)


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every place in the JSON where something stands."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(pairs):
        yield value, key
        yield from _places(each)
