"""A bare number as the press of a button, on platforms that have no buttons. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from records.posted import Choices
from wording.message import Button, Reply, folded
from wording.numbered import no_such_number, nothing_to_choose, said_again, which_list

VALID_FOR = timedelta(minutes=30)
_JUST_NOW = timedelta(minutes=1)
_IN_A_HURRY = timedelta(seconds=10)
_NUMBER = re.compile(r"(?:so )?\(?(\d{1,3})\)?[.,!]?")


def number_in(text: str) -> int | None:
    """The number, when the text is nothing else ("2", "số 2", "2.")."""
    found = _NUMBER.fullmatch(folded(text))
    return int(found[1]) if found else None


def choose(choices: Sequence[Choices], sender: str, number: int, now: datetime) -> Button | Reply:
    """The n-th button of the latest message that is for everybody or answers the sender; `choices`: latest first.

    What came unasked less than a minute ago may not have been read yet: then the person is asked which message is
    meant, if there are two. The same number twice in a few seconds is impatience, and must not press what is new in
    the answer, which may be "undo": that is asked too. Refuses a number that stands nowhere.
    """
    own = [each for each in choices if each.asker in ("", sender)]
    if not own:
        raise nothing_to_choose()
    candidates = list(dict.fromkeys(each.buttons[number - 1] for each in own if 0 < number <= len(each.buttons)))
    buttons = [Button(*each) for each in candidates]
    latest = own[0]
    if not buttons:
        raise no_such_number(number, len(latest.buttons))
    new = [Button(*each) for each in latest.buttons[number - 1 : number]]
    known = {command for each in own[1:] for _, command in each.buttons[number - 1 : number]}
    is_hasty = bool(latest.asker) and number_in(latest.asked) == number and now - latest.at < _IN_A_HURRY
    if is_hasty and not known.issuperset(each.command for each in new):
        return said_again(number, new)
    is_clear = bool(latest.asker) or now - latest.at > _JUST_NOW
    if len(buttons) > 1 and not is_clear:
        return which_list(number, buttons)
    if not 0 < number <= len(latest.buttons):
        return which_list(number, buttons)
    return buttons[0]
