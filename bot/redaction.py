"""Secrets never reach a log: the one place where they are taken out.

A bot token sits in the path of every URL, so HTTP libraries put it into their log lines and exceptions.
"""

import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType

HIDDEN = "[đã ẩn]"
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}")


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then takes out secrets, tracebacks included."""

    def __init__(self, secrets: Iterable[str], fmt: str) -> None:
        super().__init__(fmt)
        self._secrets = [secret for secret in secrets if len(secret) >= 4]

    def format(self, record: logging.LogRecord) -> str:
        """The finished line without secrets."""
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _TOKEN.sub(HIDDEN, text)


def set_up_logging(level: str, secrets: Iterable[str]) -> None:
    """All logging goes through one redacting handler, and so does a crash of the process."""
    formatter = RedactingFormatter(secrets, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A wake-up that comes while we are still awake is no news; httpx logs each URL.
    for name, least in (
        ("apscheduler", "ERROR"),
        ("alembic", "WARNING"),
        ("httpx", "WARNING"),
        ("httpcore", "WARNING"),
    ):
        logging.getLogger(name).setLevel(least)

    def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logging.getLogger("nhacviec").critical("the bot has crashed", exc_info=(kind, error, trace))

    sys.excepthook = log_crash
