"""The desk that fetches files which prove a completion, looks into them and keeps them; nobody opens or serves them.

What waits is in the database, so a restart loses nothing; a file is fetched and written outside of any transaction.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot.channels.fetching import LARGEST, Fetch, NotFetched
from bot.desks import keep_looking
from bot.file_kind import kind_of
from jobs.outcomes import Clock
from plan_data.office import Office
from plan_data.plan import Deadline
from records import completions, deadlines, evidence, outbox
from records.audit import audit
from records.database import reading, transaction
from records.evidence import Evidence
from records.outbox import ANSWER, NewMessage
from wording import evidence as words
from wording.refusals import Refusal

log = logging.getLogger(__name__)

_AGAIN_AFTER = timedelta(minutes=1)
_GIVE_UP_AFTER = timedelta(hours=1)


@dataclass
class EvidenceDesk:
    """Keeps files in `folder`; `fetch` knows each channel that has files."""

    engine: Engine
    office: Office
    clock: Clock
    folder: Path
    fetch: Mapping[str, Fetch]
    _tried: dict[int, datetime] = field(default_factory=dict)

    async def run(self, deliver: Callable[[], Awaitable[object]]) -> None:
        """Look again and again until cancelled, and deliver what is said."""
        await keep_looking(self.look, deliver)

    async def look(self) -> int:
        """Take in what waits; returns how many files are settled."""
        waiting = await asyncio.to_thread(self._waiting)
        return sum([await self._take(each) for each in waiting])

    def _waiting(self) -> list[Evidence]:
        """Those that failed a moment ago are left for later."""
        with reading(self.engine) as session:
            found, now = evidence.waiting(session), self.clock()
        self._tried = {each.id: self._tried[each.id] for each in found if each.id in self._tried}
        return [each for each in found if each.id not in self._tried or now - self._tried[each.id] >= _AGAIN_AFTER]

    async def _take(self, file: Evidence) -> bool:
        try:
            raw = await self._fetched(file)
            kind = await asyncio.to_thread(kind_of, raw)
            name = await asyncio.to_thread(_write, self.folder, raw, kind)
        except Refusal as refusal:
            return await asyncio.to_thread(self._refuse, file, refusal.sentence)
        except (NotFetched, OSError) as failure:
            now = self.clock()
            log.warning("evidence %s could not be kept: %s", file.id, failure)
            if now - file.sent_at > _GIVE_UP_AFTER:
                return await asyncio.to_thread(self._refuse, file, words.NOT_FETCHED)
            self._tried[file.id] = now
            return False
        return await asyncio.to_thread(self._keep, file, name, len(raw), sha256(raw).hexdigest())

    async def _fetched(self, file: Evidence) -> bytes:
        size = file.reference.get("size")
        if isinstance(size, int) and size > LARGEST:
            raise Refusal(words.TOO_BIG)
        fetch = self.fetch.get(file.channel)
        if fetch is None:
            raise NotFetched(f"{file.channel} has no files")
        return await fetch(file.reference)

    def _keep(self, file: Evidence, name: str, size: int, digest: str) -> bool:
        with transaction(self.engine) as session:
            settled = evidence.settle(session, file.id, name, size, digest)
            detail = {"completion": file.completion_id, "file": name, "size": size, "sha256": digest}
            if settled:
                audit(session, self.clock(), "evidence", f"evidence:{file.id}", channel=file.channel, detail=detail)
        return settled

    def _refuse(self, file: Evidence, why: str) -> bool:
        """Tell the sender; a file in the folder without a row is cleared away at night."""
        with transaction(self.engine) as session:
            if not evidence.settle(session, file.id):
                return False
            reply = words.refused(file.name, self._deadline(session, file), why)
            key, chat = f"evidence|{file.id}", file.chat
            message = NewMessage(key, "answer", file.channel, chat, f"chat:{chat}", ANSWER, reply.to_dict())
            outbox.queue(session, message, self.clock())
        return True

    def _deadline(self, session: Session, file: Evidence) -> Deadline | None:
        done = completions.find(session, file.completion_id or 0)
        item = deadlines.get(session, self.office.plans, done.deadline_id) if done else None
        return item.deadline if item else None


def _write(folder: Path, raw: bytes, kind: str) -> str:
    """Write the file under a random name, for the bot's own account alone; returns the name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}{kind}"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return name
