"""The words of answers to /done and /undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.plan import Deadline, Task
from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.buttons import button, done_button, packed, period_buttons
from wording.dates import clock_time, done_words, due, full_day, limit, occurrence, title
from wording.evidence import received_line
from wording.message import Button, Reply, cut, folded, in_rows, say

_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class DoneBy:
    """A completion in words: when, by whom, whose share, on whose behalf, with what."""

    id: int
    done_on: date
    late: bool
    recorded_at: datetime
    recorded_by: str
    share_of: str = ""
    on_behalf: str = ""
    note: str = ""
    document: str = ""
    evidence: int = 0
    undone: bool = False


def name_of(deadline: Deadline) -> str:
    """Code and what has to be done."""
    return f"{deadline.task.code} {title(deadline)}"


def done(deadline: Deadline, by: DoneBy, missing: int | None, others: Sequence[Deadline], *, in_group: bool) -> Reply:
    """A completion was recorded. `missing`: how many still owe their share; `others`: periods of it still open."""
    lines = [f"✅ Đã ghi nhận hoàn thành: {name_of(deadline)}"]
    if deadline.rule.kind != "continuous":
        lines.append(f"Ngày hoàn thành: {full_day(by.done_on)}, {done_words(deadline, by.done_on, by.late)}.")
    if by.share_of:
        lines.append(f"Phần của {by.share_of}{f', {by.recorded_by} ghi nhận thay' if by.on_behalf else ''}.")
    elif by.on_behalf:
        lines.append(f"{by.recorded_by} ghi nhận thay cho {by.on_behalf}.")
    elif in_group:
        lines.append(f"Người ghi nhận: {by.recorded_by}.")
    lines += _kept(by)
    if missing is not None:
        lines.append(f"Còn {missing} người chưa xong." if missing else "Mọi người đều đã xong. Cảm ơn các anh/chị!")
    buttons = [Button("↩️ Hoàn tác", f"/hoantac #{by.id}")]
    return say(*lines, *_still_open(others), buttons=packed([*buttons, *period_buttons(others, 3)]))


def done_already(
    deadline: Deadline,
    by: DoneBy,
    others: Sequence[Deadline],
    ahead: Deadline | None,
    today: date,
    *,
    more_kept: bool,
) -> Reply:
    """Twice is not an error: who did it and when, and what is left. `more_kept`: this time's words are kept too."""
    whose = f" (phần của {by.share_of})" if by.share_of else ""
    when = clock_time(by.recorded_at, today)
    how = "" if deadline.rule.kind == "continuous" else f", {done_words(deadline, by.done_on, by.late)}"
    behalf = " thay" if by.on_behalf else ""
    lines = [
        f"☑️ Đã xong từ trước: {name_of(deadline)}{whose}",
        f"{by.recorded_by} ghi nhận{behalf} lúc {when}{how}.",
        *_kept(by),
    ]
    if more_kept:
        lines.append("Nội dung gửi thêm lần này đã lưu vào lịch sử.")
    if others:
        return say(*lines, *_still_open(others), buttons=packed(period_buttons(others, 3)))
    if ahead is not None:
        return say(*lines, f"Kỳ tiếp theo: {occurrence(ahead)}, {limit(ahead, today)}.")
    return say(*lines, "Anh/chị không cần làm gì thêm.")


def not_begun(deadline: Deadline, today: date) -> Reply:
    """Nothing has begun; the next period is still ahead."""
    return say(
        f"{deadline.task.code} chưa có kỳ nào bắt đầu.",
        f"Kỳ tiếp theo: {title(deadline)}, {limit(deadline, today)}, bắt đầu từ {full_day(deadline.opens)}.",
        "Nếu đã làm xong trước, anh/chị chọn mục dưới đây.",
        buttons=((done_button(deadline, occurrence(deadline)),),),
    )


def which_task(tasks: Sequence[Task]) -> Reply:
    """The words fit several tasks."""
    buttons = [button(f"{task.code} {task.short}", f"/xong {task.code}") for task in tasks]
    return say("Anh/chị muốn ghi nhận việc nào?", buttons=in_rows(buttons, 1))


def which_deadline(code: str, deadlines: Sequence[Deadline], *, lost: bool) -> Reply:
    """Several deadlines of one task may be meant. `lost`: words came along, which a button cannot carry."""
    buttons = period_buttons(deadlines)
    lines = [f"Anh/chị ghi nhận hạn nào của {code}?"]
    if lost:
        example = f"/xong {code} {occurrence(deadlines[-1])}"
        lines.append(f"Để lưu cả ghi chú, số văn bản, gõ lại kèm kỳ, ví dụ: {example} …")
    return say(*lines, buttons=packed(buttons))


def which_person(deadline: Deadline, people: Sequence[tuple[int, str]]) -> Reply:
    """Several people have the name."""
    buttons = [done_button(deadline, f"{name} (số {number})", number) for number, name in people]
    return say(
        f"Có {len(people)} người trùng tên. Anh/chị ghi nhận {deadline.task.code} cho ai?",
        buttons=in_rows(buttons, 1),
    )


def undone(deadline: Deadline, by: DoneBy, item: Item, now: datetime, calendar: WorkCalendar) -> Reply:
    """A completion was taken back."""
    whose = f" (phần của {by.share_of})" if by.share_of else ""
    recorded = clock_time(by.recorded_at, now.astimezone(ZONE).date())
    lines = [
        f"↩️ Đã hoàn tác: {name_of(deadline)}{whose}",
        f"Lần ghi nhận của {by.recorded_by} lúc {recorded} không còn hiệu lực; lịch sử vẫn lưu cả hai.",
    ]
    if deadline.rule.kind == "continuous" or item.is_done:
        return say(*lines)
    lines.append(f"Việc này mở lại: {due(deadline, now, calendar)}.")
    return say(*lines, buttons=((Button("✅ Ghi nhận lại", f"/xong #{deadline.id}"),),))


def _still_open(others: Sequence[Deadline]) -> list[str]:
    if not others:
        return []
    names = [occurrence(each) for each in others]
    more = f" và {len(names) - 5} kỳ nữa" if len(names) > 5 else ""
    return [f"Còn chưa xong: {', '.join(names[:5])}{more}."]


def _kept(by: DoneBy) -> list[str]:
    lines = [f"Văn bản: {by.document}."] if by.document else []
    if by.note and not _is_only_the_document(by):
        lines.append(f"Ghi chú: {cut(by.note, _LONGEST_NOTE)}")
    if by.evidence:
        lines.append(received_line(by.evidence))
    return lines


def _is_only_the_document(by: DoneBy) -> bool:
    rest = folded(by.note).replace(folded(by.document), " ").split() if by.document else [by.note]
    return {word.strip(".,;:()") for word in rest} <= {"so", "van", "ban", ""}
