"""Drawing a Reply for a Zalo Official Account: files, then plain text in parts, buttons as numbers.

In a group the platform reads "[@…]" as a mention, of one person or of everybody; text that people have written must
not call anybody, so those signs are parted.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.split import split
from wording.files import in_words
from wording.message import Block, Reply
from wording.numbered import numbered, part_of
from wording.zalo_oa import CHOOSE_IN_GROUP

NAME = "zalo_oa"
_LIMIT = 1790  # of 1800 UTF-16 units, with room for "(12/34) "; the platform takes 2000 of nobody knows what
_KINDS = frozenset({"photo", "document"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: a text, or a file."""

    text: str = ""
    file: Mapping[str, Any] | None = None


def pieces(reply: Reply, *, in_group: bool) -> list[Piece]:
    """The messages that a reply becomes."""
    own = [each for each in reply.attachments if _is_ours(each)]
    foreign = [Block(in_words(each)) for each in reply.attachments if each not in own]
    buttons = [button for row in reply.buttons for button in row]
    blocks = [*reply.blocks, *foreign, *numbered(buttons, in_group=in_group)]
    if in_group and buttons:
        blocks.append(Block(CHOOSE_IN_GROUP))
    harmless = tuple(Block(_harmless(block.text), block.heading) for block in blocks)
    texts = ["\n".join(block.text for block in part) for part in split(harmless, _LIMIT)]
    if len(texts) > 1:
        texts = [part_of(text, number, len(texts)) for number, text in enumerate(texts, start=1)]
    return [*(Piece(file=each) for each in own), *(Piece(text) for text in texts)]


def _is_ours(attachment: Mapping[str, Any]) -> bool:
    """What lies on this machine, or was sent to the account before."""
    return attachment.get("kind") in _KINDS and ("path" in attachment or attachment.get("channel") == NAME)


def _harmless(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("[@", "[ @")
