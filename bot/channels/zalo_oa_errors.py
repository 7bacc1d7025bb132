"""The Official Account's errors in our words: what is for good, what may be tried again, what nobody can know."""

from datetime import timedelta

from bot.channels.zalo_oa_api import TOKEN_REFUSED, OaError
from jobs.channel import SendFailed
from jobs.outcomes import retry_delay

# This chat cannot be written to before the person or the group does something.
_FOR_GOOD = frozenset(
    {
        -213,  # does not follow the account
        -217,  # has blocked invitations
        -227,  # banned, or away for 45 days
        -230,  # has not written for 7 days
        -232,  # the time to answer is over
        -237,  # the group is disabled: its package has lapsed
        -244,  # has blocked this kind of message
        -403,  # the account is not in the group
    }
)
_NOT_THIS = frozenset({-201, -210, -248})  # a bad parameter, too large, against the rules
_LATER = {
    -32: timedelta(minutes=1),  # too many calls
    -211: timedelta(hours=1),  # the account's quota is spent
    -218: timedelta(hours=1),  # the recipient's quota is
    -234: timedelta(hours=1),  # not between 22:00 and 06:00
    -212: timedelta(hours=1),  # the API is not registered, not granted, or not in the package: somebody must act
    -221: timedelta(hours=1),
    -223: timedelta(hours=1),
    -224: timedelta(hours=1),
}
_WHOLE_ACCOUNT = frozenset({-204, -205, -209, -219})  # disabled, gone, app not active, app removed


def is_about_the_account(error: OaError) -> bool:
    """Nothing can be sent to anybody."""
    return error.by_platform and error.code in _WHOLE_ACCOUNT


def is_about_the_message(error: OaError) -> bool:
    """The platform does not take this content; the chat may be all right."""
    return error.by_platform and error.code in _NOT_THIS


def is_about_the_chat(error: OaError) -> bool:
    """Nothing can be sent to this chat."""
    return error.by_platform and error.code in _FOR_GOOD


def translated(error: OaError, attempts: int, delivered: tuple[str, ...] = ()) -> SendFailed:
    """The error of a send as delivery understands it. `delivered` are parts that went out before it."""
    words = str(error)
    if error.never_left:
        return SendFailed(words, delivered=delivered)
    if not error.by_platform:  # it broke off, or a gateway answered in the platform's place
        surely_not_done = error.code in range(400, 500)
        return SendFailed(words, ambiguous=not surely_not_done, delivered=delivered)
    if is_about_the_chat(error):
        return SendFailed(words, permanent=True)
    if is_about_the_message(error):
        return SendFailed(words, rejected=True)
    if error.code in TOKEN_REFUSED or is_about_the_account(error):
        return SendFailed(words, delivered=delivered)
    return SendFailed(words, retry_after=_LATER.get(error.code, retry_delay(attempts)), delivered=delivered)
