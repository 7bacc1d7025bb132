"""Refusals: a command that cannot be done, as a value with a polite sentence that says what to do instead."""

from collections.abc import Sequence

from wording.message import cut

_LONGEST_ECHO = 40


class Refusal(Exception):
    """Raised anywhere in a command; caught once, where commands are answered. Nothing has changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


STRANGER = (
    "Xin chào! Bot nhắc việc này chỉ dành cho cán bộ của cơ quan. "
    "Nếu là cán bộ của cơ quan, anh/chị gửi /dangky trong tin nhắn riêng với bot để đăng ký, "
    "hoặc liên hệ công chức Văn phòng - Thống kê (CCHC)."
)
STRANGER_HERE = (
    "Nếu anh/chị đã đăng ký trong tin nhắn riêng mà bot không nhận ra trong nhóm này: "
    "gửi “dangky nhom” trong tin nhắn riêng để lấy mã, rồi gõ mã trong nhóm."
)
BROKEN = (
    "Xin lỗi anh/chị, bot gặp trục trặc khi xử lý lệnh này nên chưa ghi nhận gì. Công chức CCHC đã được báo; "
    "anh/chị vui lòng thử lại sau ít phút."
)
UNLINKED_GROUP = (
    "Nhóm này chưa được kết nối với bot nên bot không gửi thông tin ở đây. "
    "Anh/chị nhắn riêng cho bot, hoặc nhờ công chức CCHC kết nối nhóm."
)


def unknown_command(name: str, nearest: str = "") -> Refusal:
    """No such command; `nearest` is one that is spelt alike."""
    meant = f" Có phải anh/chị muốn gửi /{nearest}?" if nearest else ""
    return Refusal(f"Bot chưa hiểu lệnh “/{_echo(name)}”.{meant} Anh/chị gửi /huongdan để xem các lệnh dùng được.")


def unknown_words() -> Refusal:
    """Free text in a private chat."""
    return Refusal(
        "Bot chưa hiểu tin nhắn này. Anh/chị gửi /viec để xem việc của mình, hoặc /huongdan để xem các lệnh."
    )


def only_for(whom: str) -> Refusal:
    """The command is for others."""
    return Refusal(f"Lệnh này chỉ dành cho {whom}. Anh/chị gửi /huongdan để xem các lệnh của mình.")


def no_such_task(code: str) -> Refusal:
    """No task has that code."""
    return Refusal(
        f"Không có nhiệm vụ mã {code}. Mã đúng có dạng III.16; anh/chị gửi /viec để xem các việc của mình."
    )


def nothing_found(words: str) -> Refusal:
    """No task sounds like that."""
    return Refusal(
        f"Không tìm thấy nhiệm vụ nào giống “{_echo(words)}”. "
        "Anh/chị gửi /viec để chọn từ danh sách, hoặc gõ mã, ví dụ: /xong III.16"
    )


def nothing_to_show(words: str) -> Refusal:
    """No section, role, month or task is called so."""
    return Refusal(
        f"Bot chưa rõ “{_echo(words)}” là phần, vị trí, tháng hay nhiệm vụ nào. Anh/chị gõ, ví dụ: "
        "/tinhhinh III · /tinhhinh III.16 · /tinhhinh tư pháp · /tinhhinh 6/2023 · /tinhhinh quá hạn"
    )


def only_months(words: str) -> Refusal:
    """The board can be narrowed to a month, not to other spans."""
    return Refusal(f"Bảng tình hình xem được theo từng tháng, chưa theo “{_echo(words)}”. Ví dụ: /tinhhinh 6/2023")


def only_your_own() -> Refusal:
    """The board of others is for the leaders and the clerk."""
    return Refusal(
        "Anh/chị xem được tình hình việc của mình: gửi /tinhhinh. "
        "Tình hình của vị trí khác dành cho lãnh đạo và công chức CCHC."
    )


def only_your_own_calendar() -> Refusal:
    """The file with everybody's deadlines is for those who run the office."""
    return Refusal(
        "Tệp lịch chung của cơ quan dành cho lãnh đạo và công chức CCHC. "
        "Anh/chị tải lịch của mình: gửi /lich tep. Xem lịch chung ngay trong tin nhắn: /lich 30 chung."
    )


