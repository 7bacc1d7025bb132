"""`nhacviec cases import`: an export at the machine, with the same preview as in the chat, time and memory."""

import resource
import time
from collections.abc import Callable
from pathlib import Path

from bot.case_export.export import Export, read_export
from bot.case_imports import offer, write_down
from bot.clock import Clock
from bot.mistakes import BadArgument
from bot.settings import Settings
from plan_data.case_diff import compare
from plan_data.office import Office
from records.case_imports import listed_in
from records.case_snapshots import known_cases
from records.database import migrate, open_database, transaction
from records.people import roster
from wording import case_imports as words
from wording.console import CASES_NOT_WRITTEN
from wording.refusals import Refusal


def import_cases(
    settings: Settings,
    office: Office,
    file: Path,
    clock: Clock,
    show: Callable[[str], None],
    sure: Callable[[], bool],
) -> None:
    """Read the file, show what it would do, and do it if the person is sure. Raises BadArgument on a bad file.

    The file is read before the database is opened: a file that is refused leaves it untouched.
    """
    began = time.monotonic()
    export = _read(settings, office, file)
    show(words.read_in(len(export.cases), time.monotonic() - began))
    engine = open_database(settings.database)
    migrate(engine)
    with transaction(engine) as session:
        shown = offer(session, export, "machine", None, clock())
    show("\n".join(block.text for block in (shown.blocks[:-1] if shown.buttons else shown.blocks)))
    if shown.buttons:
        if not sure():
            show(CASES_NOT_WRITTEN)
            return
        number = int(shown.buttons[0][0].command.split()[-1])
        with transaction(engine) as session:
            diff = compare(known_cases(session), listed_in(session, number))
            people = roster(session, office.plans)
            show(write_down(session, office, people, number, diff, None, "", clock()).plain)
    show(words.spent(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    engine.dispose()


def _read(settings: Settings, office: Office, file: Path) -> Export:
    policy, hours = office.policy, office.calendar.hours
    try:
        return read_export(file.read_bytes(), policy, hours, keep_applicant=settings.cases_keep_applicant)
    except Refusal as refusal:
        raise BadArgument(words.refused(file.name, refusal.sentence).plain) from None
