"""One look at what is due when nothing is, in a small and in a big database; and the daily work and the start."""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from bench.archive import fill
from bot.channels.console import ConsoleChannel
from bot.settings import Settings
from bot.wiring import Bot, open_bot, open_office
from plan_data.workdays import ZONE

NOW = datetime(2023, 6, 13, 9, 0, tzinfo=ZONE)
SIZES = ((1_000, 10_000), (10_000, 100_000), (100_000, 1_000_000))


async def main(count: int) -> None:
    """Measure and print."""
    for deadlines, outbox in SIZES:
        with tempfile.TemporaryDirectory() as name:
            settings = Settings.model_construct(data_dir=Path(name))
            now = [NOW]
            with open_bot(settings, open_office(settings), lambda now=now: now[0], simulated=True) as bot:  # type: ignore[misc]
                bot.attach(ConsoleChannel(lambda _: None, bot.clock))
                fill(bot.engine, deadlines=deadlines, outbox=outbox, now=NOW)
                began = time.perf_counter()
                await bot.start()
                start = time.perf_counter() - began
                times = await _looks(bot, now, count)
        sys.stdout.write(
            f"{deadlines} deadlines, {outbox} messages: a tick p50 {median(times) * 1000:.2f} ms, "
            f"p99 {sorted(times)[count * 99 // 100] * 1000:.2f} ms; start {start * 1000:.0f} ms\n"
        )
        sys.stdout.flush()


async def _looks(bot: Bot, now: list[datetime], count: int) -> list[float]:
    times = []
    await bot.step()
    for _ in range(count):
        now[0] += timedelta(seconds=20)
        began = time.perf_counter()
        await bot.step()
        times.append(time.perf_counter() - began)
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    asyncio.run(main(parser.parse_args().count))
