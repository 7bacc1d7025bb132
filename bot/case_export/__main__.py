"""The process that opens a file nobody has vouched for: bytes on the standard input, rows as JSON on the output.

It may use so much memory and processor time and no more, so that a file made to harm (a zip bomb, a single cell in
the farthest corner of a sheet) harms this process alone. It answers {"rows": …} or {"refused": why}.
"""

import json
import resource
import sys

from bot.case_export.limits import MEMORY, SECONDS
from bot.case_export.sheets import Unreadable, rows_of


def main() -> None:
    """Read, refuse or answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, object] = {"rows": rows_of(sys.stdin.buffer.read())}
    except Unreadable as refusal:
        answer = {"refused": refusal.why}
    except BaseException as error:  # noqa: BLE001  (a library's panic, which is no Exception, is one more broken file)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        answer = {"refused": "broken"}
    json.dump(answer, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
