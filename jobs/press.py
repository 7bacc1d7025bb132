"""The press: makes the papers that a message carries, when it goes out, and keeps them as files.

The outbox holds only what is to be made, of which moment. A file bears the number of its message, so a message that
is sent again carries the same file, and whoever gets no files on a channel finds it on the machine.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from jobs.papers import PAPERS
from plan_data.office import Office
from records.database import reading
from records.outbox import Claimed
from wording.accounts import sections_missing
from wording.files import not_made
from wording.message import Block, Reply, file_name
from wording.papers import documents

log = logging.getLogger(__name__)


def make(
    engine: Engine, office: Office, what: str, at: datetime, about: Mapping[str, Any], templates: Path | None = None
) -> bytes:
    """A paper as of that moment: collected in one look at the records, drawn after it."""
    with reading(engine) as session:
        draw = PAPERS[what](session, office, at, about)
    return draw(templates)


class Press:
    """Makes one paper at a time, off the event loop."""

    def __init__(self, engine: Engine, office: Office, folder: Path, templates: Path | None = None) -> None:
        self._engine = engine
        self._office = office
        self._folder = folder
        self._templates = templates
        self._one_at_a_time = asyncio.Lock()

    async def with_papers(self, message: Claimed, reply: Reply) -> Reply:
        """The reply with a path for each of its papers; words stand in for one that could not be made."""
        if not any("paper" in each for each in reply.attachments):
            return reply
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._filled, message, reply)

    def _filled(self, message: Claimed, reply: Reply) -> Reply:
        files: list[dict[str, Any]] = []
        blocks = list(reply.blocks)
        for each in reply.attachments:
            if "paper" not in each:
                files.append(each)
                continue
            try:
                files.append({**each, "path": str(self._file(message, each))})
                blocks += self._remarks(each)
            except Exception:
                log.exception("the paper %s of message %s cannot be made", each["paper"], message.id)
                blocks.append(Block(not_made(file_name(each))))
        return replace(reply, blocks=tuple(blocks), attachments=tuple(files))

    def _remarks(self, paper: Mapping[str, Any]) -> list[Block]:
        """What the office's own template of a report leaves out."""
        if paper["paper"] != "document" or self._templates is None:
            return []
        left_out = documents.lacking(paper["about"]["kind"], self._templates)
        return [Block(sections_missing(left_out))] if left_out else []

    def _file(self, message: Claimed, paper: Mapping[str, Any]) -> Path:
        file = self._folder / f"{message.id}-{Path(paper['name']).name}"
        if not file.exists():
            at = datetime.fromisoformat(paper["at"])
            content = make(self._engine, self._office, paper["paper"], at, paper["about"], self._templates)
            self._folder.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f"{file.name}.part")
            part.write_bytes(content)
            part.replace(file)
        return file
