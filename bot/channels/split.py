"""Cutting a long message into parts: at blocks, then at lines, then at words; never inside a character.

Lengths are UTF-16 code units, which is how the platforms count.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from wording.message import Block

_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")  # at the beginning
_JOINER = "\N{ZERO WIDTH JOINER}"
_CLINGING = frozenset({"Mn", "Me", "Mc", "Sk"})  # marks, variation selectors, skin tones


def length(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(blocks: tuple[Block, ...], limit: int) -> list[list[Block]]:
    """Parts of at most `limit` units each, blocks joined by a line break; nothing is lost but white space.

    No part begins or ends with a blank line, and a heading goes with what follows it where there is room.
    """
    parts: list[list[Block]] = [[]]
    used = 0
    for block in chain.from_iterable(_pieces(each, limit) for each in blocks):
        if used and used + 1 + length(block.text) > limit:
            parts.append(_headings_off(parts[-1], limit - 1 - length(block.text)))
            used = _length_of(parts[-1])
        own = block if used else Block(_BLANK_LINES.sub("", block.text), block.heading)
        if used or own.text.strip():
            parts[-1].append(own)
            used += length(own.text) + (1 if used else 0)
    return [part for part in map(_without_blank_end, parts) if part]


def _length_of(part: list[Block]) -> int:
    return length("\n".join(block.text for block in part))


def _headings_off(part: list[Block], room: int) -> list[Block]:
    """Take the headings off the end of a part, if something is left of it and they fit into so much room."""
    start = len(part)
    while start > 0 and (part[start - 1].heading or not part[start - 1].text.strip()):
        start -= 1
    while start < len(part) and not part[start].text.strip():
        start += 1
    headings = part[start:]
    if start == 0 or not headings or _length_of(headings) > room:
        return []
    del part[start:]
    first = headings[0]
    return [Block(_BLANK_LINES.sub("", first.text), first.heading), *headings[1:]]


def _without_blank_end(part: list[Block]) -> list[Block]:
    while part and not part[-1].text.strip():
        part = part[:-1]
    return part


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """The block itself, or pieces of it that fit."""
    rest = block.text
    while length(rest) > limit:
        cut = _longest_prefix(rest, limit)
        at = max(rest.rfind("\n", 1, cut + 1), 0) or max(rest.rfind(" ", 1, cut + 1), 0) or cut
        if piece := rest[:at].rstrip():
            yield Block(piece, block.heading)
        rest = rest[at:].lstrip()
    if rest or not block.text:
        yield Block(rest, block.heading)


def _longest_prefix(text: str, limit: int) -> int:
    """How many characters fit into the limit without parting a letter from its marks."""
    used = count = 0
    for letter in text:
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > limit:
            break
        count += 1
    whole = count
    while whole > 0 and whole < len(text) and _continues(text, whole):
        whole -= 1
    return whole or max(count, 1)  # one letter with more marks than a message holds is cut all the same


def _continues(text: str, at: int) -> bool:
    """Whether the character belongs to the one before."""
    here, before = text[at], text[at - 1]
    if here == _JOINER or before == _JOINER or unicodedata.category(here) in _CLINGING or _is_tag(here):
        return True
    if _is_flag_letter(here) and _is_flag_letter(before):
        return _flag_letters_before(text, at) % 2 == 1
    return before == "\r" and here == "\n"


def _is_tag(letter: str) -> bool:
    """The invisible letters that make the flag of a region."""
    return "\U000e0020" <= letter <= "\U000e007f"


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_letter(text[at - 1 - count]):
        count += 1
    return count
