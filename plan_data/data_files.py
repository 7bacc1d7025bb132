"""Reading a TOML data file: whatever keeps it from being read becomes a problem with a line and a sentence."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from plan_data.problems import Problem

# Stands where the file had a day such as 30 February, so that the rest of the file can still be checked.
IMPOSSIBLE_DAY = date.min
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


def read_toml(path: Path, if_unopened: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The tables of the file, and its mistakes; no tables when it cannot be read at all.

    A byte order mark is welcome: Windows editors write one.
    """
    file = path.name or str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError:
        return None, [Problem(file, "", if_unopened)]
    except UnicodeDecodeError:
        return None, [Problem(file, "", "tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8.")]
    lines, problems = text.split("\n"), list[Problem]()
    while True:
        try:
            return tomllib.loads("\n".join(lines)), problems
        except tomllib.TOMLDecodeError as error:
            found, what = _LINE.search(str(error)), str(error).rpartition(" (at ")[0]
            place = f"dòng {found[1]}" if found else "cuối tệp"
            number = int(found[1]) - 1 if found else len(lines) - 1
            day = next((each for each in _DATE.findall(lines[number]) if not _is_real(each)), None)
            if day is None:
                return None, [*problems, Problem(file, place, f"viết sai cú pháp TOML ({what}).")]
            problems.append(Problem(file, place, f"ngày {day} không có thật."))
            lines[number] = lines[number].replace(day, IMPOSSIBLE_DAY.isoformat(), 1)


def _is_real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
