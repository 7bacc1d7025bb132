"""`nhacviec people import`: a file of people against the roster, with the same preview as in the chat."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot.mistakes import BadArgument
from bot.roster_import import Comparison, Line, apply, compare
from bot.spreadsheets import lines_of_file
from jobs.leaving import settle_shares
from plan_data.office import Office
from records.audit import audit
from records.database import transaction
from records.people import accounts, roster
from wording import people_lists as words


def import_file(engine: Engine, office: Office, file: Path, now: datetime, *, write: bool) -> list[str]:
    """What the file does, or would do, line by line. Raises BadArgument with every mistake of the file."""
    lines = lines_of_file(file)
    with transaction(engine) as session:
        found = _compare(session, office, lines)
        new, changed = found.in_words(office.plans)
        shown = words.preview_lines(new, changed, found.same)
        if not found.changes_anything:
            return [words.nothing_new(found.same).plain]
        if not write:
            return [*shown, words.ADD_YES]
        apply(session, found, None, "", now)
        settle_shares(session, office, now)
        audit(session, now, "roster_import", file.name, None, "", {"new": len(new), "changed": len(changed)})
        return [*shown, words.done(len(new), len(changed)).plain]


def _compare(session: Session, office: Office, lines: list[Line]) -> Comparison:
    found = compare(office.plans, roster(session, office.plans), accounts(session).keys(), lines)
    if found.problems:
        raise BadArgument(words.BAD_FILE, *found.problems)
    return found
