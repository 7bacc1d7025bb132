"""Drawing a Reply for Zalo: plain text in parts, buttons as numbers, a picture only where Zalo has it already."""

import unicodedata
from dataclasses import dataclass

from bot.channels.split import split
from wording.files import in_words
from wording.message import Block, Reply
from wording.numbered import numbered, part_of

NAME = "zalo"
_LIMIT = 1790  # of 1800 UTF-16 units, with room for "(12/34) "; the platform takes 2000 of nobody knows what


@dataclass(frozen=True, slots=True)
class Piece:
    """One message on Zalo: a text, or a picture at a URL with the text under it."""

    text: str
    photo: str = ""


def pieces(reply: Reply, *, in_group: bool) -> list[Piece]:
    """The messages that a reply becomes."""
    photos = [each for each in reply.attachments if each.get("channel") == NAME and _is_at_url(each)]
    others = [each for each in reply.attachments if each not in photos and not _is_drawn_by_us(each)]
    foreign = [Block(in_words(each)) for each in others]
    buttons = [button for row in reply.buttons for button in row]
    blocks = [*reply.blocks, *foreign, *numbered(buttons, in_group=in_group)]
    composed = tuple(Block(unicodedata.normalize("NFC", block.text), block.heading) for block in blocks)
    texts = ["\n".join(block.text for block in part) for part in split(composed, _LIMIT)]
    if len(texts) > 1:
        texts = [part_of(text, number, len(texts)) for number, text in enumerate(texts, start=1)]
    urls = [str(each["id"]) for each in photos]
    if len(urls) == 1 and len(texts) == 1:
        return [Piece(texts[0], urls[0])]
    return [*(Piece("", url) for url in urls), *(Piece(text) for text in texts)]


def _is_drawn_by_us(attachment: dict[str, object]) -> bool:
    """A picture of ours shows what the text says; it needs no line of its own where it cannot be shown."""
    return attachment.get("kind") == "photo" and "path" in attachment


def _is_at_url(attachment: dict[str, object]) -> bool:
    return attachment.get("kind") == "photo" and str(attachment.get("id", "")).startswith(("http://", "https://"))
