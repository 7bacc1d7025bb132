"""Several workers on one PostgreSQL, killed at random, and what came of every message; the figures are printed.

.venv/bin/python -m bench.workers --messages 50000 --processes 4 --kills 40
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine

from records.database import migrate, open_database, reading, transaction
from records.outbox import PUSH, NewMessage, queue, states
from tests.builders import moment
from tests.postgres import postgres
from tests.turns import events, leaders, out_of_turn, times_said, turns
from tests.worker_bot import MORNING
from wording.message import say

_PART, _CHATS = 1000, 200


def main(messages: int, processes: int, kills: int, seed: int) -> int:
    """Run and print; returns 1 when a message was lost, sent twice, or out of turn in its chat."""
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        engine = open_database(url)
        migrate(engine)
        _fill(engine, messages)
        began, killed = time.monotonic(), set[int]()
        file, chance = Path(folder) / "said", random.Random(seed)
        crew = [_start(url, file) for _ in range(processes)]
        try:
            while (sent := _sent(engine)) < messages:
                time.sleep(chance.uniform(0.1, 0.5))
                if len(killed) < kills and sent > messages * (len(killed) + chance.random()) / kills:
                    unlucky = chance.randrange(processes)
                    killed.add(crew[unlucky].pid)
                    crew[unlucky].kill()
                    crew[unlucky].wait()
                    crew[unlucky] = _start(url, file)
            seconds = time.monotonic() - began
            for process in crew:
                process.wait()
        finally:
            for process in crew:
                process.kill()
        happened = events(file)
        said = times_said(happened)
        with reading(engine) as session:
            disorderly = len(out_of_turn(happened, turns(session)))
        engine.dispose()
    lost, twice = messages - len(said), sum(times > 1 for times in said.values())
    print(
        f"{messages} messages, {processes} processes, {len(killed)} kills, "
        f"{len(leaders(happened) & killed)} of them of the one that led: {lost} lost, {twice} twice, "
        f"{disorderly} out of turn"
    )
    print(f"{seconds:.0f} s, {messages / seconds:.0f}/s")
    return 1 if lost or twice or disorderly else 0


def _fill(engine: Engine, messages: int) -> None:
    now = moment(MORNING)
    for part in range(0, messages, _PART):
        with transaction(engine) as session:
            for number in range(part, min(part + _PART, messages)):
                chat, body = f"chat-{number % _CHATS}", say("Chào").to_dict()
                queue(session, NewMessage(f"k{number}", "push", "console", chat, f"person:{number}", PUSH, body), now)


def _start(url: str, file: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.worker_bot", url, str(file)])


def _sent(engine: Engine) -> int:
    with reading(engine) as session:
        return states(session).get("sent", 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.messages, given.processes, given.kills, given.seed))
