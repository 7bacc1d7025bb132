"""What a file is, by what is in it and never by what it is called; and a name that can do no harm."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from bot.channels.fetching import LARGEST
from bot.typed import cleaned
from wording.evidence import EMPTY, MACROS, NOT_TAKEN, TOO_BIG
from wording.message import cut
from wording.refusals import Refusal

_BEGINNINGS = ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"))
_OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}
_MOST_DIRECTORY = 512 * 1024  # bytes of an archive's list of contents; an ordinary document has a few thousand
_END, _FAR_END = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_NAME = 80


def kind_of(raw: bytes) -> str:
    """The ending that fits: .pdf, .jpg, .png, .docx or .xlsx. Nothing is unpacked. Raises Refusal."""
    if not raw:
        raise Refusal(EMPTY)
    if len(raw) > LARGEST:
        raise Refusal(TOO_BIG)
    found = next((kind for beginning, kind in _BEGINNINGS if raw.startswith(beginning)), "")
    if not found and raw.startswith(b"PK"):
        found = _office_kind(raw)
    if not found:
        raise Refusal(NOT_TAKEN)
    return found


def _office_kind(raw: bytes) -> str:
    """Of a Word or Excel document; only the archive's list of contents is read, and that when it is small."""
    end = raw.rfind(_END)
    if end < 0 or _FAR_END in raw[max(end - 20, 0) : end]:  # the second: made for more than 4 GB
        return ""
    if int.from_bytes(raw[end + 12 : end + 16], "little") > _MOST_DIRECTORY:
        return ""
    try:
        with ZipFile(BytesIO(raw)) as archive:
            names = archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError):
        return ""
    if any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in names):
        raise Refusal(MACROS)
    return next((kind for part, kind in _OFFICE.items() if part in names), "")


def harmless_name(name: str) -> str:
    """What a person called the file, without folders and letters that nobody sees; it never names a file of ours."""
    last = re.split(r"[/\\]", cleaned(name).replace("\n", " "))[-1]
    return cut(last, _LONGEST_NAME) or "tệp"
