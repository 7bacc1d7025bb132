"""/cases for the clerk: taking in an export, a yes or no to it, undoing, and who the officers of the files are."""

from bot.case_imports import cancel, confirm, take_back
from bot.channels.fetching import LARGEST
from bot.command import Request
from bot.positions import number_in, person_named
from jobs.case_announce import mend_what_waits
from records.case_imports import keep_waiting
from records.case_officers import decide, officers
from wording import case_imports as words
from wording.message import Reply, file_name


def take_file(request: Request, _rest: str) -> Reply:
    """Keep where the file is to be fetched; the desk fetches and reads it."""
    file = next((each for each in request.attachments if each.get("kind") == "document"), None)
    if file is None:
        raise words.no_file()
    if int(file.get("size") or 0) > LARGEST:
        raise words.too_big_to_fetch()
    place = {**file, "channel": request.channel, "chat": request.chat}
    keep_waiting(request.session, "chat", place, request.person.id, request.now)
    return words.received(file_name(file))


def confirm_export(request: Request, text: str) -> Reply:
    """Write an export down."""
    number = number_in(text)
    if number is None:
        return words.closed()
    return confirm(
        request.session, request.office, request.roster, number, request.person.id, request.channel, request.now
    )


def cancel_export(request: Request, text: str) -> Reply:
    """It was not meant so."""
    number = number_in(text)
    return words.closed() if number is None else cancel(request.session, number)


def undo_last(request: Request, text: str) -> Reply:
    """Take the last import back."""
    reply = take_back(request.session, number_in(text), request.person.id, request.channel, request.now)
    mend_what_waits(request.session, request.office, request.now)
    return reply


def names(request: Request, text: str) -> Reply:
    """Every name of the files, or "3 Họ và tên": who a name is."""
    number, _, name = text.partition(" ")
    if name.strip() and number_in(number) is not None:
        person = person_named(request.roster, name)
        return _decided(request, number_in(number) or 0, person.id)
    known = [(each.id, each.name, _who(request, each.person, each.decided)) for each in officers(request.session)]
    return words.names(known)


def _who(request: Request, person: int | None, decided: bool) -> str:
    if person is not None:
        return request.roster.name_of(person)
    return "không phải cán bộ của cơ quan" if decided else "chưa rõ"


def decide_name(request: Request, text: str) -> Reply:
    """A button: the number of a name, and of the person; 0 for nobody of the office."""
    numbers = [number_in(word) for word in text.split()]
    if len(numbers) != 2 or None in numbers:
        raise words.no_such_name()
    person = request.roster.get(numbers[1] or 0)
    return _decided(request, numbers[0] or 0, person.id if person else None)


def _decided(request: Request, number: int, person: int | None) -> Reply:
    name = decide(request.session, number, person, request.person.id, request.now)
    if name is None:
        raise words.no_such_name()
    request.note_down("case_officer", f"case_officer:{number}", {"person": person})
    return words.known_as(name, request.roster.name_of(person) if person is not None else "")
