"""Files that prove a completion: held until somebody says of what, then given to it. The desk fetches them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.command import Request
from bot.commands.targets import my_open_items
from bot.file_kind import harmless_name
from records import evidence
from records.evidence import Sender
from wording import evidence as words
from wording import lists
from wording.message import Reply, file_name, say

_HELD_FOR = timedelta(minutes=30)


def file_alone(request: Request) -> Reply:
    """A file without a word, in private: ask what it proves. Without a file, tell how to send one."""
    if not request.attachments:
        return say(words.HOW)
    hold(request)
    count = evidence.held(request.session, _sender(request), request.now - _HELD_FOR)
    if count > len(request.attachments):
        return words.one_more(count)
    return words.held(lists.my_items(my_open_items(request), request.now, request.office.calendar, 1))


def hold(request: Request, files: Sequence[Mapping[str, Any]] | None = None) -> None:
    """The files of the message, or these, prove what the person records next."""
    files = request.attachments if files is None else files
    if not files:
        return
    named = [(harmless_name(file_name(each)), {"channel": request.channel, **each}) for each in files]
    evidence.hold(request.session, _sender(request), named, request.now)


def attach(request: Request, completion_id: int) -> int:
    """What is held proves this; returns how many files that is."""
    return evidence.attach(request.session, _sender(request), request.now - _HELD_FOR, completion_id)


def _sender(request: Request) -> Sender:
    return Sender(request.person.id, request.channel, request.chat)
