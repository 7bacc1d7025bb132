"""The words of the board: /status, and the clerk's picture of the month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from plan_data.case_policy import CasePolicy
from plan_data.periods import week_key
from plan_data.plan import Deadline
from plan_data.workdays import ZONE
from records.figures import Tally
from wording.alerts import Shares
from wording.case_stats import Stats, percent
from wording.cases import as_of
from wording.dates import aim, clock_time, day_name, full_day, period_name, short_day, title
from wording.message import Block, Button, Reply, capped

WORST = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that stands out: a deadline (the oldest of `count` missed periods) and who answers for it."""

    deadline: Deadline
    count: int
    holders: str
    shares: Shares | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """What /status shows: the four numbers, what is overdue, what ends within seven days, the month's report."""

    name: str
    numbers: Tally
    overdue: Sequence[Entry]
    soon: Sequence[Entry]
    report: tuple[Deadline, Shares] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """The clerk's picture of a month, with the four numbers of each section."""

    review: Deadline
    numbers: Tally
    sections: Mapping[str, Tally]
    overdue: Sequence[Entry]
    soon: Sequence[Entry]
    report: tuple[Deadline, Shares] | None


def four_numbers(numbers: Tally) -> str:
    """The Government Office's four numbers, in two lines."""
    return (
        f"✅ Xong đúng hạn: {numbers.on_time} · ☑️ Xong muộn: {numbers.late}\n"
        f"🕒 Đang làm, còn hạn: {numbers.open} · 🔴 Quá hạn: {numbers.overdue}"
    )


def status(board: Board, now: datetime, buttons: tuple[tuple[Button, ...], ...]) -> Reply:
    """The board on one phone screen."""
    today = now.astimezone(ZONE).date()
    about = f" {board.name}" if board.name else ""
    head = Block(f"📊 Tình hình{about}, đến ngày {full_day(today)}", heading=True)
    return Reply((head, Block(four_numbers(board.numbers)), *_outstanding(board, today)), buttons)


def review(
    board: Board, sections: Mapping[str, Tally], cases: Stats | None, policy: CasePolicy, now: datetime
) -> Reply:
    """The weekly review on one phone screen: the board, a line for each section, and the cases where the bot follows
    them."""
    today = now.astimezone(ZONE).date()
    blocks = [
        Block(f"📋 Rà soát {period_name(week_key(today))}, đến ngày {full_day(today)}", heading=True),
        Block(four_numbers(board.numbers)),
        *(Block(f"• Phần {section}: {_signs(numbers)}") for section, numbers in sections.items()),
        *_outstanding(board, today),
    ]
    if cases is not None:
        rate = f"tỷ lệ trễ năm nay {percent(cases.year.late_percent)}, chỉ tiêu dưới {policy.target_late_percent:g}%"
        still = f"{cases.office.open_in_time} còn hạn, {cases.office.open_late} trễ hạn"
        blocks.append(Block(f"\n📁 Hồ sơ đang giải quyết: {still}; {rate.replace('.', ',')}."))
        if cases.since is not None:
            blocks.append(Block(as_of(cases.since, now)))
    return Reply((*blocks, Block("\nXem đủ: /tinhhinh")))


def review_late(reply: Reply, at: datetime, now: datetime) -> Reply:
    """The review says when it should have come; its figures are of `now`."""
    when = clock_time(at, now.astimezone(ZONE).date())
    return replace(reply, blocks=(Block(f"(gửi muộn, lẽ ra lúc {when})"), *reply.blocks))


def _signs(numbers: Tally) -> str:
    """ "✅ 3 · 🔴 1", as the four numbers above it explain them."""
    each = (("✅", numbers.on_time), ("☑️", numbers.late), ("🕒", numbers.open), ("🔴", numbers.overdue))
    return " · ".join(f"{sign} {number}" for sign, number in each if number)


