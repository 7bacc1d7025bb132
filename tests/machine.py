"""The machine at which somebody types `nhacviec` commands: an empty folder, no settings, the real program."""

import logging
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> tuple[int, list[str]]:
        """The exit code and the sentences for the person, without lines of the log."""
        return self.code, [line for line in self.err.splitlines() if " WARNING " not in line]


def _listen_to_ctrl_c() -> None:
    """A process of a job in the background is born deaf to Ctrl-C; a person's never is."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Machine:
    """Commands in this process where that is enough; a process of its own where signals or the input matter."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str] | None = None
    ) -> None:
        self.folder = folder
        self._captured = captured
        patch.chdir(folder)
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        self.set = patch.setenv

    def env(self, *lines: str) -> None:
        """Write the file of settings."""
        (self.folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def nhacviec(self, *arguments: str) -> Ran:
        """Run a command in this process."""
        assert self._captured is not None, "needed to read what the command says"
        self._captured.readouterr()
        with _logging_restored():
            code = main(arguments)
        return Ran(code, *self._captured.readouterr())

    def pipe(self, text: str | bytes, *arguments: str) -> Ran:
        """Run a command in this process with this standard input."""
        file = self.folder / "gõ"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        with file.open(encoding="utf-8") as typed, pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", typed)
            ran = self.nhacviec(*arguments)
        file.unlink()
        return ran

    def start(self, *arguments: str, **settings: str) -> "Process":
        """Start a process of its own whose input is a pipe."""
        return Process(self.folder, arguments, environment(settings))

    def terminal(self, *arguments: str, **settings: str) -> "Terminal":
        """Start a process at a terminal."""
        return Terminal(self.folder, arguments, environment(settings))


class Process:
    """A process whose outputs are files, so that nothing it says can block it."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._out, self._err = _nameless_file(), _nameless_file()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=self._err,
            cwd=folder,
            env=environment,
            preexec_fn=_listen_to_ctrl_c,
        )

    @property
    def out(self) -> str:
        """What it has said."""
        return _content(self._out)

    @property
    def runs(self) -> bool:
        """Whether it is still at work."""
        return self._process.poll() is None

    def type(self, text: str) -> None:
        """Give it its whole input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.close()

    def wait_for(self, words: str) -> None:
        """Wait until it has said the words."""
        until = time.monotonic() + PATIENCE
        while words not in self.out:
            if time.monotonic() > until or not self.runs:
                ran = self.end(signal.SIGKILL)
                raise AssertionError(f"waited in vain for {words!r}: {ran}")
            time.sleep(0.05)

    def end(self, number: signal.Signals | None = None) -> Ran:
        """Wait for its end, after a signal if one is given."""
        if number is not None and self.runs:
            self._process.send_signal(number)
        try:
            code = self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
        ran = Ran(code, self.out, _content(self._err))
        os.close(self._out)
        os.close(self._err)
        return ran


def _nameless_file() -> int:
    number, name = tempfile.mkstemp()
    Path(name).unlink()
    return number


def _content(number: int) -> str:
    return os.pread(number, 1 << 24, 0).decode(errors="ignore")


class Terminal:
    """A process that believes somebody sits at its keyboard."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environment,
            start_new_session=True,
            preexec_fn=_listen_to_ctrl_c,
        )
        os.close(theirs)
        self._raw, self._seen = b"", 0

    @property
    def shown(self) -> str:
        """Everything that the terminal has shown."""
        return self._raw.decode(errors="ignore")

    def wait_for(self, words: str) -> None:
        """Read until the words appear behind those waited for before."""
        until = time.monotonic() + PATIENCE
        while (found := self._raw.find(words.encode(), self._seen)) < 0:
            if not select.select([self._ours], [], [], max(0.0, until - time.monotonic()))[0]:
                self._leave()
                raise AssertionError(f"waited in vain for {words!r}: {self.shown}")
            self._raw += os.read(self._ours, 65536)
        self._seen = found + len(words.encode())

    def type(self, text: str) -> None:
        """Type."""
        os.write(self._ours, text.encode())

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for its end; returns the exit code."""
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._leave()

    def _leave(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """What a process of its own finds: our code, warnings as errors, and no settings but these."""
    names = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **settings}


@contextmanager
def _logging_restored() -> Iterator[None]:
    """A command sets up logging and the hook for crashes for its whole process: put both back."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], sys.excepthook = handlers, hook
        root.setLevel(level)
