"""The words of a nudge ("đôn đốc") and of its answer."""

from collections.abc import Sequence
from datetime import datetime

from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.answers import open_line
from wording.buttons import done_buttons
from wording.dates import named
from wording.message import Block, Reply, say


def nudge(items: Sequence[Item], by: str, now: datetime, calendar: WorkCalendar) -> Reply:
    """To one person: somebody asks after their open work."""
    today = now.astimezone(ZONE).date()
    blocks = [
        Block(f"📣 {by} đôn đốc, {named(today, today)}", heading=True),
        *(Block(open_line(item, now, calendar)) for item in items),
        Block("Nhờ anh/chị hoàn thành sớm; làm xong thì bấm nút của việc đó."),
    ]
    return Reply(tuple(blocks), done_buttons([item.deadline for item in items]))


def nudged(queued: Sequence[str], already: Sequence[str], unreachable: Sequence[str], later: bool) -> Reply:
    """To the leader: who is nudged, who was today already, who cannot be reached."""
    lines = []
    if queued:
        when = "sẽ được nhắc vào đầu giờ làm việc tới" if later else "đã được nhắc riêng"
        lines.append(f"📣 {len(queued)} người {when}: {', '.join(queued)}.")
    if already:
        lines.append(f"Hôm nay đã đôn đốc rồi, không nhắc lại: {', '.join(already)}.")
    if unreachable:
        lines.append(f"Chưa liên lạc được qua bot: {', '.join(unreachable)}.")
    return say(*(lines or ["Không có ai cần đôn đốc."]))
