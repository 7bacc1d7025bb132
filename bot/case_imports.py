"""An export against the cases on record: offer it with a preview, write it down on a yes, take it back whole.

The same for a chat, the watched folder and the command line; each step is one transaction of the caller's.
"""

from collections import Counter
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot.case_export.export import Export
from bot.names import same_name
from jobs.case_announce import mend_what_waits
from jobs.notices import tell_clerks
from plan_data.case_diff import Diff, compare
from plan_data.cases import RUNNING, Listed, Standing
from plan_data.office import Office
from records.audit import audit
from records.case_imports import (
    close_import,
    done_before,
    get_import,
    keep_open,
    last_change,
    last_done,
    listed_in,
    rebase,
)
from records.case_officers import keep_names, new_names
from records.case_snapshots import apply_import, known_cases, touched_since, undo_import
from records.people import Roster
from wording import case_imports as words
from wording.message import Reply, folded

_CANDIDATES = 6


def offer(session: Session, export: Export, source: str, by: int | None, now: datetime) -> Reply:
    """Show what the export would do, and keep it until somebody says yes."""
    before = done_before(session, export.digest)
    if before is not None and before.done_at is not None:
        return words.imported_before(before.done_at, now)
    diff = compare(known_cases(session), export.cases)
    if not diff.changes_anything:
        return words.nothing_changes(len(export.cases))
    number = keep_open(session, source, export.digest, export.cases, by, now)
    return words.preview(number, diff, words.About(len(export.cases), export.twice, now))


def confirm(
    session: Session, office: Office, people: Roster, number: int, by: int | None, channel: str, now: datetime
) -> Reply:
    """Write the export down, if the cases are still those that the preview was about."""
    kept = get_import(session, number)
    if kept is None or kept.state != "open":
        return words.closed()
    listed = listed_in(session, number)
    diff = compare(known_cases(session), listed)
    if kept.base != last_change(session):
        rebase(session, number)
        return words.preview(number, diff, words.About(len(listed), 0, now), again=True)
    return write_down(session, office, people, number, diff, by, channel, now)


def write_down(
    session: Session,
    office: Office,
    people: Roster,
    number: int,
    diff: Diff,
    by: int | None,
    channel: str,
    now: datetime,
) -> Reply:
    """Write an open import down, and ask the clerks about names that nobody knows."""
    if not apply_import(session, number, diff, by, now):
        return words.closed()
    listed = [*diff.new, *(each.after for each in diff.changed)]
    _learn_names(session, office, people, listed, now)
    counts = {what.value: count for what, count in diff.counts.items() if count}
    audit(session, now, "case_import", f"case_import:{number}", by, channel, counts)
    mend_what_waits(session, office, now)
    return words.done(number, sum(counts.values()))


def cancel(session: Session, number: int) -> Reply:
    """The export was not wanted."""
    return words.dropped() if close_import(session, number, "cancelled") else words.closed()


def take_back(session: Session, number: int | None, by: int | None, channel: str, now: datetime) -> Reply:
    """Undo the last import, whole. Raises Refusal."""
    last = last_done(session)
    if last is None or last.done_at is None or number not in {None, last.id}:
        raise words.nothing_to_undo()
    if codes := touched_since(session, last.id):
        raise words.touched(codes)
    if not undo_import(session, last.id, by, now):
        raise words.nothing_to_undo()
    audit(session, now, "case_import_undone", f"case_import:{last.id}", by, channel)
    return words.undone(last.done_at, now)


def _learn_names(session: Session, office: Office, people: Roster, listed: list[Listed], now: datetime) -> None:
    names = new_names(session, (case.officer for case in listed))
    matched: dict[str, int | None] = {}
    for name in names:
        found = [person.id for person in people.active if same_name(person.name, name)]
        matched[name] = found[0] if len(found) == 1 else None
    alive = RUNNING | {Standing.PAUSED, Standing.FINISHED}
    waiting = Counter(case.officer for case in listed if case.standing in alive)
    for officer in keep_names(session, matched, now):
        choice = {person.id: folded(person.name) for person in people.active}
        near = process.extract(folded(officer.name), choice, scorer=fuzz.WRatio, limit=_CANDIDATES)
        candidates = [(number, people.name_of(number)) for _, _, number in near]
        question = words.who_is(officer.id, officer.name, waiting[officer.name], candidates)
        tell_clerks(session, office, f"case_officer|{officer.id}", question, now)
