"""The words of digests: one message per group or person, with everything that is due to be said to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from plan_data.deadlines import Bound
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.deadlines import Item
from wording.buttons import done_buttons
from wording.dates import clock_time, day_name, due, full_day, moved, named, period_name, short_day, title
from wording.message import Block, Button, Reply, capped


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
    ("event", "📌 VIỆC MỚI PHÁT SINH"),
    ("escalated", "🚩 BÁO CÁO LÃNH ĐẠO: QUÁ HẠN CHƯA XONG"),
    ("overdue", "🔴 QUÁ HẠN"),
    ("last_call", "⏰ HẾT HẠN HÔM NAY, CHƯA XONG"),
    ("last_day", "🟠 HÔM NAY LÀ HẠN CUỐI"),
    ("upcoming", "🟡 SẮP ĐẾN HẠN"),
)
_ENDS_TODAY = frozenset({"last_call", "last_day"})
_ROOM = 2500  # characters for the items of a digest; a section always shows at least one
_LINES = 40
_DONE = ": đã xong "


def digest(
    lines: Sequence[Line],
    silences: Sequence[Quiet],
    said_at: datetime,
    office: Office,
    to_group: bool,
    dropped: int = 0,
) -> Reply:
    """Everything that one recipient is to hear at `said_at`, the worst first; done items are ticked."""
    late_before = said_at - office.policy.late_after
    blocks = [Block(_heading(lines, said_at, late_before), heading=True)]
    if any(line.at < late_before for line in lines):
        blocks.append(Block(_apology(dropped)))
    room = _ROOM
    for reason, name in _SECTIONS:
        items = [Block(_item(line, said_at, office, to_group)) for line in lines if line.reason == reason]
        shown = capped(items, "việc", _LINES, room)
        room -= sum(len(block.text) for block in shown)
        blocks += [Block(f"\n{name}", heading=True), *shown] if items else []
    for line in lines:
        if line.reason == "closing_list" and line.shares is not None:
            blocks += _closing_list(line, line.shares)
    if silences:
        blocks += _silences(silences, room)
    if room < 0 or any(block.text.startswith("… và ") for block in blocks):
        blocks.append(Block("Gửi /tinhhinh để xem đủ." if to_group else "Gửi /viec để xem đủ."))
    return Reply(tuple(blocks), _buttons(lines))


def done_since(reply: Reply, changed: Sequence[str]) -> Reply:
    """A digest that also tells what is ticked by now in older ones, which the chat still shows as open."""
    ticked = [text for text in changed if text.startswith("✅") and _DONE in text]
    names = list(dict.fromkeys(text.removeprefix("✅ ").partition(_DONE)[0] for text in ticked))
    if not names:
        return reply
    news = (
        Block("\n✅ ĐÃ XONG TỪ LỜI NHẮC TRƯỚC", heading=True),
        *capped([Block(f"• {each}") for each in names], "việc", 10),
    )
    return replace(reply, blocks=(*reply.blocks, *news))


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
    words = "Bot bị gián đoạn nên có lời nhắc đến muộn; việc nào muộn thì ghi rõ giờ lẽ ra đã nhắc."
    return f"{words} {dropped} lời nhắc cũ được bỏ qua vì đã có lời nhắc mới hơn." if dropped else words


def _item(line: Line, said_at: datetime, office: Office, to_group: bool) -> str:
    deadline, item = line.item.deadline, line.item
    today = said_at.astimezone(ZONE).date()
    name = f"{deadline.task.code} {title(deadline)}"
    if item.done_on is not None:
        return f"✅ {name}{_DONE}{named(item.done_on, today)}"
    details = [_when(line, said_at, office)]
    if to_group or line.reason == "escalated":
        details.append(line.holders)
    if line.stands_in_for:
        details.append(f"anh/chị thay {', '.join(line.stands_in_for)}")
    if line.shares is not None and line.shares.total:
        details.append(f"{len(line.shares.done)}/{line.shares.total} người đã xong")
    if line.at < said_at - office.policy.late_after:
        details.append(f"lẽ ra nhắc lúc {clock_time(line.at, today)}")
    said = " · ".join(detail for detail in details if detail)
    return f"• {name}\n  {said}" if said else f"• {name}"


def _when(line: Line, said_at: datetime, office: Office) -> str:
    """The deadline, without what the heading of the section says already."""
    deadline, today = line.item.deadline, said_at.astimezone(ZONE).date()
    if line.reason not in _ENDS_TODAY or deadline.last_day != today:
        return due(deadline, said_at, office.calendar)
    before = f"trước ngày {short_day(deadline.named_day, today)}" if deadline.bound is Bound.BEFORE else ""
    return f"{before}{moved(deadline, today)}".removeprefix(", ")


def _closing_list(line: Line, shares: Shares) -> list[Block]:
    deadline = line.item.deadline
    head = f"\n📋 CHỐT DANH SÁCH: {deadline.rule.label.upper()} {period_name(deadline.period).upper()}"
    blocks = [Block(head, heading=True)]
    if shares.done:
        blocks.append(Block(f"✅ Đã gửi ({len(shares.done)}/{shares.total}): {', '.join(shares.done)}."))
    if shares.missing:
        blocks.append(Block(f"❌ Chưa gửi ({len(shares.missing)}/{shares.total}): {', '.join(shares.missing)}."))
        blocks.append(Block(f"Đề nghị các anh/chị chưa gửi hoàn thành ngay, rồi nhắn /xong {deadline.task.code}."))
    else:
        blocks.append(Block("Cảm ơn các anh/chị đã gửi đầy đủ."))
    return blocks


def _silences(silences: Sequence[Quiet], room: int) -> list[Block]:
    lines = [
        Block(f"• {quiet.code} {quiet.title}\n  chưa có ghi nhận từ {full_day(quiet.last_heard)} · {quiet.holders}")
        for quiet in silences
    ]
    return [
        Block("\n💤 LÂU CHƯA CÓ CẬP NHẬT", heading=True),
        *capped(lines, "việc", _LINES, room),
        Block(f"Nếu vẫn đang làm, gửi /xong kèm mã để ghi nhận, ví dụ: /xong {silences[0].code}"),
    ]


def _buttons(lines: Sequence[Line]) -> tuple[tuple[Button, ...], ...]:
    open_lines = {
        line.item.deadline.id: line for line in lines if not line.item.is_done and line.reason != "escalated"
    }
    return done_buttons([line.item.deadline for line in open_lines.values()])
