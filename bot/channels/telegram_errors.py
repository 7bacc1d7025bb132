"""Telegram's errors in our words: what is for good, what may be tried again, what nobody can know."""

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from jobs.delivery import SendFailed

# "Bad Request: …" texts after which this chat cannot be written to any more (lower case, beginning of the text).
_FOR_GOOD = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "have no rights to send a message",
    "not enough rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "group chat was deactivated",
    "bot was kicked",
)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def is_parse_error(error: TelegramError) -> bool:
    """Telegram could not read the markup; the texts vary after this beginning."""
    return isinstance(error, BadRequest) and error.message.lower().startswith("can't parse entities")


def is_missing_topic(error: TelegramError) -> bool:
    """The topic was deleted."""
    return isinstance(error, BadRequest) and "message thread not found" in error.message.lower()


def is_unchanged(error: TelegramError) -> bool:
    """An edit that changes nothing."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def translated(error: TelegramError | TypeError, delivered: tuple[str, ...] = ()) -> SendFailed:
    """The error of a send as delivery understands it. `delivered` are parts that went out before it."""
    words = type(error).__name__ if isinstance(error, InvalidToken | TypeError) else f"{error}"
    if isinstance(error, RetryAfter):
        return SendFailed(words, retry_after=seconds_of(error), delivered=delivered)
    if isinstance(error, ChatMigrated):
        return SendFailed(words, moved_to=str(error.new_chat_id), delivered=delivered)
    if isinstance(error, Forbidden):
        return SendFailed(words, permanent=True)
    if isinstance(error, BadRequest):
        for_good = error.message.lower().startswith(_FOR_GOOD)
        return SendFailed(words, permanent=for_good, rejected=not for_good)
    if isinstance(error, InvalidToken | Conflict):
        return SendFailed(words, delivered=delivered)
    if isinstance(error, TimedOut | NetworkError):
        return SendFailed(words, ambiguous=not isinstance(error.__cause__, _NEVER_LEFT), delivered=delivered)
    # An answer that cannot be read: the request was taken.
    return SendFailed(words, ambiguous=True, delivered=delivered)


def seconds_of(error: RetryAfter) -> timedelta:
    """How long Telegram wants silence; PTB gives seconds or, when told to, a timedelta."""
    retry_after = error.retry_after
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)
