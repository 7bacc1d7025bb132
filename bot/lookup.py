"""Understanding what a person means: a task code, a reference, a document number, or a name."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from bot.spoken import folded_in_place
from records.people import Person
from wording.message import folded

_CODE = re.compile(
    r"\W*(?:(?:ma so|ma|viec|nhiem vu|task)\s*:?\s*)?(?P<section>[a-z]{1,5})"
    r"(?:\s?(?P<mark>[.\-–—])\s?(?P<number>\d{1,3})(?!\d)|\s*(?P<bare>\d{1,3})(?![a-z0-9]|\s?[/-]\s?\d))"
)
_CODE_INSIDE = re.compile(r"(?<![a-z0-9.])(?P<section>[a-z]{1,5})[.\-](?P<number>\d{1,3})(?!\d)")
_SECTION = re.compile(r"[ivx]+|[a-z]")


def take_code(text: str, codes: Collection[str]) -> tuple[str, str] | None:
    """A task code and the words around it; None when there is none.

    At the beginning it may be written in any case, with a dot, a dash, a space or nothing in it ("iii.16", "III-16",
    "iii 16"), the last two only where there is such a task. Further on it must be a code that there is.
    """
    text = unicodedata.normalize("NFC", text)
    flat = folded_in_place(text)
    found = _CODE.match(flat)
    if found:
        code = f"{found['section'].upper()}.{int(found['number'] or found['bare'])}"
        if code in codes or (found["mark"] == "." and _SECTION.fullmatch(found["section"])):
            return code, text[found.end() :].strip(" ,;:.-–—/)\t\n\r")
    for found in _CODE_INSIDE.finditer(flat):
        code = f"{found['section'].upper()}.{int(found['number'])}"
        if code in codes:
            return code, f"{text[: found.start()].strip()} {text[found.end() :].strip()}".strip()
    return None


def take_number(text: str) -> tuple[int, str] | None:
    """A reference such as "#57" at the beginning, as buttons carry it, and the rest."""
    return _reference("#", text)


def take_person(text: str) -> tuple[int, str] | None:
    """A person's number such as "thay 7" at the beginning, as buttons carry it, and the rest."""
    return _reference("thay #?", text)


def _reference(sign: str, text: str) -> tuple[int, str] | None:
    found = re.match(rf"\s*{sign}\s*([0-9]{{1,9}})(?!\w)", text, re.IGNORECASE)
    return (int(found[1]), text[found.end() :].strip()) if found else None


_SERIES = r"\d{1,6}(?:/\d{4})?"  # 12, 02/2017
_KINDS = (
    r"(?:cv|công văn|cong van|qđ|qd|quyết định|quyet dinh|kh|kế hoạch|ke hoach|bc|báo cáo|bao cao|tb|ttr|nq|ct|gm|hd)"
)
_TAIL = r"[\w./&–-]{0,50}"
_DOCUMENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w)(?<!hồ )(?<!ho )s[ốo]\s*[:.]?\s*({_SERIES}[/-]{_TAIL})",
        rf"(?<![\w/.-])({_SERIES}[/-](?-i:[A-ZĐ]){_TAIL})",
        rf"(?<!\w){_KINDS}\s*:?\s*({_SERIES}[/-][^\W\d_]{_TAIL})",
        rf"(?<![\w/.-])({_SERIES}/[^\W\d_]+-[^\W\d_]{_TAIL})",
        r"(?<!\w)(?<!hồ )(?<!ho )(?<!tổng )(?<!tong )(?<!cơ )(?<!co )"
        r"s[ốo]\s*[:.]?\s*(\d{1,6})(?=\s*(?:$|[,;.()]|ngày|ngay|của|cua))",
    )
)

_NUMBER_SIGN = re.compile(r"(?<!\w)s[ốo]\s*[:.]?\s*\Z", re.IGNORECASE)


def document_in(text: str) -> str:
    """The document number in a note: "số 12/BC-UBND" gives "12/BC-UBND"; empty when there is none."""
    found = _document(unicodedata.normalize("NFC", text))
    return found[1].rstrip(".,;:–-/") if found else ""


def without_document(text: str) -> str:
    """The text without its document number, which may look like a day, and the word "số" before it."""
    before, rest = split_at_document(text)
    found = _document(rest)
    return f"{before} {rest[found.end(1) :]}" if found else text


def split_at_document(text: str) -> tuple[str, str]:
    """What stands before the document number, and the rest from it on; all of it before when there is none."""
    text = unicodedata.normalize("NFC", text)
    found = _document(text)
    if not found:
        return text, ""
    before = _NUMBER_SIGN.sub("", text[: found.start(1)])
    return before, text[len(before) :]


def _document(text: str) -> re.Match[str] | None:
    matches = [found for pattern in _DOCUMENTS if (found := pattern.search(text))]
    return min(matches, key=lambda found: found.start(1), default=None)


_POLITE = r"(?:anh|chị|chi|cô|co|chú|chu|ông|ong|bà|ba|em|bác|bac|đ/c|d/c|đồng chí|dong chi)"


def take_name(text: str, people: Sequence[Person]) -> tuple[list[Person], str]:
    """Those of the people whom the text names, and the text without the name.

    A whole name may stand anywhere. A given name ("Lan", "chị Lan") must stand first, and alone unless it is
    polite: otherwise it may be a word. Diacritics decide between names that differ in nothing else.
    """
    text = unicodedata.normalize("NFC", text).strip()
    for person in sorted(people, key=lambda each: -len(each.name)):
        pattern = re.compile(rf"(?<!\w){re.escape(folded(person.name))}(?!\w)")
        if found := pattern.search(folded_in_place(text)):
            rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;:.-")
            return _alike(text[found.start() : found.end()], [(each.name, each) for each in people]), rest
    polite = re.match(rf"{_POLITE}\s+(?P<name>\w+)[\s,;:.-]*", text, re.IGNORECASE)
    alone = re.fullmatch(r"(?P<name>\w+)", text)
    found = polite or alone
    if not found:
        return [], text
    named = _alike(found["name"], [(each.name.split()[-1], each) for each in people])
    return (named, text[found.end() :].strip()) if named else ([], text)


def _alike(words: str, people: Sequence[tuple[str, Person]]) -> list[Person]:
    words = " ".join(words.split()).casefold()
    exact = [person for name, person in people if unicodedata.normalize("NFC", name).casefold() == words]
    return exact or [person for name, person in people if folded(name) == folded(words)]
