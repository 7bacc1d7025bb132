"""Secrets never reach a log: the one place where they are taken out.

A bot token sits in the path of every URL, so HTTP libraries put it into their log lines and exceptions.
"""

import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote

HIDDEN = "[đã ẩn]"
_TOKEN = re.compile(r"(?<!\d)\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_TOKEN_IN_PLACE = re.compile(
    r"(?<=[^/]/bot)[^/\s]*(?::|%3A)[^/\s]*(?=/)|(?<=token `)[^`:]*:[^`]*(?=`)", re.IGNORECASE
)
_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s@]+@")


def without_tokens(text: str) -> str:
    """The text without a bot token, of any length where its place tells what it is, or a password in a URL."""
    return _PASSWORD.sub(rf"\1:{HIDDEN}@", _TOKEN.sub(HIDDEN, _TOKEN_IN_PLACE.sub(HIDDEN, text)))


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then takes out secrets, tracebacks included."""

    def __init__(self, secrets: Iterable[str], fmt: str) -> None:
        super().__init__(fmt)
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
        self._secrets = sorted(filter(None, forms), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line without secrets."""
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return without_tokens(text)


def set_up_logging(level: str, secrets: Iterable[str]) -> None:
    """All logging goes through one redacting handler, and so does a crash of the process or of a thread."""
    formatter = RedactingFormatter(secrets, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    # A wake-up that comes while we are still awake is no news; httpx logs each URL.
    for name, least in (
        ("apscheduler", "ERROR"),
        ("alembic", "WARNING"),
        ("httpx", "WARNING"),
        ("httpcore", "WARNING"),
        ("uvicorn", "WARNING"),
    ):
        logging.getLogger(name).setLevel(least)
    sys.excepthook = _log_crash
    threading.excepthook = _log_crash_of_thread


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("nhacviec").critical("the bot has crashed", exc_info=(kind, error, trace))


def _log_crash_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _log_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)
