"""Refusals: a command that cannot be done, as a value with a polite sentence that says what to do instead."""


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
BROKEN = (
    "Xin lỗi anh/chị, bot gặp trục trặc khi xử lý lệnh này nên chưa ghi nhận gì. Người phụ trách đã được báo; "
    "anh/chị vui lòng thử lại sau ít phút."
)
UNLINKED_GROUP = "Nhóm này chưa được kết nối với bot nên bot không gửi thông tin ở đây."


def unknown_command(name: str) -> Refusal:
    """No such command."""
    return Refusal(f"Bot chưa hiểu lệnh “/{name}”. Anh/chị gửi /huongdan để xem các lệnh dùng được.")


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
    return Refusal(f"Không có nhiệm vụ mã “{code}”. Mã đúng có dạng III.16; gửi /viec để xem việc của anh/chị.")


def nothing_found(words: str) -> Refusal:
    """No task sounds like that."""
    return Refusal(f"Không tìm thấy nhiệm vụ nào giống “{words}”. Anh/chị thử gõ mã, ví dụ: /xong III.16.")


def no_such_period(code: str, words: str, known: list[str]) -> Refusal:
    """The task has no such period."""
    listed = f" Các kỳ đang theo dõi: {', '.join(known)}." if known else ""
    return Refusal(f"Nhiệm vụ {code} không có kỳ “{words}”.{listed}")


def not_yours(code: str, holders: str) -> Refusal:
    """Somebody else answers for it."""
    return Refusal(
        f"Nhiệm vụ {code} do {holders} phụ trách nên anh/chị chưa ghi nhận thay được. "
        "Nếu đã làm xong, nhờ người phụ trách hoặc công chức CCHC ghi nhận giúp."
    )


def each_for_themselves(code: str) -> Refusal:
    """A duty that everybody owes, and this person does not."""
    return Refusal(
        f"{code} là việc từng người tự báo. Để ghi nhận thay, gõ kèm tên, ví dụ: /xong {code} Nguyễn Văn A."
    )


def nothing_open(code: str) -> Refusal:
    """There is no deadline to complete."""
    return Refusal(
        f"Nhiệm vụ {code} hiện chưa có hạn nào để ghi nhận. Nếu có sự kiện làm phát sinh hạn, dùng /sukien {code}; "
        f"nếu cấp trên đã ấn định ngày, dùng /giahan {code}."
    )


def nothing_to_undo() -> Refusal:
    """The person has recorded nothing."""
    return Refusal("Không có ghi nhận nào của anh/chị để hoàn tác.")


def undone_already() -> Refusal:
    """It was taken back before."""
    return Refusal("Ghi nhận này đã được hoàn tác trước đó, không cần làm gì thêm.")


def undo_is_not_yours() -> Refusal:
    """Somebody else recorded it."""
    return Refusal("Ghi nhận này do người khác thực hiện; chỉ người đó hoặc công chức CCHC hoàn tác được.")


def too_late_to_undo(hours: int) -> Refusal:
    """The person's own time for it is over."""
    return Refusal(f"Đã quá {hours} giờ kể từ lúc ghi nhận. Anh/chị nhờ công chức CCHC hoàn tác giúp.")


def usage(command: str, example: str, what: str) -> Refusal:
    """Something is missing from the command."""
    return Refusal(f"{what} Ví dụ: /{command} {example}")


def bad_number(text: str) -> Refusal:
    """A button or reference that points to nothing."""
    return Refusal(
        f"Không tìm thấy mục “{text}”; có thể kế hoạch đã thay đổi. Anh/chị gửi /viec để xem danh sách mới."
    )
