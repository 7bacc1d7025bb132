"""What a file is, by what is in it; what is refused, and why; names that can do no harm."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.channels.fetching import LARGEST
from bot.file_kind import harmless_name, kind_of
from wording import evidence as words
from wording.refusals import Refusal

PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0....", b"%PDF-1.7 ...."


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    """A ZIP archive with these entries."""
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (PNG, ".png"),
        (JPEG, ".jpg"),
        (PDF, ".pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), ".docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (archive("word/document.xml", content=b"0" * 400_000_000), ".docx"),  # a bomb, which nobody ever unpacks
    ],
)
def test_kind_is_found_in_the_content(raw: bytes, kind: str) -> None:
    assert kind_of(raw) == kind


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", words.EMPTY),
        (PDF + b"0" * LARGEST, words.TOO_BIG),
        (b"MZ\x90\x00 a program", words.NOT_TAKEN),
        (b"#!/bin/sh\nrm -rf /", words.NOT_TAKEN),
        (b"<html><script>alert(1)</script></html>", words.NOT_TAKEN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", words.NOT_TAKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked, or of 2003", words.NOT_TAKEN),
        (archive("a.exe"), words.NOT_TAKEN),
        (archive("word/document.xml")[:-30], words.NOT_TAKEN),
        (b"PK\x03\x04 broken", words.NOT_TAKEN),
        (b"PK\x03\x04" + b"PK\x06\x07" + b"0" * 16 + b"PK\x05\x06" + b"\0" * 18, words.NOT_TAKEN),
        (archive("word/document.xml", *(f"{number:0400}" for number in range(1500)), content=b""), words.NOT_TAKEN),
        (archive("word/document.xml", "word/vbaProject.bin"), words.MACROS),
        (archive("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), words.MACROS),
    ],
)
def test_what_is_not_kept_is_refused_with_a_sentence(raw: bytes, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        kind_of(raw)
    assert refused.value.sentence == why


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bao-cao.pdf", "bao-cao.pdf"),
        ("Báo cáo quý II.pdf", "Báo cáo quý II.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\tai-lieu\\a.docx", "a.docx"),
        ("hoa-don\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "hoa-donfdp.exe"),
        ("a\nb\0.png", "a b.png"),
        ("..", ".."),
        ("folder/", "tệp"),
        ("a" * 300, "a" * 79 + "…"),
    ],
)
def test_name_is_shown_without_folders_and_unseen_letters(name: str, shown: str) -> None:
    assert harmless_name(name) == shown
