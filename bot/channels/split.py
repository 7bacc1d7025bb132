"""Cutting a long message into parts: at blocks, then at lines, then at words; never inside a character.

Lengths are UTF-16 code units, which is how the platforms count.
"""

import unicodedata
from collections.abc import Iterator
from itertools import chain

from wording.message import Block


def length(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def split(blocks: tuple[Block, ...], limit: int) -> list[list[Block]]:
    """Parts of at most `limit` units each, blocks joined by a line break; nothing is lost but white space."""
    parts: list[list[Block]] = [[]]
    used = 0
    for block in chain.from_iterable(_pieces(each, limit) for each in blocks):
        size = length(block.text) + 1
        if parts[-1] and used + size - 1 > limit:
            parts.append([])
            used = 0
        parts[-1].append(block)
        used += size
    return [part for part in parts if part]


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """The block itself, or pieces of it that fit."""
    rest = block.text
    while length(rest) > limit:
        cut = _longest_prefix(rest, limit)
        at = max(rest.rfind("\n", 1, cut), 0) or max(rest.rfind(" ", 1, cut), 0) or cut
        yield Block(rest[:at].rstrip(), block.heading)
        rest = rest[at:].lstrip()
    if rest:
        yield Block(rest, block.heading)


def _longest_prefix(text: str, limit: int) -> int:
    """How many characters fit into the limit without parting a letter from its marks."""
    used = count = 0
    for letter in text:
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > limit:
            break
        count += 1
    while count > 1 and count < len(text) and _continues(text, count):
        count -= 1
    return count


def _continues(text: str, at: int) -> bool:
    """Whether the character belongs to the one before: a combining mark, a joiner, a variation selector."""
    joiner = "\N{ZERO WIDTH JOINER}"
    return (
        unicodedata.combining(text[at]) > 0
        or unicodedata.category(text[at]) in {"Mn", "Me", "Mc", "Sk"}
        or text[at] == joiner
        or text[at - 1] == joiner
    )
