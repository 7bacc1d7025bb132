"""What the proof of the audit trail says, at the machine; and the headings of its export."""

from collections.abc import Sequence

from records.audit_chain import Flaw, Kind

HEADINGS = ("Số", "Thời điểm", "Người thực hiện", "Kênh", "Hành động", "Đối tượng", "Chi tiết", "Mã băm")
THE_BOT = "bot"
_FLAWS = {
    Kind.CHANGED: "dòng số {} đã bị sửa",
    Kind.INSERTED: "dòng số {} bị chèn vào",
    Kind.REMOVED: "ngay trước dòng số {} có dòng bị xóa hoặc bị sửa",
    Kind.CUT_OFF: "sau dòng số {} có dòng bị xóa",
}


def intact(count: int) -> str:
    """Nobody touched it."""
    return f"Sổ nhật ký nguyên vẹn: {count} dòng, chuỗi mã băm khớp từ dòng đầu đến dòng cuối."


def broken(flaw: Flaw) -> str:
    """What was done to it, and where."""
    return f"Sổ nhật ký KHÔNG nguyên vẹn: {_FLAWS[flaw.kind].format(flaw.entry)}."


def evidence_intact(count: int) -> str:
    """Every file that proves a completion is as it was kept."""
    return f"Tệp minh chứng nguyên vẹn: {count} tệp, mã SHA-256 khớp."


def evidence_damaged(names: Sequence[str]) -> str:
    """Files that are missing or have been changed."""
    return f"Tệp minh chứng KHÔNG nguyên vẹn: thiếu hoặc đã bị sửa {len(names)} tệp: {', '.join(names)}."


def exported(count: int, file: str) -> str:
    """The export is there."""
    return f"Đã xuất {count} dòng nhật ký ra {file}."


def exists_already(file: str) -> str:
    """An export never overwrites a file."""
    return f"Tệp {file} đã có; hãy chọn tên khác."
