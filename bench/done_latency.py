"""How long /done takes in a database of years of work, beside bare python-telegram-bot that only says the same."""

import argparse
import asyncio
import sys

from bench.fleet import fleet

COMMANDS = ("/done III.8", "/undo")  # each records, with its trail and its answer


async def main(completions: int, people: int, count: int, rounds: int) -> None:
    """Measure and print."""
    for module, arguments, archive in (
        ("bench.echo_bot", ["8"], 0),
        ("bench.our_bot", [], 0),
        ("bench.our_bot", [], completions),
    ):
        async with fleet(people, archive=archive, role="cchc") as ward, ward.bot(module, *arguments):
            await ward.one_by_one(COMMANDS, 2 * people)  # warm
            for _ in range(rounds):
                times = await ward.one_by_one(COMMANDS, count)
                p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
                sys.stdout.write(
                    f"{module.removeprefix('bench.')}, {archive} completions: "
                    f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms\n"
                )
                sys.stdout.flush()
            answers = {each.text.split(":")[0] for each in ward.server.sent[-20:]}
            sys.stdout.write(f"  it says: {' | '.join(sorted(answers))[:200]}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--completions", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    asyncio.run(main(given.completions, given.people, given.count, given.rounds))
