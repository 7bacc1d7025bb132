"""A message as a value, before any channel draws it.

Text is data: a block holds plain text, and each channel escapes it at its own boundary. Blocks are the places
where a long message may be split. A button is a label and the command that its press stands for, so that
Telegram's buttons and Zalo's numbered replies are two drawings of one Reply.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item; a heading is drawn bold where the channel can."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A label and the command that pressing it stands for (ASCII, at most 64 bytes: Telegram's limit)."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: blocks, then buttons, each in a row of its own or several side by side.

    `attachments` are files to go with it: "kind", "id" and "name" as a channel gave them, and that "channel"; or a
    paper that the bot makes when the message goes out, see `paper`; once it is made, it has a "path".
    """

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For the outbox."""
        body: dict[str, Any] = {
            "blocks": [[block.text, block.heading] for block in self.blocks],
            "buttons": [[[button.label, button.command] for button in row] for row in self.buttons],
        }
        return {**body, "attachments": list(self.attachments)} if self.attachments else body

    @classmethod
    def from_dict(cls, body: dict[str, Any]) -> "Reply":
        """From the outbox."""
        return cls(
            tuple(Block(text, heading) for text, heading in body["blocks"]),
            tuple(tuple(Button(label, command) for label, command in row) for row in body["buttons"]),
            tuple(body.get("attachments", ())),
        )

    @property
    def plain(self) -> str:
        """The text alone."""
        return "\n".join(block.text for block in self.blocks)

    def again(self) -> "Reply":
        """The same, saying that it is said again because nobody knows whether it arrived the first time."""
        first, *rest = self.blocks
        return replace(self, blocks=(Block(f"(nhắc lại) {first.text}", first.heading), *rest))


def say(*paragraphs: str, buttons: tuple[tuple[Button, ...], ...] = ()) -> Reply:
    """A reply of plain paragraphs."""
    return Reply(tuple(Block(paragraph) for paragraph in paragraphs), buttons)


def paper(
    kind: Literal["document", "photo"],
    what: str,
    name: str,
    at: datetime,
    about: Mapping[str, str | int | None] | None = None,
) -> dict[str, Any]:
    """A file that `jobs.press` makes when the message goes out: what it is, and of which moment.

    `name` is ASCII, for every phone and computer. The message carries this in the outbox.
    """
    return {"kind": kind, "paper": what, "name": name, "at": at.isoformat(), "about": dict(about or {})}


def file_name(attachment: Mapping[str, Any]) -> str:
    """What a person calls the file."""
    return str(attachment.get("name") or ("ảnh" if attachment.get("kind") == "photo" else "tệp không tên"))


def in_rows(buttons: list[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Buttons side by side, `width` in a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def cut(text: str, most: int) -> str:
    """One line of at most `most` characters; what is left out becomes "…"."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    words = head if line[most - 1] == " " else head.rpartition(" ")[0]
    return (words if len(words) > most // 2 else head).rstrip(" ,.;:-·(") + "…"


def capped(entries: Sequence[Block], what: str, most: int = 40, room: int = 2800) -> list[Block]:
    """As many of the entries as a phone can bear, in lines and characters, and how many of them are left out."""
    shown: list[Block] = []
    for entry in entries:
        most -= entry.text.count("\n") + 1
        room -= len(entry.text) + 1
        if shown and (most < 0 or room < 0):
            return [*shown, Block(f"… và {len(entries) - len(shown)} {what} nữa.")]
        shown.append(entry)
    return shown


def folded(text: str) -> str:
    """Lower case without diacritics, single spaces: how people type Vietnamese in a hurry."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("\N{NO-BREAK SPACE}", " "))
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return " ".join(bare.split())
