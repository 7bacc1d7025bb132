"""Names of people: cleaning what was typed, and telling whether two spellings are one person's."""

import unicodedata

from wording.message import folded

LONGEST = 60
_TONES = frozenset("\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}"
                   "\N{COMBINING HOOK ABOVE}\N{COMBINING DOT BELOW}")  # fmt: skip


def clean_name(text: str) -> str:
    """The name in one line, NFC, with single spaces and without characters that cannot be seen."""
    one_line = " ".join(text.split())
    seen = (letter for letter in one_line if unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs"})
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def is_name(text: str) -> bool:
    """Whether a cleaned text can be a person's name: at least two letters, and nothing that looks like a link."""
    letters = sum(letter.isalpha() for letter in text)
    return letters >= 2 and len(text) <= LONGEST and all(map(_belongs_in_a_name, text))


def display_name(text: str) -> str:
    """What a channel calls an account, as a name: without pictures and signs; empty when no name is left."""
    name = clean_name("".join(letter for letter in clean_name(text) if _belongs_in_a_name(letter)))
    return name if is_name(name) else ""


def _belongs_in_a_name(letter: str) -> bool:
    return letter.isalnum() or letter in " .'’-()" or unicodedata.category(letter) == "Mn"


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are of one name.

    "Hòa" is "Hoà", and "Nguyen Van A" is "Nguyễn Văn A"; but "Thủy" is not "Thúy": where both are written with
    diacritics they must agree.
    """
    words, others = one.split(), other.split()
    return len(words) == len(others) and all(_same_word(*pair) for pair in zip(words, others, strict=True))


def _same_word(one: str, other: str) -> bool:
    if folded(one) != folded(other):
        return False
    bare = {folded(one), folded(other)}
    return one.lower() in bare or other.lower() in bare or _spelled(one) == _spelled(other)


def _spelled(word: str) -> tuple[str, str]:
    """The letters, and the tone of the syllable wherever it is written."""
    letters = unicodedata.normalize("NFD", word.lower())
    tone = "".join(letter for letter in letters if letter in _TONES)
    return "".join(letter for letter in letters if letter not in _TONES), tone
