"""What is said about files that prove a completion ("minh chứng")."""

from plan_data.plan import Deadline
from records.evidence import Evidence
from wording.dates import occurrence
from wording.message import Block, Reply, say

EMPTY = "Tệp trống. Anh/chị mở thử tệp rồi gửi lại."
TOO_BIG = "Tệp lớn hơn 20 MB. Anh/chị gửi ảnh chụp, hoặc tách tệp thành các phần nhỏ hơn."
NOT_TAKEN = (
    "Bot chỉ lưu ảnh (JPEG, PNG) và tệp PDF, Word (.docx), Excel (.xlsx) không đặt mật khẩu. "
    "Anh/chị chụp ảnh hoặc xuất ra PDF rồi gửi lại."
)
MACROS = "Tệp có chứa macro (chương trình). Anh/chị lưu lại dạng .docx, .xlsx hoặc xuất ra PDF rồi gửi lại."
NOT_FETCHED = "Bot chưa tải được tệp từ kênh chat. Anh/chị gửi lại giúp."
HOW = (
    "Để kèm minh chứng cho một việc: gửi ảnh hoặc tệp với lời /xong III.16; "
    "hoặc gửi ảnh, tệp trước rồi nhắn /xong III.16 trong 30 phút."
)


def held(open_items: Reply) -> Reply:
    """A file came without a word; `open_items` is the list of what it may prove."""
    head = Block(
        "📎 Đã nhận tệp. Nếu là minh chứng, trong 30 phút anh/chị chọn việc dưới đây, "
        "hoặc nhắn mã việc, ví dụ: /xong III.16. Không nhắn gì thì bot không lưu tệp."
    )
    return Reply((head, *open_items.blocks), open_items.buttons)


def one_more(count: int) -> Reply:
    """Another file came without a word."""
    return say(f"📎 Đã nhận {count} tệp. Anh/chị chọn việc ở tin trên, hoặc nhắn mã việc, ví dụ: /xong III.16.")


def refused(name: str, deadline: Deadline | None, why: str) -> Reply:
    """A file was not kept; what it proves is on record all the same."""
    lines = [f"⚠️ Chưa lưu được tệp minh chứng “{name}”. {why}"]
    if deadline is not None:
        words = f"{deadline.task.code} {occurrence(deadline)}"
        lines.append(f"Việc {deadline.task.code} vẫn được ghi nhận. Gửi lại tệp với lời: /xong {words}")
    return say(*lines)


def received_line(count: int) -> str:
    """In the answer to a completion."""
    return f"Đã nhận {count} tệp minh chứng; tệp nào không lưu được, bot báo lại."


def evidence_words(file: Evidence) -> str:
    """A file in the dossier: what it was called, and how to find and to check it."""
    if file.state == "kept":
        return f"{file.name} (lưu tại {file.stored_as}, {_size(file.size)}, SHA-256 {file.sha256[:16]}…)"
    return f"{file.name} ({'đang lưu' if file.state == 'waiting' else 'không lưu được'})"


def _size(count: int) -> str:
    """ "1,5 MB", "120 KB"."""
    if count >= 1024 * 1024:
        return f"{count / 1024 / 1024:.1f} MB".replace(".", ",")
    return f"{max(round(count / 1024), 1)} KB"
