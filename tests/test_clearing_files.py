"""Files at night: old papers and what nobody has taken go; what proves a completion stays with it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from jobs.retention import clear_files
from records.case_imports import keep_open, keep_waiting
from records.database import transaction
from records.evidence import Sender, attach, held, hold, settle
from tests.builders import moment
from tests.town import Town

NIGHT = moment("20/06/2023 02:00")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Where papers and evidence lie."""
    for name in ("papers", "proofs"):
        (tmp_path / name).mkdir()
    return tmp_path / "papers", tmp_path / "proofs"


def written(folder: Path, name: str, at: datetime) -> None:
    """A file that was last written at that time."""
    (folder / name).write_bytes(b"x")
    os.utime(folder / name, (at.timestamp(), at.timestamp()))


def names(*folders: Path) -> list[list[str]]:
    return [sorted(file.name for file in folder.iterdir()) for folder in folders]


async def kept(town: Town, stored_as: str) -> None:
    """Somebody has recorded a completion with a file."""
    await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q2")
    sender = Sender(1, "console", "cchc")
    with transaction(town.engine) as session:
        hold(session, sender, [("a.pdf", {})], town.clock())
        attach(session, sender, town.clock(), 1)
        assert settle(session, 1, stored_as, 1, "hash")


async def test_old_papers_and_unknown_files_go_and_evidence_stays(town: Town, folders: tuple[Path, Path]) -> None:
    papers, proofs = folders
    await kept(town, "proof.pdf")
    written(papers, "1-old.docx", NIGHT - timedelta(days=373))
    written(papers, "2-young.docx", NIGHT - timedelta(days=371))
    written(proofs, "proof.pdf", NIGHT - timedelta(days=4000))
    written(proofs, "orphan.pdf", NIGHT - timedelta(hours=25))
    written(proofs, "under-way.pdf", NIGHT - timedelta(hours=23))
    town.clock.now = NIGHT
    assert clear_files(town.engine, papers, proofs, 12, town.clock) == 2
    assert names(papers, proofs) == [["2-young.docx"], ["proof.pdf", "under-way.pdf"]]


async def test_evidence_of_a_completion_that_was_taken_back_stays(town: Town, folders: tuple[Path, Path]) -> None:
    papers, proofs = folders
    await kept(town, "proof.pdf")
    await town.says("cchc", "/hoantac")
    written(proofs, "proof.pdf", NIGHT - timedelta(days=4000))
    town.clock.now = NIGHT
    assert clear_files(town.engine, papers, proofs, 12, town.clock) == 0


async def test_file_that_proves_nothing_is_forgotten_after_a_day(town: Town, folders: tuple[Path, Path]) -> None:
    town.at("15/06/2023 09:00")
    sender, since = Sender(1, "console", "cchc"), town.clock()
    with transaction(town.engine) as session:
        hold(session, sender, [("a.pdf", {})], town.clock())
    left = []
    for hours in (23, 40):
        town.clock.now = since + timedelta(hours=hours)
        clear_files(town.engine, *folders, 12, town.clock)
        with transaction(town.engine) as session:
            left.append(held(session, sender, since))
    assert left == [1, 0]


async def test_list_of_cases_that_nobody_confirmed_is_forgotten_after_a_week(
    town: Town, folders: tuple[Path, Path]
) -> None:
    town.at("15/06/2023 09:00")
    with transaction(town.engine) as session:
        keep_open(session, "chat", "digest", [], None, town.clock())
        keep_waiting(session, "chat", {"id": "x"}, None, town.clock())
    left = []
    for days in (6, 2):
        town.clock.step(timedelta(days=days))
        clear_files(town.engine, *folders, 12, town.clock)
        with town.engine.connect() as connection:
            left.append([tuple(row) for row in connection.execute(text("SELECT state, file FROM case_import"))])
    assert [[state for state, _ in each] for each in left] == [["open", "waiting"], ["cancelled", "cancelled"]]
    assert "x" not in str(left[-1])


async def test_it_is_done_once_a_day_and_needs_no_folders(town: Town, folders: tuple[Path, Path]) -> None:
    papers, proofs = folders
    town.clock.now = NIGHT
    assert clear_files(town.engine, papers / "none", proofs / "none", 12, town.clock) == 0
    written(proofs, "orphan.pdf", NIGHT - timedelta(days=2))
    assert clear_files(town.engine, papers, proofs, 12, town.clock) == 0
    town.clock.step(timedelta(days=1))
    assert clear_files(town.engine, papers, proofs, 12, town.clock) == 1
