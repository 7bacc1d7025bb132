"""A morning at which 300 people are reminded at once, with the platform's limits on; and a busy group."""

import argparse
import asyncio
import sys
import time
from datetime import datetime

from bench.fleet import Fleet, fleet
from plan_data.workdays import ZONE
from tests.fakes.telegram_limits import busiest_second
from tests.fakes.telegram_log import Sent

BEFORE = datetime(2023, 6, 21, 7, 29, 57, tzinfo=ZONE)  # the last day of a duty that everybody has begins at 07:30
TITLE = "Nhắc việc sáng"
MINUTE = 60.0


async def morning(people: int) -> None:
    """`nhacviec run --now`, three seconds before the digests are due."""
    async with (
        fleet(people, limits=True, now=BEFORE) as ward,
        ward.bot("bot", "run", "--now", f"{BEFORE:%Y-%m-%dT%H:%M:%S}"),
    ):
        everybody = {user.id for user in ward.people}
        await ward.server.until(lambda: everybody <= {each.chat_id for each in _reminders(ward)}, 60)
        sent = [each for each in _reminders(ward) if each.chat_id in everybody]
        first, last = sent[0].at, sent[-1].at
        _print(
            f"{people} reminders due at once: {last - first:.2f} s from the first to the last, "
            f"{ward.server.refusals} x 429, {len(everybody) - len({each.chat_id for each in sent})} lost, "
            f"{len(sent) - people} twice, at most {busiest_second([each.at for each in sent])} in a second"
        )


def _reminders(ward: Fleet) -> list[Sent]:
    return [each for each in ward.server.sent if TITLE in each.text]


async def busy_group(commands: int) -> None:
    """More commands in one group than it may have answers in a minute."""
    async with fleet(commands, limits=True) as ward, ward.bot("bot", "run"):
        began = time.monotonic()
        for user in ward.people:
            ward.server.says(user, "/viec", chat=ward.group)
        await ward.server.until(lambda: len(ward.server.sent_to(ward.group.id)) >= commands, 4 * MINUTE)
        times = [each.at for each in ward.server.sent_to(ward.group.id)]
        _print(
            f"{commands} commands at once in one group: {times[-1] - began:.1f} s to the last answer, "
            f"{ward.server.refusals} x 429, at most {busiest_second(times, MINUTE)} answers in a minute"
        )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(people: int, rounds: int, commands: int) -> None:
    """Measure and print."""
    for _ in range(rounds):
        await morning(people)
    if commands:
        await busy_group(commands)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commands", type=int, default=30, help="in the group; 0 leaves that part out")
    given = parser.parse_args()
    asyncio.run(main(given.people, given.rounds, given.commands))
