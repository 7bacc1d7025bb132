"""A burst of commands and idle latency, ours beside bare python-telegram-bot, on the same fake server in one run."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bench.fleet import Fleet, fleet

ECHO, OURS = "bench.echo_bot", "bench.our_bot"
CANDIDATES = ((ECHO, "8"), (ECHO, "32"), (OURS, ""))


async def main(count: int, people: int, rounds: int, command: str) -> None:
    """Measure and print."""
    for latency in (0.0, 0.05):
        for module, argument in CANDIDATES:
            async with fleet(people, latency=latency) as ward, ward.bot(module, *filter(None, [argument])) as process:
                await ward.burst(command, people, 60)  # warm
                before = processor_seconds(process.pid)
                rates = sorted([count / await ward.burst(command, count, 120) for _ in range(rounds)])
                name = f"{module.removeprefix('bench.')} {argument}".strip()
                work = (processor_seconds(process.pid) - before) / (rounds * count) * 1000
                what = f"burst of {count}, API {latency * 1000:.0f} ms, {name}"
                _print(f"{what}: {rates[rounds // 2]:.0f}/s, {work:.2f} ms of processor time each")
                if latency == 0.0:
                    await _print_idle(name, ward, command)


def processor_seconds(pid: int) -> float:
    """What the process has used, all threads together: on a shared machine it says more than the rate."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _print_idle(name: str, ward: Fleet, command: str) -> None:
    times = await ward.one_by_one([command], 300)
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    _print(f"idle, command to reply, {name}: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")


def _print(line: str) -> None:
    sys.stdout.write(f"{line.strip()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--command", default="/viec")
    given = parser.parse_args()
    asyncio.run(main(given.count, given.people, given.rounds, given.command))
