"""What is said unasked about cases: to an officer in private, to a group in a digest, at the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plan_data.case_policy import CasePolicy
from plan_data.cases import Standing
from plan_data.workdays import ZONE
from records.cases import Case
from wording.case_groups import by_officer
from wording.cases import View, as_of, line, mark_of, time_left
from wording.dates import named
from wording.message import Block, Reply, capped, cut

_MOST = 15
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A step of a case in the words' own terms: `errand` is "", "ask" or "publish"; `limit` is what it aims at."""

    case: Case
    limit: datetime
    errand: str = ""


def to_officer(told: Sequence[Told], view: View, *, is_own: bool) -> Reply:
    """For the one who answers for the cases; for a clerk where nobody does."""
    whose = "Hồ sơ của anh/chị cần xử lý" if is_own else "Hồ sơ chưa rõ người xử lý, hoặc người xử lý chưa dùng bot"
    ordered = sorted(told, key=lambda each: (each.limit, each.case.id))
    blocks = [Block(_line(each, view, with_officer=not is_own)) for each in ordered]
    shown = capped(blocks[:_MOST], "hồ sơ")
    left = len(blocks) - _MOST
    more = [Block(f"… và {left} hồ sơ nữa.")] if left > 0 else []
    end = Block("Xem đủ: /hoso. Sẽ trễ: /ghihoso tre, kèm mã, ngày mới và lý do.")
    return Reply((Block(f"⏰ {whose}: {len(told)} hồ sơ", heading=True), *shown, *more, end))


def _line(told: Told, view: View, *, with_officer: bool) -> str:
    case, today = told.case, view.now.astimezone(ZONE).date()
    limit = told.limit.astimezone(ZONE).date()
    if told.errand == "ask":
        last = "hôm nay là ngày cuối" if limit <= today else f"chậm nhất {named(limit, today)}"
        return f"🟠 {case.code} · {cut(case.listed.procedure, _SHORT)}\n  đề nghị gia hạn PAKN (nếu cần): {last}"
    if told.errand == "publish":
        last = "hôm nay là ngày cuối" if limit <= today else f"chậm nhất {named(limit, today)}"
        return f"🟠 {case.code} · {cut(case.listed.procedure, _SHORT)}\n  công khai kết quả trả lời PAKN: {last}"
    if case.standing is Standing.REGISTERED:
        left = time_left(told.limit, view.now, view.calendar)
        return f"{mark_of(case, view.now)} {case.code}\n  hồ sơ trực tuyến chờ tiếp nhận hoặc từ chối: {left}"
    return line(case, view, with_officer=with_officer)


def to_group(cases: Sequence[Case], ready: int, since: datetime | None, view: View, policy: CasePolicy) -> Reply:
    """For a group: no applicant, no reason; of sensitive fields of law only counts."""
    late = sum(case.due is not None and case.due < view.now for case in cases)
    counted = [f"{late} đã trễ" if late else "", f"{len(cases) - late} sắp đến hạn" if len(cases) > late else ""]
    head = f"⏰ Hồ sơ cần chú ý: {', '.join(part for part in counted if part)}"
    waiting = [Block(f"📦 {ready} hồ sơ đã xử lý xong, chờ trả kết quả.")] if ready else []
    fresh = [Block(as_of(since, view.now))] if since else []
    return Reply((Block(head, heading=True), *by_officer(cases, view, policy), *waiting, *fresh))


def foreseen(day: datetime, rows: Mapping[tuple[datetime, str], Sequence[str]]) -> list[str]:
    """At the machine: what will be said of cases on a day, by moment and recipient."""
    local = day.astimezone(ZONE).date()
    lines = [f"\nHồ sơ, {named(local, local)}:"]
    for (at, who), said in rows.items():
        lines.append(f"  {at.astimezone(ZONE):%H:%M} {who}: {len(said)} hồ sơ")
        lines += [f"      {each}" for each in said]
    return lines if rows else [*lines, "  không có lời nhắc nào."]
