"""Showing a one-time code: in a message of its own, of which no copy is kept."""

from collections.abc import Callable
from datetime import datetime

from bot.command import Request
from records import outbox
from records.codes import SECRET, make_code
from records.outbox import ANSWER, NewMessage
from wording.message import Reply


def show_code(request: Request, person_id: int, words: Callable[[str, datetime], Reply]) -> None:
    """Make a code for the person and send it to this chat; `words` says it, with the end of its validity."""
    code, until = make_code(request.session, person_id, request.person.id, request.now)
    key = f"code|{person_id}|{request.now.isoformat()}"
    body = words(code, until).to_dict()
    message = NewMessage(key, SECRET, request.channel, request.chat, f"chat:{request.chat}", ANSWER, body)
    outbox.queue(request.session, message, request.now)
    request.note_down("code_made", f"person:{person_id}", {"until": until.isoformat()})
