"""`nhacviec run`, a process whose clock stands still until the next moment comes in on its standard input.

python -m tests.stepping_bot MOMENT, then lines like 2023-06-02T10:00
"""

import asyncio
import sys
import threading

from bot.clock import SteppingClock, read_moment
from bot.redaction import set_up_logging
from bot.serving import serve
from bot.settings import read_settings
from bot.wiring import open_office


def main(start: str) -> None:
    """One life of the bot, as `bot.cli` puts it together but for the clock."""
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    clock = SteppingClock(read_moment(start))
    threading.Thread(target=_follow, args=(clock,), daemon=True).start()
    asyncio.run(serve(settings, open_office(settings), clock, simulated=True))


def _follow(clock: SteppingClock) -> None:
    for line in sys.stdin:
        clock.now = read_moment(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
