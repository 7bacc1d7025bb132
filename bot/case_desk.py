"""The desk where files of cases come in: documents from a chat, and files that somebody puts into a watched folder.

A file is fetched and read outside of any transaction; what waits is in the database, so a restart loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.case_export.export import Export, read_export
from bot.case_imports import offer
from bot.channels.fetching import Fetch, NotFetched
from bot.desks import keep_looking
from jobs.notices import tell_clerks
from jobs.outcomes import Clock
from plan_data.office import Office
from records import outbox
from records.case_imports import CaseImport, close_import, waiting_imports
from records.database import reading, transaction
from records.outbox import ANSWER, NewMessage
from wording import case_imports as words
from wording.message import Reply
from wording.refusals import Refusal

log = logging.getLogger(__name__)

TABLES = frozenset({".xlsx", ".xls", ".csv", ".xlsm", ".htm", ".html"})
DONE, BAD = "da-doc", "khong-doc-duoc"


@dataclass
class CaseDesk:
    """Takes files in. `fetch` knows each channel that has files; `folder` is watched where it is set."""

    engine: Engine
    office: Office
    clock: Clock
    keep_applicant: bool = False
    folder: Path | None = None
    fetch: Mapping[str, Fetch] = field(default_factory=dict)
    _sizes: dict[Path, int] = field(default_factory=dict)

    async def run(self, deliver: Callable[[], Awaitable[object]]) -> None:
        """Look again and again until cancelled, and deliver what is said."""
        await keep_looking(self.look, deliver)

    async def look(self) -> int:
        """Take in what waits; returns how many files that was."""
        waiting = await asyncio.to_thread(self._waiting)
        for each in waiting:
            await self._from_chat(each)
        found = await asyncio.to_thread(self._in_folder)
        for file in found:
            await asyncio.to_thread(self._from_folder, file)
        return len(waiting) + len(found)

    def _waiting(self) -> list[CaseImport]:
        with reading(self.engine) as session:
            return waiting_imports(session)

    async def _from_chat(self, waiting: CaseImport) -> None:
        file = waiting.file
        try:
            raw = await self._fetched(file)
            export = await asyncio.to_thread(self._read, raw)
        except Refusal as refusal:
            reply = words.refused(str(file.get("name", "")), refusal.sentence)
            await asyncio.to_thread(self._answer, waiting, reply, None)
        else:
            await asyncio.to_thread(self._answer, waiting, None, export)

    async def _fetched(self, file: Mapping[str, Any]) -> bytes:
        fetch = self.fetch.get(str(file.get("channel", "")))
        if fetch is None:
            raise Refusal(words.not_fetched())
        try:
            return await fetch(file)
        except NotFetched as failure:
            log.warning("a file of cases was not fetched: %s", failure)
            raise Refusal(words.not_fetched()) from None

    def _read(self, raw: bytes) -> Export:
        policy, hours = self.office.policy, self.office.calendar.hours
        return read_export(raw, policy, hours, keep_applicant=self.keep_applicant)

    def _answer(self, waiting: CaseImport, reply: Reply | None, export: Export | None) -> None:
        now = self.clock()
        with transaction(self.engine) as session:
            if not close_import(session, waiting.id, "refused" if export is None else "read", was="waiting"):
                return
            if export is not None:
                reply = offer(session, export, "chat", waiting.created_by, now)
            assert reply is not None
            channel, chat = str(waiting.file["channel"]), str(waiting.file["chat"])
            key = f"case_import|{waiting.id}"
            message = NewMessage(key, "answer", channel, chat, f"chat:{chat}", ANSWER, reply.to_dict())
            outbox.queue(session, message, now)

    def _in_folder(self) -> list[Path]:
        """Files that have not grown since the last look: somebody may still be copying the others."""
        if self.folder is None or not self.folder.is_dir():
            return []
        files = [
            each
            for each in sorted(self.folder.iterdir())
            if each.suffix.lower() in TABLES and each.is_file() and not each.name.startswith(("~", "."))
        ]
        sizes = {each: each.stat().st_size for each in files}
        before, self._sizes = self._sizes, sizes
        return [each for each in files if before.get(each) == sizes[each]]

    def _from_folder(self, file: Path) -> None:
        """Read it, tell the clerks, and put it aside; the preview is on record before the file is moved."""
        place = DONE
        try:
            export: Export | None = self._read(file.read_bytes())
            sentence = ""
        except Refusal as refusal:
            export, sentence, place = None, refusal.sentence, BAD
        now = self.clock()
        with transaction(self.engine) as session:
            if export is None:
                reply = words.refused(file.name, sentence)
            else:
                reply = words.from_folder(file.name, offer(session, export, "folder", None, now))
            self._tell(session, f"case_folder|{file.name}|{now.isoformat()}", reply)
        _put_aside(file, place, now.strftime("%Y%m%d-%H%M%S"))

    def _tell(self, session: Session, key: str, reply: Reply) -> None:
        tell_clerks(session, self.office, key, reply, self.clock())


def _put_aside(file: Path, place: str, stamp: str) -> None:
    aside = file.parent / place
    aside.mkdir(exist_ok=True)
    file.replace(aside / f"{stamp}-{file.name}")
