"""Opening a file in the reading process, and what is told when it cannot be read."""

import json
import subprocess
import sys
from typing import Any

from bot.case_export.limits import LARGEST, SECONDS, Rows
from wording import case_files as words
from wording.refusals import Refusal

_PROGRAM = (sys.executable, "-m", "bot.case_export")
_WHY = {
    "empty": words.EMPTY,
    "too_big": words.TOO_BIG,
    "too_many_rows": words.TOO_MANY_ROWS,
    "too_wide": words.TOO_BIG,
    "macros": words.MACROS,
    "locked": words.LOCKED,
    "broken": words.BROKEN,
    "not_utf8": words.NOT_UTF8,
    "not_a_table": words.NOT_A_TABLE,
}


def read_rows(raw: bytes) -> Rows:
    """The rows of the file. Takes seconds for a large one: not for the event loop. Raises Refusal."""
    if len(raw) > LARGEST:
        raise Refusal(words.TOO_BIG)
    try:
        done = subprocess.run(_PROGRAM, input=raw, capture_output=True, timeout=SECONDS * 2, check=False)
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"refused": "too_big"}
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        answer = {"refused": "too_big"}
    if "refused" in answer:
        raise Refusal(_WHY[answer["refused"]])
    rows: Rows = answer["rows"]
    return rows
