"""A page to draw on: text in an open font with all of Vietnamese, boxes, and fills that differ without colour."""

import unicodedata
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

_FONTS = Path(__file__).with_name("fonts")
# A palette: greys in order, so that the edges of letters are blended rightly, then a few colours. A third of the
# bytes of full colour, and of the time to compress them.
_GREYS = 248
PAPER, INK, SOFT, LINE, SHADE = 247, 16, 86, 184, 230
GREEN, BROWN, RED = 248, 249, 250
_COLOURS = ((0x7C, 0xC0, 0x96), (0x8A, 0x6D, 0x00), (0xA3, 0x16, 0x0F))
_PALETTE = [round(level * 255 / (_GREYS - 1)) for level in range(_GREYS) for _ in range(3)]
_PALETTE += [light for colour in _COLOURS for light in colour]
_STRIPE = 12

Box = tuple[int, int, int, int]


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSansCondensed-Bold.ttf" if bold else "DejaVuSansCondensed.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


class Canvas:
    """White paper of that size in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("P", (width, height), PAPER)
        self._image.putpalette(_PALETTE)
        self._pen = ImageDraw.Draw(self._image)
        self._pen.fontmode = "L"
        self._words: list[str] = []

    def text(
        self, at: tuple[int, int], words: str, size: int, *, bold: bool = False, ink: int = INK, anchor: str = "la"
    ) -> None:
        """A line of text, on grey or white; `anchor` as Pillow has it."""
        self._pen.text(at, composed(words), ink, _font(size, bold), anchor)
        self._words.append(composed(words))

    def box(self, box: Box, fill: int = PAPER, outline: int = LINE, width: int = 1) -> None:
        """A rectangle with its frame."""
        self._pen.rectangle(box, fill, outline, width)

    def striped(self, box: Box, ink: int, outline: int) -> None:
        """A rectangle with slanting stripes."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            size = (right - left + 1, bottom - top + 1)
            self._image.paste(ink, (left, top), _stripes().crop((0, 0, *size)))
        self._pen.rectangle(box, None, outline)

    def png(self) -> bytes:
        """The page as a file, with its words beside it for who cannot see; fast compression does for flat colours."""
        file, beside = BytesIO(), PngImagePlugin.PngInfo()
        beside.add_itxt("Description", "\n".join(self._words))
        self._image.save(file, "PNG", compress_level=1, pnginfo=beside)
        return file.getvalue()


@cache
def _stripes() -> Image.Image:
    mask = Image.new("1", (1200, 120))
    pen = ImageDraw.Draw(mask)
    for start in range(-120, 1200, _STRIPE):
        pen.line((start, 120, start + 120, 0), 1, _STRIPE // 3)
    return mask


def composed(words: str) -> str:
    """The letters as the font has them: one sign for a letter with its marks."""
    return unicodedata.normalize("NFC", words)


def width_of(words: str, size: int, *, bold: bool = False) -> int:
    """How many pixels a line of text takes."""
    return round(_font(size, bold).getlength(composed(words)))


def fitted(words: str, width: int, size: int, *, bold: bool = False) -> str:
    """The words, cut so that they fit into that many pixels."""
    if width_of(words, size, bold=bold) <= width:
        return words
    fits: Callable[[int], bool] = lambda most: width_of(f"{words[:most].rstrip()}…", size, bold=bold) <= width  # noqa: E731
    return f"{words[: max((most for most in range(len(words)) if fits(most)), default=0)].rstrip()}…"
