"""What a person typed, as the name of a command and the words after it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typed import Typed, cleaned, typed

NAMES = frozenset({"xong", "done", "tinhhinh", "hoantac", "viec"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/xong III.16", Typed("xong", "III.16", slash=True)),
        ("/XONG III.16", Typed("xong", "III.16", slash=True)),
        ("  /xong   III.16  ", Typed("xong", "III.16", slash=True)),
        ("/xong\nIII.16\nđã gửi", Typed("xong", "III.16\nđã gửi", slash=True)),
        ("/xong\tIII.16", Typed("xong", "III.16", slash=True)),
        ("/xong\N{NO-BREAK SPACE}III.16", Typed("xong", "III.16", slash=True)),
        ("/ xong III.16", Typed("xong", "III.16", slash=True)),
        ("／xong III.16", Typed("xong", "III.16", slash=True)),
        ("//xong", Typed("xong", "", slash=True)),
        ("/xong: III.16", Typed("xong", "III.16", slash=True)),
        ("/xong@NhacViecBot III.16", Typed("xong", "III.16", slash=True, to_a_bot=True)),
        ("\N{RIGHT-TO-LEFT MARK}/xong III.16\N{ZERO WIDTH SPACE}", Typed("xong", "III.16", slash=True)),
        ("Xong III.16", Typed("xong", "III.16", slash=False)),
        ("/tình hình III", Typed("tinhhinh", "III", slash=True)),
        ("Tình hình", Typed("tinhhinh", "", slash=False)),
        ("hoàn tác", Typed("hoantac", "", slash=False)),
        ("/việc 2", Typed("viec", "2", slash=True)),
        ("/khong", Typed("khong", "", slash=True)),
        ("cảm ơn em", Typed("cam", "ơn em", slash=False)),
        ("👍", Typed("👍", "", slash=False)),
        ("/", Typed("", "", slash=True)),
        ("", Typed("", "", slash=False)),
        (" \n\t ", Typed("", "", slash=False)),
    ],
)
def test_line_is_a_name_and_its_words(text: str, said: Typed) -> None:
    assert typed(text, NAMES) == said
    assert typed(unicodedata.normalize("NFD", text), NAMES) == said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("đã gửi\x00 rồi", "đã gửi rồi"),
        ("\ufeffxong", "xong"),
        ("a\u202eb\u2066c", "abc"),
        ("lone \ud800 half", "lone  half"),
        ("dòng 1\ndòng 2", "dòng 1\ndòng 2"),
        ("👩\N{ZERO WIDTH JOINER}💼 xong", "👩\N{ZERO WIDTH JOINER}💼 xong"),
        ("so\u0302\u0301", "số"),
    ],
)
def test_cleaned_text_has_only_what_can_be_seen(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@given(st.text(st.characters(), max_size=200))
def test_no_line_is_too_odd_to_read(text: str) -> None:
    said = typed(text, NAMES)
    said.args.encode("utf-8")
    assert "\x00" not in said.args
    assert " " not in said.name
