"""The words of the apology and re-appointment letter (Thông tư 01/2018/TT-VPCP, form 04) and of its message."""

from dataclasses import dataclass
from datetime import datetime

from plan_data.workdays import ZONE
from wording.message import Reply, say

BLANK = "……………………"
TITLE = "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"
SYMBOL = "PXL-UBND"
SIGNER = "CHỦ TỊCH"
RECIPIENTS = ("Như trên", "Bộ phận Một cửa")
KEPT = "VT, hồ sơ TTHC"


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter is about; what is empty becomes a blank to fill in."""

    office: str
    code: str
    procedure: str
    applicant: str
    address: str
    received: datetime | None
    due: datetime | None
    new_due: datetime | None
    reason: str
    officer: str
    day: datetime


def addressee(letter: Letter) -> str:
    """To whom."""
    return f"Kính gửi: Ông/Bà/Tổ chức {letter.applicant or BLANK}"


def paragraphs(letter: Letter) -> list[str]:
    """The text between the title and the signature."""
    return [
        f"Địa chỉ: {letter.address or BLANK}",
        f"Ngày {_day(letter.received)}, {letter.office} đã tiếp nhận hồ sơ đề nghị giải quyết thủ tục: "
        f"{letter.procedure}; mã số hồ sơ: {letter.code}.",
        f"Thời gian hẹn trả kết quả giải quyết hồ sơ: {_moment(letter.due)}.",
        f"Tuy nhiên, đến nay {letter.office} chưa trả được kết quả giải quyết hồ sơ của Ông/Bà/Tổ chức đúng thời hạn "
        "ghi trong Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
        f"Lý do: {letter.reason or BLANK}.",
        "Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của Ông/Bà/Tổ chức. "
        f"{letter.office} xin lỗi Ông/Bà/Tổ chức và sẽ trả kết quả giải quyết hồ sơ vào {_moment(letter.new_due)}.",
        "Mong nhận được sự thông cảm của Ông/Bà/Tổ chức.",
        f"Người xử lý hồ sơ: {letter.officer or BLANK}.",
    ]


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%d/%m/%Y}" if moment else BLANK


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return f"{BLANK} giờ, ngày {BLANK}"
    local = moment.astimezone(ZONE)
    return f"{local.hour} giờ {local.minute:02} phút, ngày {local:%d/%m/%Y}"


def letter_is_here(code: str, *, appointed: bool) -> Reply:
    """Above the draft. No word about the applicant, and no reason: the message is kept."""
    day = "" if appointed else " Chưa có ngày hẹn lại: anh/chị ghi bằng /ghihoso tre, kèm mã, ngày mới và lý do."
    return say(
        f"📄 Dự thảo phiếu xin lỗi và hẹn lại ngày trả kết quả của hồ sơ {code}. "
        f"Chỗ có dấu “……” là chỗ bot không có dữ liệu, anh/chị điền trước khi trình ký.{day}"
    )
