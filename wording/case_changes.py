"""What is answered when somebody records something about a case by hand, and why it may be refused. In private."""

from datetime import date, datetime

from plan_data.workdays import ZONE
from wording.dates import named
from wording.message import Reply, say
from wording.refusals import Refusal

HOW_TO = (
    "Ghi nhận bằng tay về một hồ sơ (gửi trong tin nhắn riêng):\n"
    "• thêm: /ghihoso them mã, ngày hẹn trả, tên thủ tục (PAKN: /ghihoso them pakn …)\n"
    "• đã xong: /ghihoso xong mã\n"
    "• dừng tính giờ: /ghihoso dung mã lý do, số văn bản; tính tiếp: /ghihoso tiep mã\n"
    "• yêu cầu bổ sung (một lần): /ghihoso bosung mã lý do\n"
    "• hẹn lại ngày trả, kèm phiếu xin lỗi (một lần): /ghihoso giahan mã ngày mới lý do\n"
    "• báo sẽ trễ: /ghihoso tre mã ngày mới lý do\n"
    "• PAKN đã công khai kết quả: /ghihoso congkhai mã\n"
    "• công chức CCHC: /ghihoso giao mã họ tên; /ghihoso mien mã lý do lỗi phần mềm"
)


def how_to() -> Reply:
    """What can be recorded."""
    return say(*HOW_TO.split("\n"))


def unclear(example: str) -> Refusal:
    """Something is missing in the line."""
    return Refusal(f"Bot chưa đủ thông tin để ghi nhận. Mẫu: /ghihoso {example}")


def in_private() -> Refusal:
    """Reasons and dates of single cases are not for groups."""
    return Refusal("Ghi nhận về hồ sơ không làm trong nhóm. Anh/chị gửi lệnh này trong tin nhắn riêng với bot.")


def known_already(code: str) -> Refusal:
    """There is a case of that code."""
    return Refusal(f"Hồ sơ {code} đã có. Xem: /hoso {code}")


def not_a_code() -> Refusal:
    """A code has at least one digit."""
    return Refusal(
        "Mã hồ sơ phải có chữ số, không có khoảng trắng. Mẫu: /ghihoso them H32.19-230601-0001 12/6 Chứng thực"
    )


def day_is_past(day: date) -> Refusal:
    """The new day must lie ahead."""
    return Refusal(f"Ngày {day.day}/{day.month}/{day.year} đã qua. Anh/chị ghi ngày mới từ hôm nay trở đi.")


def settled(code: str) -> Refusal:
    """The case has ended."""
    return Refusal(f"Hồ sơ {code} đã kết thúc nên không ghi nhận thêm được. Xem: /hoso {code}")


def paused_already(code: str) -> Refusal:
    """The clock stands still already."""
    return Refusal(f"Hồ sơ {code} đang dừng tính giờ. Khi tính tiếp: /ghihoso tiep {code}")


def not_paused(code: str) -> Refusal:
    """The clock runs."""
    return Refusal(f"Hồ sơ {code} không dừng tính giờ bằng tay nên không cần tính tiếp.")


def supplemented_already(code: str) -> Refusal:
    """A supplement may be asked for once."""
    return Refusal(
        f"Hồ sơ {code} đã được yêu cầu bổ sung một lần; theo quy định (III.6) chỉ được yêu cầu bổ sung "
        "một lần trong suốt quá trình giải quyết."
    )


def extended_already(code: str) -> Refusal:
    """There is one re-appointment."""
    return Refusal(f"Hồ sơ {code} đã hẹn lại một lần; chỉ được hẹn lại một lần.")


def too_late_to_extend(code: str, last: date) -> Refusal:
    """An extension of feedback must be asked for two days before it expires."""
    return Refusal(
        f"PAKN {code} không gia hạn được nữa: phải đề nghị gia hạn trước khi hết hạn ít nhất 2 ngày, "
        f"chậm nhất ngày {last.day}/{last.month}/{last.year}."
    )


def not_later(code: str) -> Refusal:
    """The new day does not lie behind the appointed one."""
    return Refusal(f"Ngày mới của hồ sơ {code} phải sau ngày hẹn trả hiện nay.")


def only_feedback(code: str) -> Refusal:
    """Publishing is for feedback and petitions."""
    return Refusal(f"Hồ sơ {code} không phải phản ánh, kiến nghị nên không cần ghi công khai kết quả.")


def not_answered_yet(code: str) -> Refusal:
    """Feedback is published after it has been answered."""
    return Refusal(f"PAKN {code} chưa ghi nhận đã trả lời. Anh/chị gửi /ghihoso xong {code} trước.")


def added(code: str, due: datetime, today: date) -> Reply:
    """A case that no export lists yet."""
    local = due.astimezone(ZONE)
    return say(
        f"✅ Đã thêm hồ sơ {code}, hẹn trả {local:%H:%M} {named(local.date(), today)}. "
        "Khi tệp xuất có mã này, bot theo tệp."
    )


def recorded(code: str, what: str) -> Reply:
    """It is on record."""
    return say(f"✅ Hồ sơ {code}: {what}. Xem: /hoso {code}")


def re_appointed(code: str, day: datetime, today: date, *, in_time: bool) -> Reply:
    """The day is moved and the letter drafted."""
    local = day.astimezone(ZONE)
    late = "" if in_time else " Lưu ý: đã quá ngày hẹn trả; phiếu phải gửi trước ngày hẹn."
    return say(
        f"✅ Hồ sơ {code}: đã hẹn lại {local:%H:%M} {named(local.date(), today)}. "
        f"Bot gửi riêng anh/chị và công chức CCHC dự thảo phiếu xin lỗi và hẹn lại ngày trả.{late}"
    )


def feedback_extended(code: str, day: datetime, today: date) -> Reply:
    """Feedback has more time."""
    local = day.astimezone(ZONE)
    return say(f"✅ PAKN {code}: đã ghi nhận gia hạn đến {local:%H:%M} {named(local.date(), today)}.")
