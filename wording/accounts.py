"""The words of consolidated reports: titles, the days they are about, and what the bot does not hold."""

from collections.abc import Sequence
from typing import Any

from plan_data.deadlines import Window
from plan_data.workdays import ZONE
from wording.case_stats import percent
from wording.dates import full_day, period_name
from wording.message import Block, Reply
from wording.refusals import Refusal
from wording.sheets import Account, CaseAccount, ReportKind

TITLES: dict[ReportKind, str] = {
    "month": "Kết quả thực hiện nhiệm vụ {period}",
    "cchc": "Công tác cải cách hành chính {period}",
    "tthc": "Công tác kiểm soát thủ tục hành chính, triển khai cơ chế một cửa, một cửa liên thông và thực hiện "
    "thủ tục hành chính trên môi trường điện tử {period}",
}
TO_FILL_MARK = "[điền số liệu]"
# Figures that these reports ask for and that the bot does not hold.
TO_FILL: dict[ReportKind, tuple[str, ...]] = {
    "month": (),
    "cchc": (
        "Số cuộc họp, cuộc kiểm tra về cải cách hành chính",
        "Số văn bản quy phạm pháp luật đã rà soát, kiểm tra",
        "Số hồ sơ tiếp nhận, đã giải quyết, đúng hạn, quá hạn",
        "Tỷ lệ hồ sơ nộp trực tuyến, thanh toán trực tuyến",
        "Số người làm việc, số người được đào tạo, bồi dưỡng",
        "Tỷ lệ giải ngân vốn đầu tư công",
        "Tỷ lệ văn bản đi được ký số, gửi qua mạng",
        "Tỷ lệ hài lòng của người dân, tổ chức",
    ),
    "tthc": (
        "Số thủ tục hành chính được công bố, công khai trong kỳ",
        "Số thủ tục hành chính được rà soát, kiến nghị đơn giản hóa",
        "Số phản ánh, kiến nghị đã tiếp nhận, đã xử lý, quá hạn",
        "Số hồ sơ tiếp nhận (trực tiếp, trực tuyến, bưu chính), kỳ trước chuyển sang",
        "Số hồ sơ đã giải quyết đúng hạn, quá hạn; đang giải quyết trong hạn, quá hạn",
        "Tỷ lệ số hóa hồ sơ, kết quả giải quyết thủ tục hành chính",
        "Tỷ lệ hồ sơ trực tuyến, thanh toán trực tuyến",
    ),
}
# What is left of them where the cases of the software are on record; None: nothing.
_LEFT: dict[str, str | None] = {
    "Số hồ sơ tiếp nhận, đã giải quyết, đúng hạn, quá hạn": None,
    "Số hồ sơ tiếp nhận (trực tiếp, trực tuyến, bưu chính), kỳ trước chuyển sang": "Số hồ sơ tiếp nhận qua bưu chính",
    "Số hồ sơ đã giải quyết đúng hạn, quá hạn; đang giải quyết trong hạn, quá hạn": None,
}
_LEFT_ONLINE: dict[str, str | None] = {
    "Tỷ lệ hồ sơ nộp trực tuyến, thanh toán trực tuyến": "Tỷ lệ thanh toán trực tuyến",
    "Tỷ lệ hồ sơ trực tuyến, thanh toán trực tuyến": "Tỷ lệ thanh toán trực tuyến",
}


def to_fill(kind: ReportKind, cases: CaseAccount | None) -> list[str]:
    """Figures that the report asks for and that the bot does not hold."""
    held = {} if cases is None else _LEFT | (_LEFT_ONLINE if cases.office.online_known else {})
    left = [held.get(each, each) for each in TO_FILL[kind]]
    return [each for each in left if each]


def case_lines(cases: CaseAccount | None) -> list[str]:
    """The figures of cases as sentences; none where none were ever imported."""
    if cases is None:
        return []
    office = cases.office
    lines = [f"Kỳ trước chuyển sang {cases.carried} hồ sơ; tiếp nhận trong kỳ {office.received} hồ sơ."]
    if office.online_known:
        share = percent(100 * office.online / office.online_known)
        lines.append(f"Nộp trực tuyến {office.online}/{office.online_known} hồ sơ ({share}).")
    done, still = office.done_in_time + office.done_late, office.open_in_time + office.open_late
    return [
        *lines,
        f"Đã giải quyết {done} hồ sơ: đúng hạn {office.done_in_time}, quá hạn {office.done_late}.",
        f"Đang giải quyết {still} hồ sơ: trong hạn {office.open_in_time}, quá hạn {office.open_late}.",
        *([f"Tính là đúng hạn vì lỗi phần mềm {office.exempt} hồ sơ."] if office.exempt else []),
        "Số liệu từ tệp của phần mềm Một cửa đã nhập vào bot; theo từng người xử lý: tờ “Hồ sơ” của bảng .xlsx.",
    ]


