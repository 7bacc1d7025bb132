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
)

from bot.redaction import without_tokens
from jobs.channel import SendFailed

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
_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_LONGEST = 200


def is_parse_error(error: TelegramError) -> bool:
    """Telegram could not read the markup; the texts vary after this beginning."""
    return isinstance(error, BadRequest) and error.message.lower().startswith("can't parse entities")


def is_missing_topic(error: TelegramError) -> bool:
    """The topic was deleted or closed."""
    return isinstance(error, BadRequest) and error.message.lower().startswith(_TOPIC_GONE)


def is_unchanged(error: TelegramError) -> bool:
    """An edit that changes nothing."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def is_about_the_message(error: TelegramError) -> bool:
    """Telegram itself does not take this content; the chat is all right."""
    return isinstance(error, BadRequest) and not _is_foreign(error) and not _is_for_good(error)


def translated(error: TelegramError | TypeError, delivered: tuple[str, ...] = ()) -> SendFailed:
    """The error of a send as delivery understands it. `delivered` are parts that went out before it."""
    words = words_of(error)
    if isinstance(error, RetryAfter):
        return SendFailed(words, retry_after=seconds_of(error), delivered=delivered)
    if isinstance(error, ChatMigrated):
        return SendFailed(words, moved_to=str(error.new_chat_id), delivered=delivered)
    if isinstance(error, InvalidToken | Conflict) or _is_foreign(error):
        return SendFailed(words, delivered=delivered)
    if isinstance(error, Forbidden):
        return SendFailed(words, permanent=True)
    if isinstance(error, BadRequest):
        return SendFailed(words, permanent=_is_for_good(error), rejected=not _is_for_good(error))
    if isinstance(error, NetworkError):
        return SendFailed(words, ambiguous=not isinstance(error.__cause__, _NEVER_LEFT), delivered=delivered)
    # An answer that cannot be read: the request was taken.
    return SendFailed(words, ambiguous=True, delivered=delivered)


def words_of(error: Exception) -> str:
    """What to log and to keep: short, and without any token."""
    if isinstance(error, RetryAfter):
        return f"Flood control exceeded: retry after {seconds_of(error).total_seconds():.0f} s"
    words = type(error).__name__ if isinstance(error, InvalidToken | TypeError) else str(error)
    return without_tokens(words or type(error).__name__)[:_LONGEST]


def seconds_of(error: RetryAfter) -> timedelta:
    """How long Telegram wants silence; PTB gives seconds or, when told to, a timedelta."""
    retry_after = error.retry_after
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)


def _is_for_good(error: BadRequest) -> bool:
    return error.message.lower().startswith(_FOR_GOOD)


def is_verdict_on_token(error: InvalidToken) -> bool:
    """Telegram itself has refused the token; PTB takes the page of a lost gateway for that too."""
    return not _is_foreign(error)


def _is_foreign(error: TelegramError | TypeError) -> bool:
    """A refusal with a page instead of JSON comes from something on the way (a proxy, a blocking provider), not from
    Telegram: it says nothing about the chat or the token, and nothing was done.
    """
    cause = error.__cause__
    while isinstance(cause, InvalidToken):  # logging in wraps it once more
        cause = cause.__cause__
    refusal = isinstance(error, Forbidden | BadRequest | InvalidToken | Conflict)
    return refusal and isinstance(cause, TelegramError)
