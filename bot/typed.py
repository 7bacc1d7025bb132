"""What a person typed, as the name of a command and the words after it."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from wording.message import folded

_SLASHES = "/／"
_ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it was typed: its name folded, its arguments as they are (NFC).

    `to_a_bot`: a bot was addressed by name ("/xong@NhacViecBot").
    """

    name: str
    args: str
    slash: bool
    to_a_bot: bool = False


def typed(text: str, names: Collection[str]) -> Typed:
    """Read a message; `names` are the folded names of commands, which may also be typed as two words."""
    words = cleaned(text)
    slash = words[:1] in tuple(_SLASHES)
    first, rest = _parted(words.lstrip(_SLASHES) if slash else words)
    name, _, bot = first.partition("@")
    found = Typed(folded(name).strip(",.:;!?"), rest, slash, bool(bot))
    if found.name not in names:
        second, after = _parted(rest)
        together = f"{found.name}{folded(second)}"
        if second and together in names:
            return Typed(together, after, slash, found.to_a_bot)
    return found


def cleaned(text: str) -> str:
    """NFC, without what nobody sees: control and direction marks, zero-width spaces, halves of characters."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if not _is_unseen(letter)).strip()


def storable(text: str) -> str:
    """NFC, without what no database or protocol takes: NUL and halves of surrogate pairs."""
    whole = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole)


def _is_unseen(letter: str) -> bool:
    if letter in "\n\t" or letter == _ZERO_WIDTH_JOINER:
        return False
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn"}


def _parted(words: str) -> tuple[str, str]:
    """The first word and the rest."""
    parts = re.split(r"\s+", words.strip(), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""