def title_of(account: Account) -> str:
    """What the report is about, with its period."""
    return TITLES[account.kind].format(period=period_name(account.period))


def window_words(account: Account) -> str:
    """From when to when the figures are, and of which moment."""
    at = account.overview.at.astimezone(ZONE)
    days = f"từ ngày {full_day(account.days.first)} đến ngày {full_day(account.days.last)}"
    return f"Các hạn {days}; số liệu trích từ bot Nhắc Việc lúc {at:%H:%M} ngày {full_day(at.date())}."


def brought(
    kind: ReportKind, period: str, days: Window, missing: Sequence[str], files: tuple[dict[str, Any], ...]
) -> Reply:
    """A draft, and what is left to do with it. Also complete where no file can be sent."""
    blocks = [
        Block(f"📝 Dự thảo báo cáo: {TITLES[kind].format(period=period_name(period))}", heading=True),
        Block(f"Các hạn từ ngày {full_day(days.first)} đến ngày {full_day(days.last)}."),
        Block("Văn bản .docx theo thể thức, bảng .xlsx từng phần; số liệu lấy từ các ghi nhận trong bot."),
    ]
    if missing:
        blocks.append(Block(f"Bot không có, cần điền vào chỗ “{TO_FILL_MARK}”:"))
        blocks += [Block(f"• {each}") for each in missing]
    return Reply(tuple(blocks), attachments=files)


def drafts_are_for_the_office() -> Refusal:
    """Staff send their own report."""
    return Refusal("Báo cáo tổng hợp dành cho lãnh đạo và công chức CCHC. Anh/chị gửi báo cáo của mình: /baocao")


def no_such_draft(kind: ReportKind) -> Refusal:
    """That kind of report has no such period."""
    example = {"month": "/baocao tổng hợp tháng 6", "cchc": "/baocao cchc 6 tháng", "tthc": "/baocao tthc quý II"}
    return Refusal(f"Bot chưa rõ kỳ báo cáo. Anh/chị gõ, ví dụ: {example[kind]}")


SECTIONS = {  # by the list that a template goes through
    "phan": "Kết quả theo từng phần của Kế hoạch",
    "vi_tri": "Kết quả theo vị trí",
    "nhiem_vu": "Chi tiết nhiệm vụ",
    "ho_so": "Giải quyết hồ sơ thủ tục hành chính",
    "can_dien": "Số liệu cần bổ sung",
    "kho_khan": "Khó khăn, vướng mắc",
    "de_xuat": "Đề xuất, kiến nghị",
}


def sections_missing(names: Sequence[str]) -> str:
    """The office's own template leaves out what the bot could fill in."""
    listed = ", ".join(f"“{name}”" for name in names)
    return (
        f"ℹ️ Tệp mẫu riêng của cơ quan không có phần {listed}, nên dự thảo cũng không có. "
        "Nếu cần phần đó: đổi tên tệp mẫu, chạy “nhacviec report templates” để có tệp mẫu mới, rồi chép phần đó sang."
    )


BAD_TEMPLATES = "Tệp mẫu có chỗ điền mà bot không biết:"


def unknown_placeholder(name: str, close: str) -> str:
    """A template asks for something that nobody fills in."""
    return f"không có chỗ điền “{name}”" + (f"; có phải “{close}”?" if close else ".")


BROKEN_TEMPLATE = "tệp mẫu hỏng hoặc không phải tệp Word; anh/chị mở bằng Word, lưu lại dạng .docx."


def unreadable_template(why: str) -> str:
    """The marks of a template do not fit together."""
    return f"không đọc được tệp mẫu ({why})."


def no_such_kind(kind: str) -> str:
    """There is no such report."""
    return f"Không có loại báo cáo “{kind}”; có: month, cchc, tthc."


def template_kept(file: str) -> str:
    """A template was written for the office to edit."""
    return (
        f"Đã ghi tệp mẫu {file}; sửa bằng Word hoặc LibreOffice, giữ nguyên các chỗ trong {{{{ … }}}} và {{% … %}}."
    )


def template_in_order(file: str) -> str:
    """A template of the office can be filled in."""
    return f"Tệp mẫu {file}: dùng được."
