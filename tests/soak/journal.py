"""What happened in a soak, in order: one JSON object a line. All that the checker knows beside the files and tables.

`true` is the simulated time; `clock` is what the bot's clock showed, which a fault may have moved. Entries by `what`:

- start: `staff` (name -> person, `chats` by channel, roles; `joined` on that day), `groups` (name -> channel, chat,
  title), `newcomers`: chats of those who may come later
- plan: `file`, which holds from now on
- did: `who` typed or pressed `line` in the chat of `where` on `channel`; `means`: what the button says
- lost: the platform handed that `line` out and nobody got it
- said: `who` got `text` as message `id` on `channel`; edited: its new `text`
- fault: `name`; by `until` the bot must have recovered; life: a process began
- blocked, unblocked: by `who` on `channel`; `told`: whether the bot gets to know before they write
- rest: the bot had nothing left to do; `well`: the channels on which no fault was at work; `cut`: those whose port
  is closed, and since when; stuck: it did not come to rest, `why`
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
GROUP = "nhóm"  # the group on Telegram, and what is meant for groups
ZALO_GROUP = "nhóm Zalo"
GROUPS = (GROUP, ZALO_GROUP)


class Journal:
    """Writes the entries, each at once, and keeps them."""

    def __init__(self, file: Path) -> None:
        self.entries: list[Entry] = []
        self._file = file.open("w", encoding="utf-8", buffering=1)

    def write(self, what: str, true: datetime, **more: object) -> None:
        """One thing happened."""
        entry = {"seq": len(self.entries), "what": what, "true": true.isoformat(), **more}
        self.entries.append(entry)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Nothing happens any more."""
        self._file.close()


def read_journal(file: Path) -> list[Entry]:
    """The entries, in order."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
