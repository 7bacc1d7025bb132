"""The picture of the chat in the README: a few messages of the real demo, drawn by rich as an SVG.

`make picture` runs the demo at full speed and picks the messages; nothing is written by hand.
"""

import asyncio
import io
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.redaction import set_up_logging
from bot.running import demo_settings, play_demo
from bot.settings import Settings

# The group's morning on the 13th, what was answered to it, and the closing list of the 22nd.
_SHOWN = ("07:30 thứ Ba 13/6 → Nhóm", "10:00 thứ Ba 13/6", "07:30 thứ Năm 22/6 → Nhóm")
_WIDTH = 104
_STYLES = (
    ("──", "bold #7aa2f7"),
    ("👤", "bold #9ece6a"),
    *((sign, "bold") for sign in "🔔🔴🟠🟡📋"),
    *((sign, "#737aa2") for sign in "✎["),
)
_THEME = TerminalTheme((26, 27, 38), (192, 202, 245), [(65, 72, 104)] * 8)
_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def excerpt(transcript: str) -> list[str]:
    """The lines to show of a demo's transcript."""
    lines, shown = [], False
    for line in transcript.splitlines():
        if line.startswith(("──", "👤", "💬", "✎")):
            shown = any(words in line for words in _SHOWN) and not line.startswith("💬")
        if shown:
            lines += (
                ["", line]
                if line.startswith("👤")
                else textwrap.wrap(line, _WIDTH - 2, subsequent_indent="  ") or [""]
            )
    return lines


def draw(lines: Iterable[str], title: str) -> str:
    """The lines as an SVG that asks no other machine for anything."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in lines:
        style = next((style for sign, style in _STYLES if line.startswith(sign)), "")
        console.print(Text(line, style=style))
    svg = console.export_svg(title=title, theme=_THEME, unique_id="nhacviec")
    return _COMMENT.sub("", _FONT_FACE.sub("", svg)).replace("Fira Code", "ui-monospace")


def main(path: Path) -> None:
    """Run the demo and write the picture."""
    set_up_logging("WARNING", ())
    pieces: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(Settings.model_construct(data_dir=Path(folder)))
        asyncio.run(play_demo(settings, 2, pieces.append))
    path.write_text(draw(excerpt("".join(pieces)), "Nhắc Việc, tháng 6/2023"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
