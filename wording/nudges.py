"""The words of a nudge ("đôn đốc") and of its answer."""

from collections.abc import Sequence
from datetime import datetime

from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.buttons import done_buttons
from wording.dates import named
from wording.lists import open_line
from wording.message import Block, Reply, capped, say


def nudge(items: Sequence[Item], by: str, now: datetime, calendar: WorkCalendar) -> Reply:
    """To one person: somebody asks after their open work."""
    today = now.astimezone(ZONE).date()
    blocks = [
        Block(f"📣 {by} đôn đốc, {named(today, today)}", heading=True),
        *capped([Block(open_line(item, now, calendar)) for item in items], "việc"),
        Block("Nhờ anh/chị hoàn thành sớm; làm xong thì chọn việc đó."),
    ]
    return Reply(tuple(blocks), done_buttons([item.deadline for item in items]))


def nudged(
    queued: Sequence[str], already: Sequence[str], unreachable: Sequence[str], *, later: bool, own: bool
) -> Reply:
    """To who asked: who is nudged, who was today already, who cannot be reached. `own`: some of it is theirs."""
    lines = []
    if queued:
        when = "sẽ được nhắc vào đầu giờ làm việc tới" if later else "đã được nhắc riêng"
        lines.append(f"📣 {len(queued)} người {when}: {', '.join(queued)}.")
    if already:
        lines.append(f"Hôm nay đã đôn đốc rồi nên không nhắc lại: {', '.join(already)}.")
    if unreachable:
        lines.append(f"Chưa liên lạc được qua bot, anh/chị nhắc trực tiếp: {', '.join(unreachable)}.")
    if own:
        lines.append("Trong đó có việc của chính anh/chị: gửi /viec để xem.")
    return say(*(lines or ["Chưa có ai giữ vị trí phụ trách các việc này để đôn đốc. Gửi /tinhhinh để xem."]))


def nothing_overdue(about: str) -> Reply:
    """Nothing of what was asked after is overdue."""
    return say(f"Không có việc nào quá hạn{f' ({about})' if about else ''} nên không cần đôn đốc. 👍")


def done_already(name: str) -> Reply:
    """What was asked after is done, or has not begun."""
    return say(f"{name} không có hạn nào đang chờ nên không cần đôn đốc. 👍", "Gửi /tinhhinh kèm mã để xem chi tiết.")
