"""The words of /status about one task: what the plan says of it, how its periods stand, who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.event_rules import AfterEvent, BeforeExpiry, Continuous, OnDirection
from plan_data.plan import Deadline, Role, Target, Task
from plan_data.workdays import ZONE, WorkCalendar
from records.deadlines import Item
from wording.alerts import Shares
from wording.answers import DoneBy
from wording.dates import done_words, due, limit, named, title
from wording.message import Block, Button, Reply, capped, cut

_LONGEST_NOTE = 100
_NAMES = 12


@dataclass(frozen=True, slots=True)
class Period:
    """One deadline of the task: its outcome, its history, and the shares of a duty that everybody owes."""

    item: Item
    history: Sequence[DoneBy]
    shares: Shares | None = None


def task_detail(
    task: Task,
    roles: dict[str, Role],
    periods: Sequence[Period],
    signs: Sequence[DoneBy],
    now: datetime,
    calendar: WorkCalendar,
    buttons: tuple[tuple[Button, ...], ...],
) -> Reply:
    """One task; `signs` are the last records of a continuous one."""
    today = now.astimezone(ZONE).date()
    blocks = [
        Block(f"{task.code} {task.title}", heading=True),
        Block(f"Căn cứ: {task.clause}. Tiến độ trong kế hoạch: “{_on_one_line(task.source_words)}”."),
        Block(f"Phụ trách: {', '.join(roles[role].short for role in task.lead)}."),
    ]
    if task.targets:
        blocks.append(Block(f"Chỉ tiêu: {'; '.join(_target(target) for target in task.targets)}."))
    entries = [Block("\n".join(_period(period, roles, now, calendar))) for period in periods]
    entries += [Block(f"\n💬 {_sign(by, today)}") for by in signs]
    blocks += capped(entries, "mục")
    if not periods:
        blocks += _how_to_record(task, nothing_yet=not signs)
    return Reply(tuple(blocks), buttons)


def _period(period: Period, roles: dict[str, Role], now: datetime, calendar: WorkCalendar) -> list[str]:
    item, deadline, today = period.item, period.item.deadline, now.astimezone(ZONE).date()
    lines = [f"\n{_state(item, now)} {title(deadline)}"]
    lines.append(f"  {limit(deadline, today) if item.is_done else due(deadline, now, calendar)}")
    if deadline.rule.lead:
        lines.append(f"  Phụ trách: {', '.join(roles[role].short for role in deadline.lead)}")
    if period.shares is not None and period.shares.total and not item.is_done and deadline.opens <= today:
        lines.append(f"  {_shares(period.shares)}")
    shown = period.history[-_NAMES:]
    if len(shown) < len(period.history):
        lines.append(f"  … {len(period.history) - len(shown)} lần ghi nhận trước đó")
    return lines + [_history_line(by, deadline, today) for by in shown]


def _shares(shares: Shares) -> str:
    names = ", ".join(shares.missing[:_NAMES])
    more = f" và {len(shares.missing) - _NAMES} người nữa" if len(shares.missing) > _NAMES else ""
    return f"{len(shares.done)}/{shares.total} người đã xong; còn {names}{more}"


def _state(item: Item, now: datetime) -> str:
    if item.is_done:
        return "☑️" if item.done_late else "✅"
    return "🔴" if item.is_overdue(now) else "🕒"


def _history_line(by: DoneBy, deadline: Deadline, today: date) -> str:
    whose = f" (phần của {by.share_of})" if by.share_of and by.share_of != by.recorded_by else ""
    behalf = " thay" if by.on_behalf else ""
    how = "đã hoàn tác" if by.undone else done_words(deadline, by.done_on, by.late)
    return f"  - {named(by.done_on, today)}: {by.recorded_by} ghi nhận{behalf}{whose}, {how}{_extra(by)}"


def _sign(by: DoneBy, today: date) -> str:
    behalf = " thay" if by.on_behalf else ""
    note = f": {cut(by.note, _LONGEST_NOTE)}" if by.note else ""
    return f"{named(by.done_on, today)}, {by.recorded_by} ghi nhận{behalf}{note}"


def _extra(by: DoneBy) -> str:
    return f"; văn bản {by.document}" if by.document else f"; {cut(by.note, _LONGEST_NOTE)}" if by.note else ""


def _how_to_record(task: Task, nothing_yet: bool) -> list[Block]:
    """What to do about a task that has no date of its own."""
    if any(isinstance(rule, Continuous) for rule in task.rules):
        start = "Chưa có ghi nhận nào. " if nothing_yet else ""
        return [Block(f"\n{start}Việc thường xuyên: khi có kết quả, gửi /xong {task.code} kèm ghi chú.")]
    if any(isinstance(rule, AfterEvent | BeforeExpiry) for rule in task.rules):
        return [Block(f"\nChưa có hạn. Hạn tính từ sự kiện: khi có, gửi /sukien {task.code} kèm nội dung và ngày.")]
    if any(isinstance(rule, OnDirection) for rule in task.rules):
        words = f"\nChưa có hạn. Khi cấp trên ấn định ngày, lãnh đạo hoặc công chức CCHC gửi /giahan {task.code}."
        return [Block(words)]
    return []


def _on_one_line(words: str) -> str:
    lines = [line.strip(" -.\t") for line in words.strip().splitlines()]
    return "; ".join(line for line in lines if line)


def _target(target: Target) -> str:
    sign = {">=": "từ", ">": "trên", "=": "đạt", "<=": "không quá", "<": "dưới"}[target.comparison]
    value = f"{target.value:g}".replace(".", ",")
    unit = "%" if target.unit == "%" else f" {target.unit}"
    return f"{sign} {value}{unit} {target.of}"
