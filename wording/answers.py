"""The words of answers to commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.plan import Deadline, Role, Target, Task
from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.buttons import done_buttons
from wording.dates import clock_time, done_words, full_day, left, limit, named, period_name, title
from wording.message import Block, Button, Reply, folded, in_rows, say

PAGE = 8


@dataclass(frozen=True, slots=True)
class DoneBy:
    """A completion in words: when, by whom, whose share, with what."""

    id: int
    done_on: date
    late: bool
    recorded_at: datetime
    recorded_by: str
    share_of: str = ""
    note: str = ""
    document: str = ""
    evidence: int = 0
    undone: bool = False


def name_of(deadline: Deadline) -> str:
    """Code and what has to be done."""
    return f"{deadline.task.code} {title(deadline)}"


def done(deadline: Deadline, by: DoneBy, on_behalf: str, missing: int | None, others: Sequence[Deadline]) -> Reply:
    """A completion was recorded. `missing`: how many still owe their share; `others`: periods of it still open."""
    lines = [f"✅ Đã ghi nhận hoàn thành: {name_of(deadline)}"]
    when = f"Ngày hoàn thành: {full_day(by.done_on)}"
    lines.append(
        when if deadline.rule.kind == "continuous" else f"{when}, {done_words(deadline, by.done_on, by.late)}."
    )
    if by.share_of:
        lines.append(f"Phần của: {by.share_of}.")
    lines += _kept(by)
    if on_behalf:
        lines.append(f"Ghi nhận thay cho {on_behalf}.")
    if missing is not None:
        lines.append(f"Còn {missing} người chưa xong." if missing else "Tất cả mọi người đã xong. Cảm ơn anh/chị!")
    buttons = [Button("↩️ Hoàn tác", f"/hoantac #{by.id}")]
    if others:
        lines.append(f"Kỳ khác chưa xong: {', '.join(period_name(each.period) for each in others)}.")
        buttons += [Button(f"✅ {period_name(each.period)}", f"/xong #{each.id}") for each in others[:3]]
    return say(*lines, buttons=in_rows(buttons, 2))


def done_already(deadline: Deadline, by: DoneBy, today: date) -> Reply:
    """Twice is not an error: who did it, and when."""
    whose = f" phần của {by.share_of}" if by.share_of else ""
    return say(
        f"{name_of(deadline)}{whose} đã được {by.recorded_by} ghi nhận lúc {clock_time(by.recorded_at, today)}.",
        *_kept(by),
        "Anh/chị không cần làm gì thêm.",
    )


def not_begun(deadline: Deadline, today: date) -> Reply:
    """Everything that has begun is done; the next period is still ahead."""
    return say(
        f"Các kỳ đã bắt đầu của {deadline.task.code} đều đã hoàn thành.",
        f"Kỳ tiếp theo: {title(deadline)}, {limit(deadline, today)}, bắt đầu từ {full_day(deadline.opens)}.",
        "Nếu đã làm xong trước, anh/chị bấm nút dưới đây.",
        buttons=((Button(f"✅ {period_name(deadline.period)}", f"/xong #{deadline.id}"),),),
    )


def which_task(tasks: Sequence[Task]) -> Reply:
    """The words fit several tasks."""
    buttons = [Button(f"{task.code} {task.short}"[:60], f"/xong {task.code}") for task in tasks]
    return say("Anh/chị muốn ghi nhận việc nào?", buttons=in_rows(buttons, 1))


def undone(deadline: Deadline, by: DoneBy, item: Item, today: date, calendar: WorkCalendar) -> Reply:
    """A completion was taken back."""
    whose = f" (phần của {by.share_of})" if by.share_of else ""
    lines = [f"↩️ Đã hoàn tác ghi nhận: {name_of(deadline)}{whose}"]
    if deadline.rule.kind != "continuous" and not item.is_done:
        lines.append(f"Việc này đang mở lại: {limit(deadline, today)}, {left(deadline, today, calendar)}.")
    lines.append("Lịch sử vẫn lưu cả hai lần.")
    again = Button("✅ Ghi nhận lại", f"/xong #{deadline.id}")
    return say(*lines, buttons=((again,),) if deadline.rule.kind != "continuous" else ())


def my_items(
    items: Sequence[Item], now: datetime, calendar: WorkCalendar, page: int, whose: str = "của anh/chị"
) -> Reply:
    """A page of open items, overdue first, each with its button."""
    if not items:
        return say(f"Hiện không có việc nào {whose} đang chờ. 👍")
    today = now.astimezone(ZONE).date()
    pages = (len(items) + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    shown = items[(page - 1) * PAGE : page * PAGE]
    counted = f" (trang {page}/{pages})" if pages > 1 else ""
    blocks = [Block(f"📝 Việc {whose}: {len(items)}{counted}", heading=True)]
    blocks += [Block(open_line(item, now, calendar)) for item in shown]
    buttons = list(done_buttons([item.deadline for item in shown]))
    turns = [Button("◀️ Trang trước", f"/viec {page - 1}")] if page > 1 else []
    turns += [Button("Trang sau ▶️", f"/viec {page + 1}")] if page < pages else []
    blocks.append(Block(f"Hôm nay {named(today, today)}. Làm xong việc nào, bấm nút của việc đó."))
    return Reply(tuple(blocks), (*buttons, *((tuple(turns),) if turns else ())))


def open_line(item: Item, now: datetime, calendar: WorkCalendar) -> str:
    """One open item in a list."""
    today = now.astimezone(ZONE).date()
    mark = "🔴" if item.is_overdue(now) else "🟠" if item.deadline.last_working_day <= today else "•"
    return (
        f"{mark} {name_of(item.deadline)}\n  {limit(item.deadline, today)} · {left(item.deadline, today, calendar)}"
    )


def calendar_list(items: Sequence[Item], first: date, last: date, whose: str) -> Reply:
    """Deadlines by day."""
    head = Block(f"📅 Lịch {whose}, {full_day(first)} – {full_day(last)}", heading=True)
    if not items:
        return Reply((head, Block("Không có hạn nào trong thời gian này.")))
    blocks = [head]
    day: date | None = None
    for item in items:
        deadline = item.deadline
        if deadline.last_day != day:
            day = deadline.last_day
            blocks.append(Block(f"{named(day, first)}:", heading=True))
        done_mark = "✅" if item.is_done else "•"
        rest = "" if deadline.last_working_day == day else f" (nên xong {named(deadline.last_working_day, first)})"
        blocks.append(Block(f"{done_mark} {name_of(deadline)}{rest}"))
    return Reply(tuple(blocks))


def task_detail(
    task: Task,
    roles: dict[str, Role],
    lines: Sequence[tuple[Item, Sequence[DoneBy]]],
    signs: Sequence[DoneBy],
    now: datetime,
    calendar: WorkCalendar,
    buttons: tuple[tuple[Button, ...], ...],
) -> Reply:
    """One task: what the plan says of it, and how each of its periods stands."""
    today = now.astimezone(ZONE).date()
    blocks = [
        Block(f"{task.code} {task.title}", heading=True),
        Block(f"Căn cứ: {task.clause}. Tiến độ trong kế hoạch: “{task.source_words.rstrip('.')}”."),
        Block(f"Phụ trách: {', '.join(roles[role].short for role in task.lead)}."),
    ]
    if task.targets:
        blocks.append(Block(f"Chỉ tiêu: {'; '.join(_target(target) for target in task.targets)}."))
    for item, history in lines:
        blocks.append(Block(f"\n{_state(item, now)} {title(item.deadline)}: {limit(item.deadline, today)}"))
        if not item.is_done:
            blocks.append(Block(f"  {left(item.deadline, today, calendar)}"))
        blocks += [Block(_history_line(by, item.deadline, today)) for by in history]
    blocks += [Block(f"  {named(by.done_on, today)}: {by.recorded_by} ghi nhận. {by.note}".rstrip()) for by in signs]
    return Reply(tuple(blocks), buttons)


def _state(item: Item, now: datetime) -> str:
    if item.is_done:
        return "☑️" if item.done_late else "✅"
    return "🔴" if item.is_overdue(now) else "🕒"


def _history_line(by: DoneBy, deadline: Deadline, today: date) -> str:
    whose = f" (phần của {by.share_of})" if by.share_of else ""
    how = "đã hoàn tác" if by.undone else done_words(deadline, by.done_on, by.late)
    extra = f"; văn bản {by.document}" if by.document else ""
    return f"  {named(by.done_on, today)}: {by.recorded_by} ghi nhận{whose}, {how}{extra}"


def _kept(by: DoneBy) -> list[str]:
    lines = [f"Văn bản: {by.document}."] if by.document else []
    if by.note and not _is_only_the_document(by):
        lines.append(f"Ghi chú: {by.note}")
    if by.evidence:
        lines.append(f"Đã lưu {by.evidence} tệp minh chứng.")
    return lines


def _is_only_the_document(by: DoneBy) -> bool:
    rest = folded(by.note).replace(folded(by.document), "").split() if by.document else [by.note]
    return set(rest) <= {"so", "van", "ban"}


def _target(target: Target) -> str:
    sign = {">=": "từ", ">": "trên", "=": "đạt", "<=": "không quá", "<": "dưới"}[target.comparison]
    value = f"{target.value:g}".replace(".", ",")
    unit = "%" if target.unit == "%" else f" {target.unit}"
    return f"{sign} {value}{unit} {target.of}"