def no_such_period(code: str, words: str, known: Sequence[str]) -> Refusal:
    """The task has no such period."""
    listed = f" Các kỳ gần đây: {', '.join(known)}." if known else ""
    return Refusal(
        f"Nhiệm vụ {code} không có kỳ “{_echo(words)}”.{listed} Anh/chị gửi /tinhhinh {code} để xem các kỳ."
    )


def not_yours(code: str, holders: str) -> Refusal:
    """Somebody else answers for it."""
    return Refusal(
        f"Nhiệm vụ {code} do {holders} phụ trách nên anh/chị chưa ghi nhận thay được. "
        "Nếu đã làm xong, anh/chị nhờ người phụ trách hoặc công chức CCHC ghi nhận giúp."
    )


def event_not_yours(code: str, holders: str) -> Refusal:
    """Somebody else answers for what the event starts."""
    return Refusal(
        f"Sự kiện của nhiệm vụ {code} do {holders} hoặc công chức CCHC ghi nhận. "
        "Anh/chị báo giúp người phụ trách, hoặc gửi /sukien để xem các sự kiện anh/chị ghi nhận được."
    )


def each_for_themselves(code: str) -> Refusal:
    """A duty of which everybody owes a share, and this person does not."""
    return Refusal(
        f"{code} là việc từng người tự báo. Để ghi nhận thay, anh/chị gõ kèm họ tên, ví dụ: /xong {code} Nguyễn Văn A"
    )


def owes_no_share(code: str, name: str) -> Refusal:
    """A duty of which everybody owes a share, and that person does not: not of the role, came later, or has left."""
    return Refusal(
        f"{name} không có phần việc {code} ở kỳ này (không thuộc diện thực hiện, nhận việc sau kỳ, hoặc đã nghỉ). "
        f"Anh/chị gửi /tinhhinh {code} để xem ai chưa xong."
    )


def nothing_open(code: str, *, by_event: bool = False, by_direction: bool = False) -> Refusal:
    """There is no deadline to complete."""
    if by_event:
        how = f"Khi có sự kiện làm phát sinh hạn, anh/chị gửi /sukien {code} kèm nội dung và ngày."
    elif by_direction:
        how = f"Khi cấp trên ấn định ngày, lãnh đạo hoặc công chức CCHC đặt hạn bằng /giahan {code}."
    else:
        how = f"Anh/chị gửi /tinhhinh {code} để xem các kỳ."
    return Refusal(f"Nhiệm vụ {code} hiện chưa có hạn nào để ghi nhận. {how}")


def nothing_to_undo(code: str = "") -> Refusal:
    """Nothing is recorded that could be taken back."""
    if code:
        return Refusal(f"Nhiệm vụ {code} chưa có ghi nhận nào để hoàn tác. Anh/chị gửi /tinhhinh {code} để xem.")
    return Refusal(
        "Anh/chị chưa có ghi nhận nào để hoàn tác. Để hoàn tác một việc cụ thể, gõ kèm mã, ví dụ: /hoantac III.16"
    )


def undone_already() -> Refusal:
    """It was taken back before."""
    return Refusal("Ghi nhận này đã được hoàn tác trước đó, anh/chị không cần làm gì thêm.")


def undo_is_not_yours(name: str) -> Refusal:
    """Somebody else recorded it."""
    return Refusal(f"Ghi nhận này do {name} thực hiện. Anh/chị nhờ {name} hoặc công chức CCHC hoàn tác giúp.")


def too_late_to_undo(hours: int) -> Refusal:
    """The person's own time for it is over."""
    return Refusal(f"Đã quá {hours} giờ kể từ lúc ghi nhận. Anh/chị nhờ công chức CCHC hoàn tác giúp.")


def usage(command: str, example: str, what: str) -> Refusal:
    """Something is missing from the command, or cannot be understood."""
    return Refusal(f"{what} Ví dụ: /{command} {example}")


def bad_number(text: str) -> Refusal:
    """A button or reference that points to nothing."""
    return Refusal(f"Không tìm thấy mục {text}; có thể kế hoạch đã thay đổi. Anh/chị gửi /viec để xem danh sách mới.")


def _echo(words: str) -> str:
    return cut(words, _LONGEST_ECHO)
