import logging
import subprocess
import sys
from pathlib import Path

import pytest
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.channels.telegram_errors import translated, words_of
from bot.channels.telegram_service import make_bot, polling_request
from bot.redaction import HIDDEN, RedactingFormatter
from tests.machine import environment

TOKEN = "4200001:AAFh-3kQ_tokentokentokentoken_12345"
OTHER_TOKEN = "987654321:BBBB_other-bot-of-the-office-0000"
PASSWORD = "mật khẩu/@1"
FORMAT = "%(levelname)s %(message)s"
NOISE = Path(__file__).with_name("noisy_bot.py")


def line(message: object, *arguments: object, error: BaseException | None = None) -> str:
    exception = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("httpx", logging.INFO, "x", 1, message, arguments, exception)
    return RedactingFormatter([TOKEN, PASSWORD], FORMAT).format(record)


@pytest.mark.parametrize(
    ("message", "arguments", "written"),
    [
        ("POST https://api.telegram.org/bot%s/getMe", (TOKEN,), f"POST https://api.telegram.org/bot{HIDDEN}/getMe"),
        ("/bot4200001%3AAAFh-3kQ_tokentokentokentoken_12345/x", (), f"/bot{HIDDEN}/x"),
        ("file/bot%s/a.jpg", (OTHER_TOKEN,), f"file/bot{HIDDEN}/a.jpg"),
        ("password=%s", (PASSWORD,), f"password={HIDDEN}"),
        ("%r", (PASSWORD,), f"'{HIDDEN}'"),
        ("postgresql+psycopg://bot:s3cret-x@db/nhacviec", (), f"postgresql+psycopg://bot:{HIDDEN}@db/nhacviec"),
        ("POST http://127.0.0.1:8081/bot42:abc/getMe", (), f"POST http://127.0.0.1:8081/bot{HIDDEN}/getMe"),
        ("http://127.0.0.1:8081/file/bot42%%3Aabc/a.jpg", (), f"http://127.0.0.1:8081/file/bot{HIDDEN}/a.jpg"),
        ("The token `42:abc` was rejected", (), f"The token `{HIDDEN}` was rejected"),
        ("lúc 07:30, hạn 22:06:2023, mã 12345:ngắn", (), "lúc 07:30, hạn 22:06:2023, mã 12345:ngắn"),
    ],
)
def test_a_log_line_holds_no_secret(message: str, arguments: tuple[object, ...], written: str) -> None:
    assert line(message, *arguments) == f"INFO {written}"


@pytest.mark.parametrize("token", ["1:a", "a", "42:abc"])
def test_a_token_is_hidden_however_short_it_is(token: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "Bot[token=%s]", (token,), None)
    assert token not in RedactingFormatter([token], "%(message)s").format(record).replace(HIDDEN, "")


def test_a_password_is_hidden_in_the_form_that_a_url_gives_it_too() -> None:
    assert line("host/m%E1%BA%ADt%20kh%E1%BA%A9u%2F%401/x") == f"INFO host/{HIDDEN}/x"


def test_a_traceback_holds_no_secret() -> None:
    try:
        try:
            raise ConnectionError(f"https://api.telegram.org/bot{TOKEN}/sendMessage")
        except ConnectionError as cause:
            raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.") from cause
    except InvalidToken as error:
        written = line("polling failed", error=error)
    assert TOKEN not in written
    assert written.count(HIDDEN) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidToken(f"The token `{TOKEN}` was rejected by the server."), "InvalidToken"),
        (
            NetworkError(f"httpx.ReadError: https://h/bot{TOKEN}/getMe"),
            f"httpx.ReadError: https://h/bot{HIDDEN}/getMe",
        ),
        (NetworkError("Unknown error: https://h/bot42:abc/getMe"), f"Unknown error: https://h/bot{HIDDEN}/getMe"),
        (TelegramError("x" * 500), "x" * 200),
        (NetworkError(""), "NetworkError"),
    ],
)
def test_the_words_kept_with_a_message_are_short_and_hold_no_secret(error: TelegramError, words: str) -> None:
    assert (words_of(error), str(translated(error))) == (words, words)


def test_nothing_that_a_process_writes_holds_a_secret_however_it_crashes() -> None:
    """Every logger at DEBUG, requests that fail, warnings, a thread that crashes, a task, the process itself."""
    ran = subprocess.run(
        [sys.executable, "-W", "default", NOISE, TOKEN, PASSWORD],
        capture_output=True,
        text=True,
        check=False,
        env=environment({"PYTHONWARNINGS": "default"}),
        timeout=120,
    )
    written = ran.stdout + ran.stderr
    assert ran.returncode == 1
    assert [secret for secret in (TOKEN, TOKEN.split(":")[1], PASSWORD) if secret in written] == []
    heard = ("httpcore", "httpx", "telegram", "asyncio", "py.warnings")
    assert [name for name in heard if f" {name}" not in written] == []
    assert written.count("the bot has crashed") == 2


def test_a_bot_that_is_printed_does_not_show_its_token() -> None:
    assert repr(make_bot(TOKEN, "http://127.0.0.1:9", polling_request())) == "DiscreetBot(4200001)"
