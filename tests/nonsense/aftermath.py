"""After the nonsense: files that were sent are read, and the bot speaks of what is on record on the next mornings."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.case_desk import CaseDesk
from bot.channels.fetching import NotFetched
from bot.incoming import Incoming
from jobs.delivery import Courier
from jobs.press import Press
from jobs.timetable import tick
from plan_data.workdays import ZONE
from records.audit_chain import verify
from records.database import reading
from tests.nonsense.files import FileFuzz
from tests.nonsense.fuzz import Fuzz, Shown
from tests.nonsense.office import PLATFORMS
from tests.nonsense.platform import Said
from tests.town import Recorder

_MORNINGS = 3
_GONE = 0.7
_NOBODY = Incoming("", "", "", "")


async def imports(fuzz: Fuzz, files: FileFuzz) -> None:
    """The desk reads the files of cases that people have sent, and they press what it offers, twice."""

    async def fetch(_file: Mapping[str, Any]) -> bytes:
        if fuzz.chance.random() < _GONE:  # each that is read starts a process
            raise NotFetched("it is gone")
        return files.of_cases()

    desk = CaseDesk(fuzz.engine, fuzz.office, fuzz.clock, fetch=dict.fromkeys(("telegram", "zalo_oa"), fetch))
    try:
        fuzz.counts["files taken in"] += await desk.look()
    except Exception as error:  # noqa: BLE001  (any at all is what we look for)
        fuzz.found.append(f"the desk broke {type(error).__name__}: {error!r:.300}")
    fuzz.look(_NOBODY, "a file")
    for (channel, chat), shown in list(fuzz.shown.items()):
        if any(button.command.startswith("/hoso #") for row in shown.buttons for button in row):
            platform = next(each for each in PLATFORMS if each.name == channel)
            person = chat.partition("/")[0]
            presses = [fuzz.press(platform, Said(person, person), shown) for _ in range(2)]
            fuzz.counts["previews pressed"] += 1
            fuzz.tell(platform, [platform.update(each) for each in presses])


async def mornings(fuzz: Fuzz, papers: Path) -> None:
    """What was told is on record now: the bot speaks of it on the next mornings, and makes its papers."""
    channels = [Recorder(fuzz.clock, each.name) for each in PLATFORMS]
    press = Press(fuzz.engine, fuzz.office, papers)
    couriers = [Courier(fuzz.engine, fuzz.office, each, fuzz.clock, press=press) for each in channels]
    try:
        for _ in range(_MORNINGS):
            fuzz.clock.now = (fuzz.clock() + timedelta(days=1)).astimezone(ZONE).replace(hour=8, minute=0)
            await tick(fuzz.engine, fuzz.office, couriers, fuzz.clock)
    except Exception as error:  # noqa: BLE001  (any at all is what we look for)
        fuzz.found.append(f"a morning broke {type(error).__name__}: {error!r:.300}")
    for each in channels:
        for sent in (*each.sent, *each.edits):
            fuzz.counts["said in the morning"] += 1
            fuzz.counts["papers made"] += sum("path" in file for file in sent.reply.attachments)
            shown = Shown(each.name, sent.chat, sent.reply)
            fuzz.found += [f"{what} in the morning" for what in fuzz.mistakes(shown)]
            if "bot chưa lập được" in sent.text:
                fuzz.found.append(f"a paper could not be made: {sent.text:.300}")
    with reading(fuzz.engine) as session:
        flaw = verify(session)[1]
    if flaw is not None:
        fuzz.found.append(f"the trail is broken: {flaw}")
