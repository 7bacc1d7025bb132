"""The words of digests: one message per group or person, with everything that is due to be said to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.office import Office
from plan_data.workdays import ZONE
from records.deadlines import Item
from wording.buttons import done_buttons
from wording.dates import clock_time, day_name, full_day, left, limit, named, period_name, title
from wording.message import Block, Button, Reply

MOST_ITEMS = 15


@dataclass(frozen=True, slots=True)
class Shares:
    """Who has done their share of a deadline that everybody owes, and who has not; names."""

    done: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many owe a share."""
        return len(self.done) + len(self.missing)


@dataclass(frozen=True, slots=True)
class Line:
    """One alert of a digest: the deadline and its outcome, why it is said, and when it should have been said.

    `holders` says who answers for it, `stands_in_for` names absent colleagues for whom the recipient hears of it.
    """

    item: Item
    reason: str
    at: datetime
    holders: str
    shares: Shares | None = None
    stands_in_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """A continuous task of which nothing was heard since a day."""

    code: str
    title: str
    last_heard: date
    holders: str


_SECTIONS = (
    ("event", "📌 VIỆC MỚI PHÁT SINH HẠN"),
    ("escalated", "🚩 BÁO CÁO LÃNH ĐẠO: QUÁ HẠN CHƯA XONG"),
    ("overdue", "🔴 QUÁ HẠN"),
    ("last_call", "⏰ HẾT HẠN HÔM NAY, CHƯA XONG"),
    ("last_day", "🟠 HÔM NAY LÀ HẠN CUỐI"),
    ("upcoming", "🟡 SẮP ĐẾN HẠN"),
)


def digest(
    lines: Sequence[Line],
    silences: Sequence[Quiet],
    said_at: datetime,
    office: Office,
    to_group: bool,
    dropped: int = 0,
) -> Reply:
    """Everything that one recipient is to hear at `said_at`, the worst first; done items are ticked."""
    today = said_at.astimezone(ZONE).date()
    late_before = said_at - office.policy.late_after
    blocks = [Block(_heading(lines, said_at, late_before), heading=True)]
    if any(line.at < late_before for line in lines):
        blocks.append(Block(_apology(dropped)))
    for reason, name in _SECTIONS:
        chosen = [line for line in lines if line.reason == reason]
        if chosen:
            blocks.append(Block(f"\n{name}", heading=True))
            blocks += [Block(_item(line, today, late_before, office, to_group)) for line in chosen[:MOST_ITEMS]]
        if len(chosen) > MOST_ITEMS:
            blocks.append(Block(f"… và {len(chosen) - MOST_ITEMS} việc nữa; gửi /viec để xem đủ."))
    for line in lines:
        if line.reason == "closing_list" and line.shares is not None:
            blocks += _closing_list(line, line.shares)
    if silences:
        blocks.append(Block("\n💤 LÂU CHƯA CÓ CẬP NHẬT", heading=True))
        blocks += [
            Block(f"• {quiet.code} {quiet.title}: lần cuối {full_day(quiet.last_heard)} · {quiet.holders}")
            for quiet in silences[:MOST_ITEMS]
        ]
        blocks.append(Block("Nếu vẫn đang làm, gửi /xong kèm mã việc để ghi nhận."))
    return Reply(tuple(blocks), _buttons(lines))


def _heading(lines: Sequence[Line], said_at: datetime, late_before: datetime) -> str:
    local = said_at.astimezone(ZONE)
    day = f"{day_name(local.date())}, {full_day(local.date())}"
    reasons = {line.reason for line in lines}
    if lines and all(line.at < late_before for line in lines):
        return f"🔔 Nhắc việc {day} (gửi muộn)"
    if reasons == {"last_call"}:
        return f"🔔 Nhắc cuối ngày {day}"
    if reasons == {"event"}:
        return f"🔔 Việc mới, {day}"
    return f"🔔 Nhắc việc {'sáng ' if local.hour < 11 else ''}{day}"


def _apology(dropped: int) -> str:
    words = "Bot bị gián đoạn nên có lời nhắc đến muộn; giờ lẽ ra phải gửi được ghi ở từng việc."
    return f"{words} {dropped} lời nhắc cũ được bỏ qua vì đã có lời nhắc mới hơn." if dropped else words


def _item(line: Line, today: date, late_before: datetime, office: Office, to_group: bool) -> str:
    deadline, item = line.item.deadline, line.item
    name = f"{deadline.task.code} {title(deadline)}"
    if item.done_on is not None:
        return f"✅ {name}: đã xong {named(item.done_on, today)}"
    details = [f"Hạn: {limit(deadline, today)}", left(deadline, today, office.calendar)]
    if to_group or line.reason == "escalated":
        details.append(line.holders)
    if line.stands_in_for:
        details.append(f"anh/chị thay {', '.join(line.stands_in_for)}")
    if line.shares is not None and line.shares.total:
        details.append(f"{len(line.shares.done)}/{line.shares.total} người đã xong")
    if line.at < late_before:
        details.append(f"lẽ ra nhắc lúc {clock_time(line.at, today)}")
    return f"• {name}\n  {' · '.join(details)}"


def _closing_list(line: Line, shares: Shares) -> list[Block]:
    deadline = line.item.deadline
    head = f"\n📋 CHỐT DANH SÁCH: {deadline.rule.label.upper()} {period_name(deadline.period).upper()}"
    blocks = [Block(head, heading=True), Block(f"Đã gửi {len(shares.done)}/{shares.total} người.")]
    if shares.done:
        blocks.append(Block(f"Đã gửi: {', '.join(shares.done)}."))
    if shares.missing:
        blocks.append(Block(f"Chưa gửi ({len(shares.missing)}): {', '.join(shares.missing)}."))
        blocks.append(Block(f"Đề nghị các anh/chị chưa gửi hoàn thành ngay, rồi nhắn /xong {deadline.task.code}."))
    else:
        blocks.append(Block("Cảm ơn các anh/chị đã gửi đầy đủ."))
    return blocks


def _buttons(lines: Sequence[Line]) -> tuple[tuple[Button, ...], ...]:
    open_lines = {
        line.item.deadline.id: line for line in lines if not line.item.is_done and line.reason != "escalated"
    }
    return done_buttons([line.item.deadline for line in open_lines.values()])
