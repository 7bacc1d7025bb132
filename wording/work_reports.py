"""The words of /report: the draft, what was sent, who has sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.plan import Deadline
from plan_data.workdays import ZONE
from records.completions import Completion
from records.reports import WorkReport
from wording.alerts import Shares
from wording.dates import clock_time, done_words, full_day, limit, named, period_name, short_day, title
from wording.message import Block, Button, Reply, capped, cut
from wording.refusals import Refusal

NOTE = "báo cáo gửi trong chat"
_LONGEST = 700


@dataclass(frozen=True, slots=True)
class Received:
    """Whether somebody who owes a report has sent it, when and what; a report on paper has a day and no words."""

    name: str
    sent_at: datetime | None = None
    is_late: bool = False
    report: WorkReport | None = None

    @property
    def has_sent(self) -> bool:
        """Whether it has come."""
        return self.sent_at is not None


def done_line(deadline: Deadline, done: Completion) -> str:
    """Something that was done: "II.1 Báo cáo kiểm tra: xong 14/6/2023, đúng hạn, văn bản 12/BC-UBND"."""
    document = f", văn bản {done.document}" if done.document else ""
    if deadline.rule.kind == "continuous":
        return f"{deadline.task.code} {deadline.task.short}: có thực hiện, {full_day(done.done_on)}{document}"
    late = done.recorded_at > deadline.due_at if deadline.due_at else done.done_on > deadline.last_day
    how = done_words(deadline, done.done_on, late)
    return f"{deadline.task.code} {title(deadline)}: xong {full_day(done.done_on)}, {how}{document}"


def open_line(deadline: Deadline, today: date) -> str:
    """Something of one's own that is overdue."""
    return f"{deadline.task.code} {title(deadline)}: chưa xong, quá hạn từ {named(deadline.last_day, today)}"


def draft(deadline: Deadline, report: WorkReport, done: Sequence[str], now: datetime) -> Reply:
    """The report as it stands, drafted from the records where the person has written nothing."""
    today = now.astimezone(ZONE).date()
    state = "đã gửi" if report.sent_at else "chưa gửi"
    blocks = [
        Block(f"📨 Báo cáo {period_name(deadline.period)} của anh/chị ({state})", heading=True),
        Block(f"Hạn: {limit(deadline, today)}."),
        Block("\n1. Kết quả" + ("" if report.results else " (bot soạn từ các ghi nhận)"), heading=True),
    ]
    blocks += _results(report, done)
    blocks += [
        Block("\n2. Khó khăn, vướng mắc", heading=True),
        Block(cut(report.difficulties, _LONGEST) or "Không."),
        Block("\n3. Đề xuất, kiến nghị", heading=True),
        Block(cut(report.proposals, _LONGEST) or "Không."),
    ]
    if report.files:
        blocks.append(Block(f"\n📎 Kèm {len(report.files)} tệp."))
    blocks.append(Block("\nSửa từng phần: /baocao kết quả: … · /baocao khó khăn: … · /baocao đề xuất: …"))
    button = Button("✅ Gửi lại" if report.sent_at else "✅ Gửi báo cáo", f"/baocao {deadline.period} gui")
    return Reply(tuple(blocks), ((button,),))


def _results(report: WorkReport, done: Sequence[str]) -> list[Block]:
    if report.results:
        return [Block(line) for line in report.results[:_LONGEST].splitlines()]
    if not done:
        return [Block("Trong kỳ chưa có ghi nhận nào. Anh/chị ghi: /baocao kết quả: …")]
    return capped([Block(f"• {line}") for line in done], "việc", room=1500)


def sent(deadline: Deadline, report: WorkReport, shares: Shares, now: datetime, *, again: bool) -> Reply:
    """It has come in; late when it is."""
    today = now.astimezone(ZONE).date()
    days = (today - deadline.last_day).days
    late = (
        f" Gửi muộn {days} ngày so với hạn {short_day(deadline.last_day, today)}." if days > 0 and not again else ""
    )
    head = "Đã cập nhật báo cáo" if again else "Đã nhận báo cáo"
    lines = [f"✅ {head} {period_name(deadline.period)} của anh/chị lúc {clock_time(now, today)}.{late}"]
    if report.files:
        lines.append(f"Đã lưu {len(report.files)} tệp kèm theo.")
    missing = len(shares.missing)
    lines.append(f"Còn {missing} người chưa gửi." if missing else "Mọi người đều đã gửi. Cảm ơn các anh/chị!")
    return Reply(tuple(Block(line) for line in lines), ((Button("👁 Xem lại", f"/baocao {deadline.period}"),),))


def received(deadline: Deadline, found: Sequence[Received], now: datetime) -> Reply:
    """Who has sent and when, who has not, and which difficulties were named."""
    today = now.astimezone(ZONE).date()
    came = [each for each in found if each.has_sent]
    blocks = [
        Block(f"📨 Báo cáo {period_name(deadline.period)}: {len(came)}/{len(found)} người đã gửi", heading=True)
    ]
    blocks += [Block(_came_line(each, today)) for each in came]
    missing = [each.name for each in found if not each.has_sent]
    if missing:
        blocks.append(Block(f"Chưa gửi: {', '.join(missing)}."))
    troubles = [
        Block(f"• {each.name}: {cut(each.report.difficulties, 300)}")
        for each in came
        if each.report and each.report.difficulties
    ]
    if troubles:
        blocks += [Block("\nKhó khăn, vướng mắc", heading=True), *capped(troubles, "ý kiến", room=1500)]
    return Reply(tuple(blocks))


def _came_line(each: Received, today: date) -> str:
    when = clock_time(each.sent_at, today) if each.sent_at else ""
    return f"• {each.name}: {when}{' (muộn)' if each.is_late else ''}"


def no_duty() -> Refusal:
    """No plan asks for monthly reports, or none has begun."""
    return Refusal("Hiện chưa có kỳ báo cáo tháng nào. Anh/chị xem các hạn sắp tới: /lich")


def no_such_period(known: Sequence[str]) -> Refusal:
    """There is no report of the period that was named."""
    names = ", ".join(period_name(each) for each in known)
    return Refusal(f"Không có báo cáo của kỳ đó. Các kỳ gần đây: {names}. Ví dụ: /baocao tháng 6")


def too_early(deadline: Deadline, opens: date) -> Refusal:
    """Reports of the first month are not taken yet."""
    return Refusal(
        f"Báo cáo {period_name(deadline.period)} nhận từ ngày {full_day(opens)}. "
        f"Muốn gửi sớm, anh/chị gõ kèm tháng: /baocao {period_name(deadline.period)}"
    )


def owes_none(deadline: Deadline) -> Refusal:
    """The person does not report, like the leaders, or came later."""
    return Refusal(f"Anh/chị không thuộc diện gửi báo cáo {period_name(deadline.period)}. Xem ai đã gửi: /baocao xem")


def list_is_for_the_office() -> Refusal:
    """Who has sent is for those who run the office; the closing list tells everybody."""
    return Refusal(
        "Danh sách ai đã gửi dành cho lãnh đạo và công chức CCHC. Anh/chị xem báo cáo của mình: gửi /baocao"
    )
