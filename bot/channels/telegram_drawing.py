"""Drawing a Reply for Telegram: messages with a file, a caption or a text, and buttons under the last.

User text is escaped here and nowhere else.
"""

import html
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.split import length, split
from wording.files import cannot_be_sent, in_words
from wording.message import Block, Reply, file_name

log = logging.getLogger(__name__)

NAME = "telegram"
_TEXT_LIMIT = 4000  # of 4096 UTF-16 units: a little room, because Telegram counts after its own parsing
_CAPTION_LIMIT = 1000  # of 1024
_BUTTON_BYTES = 64
_LABEL_LENGTH = 60
_KINDS = frozenset({"photo", "document"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One message on Telegram: a text, or a file whose caption the text is."""

    blocks: Sequence[Block]
    file: Mapping[str, Any] | None = None

    @property
    def html(self) -> str:
        """The text as Telegram's HTML."""
        return "\n".join(
            f"<b>{html.escape(block.text)}</b>" if block.heading else html.escape(block.text) for block in self.blocks
        )

    @property
    def plain(self) -> str:
        """The text without markup."""
        return "\n".join(block.text for block in self.blocks)

    def without_file(self) -> "Piece":
        """The same with words in place of the file."""
        assert self.file is not None
        return Piece((*self.blocks, Block(cannot_be_sent(file_name(self.file)))))


def pieces(reply: Reply) -> list[Piece]:
    """The messages that a reply becomes: files first, a single one with the text as its caption where it fits."""
    own = [file for file in reply.attachments if file.get("channel", NAME) == NAME and file.get("kind") in _KINDS]
    foreign = [Block(in_words(file)) for file in reply.attachments if file not in own]
    texts = [Piece(part) for part in split((*reply.blocks, *foreign), _TEXT_LIMIT)]
    if len(own) == 1 and len(texts) == 1 and length(texts[0].plain) <= _CAPTION_LIMIT:
        return [Piece(texts[0].blocks, own[0])]
    return [*(Piece((), file) for file in own), *texts]


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The buttons; one whose command Telegram would not take is left out and reported."""
    rows = []
    for row in reply.buttons:
        fitting = [button for button in row if 0 < len(button.command.encode()) <= _BUTTON_BYTES]
        for button in set(row).difference(fitting):
            log.error("the button %r has a command that does not fit: %r", button.label, button.command)
        if fitting:
            rows.append(
                [
                    InlineKeyboardButton(each.label[:_LABEL_LENGTH] or "…", callback_data=each.command)
                    for each in fitting
                ]
            )
    return InlineKeyboardMarkup(rows) if rows else None
