"""The words of /tasks and /calendar."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.answers import name_of
from wording.buttons import done_buttons
from wording.dates import due, full_day, named
from wording.message import Block, Button, Reply, capped, say

PAGE = 8
_MOST_LINES = 40


def my_items(items: Sequence[Item], now: datetime, calendar: WorkCalendar, page: int) -> Reply:
    """A page of the person's open items, overdue first, each with its button."""
    if not items:
        return say("Anh/chị không có việc nào đang chờ. 👍", "Gửi /lich để xem các hạn sắp tới.")
    today = now.astimezone(ZONE).date()
    pages = (len(items) + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    shown = items[(page - 1) * PAGE : page * PAGE]
    counted = f", trang {page}/{pages}" if pages > 1 else ""
    overdue = sum(item.is_overdue(now) for item in items)
    late = f", {overdue} quá hạn" if overdue else ""
    blocks = [Block(f"📝 Việc của anh/chị: {len(items)} việc đang chờ{late}{counted}", heading=True)]
    blocks += [Block(open_line(item, now, calendar)) for item in shown]
    buttons = list(done_buttons([item.deadline for item in shown]))
    turns = [Button("◀️ Trang trước", f"/viec {page - 1}")] if page > 1 else []
    turns += [Button("Trang sau ▶️", f"/viec {page + 1}")] if page < pages else []
    blocks.append(Block(f"Hôm nay là {named(today, today)}. Làm xong việc nào, anh/chị chọn việc đó."))
    return Reply(tuple(blocks), (*buttons, *((tuple(turns),) if turns else ())))


def open_line(item: Item, now: datetime, calendar: WorkCalendar) -> str:
    """One open item in a list."""
    today = now.astimezone(ZONE).date()
    mark = "🔴" if item.is_overdue(now) else "🟠" if item.deadline.last_working_day <= today else "•"
    return f"{mark} {name_of(item.deadline)}\n  {due(item.deadline, now, calendar)}"


def calendar_list(items: Sequence[tuple[Item, bool]], first: date, last: date, whose: str) -> Reply:
    """Deadlines by day, each with whether it is done."""
    head = Block(f"📅 Lịch {whose}, {full_day(first)} – {full_day(last)}", heading=True)
    if not items:
        return Reply((head, Block("Không có hạn nào trong thời gian này.")))
    lines: list[Block] = []
    day: date | None = None
    for item, is_done in items:
        deadline = item.deadline
        heading = "" if deadline.last_day == day else f"{named(deadline.last_day, first)}\n"
        day = deadline.last_day
        off = deadline.last_working_day != day and not is_done
        rest = f" (ngày nghỉ, nên xong {named(deadline.last_working_day, first)})" if off else ""
        lines.append(Block(f"{heading}{'✅' if is_done else '•'} {name_of(deadline)}{rest}"))
    shown = capped(lines, "hạn", _MOST_LINES)
    if shown[-1] is not lines[-1]:
        shown.append(Block("Để xem ít ngày hơn, gõ kèm số ngày, ví dụ: /lich 7"))
    return Reply((head, *shown))


def calendar_file(year: int, everything: bool, file: dict[str, Any]) -> Reply:
    """The year's deadlines as a file, and what to do with it."""
    whose = "chung của cơ quan" if everything else "của anh/chị"
    return Reply(
        (
            Block(f"📅 Lịch các hạn năm {year} {whose}", heading=True),
            Block("Mở tệp để đưa vào lịch trên điện thoại hoặc máy tính; mỗi hạn có nhắc từ hôm trước."),
            Block("Khi hạn được dời, tải lại tệp mới: các mục cũ tự cập nhật, không bị trùng."),
        ),
        attachments=(file,),
    )
