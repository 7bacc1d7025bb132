"""From nothing to the first poll, and the memory then: `nhacviec run` beside bare python-telegram-bot."""

import argparse
import asyncio
import re
import sys
import time
from pathlib import Path
from statistics import median

from bench.fleet import fleet


async def main(rounds: int) -> None:
    """Measure and print."""
    for module, arguments in (("bench.echo_bot", ["8"]), ("bot", ["run"])):
        async with fleet(10) as ward:
            seconds, megabytes = [], []
            for _ in range(rounds):
                ward.server.log.clear()
                began = time.monotonic()
                async with ward.bot(module, *arguments) as process:
                    polls = ward.server.calls("getUpdates")
                    seconds.append((polls[0].at if polls else time.monotonic()) - began)
                    await asyncio.sleep(2)
                    status = Path(f"/proc/{process.pid}/status").read_text()  # noqa: ASYNC240
                    found = re.search(r"VmRSS:\s*(\d+) kB", status)
                    megabytes.append(int(found[1]) / 1024 if found else 0.0)
        sys.stdout.write(
            f"{module}: {median(seconds):.2f} s to the first poll, {median(megabytes):.0f} MB resident\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
