"""The figures of cases in words: for leaders and clerks, in private."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.case_policy import CasePolicy
from records.case_figures import CaseFigures
from wording.cases import as_of
from wording.dates import full_day
from wording.message import Block, Reply, cut, folded

_MOST = 15
_SHORT = 60
NO_DATA = "chưa có số liệu"
HEADINGS = (
    "Người xử lý / Thủ tục",
    "Tiếp nhận",
    "Giải quyết đúng hạn",
    "Giải quyết trễ hạn",
    "Đang giải quyết, còn hạn",
    "Đang giải quyết, trễ hạn",
    "Tỷ lệ trễ (%)",
)


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of a span of days, and of the whole year up to then."""

    title: str
    first: date
    last: date
    office: CaseFigures
    year: CaseFigures
    officers: Sequence[CaseFigures]
    procedures: Sequence[CaseFigures]
    year_procedures: Sequence[CaseFigures]
    exempt: Sequence[tuple[str, str, int | None]]
    names: Mapping[int, str]
    since: datetime | None
    now: datetime

    def officer(self, figures: CaseFigures) -> str:
        """Whose figures they are."""
        return officer_of(figures, self.names)


def officer_of(figures: CaseFigures, names: Mapping[int, str]) -> str:
    """Whose figures they are, with the names of persons by their numbers."""
    return names.get(figures.person or 0) or cut(figures.name, _SHORT) or "chưa rõ người xử lý"


def stats(found: Stats, policy: CasePolicy) -> Reply:
    """All of it, for a chat."""
    office = found.office
    blocks = [
        Block(f"📊 Hồ sơ {found.title} ({full_day(found.first)} – {full_day(found.last)})", heading=True),
        Block(f"• Tiếp nhận: {office.received}"),
        Block(f"• Giải quyết đúng hạn: {office.done_in_time}; trễ hạn: {office.done_late}"),
        Block(f"• Đang giải quyết, còn hạn: {office.open_in_time}; trễ hạn: {office.open_late}"),
        Block(f"• Tỷ lệ trễ: {percent(office.late_percent)}"),
        Block("Chỉ tiêu năm", heading=True),
        *map(Block, targets(found, policy)),
    ]
    officers = sorted(found.officers, key=lambda each: (-each.late_percent, -each.late, found.officer(each)))
    if officers:
        blocks.append(Block("Theo người xử lý", heading=True))
        blocks += [Block(_officer(each, found, policy)) for each in officers[:_MOST]]
    late = [each for each in found.procedures if each.late]
    if late:
        blocks.append(Block("Thủ tục có hồ sơ trễ", heading=True))
        late.sort(key=lambda each: (-each.late, each.name))
        blocks += [Block(f"• {cut(each.name, _SHORT)}: {each.late}/{each.total} trễ") for each in late[:_MOST]]
    if found.exempt:
        blocks.append(Block("Không tính trễ vì lỗi phần mềm", heading=True))
        who = [(code, why, found.names.get(by or 0, "?")) for code, why, by in found.exempt]
        blocks += [Block(f"• {code}: {cut(why, _SHORT)} ({name} cho phép)") for code, why, name in who[:_MOST]]
    if found.since:
        blocks.append(Block(as_of(found.since, found.now)))
    return Reply(tuple(blocks))


def percent(value: float) -> str:
    """ "0,42%"."""
    return f"{value:.2f}%".replace(".", ",")


def _officer(figures: CaseFigures, found: Stats, policy: CasePolicy) -> str:
    too_many = figures.total and figures.late_percent >= policy.officer_late_percent
    rule = " ⚠️ không được xếp loại hoàn thành tốt" if too_many else ""
    return f"• {found.officer(figures)}: {_late(figures)}{rule}"


def against_the_lines(
    span: str, office: CaseFigures, officers: Sequence[CaseFigures], names: Mapping[int, str], policy: CasePolicy
) -> list[str]:
    """For a picture: the office against the plan's target, then each officer against both lines, worst first."""
    target, limit = policy.target_late_percent, policy.officer_late_percent
    met = "chưa đạt" if office.late_percent >= target else "đạt"
    lines = [f"Hồ sơ {span}: {_late(office)} · chỉ tiêu dưới {_plain(target)}%: {met if office.total else NO_DATA}"]
    settling = [(officer_of(each, names), each) for each in officers if each.total]
    settling.sort(key=lambda pair: (-pair[1].late_percent, -pair[1].late, pair[0]))
    for name, each in settling[:_MOST]:
        crossed = next((line for line in (limit, target) if each.late_percent >= line), None)
        mark, words = ("✔", "") if crossed is None else ("▲" if crossed == limit else "◑", _from(crossed))
        lines.append(f"{mark} {name}: {_late(each)}{words}")
    return [*lines, f"và {len(settling) - _MOST} người nữa"] if len(settling) > _MOST else lines


def _from(line: float) -> str:
    return f" · từ {_plain(line)}% trở lên"


def _late(figures: CaseFigures) -> str:
    return f"trễ {figures.late}/{figures.total} ({percent(figures.late_percent)})"


def targets(found: Stats, policy: CasePolicy) -> list[str]:
    """The plan's targets against the figures of the year; "chưa có số liệu" where the export does not carry them."""
    year = found.year
    met = year.late_percent < policy.target_late_percent
    late = f"{percent(year.late_percent)} {'✅' if met else '🔴'}" if year.total else NO_DATA
    certified = [each for each in found.year_procedures if "chung thuc" in folded(each.name)]
    electronic = sum(each.received for each in certified if "dien tu" in folded(each.name))
    all_certified = sum(each.received for each in certified)
    return [
        f"• III.11 Tỷ lệ trễ hạn dưới {_plain(policy.target_late_percent)}%: {late}",
        f"• III.10 Chứng thực điện tử từ 20%: {_share(electronic, all_certified if electronic else 0, 20)}",
        f"• VII.4 Thanh toán trực tuyến từ 15%: {NO_DATA}; nộp trực tuyến: {_share(year.online, year.online_known)}",
        f"• VII.6 Bưu chính công ích từ 5%: {_share(year.by_post, year.by_post_known, 5)}",
    ]


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _share(part: int, whole: int, least: float | None = None) -> str:
    if not whole:
        return NO_DATA
    share = 100 * part / whole
    sign = "" if least is None else " ✅" if share >= least else " 🔴"
    return f"{percent(share)} ({part}/{whole}){sign}"


def table(found: Stats) -> list[list[str | int | float]]:
    """The same as rows of a sheet: the office, the officers, the procedures."""
    rows: list[list[str | int | float]] = [[f"Hồ sơ {found.title}"], list(HEADINGS)]
    rows.append(_row("Cơ quan", found.office))
    rows += [_row(found.officer(each), each) for each in found.officers]
    rows += [_row(each.name, each) for each in found.procedures]
    rows += [[f"Không tính trễ: {code}", why, found.names.get(by or 0, "?")] for code, why, by in found.exempt]
    return rows


def _row(name: str, each: CaseFigures) -> list[str | int | float]:
    share = round(each.late_percent, 2)
    numbers = (each.received, each.done_in_time, each.done_late, each.open_in_time, each.open_late)
    return [name, *numbers, share]
