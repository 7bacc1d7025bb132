"""The demo's screen: the group and the leaders in full, what repeats itself in a line.

Nothing is left out: a private digest is told by its task codes, an edit by what is new in the message.
"""

import re
from collections.abc import Callable
from datetime import datetime

from bot.channels.console import ANSWER, EDIT, Shown
from wording.console import edited, private_reminders, typed
from wording.message import Reply

_CODE = re.compile(r"• ([A-Z]+\.\d+) ")
_TO_LEADERS = "🚩"


class Screen:
    """Collects what is told in a line, until `flush`."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._routine = False
        self._private: dict[tuple[datetime, str], list[str]] = {}
        self._edits: dict[tuple[datetime, str], list[int]] = {}
        self._in_full: set[tuple[datetime, str]] = set()

    def typed(self, at: datetime, name: str, text: str, *, in_group: bool, routine: bool) -> None:
        """Somebody types a line; the answer to a routine one is shown in a line too."""
        self._routine = routine
        self._put(("" if routine else "\n") + typed(at, name, text, in_group=in_group) + "\n")

    def show(self, shown: Shown) -> None:
        """Write the message, or keep it for a line."""
        if shown.sign == EDIT:
            self._edits.setdefault((shown.at, _what_is_new(shown.reply)), []).append(shown.message.id)
        elif shown.sign == ANSWER:
            self._put(f"   {ANSWER} {_lines(shown.reply)[0]}\n" if self._routine else str(shown).lstrip("\n"))
        elif shown.message.key.startswith("digest|person:") and not self._is_news_for_leaders(shown):
            codes = ", ".join(dict.fromkeys(_CODE.findall(shown.reply.plain)))
            self._private.setdefault((shown.at, codes), []).append(shown.message.chat)
        else:
            self._put(str(shown))

    def _is_news_for_leaders(self, shown: Shown) -> bool:
        """What goes to the leaders is shown once in full, not to each of them."""
        told = (shown.at, shown.reply.plain)
        news = _TO_LEADERS in shown.reply.plain and told not in self._in_full
        self._in_full.add(told)
        return news

    def flush(self) -> None:
        """Write the lines that were kept."""
        for (at, codes), people in self._private.items():
            self._put(private_reminders(at, people, codes) + "\n")
        for (at, new), numbers in self._edits.items():
            self._put(edited(at, numbers, "" if self._routine else new) + "\n")
        self._private.clear()
        self._edits.clear()
        self._in_full.clear()
        self._routine = False


def _what_is_new(reply: Reply) -> str:
    """The items ticked, or else the items with their last word: "• B.2 … · 3/7 người đã xong"."""
    ticked = [block.text for block in reply.blocks if block.text.startswith("✅")]
    items = [block.text.splitlines() for block in reply.blocks if block.text.startswith("•")]
    counted = [f"{name} · {rest[-1].rpartition(' · ')[2]}" for name, *rest in items if rest]
    return "; ".join(ticked or counted or _lines(reply)[:1])


def _lines(reply: Reply) -> list[str]:
    return [line.strip() for block in reply.blocks for line in block.text.splitlines() if line.strip()]
