"""The audit trail for an inspection: proven, with the files that prove completions, and written into a table."""

import csv
import hashlib
import json
import os
from pathlib import Path

from sqlalchemy import Engine

from bot.mistakes import BadArgument
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.audit_chain import Entry, Flaw, entries, verify
from records.database import reading
from records.evidence import kept
from records.people import Roster, roster
from wording.audit import HEADINGS, THE_BOT, exists_already
from wording.cells import inert


def prove(engine: Engine) -> tuple[int, Flaw | None]:
    """How many entries there are, and the first flaw."""
    with reading(engine) as session:
        return verify(session)


def damaged(engine: Engine, folder: Path) -> tuple[int, list[str]]:
    """How many files prove completions, and the names of those that are missing or not as they were kept."""
    with reading(engine) as session:
        files = kept(session)
    return len(files), [each.stored_as for each in files if _digest(folder / each.stored_as) != each.sha256]


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def export(engine: Engine, office: Office, file: Path) -> int:
    """Write every entry into a new CSV file that nobody else can read; returns how many. Raises BadArgument."""
    try:
        number = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise BadArgument(exists_already(str(file))) from None
    with os.fdopen(number, "w", encoding="utf-8-sig", newline="") as table, reading(engine) as session:
        people = roster(session, office.plans)
        writer = csv.writer(table)
        writer.writerow(HEADINGS)
        count = 0
        for entry in entries(session):
            writer.writerow([inert(cell) for cell in _cells(entry, people)])
            count += 1
    return count


def _cells(entry: Entry, people: Roster) -> tuple[str, ...]:
    return (
        str(entry.id),
        f"{entry.at.astimezone(ZONE):%d/%m/%Y %H:%M:%S}",
        people.name_of(entry.person_id) if entry.person_id else THE_BOT,
        entry.channel,
        entry.action,
        entry.subject,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        entry.digest,
    )