def _outstanding(board: Board, today: date) -> list[Block]:
    """The worst, the next, and the month's report."""
    blocks: list[Block] = []
    if board.overdue:
        blocks.append(Block("\n🔴 Quá hạn lâu nhất", heading=True))
        blocks += [Block(_worst_line(entry, today)) for entry in board.overdue[:WORST]]
        blocks += _more(len(board.overdue) - WORST)
    if board.soon:
        blocks.append(Block("\n🟡 Hết hạn trong 7 ngày tới", heading=True))
        blocks += [Block(_soon_line(entry, today)) for entry in board.soon[:WORST]]
        blocks += _more(len(board.soon) - WORST)
    if board.report is not None:
        blocks.append(Block(f"\n{_report_line(*board.report)}"))
    return blocks


def overdue_list(board: Board, now: datetime, buttons: tuple[tuple[Button, ...], ...] = ()) -> Reply:
    """Everything that is overdue, the oldest first."""
    today = now.astimezone(ZONE).date()
    about = f" {board.name}" if board.name else ""
    if not board.overdue:
        return Reply((Block(f"Hiện không có việc nào quá hạn{about and f' ({board.name})'}. 👍"),))
    count = sum(entry.count for entry in board.overdue)
    head = Block(f"🔴 Quá hạn{about}, đến ngày {full_day(today)}: {count} hạn", heading=True)
    lines = [Block(_worst_line(entry, today)) for entry in board.overdue]
    return Reply((head, *capped(lines, "việc")), buttons)


def picture(month: Picture, now: datetime) -> Reply:
    """The clerk's picture of the month, for the review that the plan asks for on the 25th."""
    today = now.astimezone(ZONE).date()
    review = month.review
    blocks = [
        Block(f"🗓 Tổng hợp {period_name(review.period)} ({review.task.code})", heading=True),
        Block(f"Theo Kế hoạch, ngày {short_day(review.named_day, today)} là ngày theo dõi, tổng hợp của tháng."),
    ]
    if review.last_working_day != review.named_day:
        rest = f"Ngày {short_day(review.named_day, today)} là {day_name(review.named_day)}"
        blocks.append(Block(f"{rest} nên bot gửi trước vào {day_name(review.last_working_day)}."))
    blocks.append(Block(four_numbers(month.numbers)))
    blocks += [Block(f"• Phần {section}: {_short_numbers(numbers)}") for section, numbers in month.sections.items()]
    if month.report is not None:
        blocks += _who_is_missing(*month.report)
    if month.overdue:
        blocks.append(Block("\n🔴 Quá hạn trong tháng", heading=True))
        blocks += capped([Block(_worst_line(entry, today)) for entry in month.overdue], "việc", room=1500)
    return Reply(tuple(blocks))


def _who_is_missing(report: Deadline, shares: Shares) -> list[Block]:
    blocks = [Block(f"\n{_report_line(report, shares)}")]
    if shares.missing:
        blocks.append(Block(f"Còn thiếu: {', '.join(shares.missing)}."))
    return blocks


def _short_numbers(numbers: Tally) -> str:
    return f"{numbers.on_time} đúng hạn, {numbers.late} muộn, {numbers.open} còn hạn, {numbers.overdue} quá hạn"


def _worst_line(entry: Entry, today: date) -> str:
    periods = f", chậm {entry.count} kỳ" if entry.count > 1 else ""
    return f"{_line(entry, today)}{periods} · {entry.holders}{_shares(entry)}"


def _soon_line(entry: Entry, today: date) -> str:
    return f"{_line(entry, today)}{_shares(entry)}"


def _line(entry: Entry, today: date) -> str:
    return f"• {entry.deadline.task.code} {title(entry.deadline)}: {aim(entry.deadline, today)}"


def _shares(entry: Entry) -> str:
    shares = entry.shares
    return f" ({len(shares.done)}/{shares.total} người đã xong)" if shares and shares.total else ""


def _report_line(deadline: Deadline, shares: Shares) -> str:
    name = f"{deadline.rule.label} {period_name(deadline.period)}"
    return f"📨 {name}: {len(shares.done)}/{shares.total} người đã gửi."


def _more(count: int) -> list[Block]:
    return [Block(f"… và {count} việc nữa.")] if count > 0 else []


def choose(question: str, buttons: tuple[tuple[Button, ...], ...]) -> Reply:
    """A question whose answers are buttons."""
    return Reply((Block(question),), buttons)
