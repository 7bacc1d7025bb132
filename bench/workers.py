"""Several workers on one PostgreSQL, killed at random, and what came of every message; the figures are printed.

.venv/bin/python -m bench.workers --messages 50000 --processes 4 --kills 40
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine

from records.database import migrate, open_database, reading, transaction
from records.outbox import PUSH, NewMessage, queue, states
from tests.builders import moment
from tests.postgres import postgres
from tests.worker_bot import MORNING, events
from wording.message import say

_PART, _CHATS = 1000, 200


def main(messages: int, processes: int, kills: int, seed: int) -> int:
    """Run and print; returns 1 when a message was lost or sent twice."""
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        engine = open_database(url)
        migrate(engine)
        _fill(engine, messages)
        began, killed = time.monotonic(), 0
        file, chance = Path(folder) / "said", random.Random(seed)
        crew = [_start(url, file) for _ in range(processes)]
        try:
            while not _is_done(engine, messages):
                time.sleep(chance.uniform(0.3, 1.5))
                if killed < kills:
                    unlucky = chance.randrange(processes)
                    crew[unlucky].send_signal(signal.SIGKILL)
                    crew[unlucky].wait()
                    crew[unlucky] = _start(url, file)
                    killed += 1
            seconds = time.monotonic() - began
            for process in crew:
                process.wait()
        finally:
            for process in crew:
                process.kill()
        said = Counter(number for what, number in events(file) if what == "said")
        lost, twice = messages - len(said), sum(times > 1 for times in said.values())
        print(f"{messages} messages, {processes} processes, {killed} kills: {lost} lost, {twice} twice")
        print(f"{seconds:.0f} s, {messages / seconds:.0f}/s")
        engine.dispose()
        return 1 if lost or twice else 0


def _fill(engine: Engine, messages: int) -> None:
    now = moment(MORNING)
    for part in range(0, messages, _PART):
        with transaction(engine) as session:
            for number in range(part, min(part + _PART, messages)):
                chat, body = f"chat-{number % _CHATS}", say("Chào").to_dict()
                queue(session, NewMessage(f"k{number}", "push", "console", chat, f"person:{number}", PUSH, body), now)


def _start(url: str, file: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.worker_bot", url, str(file)])


def _is_done(engine: Engine, messages: int) -> bool:
    with reading(engine) as session:
        return states(session) == {"sent": messages}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.messages, given.processes, given.kills, given.seed))
