"""Text that a document can hold."""

import re
import unicodedata

_FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def readable(text: str) -> str:
    """Without the control signs that no XML file may hold, its letters composed."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text))
